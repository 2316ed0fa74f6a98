# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who still uses a thing that is to go, found in bulk and told in words. Reading never changes anything. Private to this collection.

The users of an instance profile are regional and the profile is not: this file finds those of one
region, and `core.regions` those of all others. Which task asks, a check or a run, makes no difference:
what earlier tasks of a play told of a group, a template or a configuration goes before what AWS shows of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .earlier import Earlier
from .errors import DENIALS, CallRefused, NoRegion, StillUsed
from .permissions import action_of
from .profile_names import in_ec2_words, profile_named
from .tags import tag_dict

Find = Callable[..., Any]
Answer = Mapping[str, Any]

GROUPS_AT_ONCE = 100
CONFIGURATIONS_AT_ONCE = 100
VERSIONS_AT_ONCE = 200
INSTANCES_AT_ONCE = 1000
ALIVE = ("pending", "running", "stopping", "stopped")
# A star in a filter stands for any characters: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
ANY_PROFILE = "arn:*:instance-profile/*"
GROUP_TAG = "aws:autoscaling:groupName"
LATEST, DEFAULT = "$Latest", "$Default"
NO_VERSION = "InvalidLaunchTemplateId.VersionNotFound"
NO_REGION = "no region is given, and users are found region by region; set region"
TOLD_AT_MOST = 10  # in a message; the result has them all


# What services answer in a region that the account or the credentials cannot use there, such as one that is not enabled for them:
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
UNUSABLE = (*DENIALS, "AuthFailure", "InvalidClientTokenId", "OptInRequired", "SignatureDoesNotMatch", "UnrecognizedClientException")


@dataclass(frozen=True)
class LastUsed:
    """The region and the time of a role's last use, as IAM tracks them.

    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html
    """

    role: str
    region: str
    date: str

    @classmethod
    def from_answer(cls, role: Answer) -> LastUsed | None:
        """Read it from GetRole's answer; None if IAM tracked no use."""
        used = role.get("RoleLastUsed") or {}
        is_whole = bool(used.get("Region") and used.get("LastUsedDate"))
        return cls(role["RoleName"], used["Region"], used["LastUsedDate"].isoformat()) if is_whole else None


@dataclass(frozen=True)
class OtherRegion:
    """The users in one other region of the account, and why these may not be all of them."""

    name: str
    found: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class Users:
    """Who uses a thing, in words; and why that may not be all of them.

    ``found`` and ``unseen`` are of the task's region. ``others`` are the other regions that were searched, and ``unlisted`` says why these
    are not all enabled ones, if so; ``is_limited`` says that the task chose them. ``last_used`` is the last use of the role, known only where
    a region was not read.
    """

    found: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    region: str | None = None
    others: tuple[OtherRegion, ...] = ()
    unlisted: str = ""
    is_limited: bool = False
    last_used: LastUsed | None = None

    def __bool__(self) -> bool:
        return bool(self.found or self.unseen or self.in_other_regions or self.unread_last_use)

    @property
    def in_other_regions(self) -> tuple[str, ...]:
        return tuple(f"{user} in {other.name}" for other in self.others for user in other.found)

    @property
    def evidence(self) -> tuple[str, ...]:
        """All users that were found, wherever they are."""
        return (*self.found, *self.in_other_regions)

    @property
    def is_elsewhere_only(self) -> bool:
        """Whether other regions use it, and nothing in the task's region does."""
        return bool(self.in_other_regions) and not self.found

    @property
    def read(self) -> tuple[str, ...]:
        """The regions that were read whole."""
        own = (self.region,) if self.region and not self.unseen else ()
        return (*own, *(other.name for other in self.others if not other.unread))

    @property
    def not_read(self) -> dict[str, str]:
        """Why other regions could not be read whole, by their names."""
        return {other.name: "; ".join(other.unread) for other in self.others if other.unread}

    @property
    def unread_last_use(self) -> str:
        """The evidence of a use in a region that was not read; empty if there is none."""
        used = self.last_used
        if used is None or used.region in (*self.read, self.region):
            return ""
        reason = self.not_read.get(used.region) or self.unlisted or "it is not an enabled region of the account"
        return f"role {used.role} was last used in {used.region} at {used.date} (RoleLastUsed), and users there are not known: {reason}"


@dataclass(frozen=True)
class ProfileInUse:
    """An instance profile whose users are asked for. Its ARN is not known where an earlier task made it."""

    name: str
    path: str = "/"
    arn: str | None = None

    @property
    def filtered_by(self) -> str:
        """What EC2 finds its instances by; a star stands for anything, and a backslash takes that from it."""
        path = "".join(f"\\{sign}" if sign in "*?\\" else sign for sign in self.path)
        return self.arn or f"arn:*:iam::*:instance-profile{path}{self.name}"


