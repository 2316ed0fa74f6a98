# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules on the chain: whether the credentials that a group is meant to have can arrive on its instances. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterator

from ..core.policies import statements
from ..ec2_role.trust import ec2, lets_ec2_in
from . import fixes
from .estate import CONFIGURATION, Estate, Group, Instance, Profile, Role, Source
from .rule import Found, Settings, rule

EC2_ROLES = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html"
GROUP_ROLES = "https://docs.aws.amazon.com/autoscaling/ec2/userguide/us-iam-role.html"
PROFILES = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html"
TEMPLATES = "https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-templates.html"
REFRESHES = "https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html"
LIMITS = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-launch-templates.html#launch-template-restrictions"

MOST_VERSIONS, NEAR = 10_000, 9_000
SHOWN = 20  # of the instances that one finding is about


@rule(
    "critical",
    "A group launches from what is not there",
    "It can launch no instance any more, and scales out to nothing.",
    guide=TEMPLATES,
)
def launch_source_missing(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for group in estate.groups:
        for launch in group.launches:
            if not launch.source:
                yield Found(
                    group,
                    f"Group {group.name} launches from {launch.named}, which is not there",
                    f"Give the group {'another launch template' if not launch.place else 'another template in ' + launch.place}",
                    {"launches_from": launch.named, **({"place": launch.place} if launch.place else {})},
                    key=launch.place,
                )


@rule(
    "medium",
    "A group launches instances without an instance profile",
    "Their applications get no credentials from a role, and whoever needs some is led to put keys on the instances.",
    guide=GROUP_ROLES,
    aws_config=["ec2-instance-profile-attached"],
    cis=["4.0.1 1.18", "5.0 1.17", "6.0 2.17"],
    prowler=["ec2_instance_profile_attached"],
)
def launch_source_without_profile(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for source, users in used(estate):
        if not source.profile_given:
            like = next((name for name in (source.name, *(group.name for group in users)) if is_whole(estate, name)), "")
            yield Found(
                source,
                f"{source.opening} carries no instance profile, and {told(users)} from it",
                f"Give it an instance profile{f', as {like}' if like else ''}",
                {"instance_profile": ""},
                fixes.with_profile(estate, source, like) if like else None,
            )


def is_whole(estate: Estate, name: str) -> bool:
    profile = estate.profiles.get(name)
    return bool(profile and profile.role in estate.roles)


@rule(
    "critical",
    "A group launches with an instance profile that is not there",
    "EC2 refuses each launch as \"Invalid IAM Instance Profile name\", and the group stays short of instances.",
    guide=EC2_ROLES,
)
def instance_profile_missing(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for source, users in used(estate):
        if source.profile and source.profile not in estate.profiles:
            role = source.profile if source.profile in estate.roles else ""
            yield Found(
                source,
                f"{source.opening} names instance profile {source.profile}, which is not there, and {told(users)} from it",
                f"Create instance profile {source.profile}{f' with role {role}' if role else ' with the role of the application'}",
                {"instance_profile": source.profile_given},
                fixes.of_profile(source.profile, role=role) if role else None,
            )


@rule(
    "high",
    "An instance profile has no role in it",
    "Instances start with it and are told of no credentials; nothing fails until the application asks for them.",
    guide=PROFILES,
)
def instance_profile_empty(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for profile in estate.profiles.values():
        if not profile.role:
            role = profile.name if profile.name in estate.roles else ""
            yield Found(
                profile,
                f"Instance profile {profile.name} has no role in it{used_by(estate.groups_of(profile))}",
                f"Put role {role} into it" if role else "Put the role of the application into it, or delete it",
                {"roles": []},
                fixes.of_profile(profile.name, role=role) if role else None,
            )


@rule(
    "high",
    "A launch names an instance profile by an ARN that is not the profile's",
    "The path or the account in the ARN is another, and EC2 refuses each launch although a profile of that name is there.",
    guide=EC2_ROLES,
)
def instance_profile_arn_differs(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for source, users in used(estate):
        profile = estate.profile_of(source)
        if profile and source.profile_given.startswith("arn:") and source.profile_given != profile.arn:
            yield Found(
                source,
                f"{source.opening} names {source.profile_given}, and the instance profile is {profile.arn}; {told(users)} from it",
                f"Name {profile.arn}, or {profile.name} alone",
                {"named": source.profile_given, "instance_profile": profile.arn},
                fixes.with_profile(estate, source, profile.arn),
            )


@rule(
    "critical",
    "A role in an instance profile does not let EC2 assume it",
    "EC2 cannot fetch its credentials, and the instances have none.",
    guide=EC2_ROLES,
)
def role_does_not_trust_ec2(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for role in in_profiles(estate):
        if not lets_ec2_in(role.trust, estate.partition):
            yield untrusted_by_ec2(estate, role) if is_role_used(estate, role) else untrusted_and_unused(estate, role)


def untrusted_by_ec2(estate: Estate, role: Role) -> Found:
    service = ec2(estate.partition)
    opening = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", **role.trust, "Statement": [*statements(role.trust), opening]}
    return Found(
        role,
        f"The trust policy of role {role.name} does not let {service} assume it, and it is in an instance profile{used_by(estate.groups_of(role))}",
        f"Allow sts:AssumeRole to the Service {service} in its trust policy",
        {"assume_role_policy_document": role.trust},
        fixes.of_role(role.name, assume_role_policy_document=trust),
    )


def untrusted_and_unused(estate: Estate, role: Role) -> Found:
    """Report the role without a fix: it may belong to another service, and only all regions together prove that no instance needs EC2 in its trust."""
    profiles = profiles_holding(estate, role)
    return Found(
        role,
        f"The trust policy of role {role.name} does not let {ec2(estate.partition)} assume it. It is in instance profile {briefly(profiles)}, "
        f"which no instance, no launch configuration and no default, latest or used version of a launch template in {estate.region} uses",
        "Delete the instance profile or take the role out of it, if no other region and no older version of a launch template uses it. "
        "Do not change the trust policy",
        {"assume_role_policy_document": role.trust, "instance_profiles": profiles},
        severity="informational",
        everywhere=True,
    )


def is_role_used(estate: Estate, role: Role) -> bool:
    """Whether an instance, a launch template or a launch configuration of the region uses the role; a group uses it through one of the latter two."""
    names = profiles_holding(estate, role)
    return any(is_profile_used(estate, estate.profiles[name]) for name in names)


def is_profile_used(estate: Estate, profile: Profile) -> bool:
    """By the ARN of a launch that gives one, and by the id of an instance: a deleted profile of the same name, or one of another account, is not this one."""
    launched = any(source.profile_given in (profile.name, profile.arn) for source in estate.sources.values())
    return launched or any(one.profile == profile.name and one.profile_id in ("", profile.id) for one in estate.instances)


def profiles_holding(estate: Estate, role: Role) -> list[str]:
    return sorted(profile.name for profile in estate.profiles.values() if profile.role == role.name)


@rule(
    "medium",
    "A group follows the latest or the default version of its launch template",
    "A new version reaches new instances without anybody changing the group, a rollback has nothing to go back to, "
    "and IAM cannot check the permissions of a launch.",
    guide=TEMPLATES,
)
def version_not_pinned(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for group in estate.groups:
        for launch in group.launches:
            if launch.asked.startswith("$"):
                source = estate.sources.get(launch.source)
                number = source.version if source else ""
                yield Found(
                    group,
                    f"Group {group.name} launches from {launch.named}{f', now version {number}' if number else ''}",
                    f"Pin it to version {number or 'a version by its number'}",
                    {"version": launch.asked, "now": number, **({"place": launch.place} if launch.place else {})},
                    fixes.of_group(group, source) if not launch.place else None,
                    key=launch.place,
                )


@rule(
    "medium",
    "Instances of a group were launched from another version than the group launches from",
    "They keep the instance profile, the image and the settings of then until something replaces them.",
    guide=REFRESHES,
)
def instances_on_another_version(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for group, behind in differing(estate, lambda one, group: is_behind(estate, one, group)):
        source = estate.source_of(group)
        now = source.named if source else group.own.named
        yield Found(
            group,
            f"{counted(behind)} of group {group.name} {'was' if len(behind) == 1 else 'were'} not launched from {now}",
            "Roll the group out: an instance refresh replaces them",
            {"launches_from": now, "instances": {one.id: one.launched_named for one in behind[:SHOWN]}, "count": len(behind)},
            fixes.of_group(group, source, rollout=fixes.ROLLOUT),
        )


def is_behind(estate: Estate, instance: Instance, group: Group) -> bool:
    """By its version, unless that is known to say the same as the group's."""
    launched = estate.sources.get(instance.launched_from)
    same = launched is not None and any(launched.data == source.data for source in sources_of(estate, group))
    return not same and instance.launched_from not in {launch.source for launch in group.launches}


@rule(
    "high",
    "Instances carry another instance profile than their group launches with",
    "They run with the rights of another role, or of none.",
    guide=EC2_ROLES,
)
def instances_carry_another_profile(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for group, others in differing(estate, lambda one, group: carries_another(estate, one, group)):
        source = estate.source_of(group)
        yield Found(
            group,
            f"{counted(others)} of group {group.name} {'does' if len(others) == 1 else 'do'} not carry instance profile {source.profile or '(none)'}",
            "Roll the group out: rollout.strategy associate replaces the association where nothing else differs, refresh the instances",
            {"instance_profile": source.profile, "instances": {one.id: one.profile for one in others[:SHOWN]}, "count": len(others)},
            fixes.of_group(group, source, rollout=fixes.ROLLOUT) if source.profile else None,
        )


def carries_another(estate: Estate, instance: Instance, group: Group) -> bool:
    """By its name; what was launched from an override is held against that."""
    source = estate.sources.get(instance.launched_from) or estate.source_of(group)
    if source is None or len({one.profile for one in sources_of(estate, group)}) > 1:
        return False
    return instance.profile != source.profile


@rule(
    "high",
    "Instances carry an instance profile that was deleted and made again",
    "A profile of the same name is not the same: their credentials expire, and no new ones come.",
    guide=PROFILES,
)
def instance_profile_recreated(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for group, stale in differing(estate, lambda one, _group: carries_deleted(estate, one)):
        yield Found(
            group,
            f"{counted(stale)} of group {group.name} {'carries' if len(stale) == 1 else 'carry'} a deleted instance profile {stale[0].profile}",
            "Roll the group out: rollout.strategy associate gives them the one that is there",
            {"instances": {one.id: one.profile_id for one in stale[:SHOWN]}, "now": estate.profiles[stale[0].profile].id, "count": len(stale)},
            fixes.of_group(group, estate.source_of(group), rollout=fixes.ROLLOUT),
        )


def carries_deleted(estate: Estate, instance: Instance) -> bool:
    profile = estate.profiles.get(instance.profile)
    return profile is not None and instance.profile_id not in ("", profile.id)


@rule(
    "medium",
    "An override of a mixed instances policy launches with another instance profile",
    "Which role an instance has depends on which type AWS happens to choose.",
    guide="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups-launch-template-overrides.html",
)
def override_with_another_profile(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for group in estate.groups:
        own = estate.source_of(group)
        for launch in group.launches[1:]:
            other = estate.sources.get(launch.source)
            if own and other and own.profile != other.profile:
                yield Found(
                    group,
                    f"{launch.place} of group {group.name} launches from {launch.named} with instance profile {other.profile or '(none)'}, "
                    f"and the group with {own.profile or '(none)'}",
                    f"Give launch template {other.name} instance profile {own.profile or '(none)'}, or the override another template",
                    {"place": launch.place, "override": other.profile, "group": own.profile},
                    key=launch.place,
                )


@rule(
    "medium",
    "A role is used by groups that have nothing else in common",
    "Each of them may do what any of them needs, and nobody can narrow the role without asking all.",
    guide="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
)
def role_shared(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for role in in_profiles(estate):
        groups = estate.groups_of(role)
        families = {family(estate, group) for group in groups}
        if len(families) > 1:
            yield Found(
                role,
                f"Role {role.name} is used by {len(groups)} groups that launch from {len(families)} launch sources: "
                f"{briefly([group.name for group in groups])}",
                "Give each application a role of its own",
                {"groups": [group.name for group in groups][:SHOWN], "count": len(groups)},
            )


def family(estate: Estate, group: Group) -> str:
    """What groups of one application have in common: the template, whatever its version."""
    source = estate.source_of(group)
    return (source.template or source.id) if source else group.name


@rule(
    "low",
    "A role in an instance profile was not used for long",
    "It stays as something to be misused, and nobody would miss it.",
    guide="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html",
    everywhere=True,
)
def role_unused(estate: Estate, settings: Settings) -> Iterator[Found]:
    for role in in_profiles(estate):
        seen = role.last_used or role.created
        days = (estate.at - seen).days if seen else 0
        if days > settings.unused_after:
            yield Found(
                role,
                f"Role {role.name} was {'last used' if role.last_used else 'created'} {days} days ago{'' if role.last_used else ', and not used since'}",
                "Delete it with its instance profile, if nobody starts instances with it",
                {"last_used": role.last_used.isoformat() if role.last_used else "", "created": role.created.isoformat() if role.created else ""},
            )


@rule(
    "low",
    "Nothing uses an instance profile",
    "Whoever may pass its role can still start an instance with it.",
    guide=PROFILES,
    everywhere=True,
)
def instance_profile_unused(estate: Estate, _settings: Settings) -> Iterator[Found]:
    carried = {one.profile for one in estate.instances} | {source.profile for source in estate.sources.values()}
    for profile in estate.profiles.values():
        if profile.name not in carried:
            yield Found(
                profile,
                f"No instance, no launch template and no launch configuration in {estate.region} carries instance profile {profile.name}",
                "Delete it, if no other region uses it",
                {"role": profile.role},
            )


@rule(
    "medium",
    "A launch template nears the most versions that it can have",
    "At 10,000 no version can be added, and so no change can be rolled out.",
    guide=LIMITS,
)
def template_versions_near_limit(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for template in estate.templates.values():
        if template.latest >= NEAR:
            yield Found(
                template,
                f"The latest version of launch template {template.name} is {template.latest}; it can have {MOST_VERSIONS} versions at a time",
                "Delete versions that nothing launches from, as launch_template.keep_versions does",
                {"latest_version": template.latest, "most": MOST_VERSIONS},
            )


@rule(
    "medium",
    "The latest instance refresh of a group has failed",
    "Some of its instances are new, some are old, and nothing goes on by itself.",
    guide=REFRESHES,
)
def instance_refresh_failed(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for group in refreshing(estate, "Failed", "RollbackFailed", "RollbackSuccessful"):
        yield Found(
            group,
            f"The latest instance refresh of group {group.name} ended as {group.refresh['Status']}",
            "Mend what it tells, and roll out again",
            told_of_refresh(group),
            fixes.of_group(group, estate.source_of(group), rollout=fixes.ROLLOUT),
        )


@rule(
    "informational",
    "An instance refresh of a group is under way",
    "What its instances run with changes while it is audited.",
    guide=REFRESHES,
)
def instance_refresh_under_way(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for group in refreshing(estate, "Pending", "InProgress", "Cancelling", "RollbackInProgress", "Baking"):
        yield Found(
            group,
            f"An instance refresh of group {group.name} is {group.refresh['Status']}, {group.refresh.get('PercentageComplete', 0)} percent of it done",
            "Audit it again when it has ended",
            told_of_refresh(group),
        )


def refreshing(estate: Estate, *states: str) -> Iterator[Group]:
    return (group for group in estate.groups if group.refresh and group.refresh["Status"] in states)


def told_of_refresh(group: Group) -> dict[str, object]:
    words = {"instance_refresh_id": "InstanceRefreshId", "status": "Status", "status_reason": "StatusReason", "percentage_complete": "PercentageComplete"}
    return {word: group.refresh[name] for word, name in words.items() if name in group.refresh}


@rule(
    "medium",
    "A group has its launches or its instance refreshes suspended",
    "Failed instances are not replaced, and a new role or version does not reach the group.",
    guide="https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html",
)
def process_suspended(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for group in estate.groups:
        suspended = {one["ProcessName"]: one.get("SuspensionReason", "") for one in group.answer.get("SuspendedProcesses", ())}
        wrong = sorted(suspended.keys() & {"Launch", "InstanceRefresh"})
        if wrong:
            yield Found(
                group,
                f"Group {group.name} has {' and '.join(wrong)} suspended",
                f"Resume {' and '.join(wrong)}",
                {"suspended_processes": suspended},
                fixes.of_group(group, estate.source_of(group), suspend_processes=sorted(suspended.keys() - set(wrong))),
            )


@rule(
    "medium",
    "A group launches from a launch configuration",
    "AWS gives launch configurations no new instance types and no new features, and lets new accounts make none.",
    guide="https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-configurations.html",
    aws_config=["autoscaling-launch-template"],
    security_hub=["AutoScaling.9"],
    control_tower=["CT.AUTOSCALING.PR.8"],
    prowler=["autoscaling_group_using_ec2_launch_template"],
)
def launch_configuration_used(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for source, users in used(estate):
        if source.type == CONFIGURATION:
            yield Found(
                source,
                f"{capital(told(users))} from launch configuration {source.name}",
                "Move to a launch template with the same data",
                {"groups": [group.name for group in users][:SHOWN]},
                fixes.to_template(estate, users, source),
            )


def used(estate: Estate) -> Iterator[tuple[Source, tuple[Group, ...]]]:
    """The sources that groups launch from, with those groups."""
    for source in estate.sources.values():
        if users := estate.users_of(source.id):
            yield source, users


def sources_of(estate: Estate, group: Group) -> list[Source]:
    return [estate.sources[launch.source] for launch in group.launches if launch.source in estate.sources]


def in_profiles(estate: Estate) -> Iterator[Role]:
    """The roles that instances can have."""
    held = {profile.role for profile in estate.profiles.values()}
    return (role for role in estate.roles.values() if role.name in held)


def differing(estate: Estate, differs) -> Iterator[tuple[Group, list[Instance]]]:
    """The groups with instances that differ, and these. Those that are leaving count no more."""
    for group in estate.groups:
        found = [one for one in estate.instances_of(group) if "Terminat" not in one.lifecycle_state and differs(one, group)]
        if found and estate.source_of(group):
            yield group, found


def counted(instances: list[Instance]) -> str:
    return "One instance" if len(instances) == 1 else f"{len(instances)} instances"


def told(groups: tuple[Group, ...]) -> str:
    names = [group.name for group in groups]
    return f"group {names[0]} launches" if len(names) == 1 else f"groups {briefly(names)} launch"


def used_by(groups: tuple[Group, ...]) -> str:
    if not groups:
        return ""
    return f"; {told(groups)} with it"


def briefly(names: list[str], most: int = 3) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