def find_profile_users(look: Look, profiles: Iterable[ProfileInUse], region: str | None) -> Users:
    """Find the groups, launch templates, launch configurations and instances of a region that use one of the profiles."""
    wanted = tuple(profiles)
    names = {profile.name for profile in wanted}
    return collected(
        (
            lambda: look.groups_with(names),
            lambda: look.templates_with(names),
            lambda: look.configurations_with(names),
            lambda: look.instances_with(wanted),
        ),
        region,
    )


def find_profile_users_ever(look: Look, profiles: Iterable[ProfileInUse], family: Collection[str], region: str | None) -> Users:
    """Find them, and any version of a launch template that launches with one of the family: whoever goes back to it needs its profile."""
    wanted = tuple(profiles)
    names = {profile.name for profile in wanted}
    return collected(
        (
            lambda: look.groups_with(names),
            lambda: look.versions_with(names, family),
            lambda: look.configurations_with(names),
            lambda: look.instances_with(wanted),
        ),
        region,
    )


def users_of_template(template_id: str, name: str, leaving: str | None, find: Find, earlier: Earlier, region: str | None) -> Users:
    """The groups that name a launch template, without the one that goes before it."""
    look = Look(find, earlier)
    return collected((lambda: look.groups_of(template_id, name, leaving),), region)


def collected(looks: Iterable[Callable[[], Iterable[str]]], region: str | None) -> Users:
    """What each look finds; one that is denied takes nothing from the others."""
    found: list[str] = []
    unseen: set[str] = set()
    for look in looks:
        try:
            found.extend(look())
        except Unseen as denied:
            unseen.add(str(denied))
        except NoRegion:
            unseen.add(NO_REGION)
    return Users(tuple(sorted(found)), tuple(sorted(unseen)), region)


def refuse_used(option: str, thing: str, users: Users, harm: str, way_out: str, force: str) -> None:
    """Refuse to take away what is used, or what nobody can tell of."""
    if not users:
        return
    found = f"{thing} is still used{describe_places(users)}; {harm}. {way_out}" if users.evidence else ""
    unseen = f"{'Who else' if found else 'who'} uses {thing} is not known: {'; '.join(users.unseen)}" if users.unseen else ""
    raise StillUsed(f"{option}: {'. '.join(filter(None, (found, unseen, describe_last_use(users, thing, found))))}, or set {force}: true", list_evidence(users))


def describe_places(users: Users) -> str:
    """The users, region by region: " in eu-west-1 by instance i-1 (running)"."""
    own = [(users.region, users.found)] if users.found else []
    places = [*own, *((other.name, other.found) for other in users.others if other.found)]
    return " and".join(f"{f' in {region}' if region else ''} by {listed(found)}" for region, found in places)


def describe_last_use(users: Users, thing: str, found: str) -> str:
    if not users.unread_last_use:
        return ""
    told = f"{thing} may be in use: {users.unread_last_use}. Allow the reads in {users.last_used.region}, or name it in regions"
    return told if not found else f"Besides, {told}"


def list_evidence(users: Users) -> tuple[str, ...]:
    """What stands against the deletion, for a result."""
    return (*users.evidence, *filter(None, (users.unread_last_use,)))


def listed(users: Collection[str]) -> str:
    shown, more = list(users)[:TOLD_AT_MOST], len(users) - TOLD_AT_MOST
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


class Unseen(Exception):
    """The caller may not look."""


@dataclass(frozen=True)
class Specification:
    """A launch template as a group names it."""

    id: str | None
    name: str | None
    version: str

    def __str__(self) -> str:
        return f"launch template {self.name or self.id}, version {self.version}"

    def names(self, template_id: str, name: str) -> bool:
        return self.id == template_id if self.id else self.name == name

    def carried_by(self, versions: Iterable[Answer]) -> list[Answer]:
        """The version that is named, if it is among these; of a template that has several, the newest comes last."""
        same = sorted((one for one in versions if self.names(one["LaunchTemplateId"], one["LaunchTemplateName"])), key=number)
        if self.version == LATEST:
            return same[-1:]
        return [one for one in same if (one["DefaultVersion"] if self.version == DEFAULT else str(number(one)) == self.version)]


@dataclass(frozen=True)
class Look:
    """One look around a region. Each kind of thing is read once, and only when it is asked for."""

    find: Find
    earlier: Earlier
    is_elsewhere: bool = False  # whether the region is another one than the task's, which an organization may deny
    reads_all_instances: bool = False  # at once, for whoever asks of many profiles one after the other

    def read(self, service: str, operation: str, **params: Any) -> Any:
        try:
            return self.find(service, operation, **params)
        except CallRefused as refusal:
            if self.is_elsewhere and refusal.code in UNUSABLE:
                raise Unseen(f"{action_of(service, operation)} is denied ({refusal.code})") from refusal
            if refusal.is_denial:
                raise Unseen(f"{action_of(service, operation)} is denied; allow it") from refusal
            raise

    def told(self, kind: str) -> dict[str, Answer]:
        """What earlier tasks told of how the things of one kind launch; of some they cannot tell."""
        things = self.earlier.outcome.get(kind, {})
        return {name: facts for name, facts in things.items() if facts and facts.get("instance_profile")}

    @cached_property
    def groups(self) -> dict[str, Answer]:
        answer = self.read("autoscaling", "describe_auto_scaling_groups", MaxRecords=GROUPS_AT_ONCE)
        seen = {group["AutoScalingGroupName"]: group for group in answer["AutoScalingGroups"]}
        there = {**{name: {} for name in self.told("auto_scaling_group")}, **seen}
        return {name: group for name, group in there.items() if not self.earlier.removed("auto_scaling_group", name)}

    @cached_property
    def newest_and_default(self) -> list[Answer]:
        answer = self.read("ec2", "describe_launch_template_versions", Versions=[LATEST, DEFAULT], MaxResults=VERSIONS_AT_ONCE)
        versions = answer["LaunchTemplateVersions"]
        return [one for one in versions if not self.earlier.removed("launch_template", one["LaunchTemplateName"])]

    @cached_property
    def versions(self) -> list[Answer]:
        """The newest and the default version of every template, and those that groups name by other numbers."""
        return [*self.newest_and_default, *(one for template, numbers in self.numbered().items() for one in self.numbered_versions(template, numbers))]

    def numbered(self) -> dict[str, set[str]]:
        """The numbers, by the id of their template, that only a further read tells of."""
        ids = {one["LaunchTemplateName"]: one["LaunchTemplateId"] for one in self.newest_and_default}
        lacking: dict[str, set[str]] = {}
        for specification in (one for group in self.groups.values() for one in specifications(group)):
            template = specification.id or ids.get(specification.name)
            if template in ids.values() and specification.version.isdecimal() and not specification.carried_by(self.newest_and_default):
                lacking.setdefault(template, set()).add(specification.version)
        return dict(sorted(lacking.items()))

    def numbered_versions(self, template: str, numbers: Iterable[str]) -> list[Answer]:
        asked = {"LaunchTemplateId": template, "Versions": sorted(numbers, key=int)}
        answer = self.read("ec2", "describe_launch_template_versions", absent=NO_VERSION, **asked)
        return answer["LaunchTemplateVersions"] if answer else []

    @cached_property
    def configurations(self) -> dict[str, str | None]:
        """The profile of every launch configuration; of those that earlier tasks wrote, as they told."""
        answer = self.read("autoscaling", "describe_launch_configurations", MaxRecords=CONFIGURATIONS_AT_ONCE)
        told = self.told("launch_configuration").values()
        gone = {name for facts in told for name in facts.get("deleted", ())}
        return {
            **{
                one["LaunchConfigurationName"]: profile_named(in_ec2_words(one.get("IamInstanceProfile", "")))
                for one in answer["LaunchConfigurations"]
                if one["LaunchConfigurationName"] not in gone
                and not self.earlier.removed("launch_configuration", one["LaunchConfigurationName"])
            },
            **{facts["launch_configuration_name"]: facts["instance_profile"] for facts in told},
        }

    @cached_property
    def launches_of_groups(self) -> dict[str, list[tuple[str | None, str]]]:
        return {name: list(self.launches(name, group)) for name, group in self.groups.items()}

    def groups_with(self, profiles: Collection[str]) -> Iterator[str]:
        for name, launches in self.launches_of_groups.items():
            how = next((how for profile, how in launches if profile in profiles), None)
            if how is not None:
                yield f"group {name}{how and f' ({how})'}"

    def launches(self, name: str, group: Answer) -> Iterator[tuple[str | None, str]]:
        """The profiles that a group's instances may get, and by way of what."""
        if facts := self.told("auto_scaling_group").get(name):
            yield facts["instance_profile"], ""
        elif configuration := group.get("LaunchConfigurationName"):
            yield self.configurations.get(configuration), f"launch configuration {configuration}"
        for specification in specifications(group, overrides_only=bool(facts)):
            yield self.carried(specification), str(specification)

    def carried(self, specification: Specification) -> str | None:
        told = self.told("launch_template")
        if specification.version in (LATEST, DEFAULT) and specification.name in told:
            return told[specification.name]["instance_profile"]
        return next((profile_in(one) for one in specification.carried_by(self.versions)), None)

    def templates_with(self, profiles: Collection[str]) -> Iterator[str]:
        told = self.told("launch_template")
        yield from (f"launch template {name}" for name, facts in told.items() if facts["instance_profile"] in profiles)
        found: dict[str, set[int]] = {}
        for one in self.newest_and_default:
            if one["LaunchTemplateName"] not in told and profile_in(one) in profiles:
                found.setdefault(one["LaunchTemplateName"], set()).add(number(one))
        for name, numbers in found.items():
            yield f"launch template {name} (version {' and '.join(str(one) for one in sorted(numbers))})"

    def versions_with(self, profiles: Collection[str], family: Collection[str]) -> Iterator[str]:
        """Those of any number, but for those that an earlier task pruned."""
        templates = {one["LaunchTemplateName"]: one["LaunchTemplateId"] for one in self.newest_and_default if profile_in(one) in family}
        for name, template in sorted(templates.items()):
            pruned = self.earlier.outcome.get("launch_template", {}).get(name, {}).get("pruned", ())
            answer = self.read("ec2", "describe_launch_template_versions", LaunchTemplateId=template, MaxResults=VERSIONS_AT_ONCE)
            numbers = [number(one) for one in answer["LaunchTemplateVersions"] if profile_in(one) in profiles and number(one) not in pruned]
            if numbers:
                yield f"launch template {name} (version {' and '.join(str(one) for one in sorted(numbers))})"

    def configurations_with(self, profiles: Collection[str]) -> Iterator[str]:
        yield from (f"launch configuration {name}" for name, profile in self.configurations.items() if profile in profiles)

    def instances_with(self, profiles: Sequence[ProfileInUse]) -> Iterator[str]:
        """Instances that are there and may still need credentials; those of a group that has gone go with it."""
        names = {one.name for one in profiles}
        for instance in self.carriers(profiles):
            group = tag_dict(instance.get("Tags", [])).get(GROUP_TAG)
            if not self.earlier.removed("auto_scaling_group", group) and instance["InstanceId"] not in self.freed | self.moved(names):
                yield f"instance {instance['InstanceId']}{f' of group {group}' if group else ''} ({instance['State']['Name']})"

    def carriers(self, profiles: Sequence[ProfileInUse]) -> Iterable[Answer]:
        """The instances with one of the profiles. An account has a name once, whatever the path."""
        if self.reads_all_instances:
            names = {one.name for one in profiles}
            return [one for one in self.all_carriers if one["IamInstanceProfile"]["Arn"].rpartition("/")[-1] in names]
        return self.instances_by([one.filtered_by for one in profiles])

    @cached_property
    def all_carriers(self) -> list[Answer]:
        return self.instances_by([ANY_PROFILE])

    def instances_by(self, arns: list[str]) -> list[Answer]:
        filters = [{"Name": "iam-instance-profile.arn", "Values": arns}, {"Name": "instance-state-name", "Values": list(ALIVE)}]
        answer = self.read("ec2", "describe_instances", Filters=filters, MaxResults=INSTANCES_AT_ONCE)
        return [one for reservation in answer["Reservations"] for one in reservation["Instances"]]

    @cached_property
    def freed(self) -> set[str]:
        """The instances that an earlier task replaces, or gives another profile."""
        groups = self.earlier.outcome.get("auto_scaling_group", {}).values()
        return {one for facts in groups for one in (facts or {}).get("freed", ())}

    def moved(self, profiles: Collection[str]) -> set[str]:
        """The instances that an earlier task gave another profile than these, or none."""
        told = self.earlier.outcome.get("instance_profile_association", {})
        return {one for one, facts in told.items() if facts and facts.get("instance_profile") not in profiles}

    def groups_of(self, template_id: str, name: str, leaving: str | None) -> Iterator[str]:
        for group, answer in self.groups.items():
            facts = self.told("auto_scaling_group").get(group)
            named = [one for one in specifications(answer, overrides_only=bool(facts)) if one.names(template_id, name)]
            if group != leaving and (named or (facts or {}).get("launch_template_name") == name):
                yield f"group {group}"


def specifications(group: Answer, overrides_only: bool = False) -> Iterator[Specification]:
    """The launch templates that a group names: its own, and those of the overrides of a mixed instances policy."""
    mixed = group.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {})
    own = [] if overrides_only else [group.get("LaunchTemplate"), mixed.get("LaunchTemplateSpecification")]
    overrides = [override.get("LaunchTemplateSpecification") for override in mixed.get("Overrides", [])]
    for one in filter(None, (*own, *overrides)):
        yield Specification(one.get("LaunchTemplateId"), one.get("LaunchTemplateName"), one.get("Version", DEFAULT))


def number(version: Answer) -> int:
    return version["VersionNumber"]


def profile_in(version: Answer) -> str | None:
    return profile_named(version["LaunchTemplateData"].get("IamInstanceProfile", {}))
