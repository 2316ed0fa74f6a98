# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what to do about one Auto Scaling group. Pure: no AWS, no Ansible. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal

from ..core.authorization import asked
from ..core.authorization import launch as launch_permissions
from ..core.errors import Refused
from ..core.permissions import Permission
from ..core.plan import Action, Later, NotYet, Plan, Step, Wait
from ..core.shapes import to_words
from ..core.tags import tags_after
from .belongings import Belonging
from .capacity import capacity, first_launch, is_served, known_before, launches_at_once, may_launch
from .companions import COMPANIONS, beside
from .deletion import deletion
from .kinds import LIFECYCLE_HOOKS
from .members import CLEARED, in_one_wording, so, told_once
from .state import Desired, FromConfiguration, FromTemplate, Group, Launch, Observed, Tag
from .waits import READ, is_there, watch

# The profile is known to be there: refuse_missing_parts looked, or an earlier task made it.
PROFILE_NOT_SPREAD = (NotYet("ValidationError", "Invalid IAM Instance Profile"), NotYet("ValidationError", "no associated IAM Roles"))

# What must be so before a change of the group launches or ends an instance.
BEFORE_LAUNCHES = ("delete_lifecycle_hook", "put_lifecycle_hook", "suspend_processes", "set_instance_protection")
SOURCES = {"LaunchTemplate", "MixedInstancesPolicy", "LaunchConfigurationName"}
# Who gives the group what it launches from: this plan, a rollout that follows, or one that is under way.
Course = Literal["itself", "deferred", "joined"]
ITSELF: Course = "itself"
DEFERRED: Course = "deferred"
JOINED: Course = "joined"
ZONES, SUBNETS = "AvailabilityZones", "VPCZoneIdentifier"
VALIDATION = "SkipZonalShiftValidation"
NEVER_TOLD = ("LifecycleHookSpecificationList", "Operator", VALIDATION)


def plan(want: Desired, seen: Observed, launch: Launch | None, shape: Any, course: Course = ITSELF) -> Plan:
    """The calls that give ``want``, starting from what was seen. ``shape`` is the API's AutoScalingGroup."""
    if not want.present or launch is None:
        return absence(want, seen.group, shape)
    now = seen.group and replace(seen.group, members=told_once(seen.group.members, want.members))
    refuse_the_impossible(want, now)
    members = beside_others(want, now, wanted_members(want, now, launch))
    now = on_its_way(now, members) if now and course == JOINED else now
    steps = tuple(changes(want, members, now, launch, course) if now else creation(want, members, launch))
    belongings = {one.option: one.told(one.after(before_of(one, now))) for one in want.belongings}
    return Plan(
        before={"auto_scaling_group": told_before(now, want, shape)} if now else None,
        after={"auto_scaling_group": {**told(outcome(members, now), wanted_tags(want, now), want, shape), **belongings}},
        steps=steps,
        result={"auto_scaling_group": result(want, members, now, bool(steps) or course != ITSELF, shape)},
        outcome={"auto_scaling_group": {want.name: launching(launch)}},
        warnings=warnings(want, members, now),
        looks=() if now else tuple(looks(want)),
    )


def looks(want: Desired) -> Iterator[Permission]:
    """What a look at a new group reads of what belongs to it."""
    for one in want.belongings:
        yield from asked("autoscaling", one.read, one.reading(want.name)) if one.read else ()


def absence(want: Desired, now: Group | None, shape: Any) -> Plan:
    return Plan(
        before={"auto_scaling_group": told(now.members, now.tags, want, shape)} if now else None,
        after=None,
        steps=tuple(deletion(want, now)) if now else (),
        result={"auto_scaling_group": None},
        outcome={"auto_scaling_group": {want.name: None}},
    )


def refuse_the_impossible(want: Desired, now: Group | None) -> None:
    """Say no before the first call rather than halfway through."""
    if now and now.deleting:
        raise Refused(f"name: group {want.name} is being deleted; run again once it is gone")
    if now is None:
        refuse_incomplete(want)
    sizes = {**(now.members if now else {}), **want.members}
    least, most, desired = (sizes.get(name) for name in ("MinSize", "MaxSize", "DesiredCapacity"))
    if least > most:
        raise Refused(f"min_size: {least} is more than max_size {most}")
    if "DesiredCapacity" in want.members and not least <= desired <= most:
        raise Refused(f"desired_capacity: {desired} is not between min_size {least} and max_size {most}")


def refuse_incomplete(want: Desired) -> None:
    for member, option in (("MinSize", "min_size"), ("MaxSize", "max_size")):
        if member not in want.members:
            raise Refused(f"{option}: must be given, as there is no group {want.name} yet")
    if not any(want.members.get(place) for place in ("VPCZoneIdentifier", "AvailabilityZones", "AvailabilityZoneIds")):
        raise Refused("vpc_zone_identifier: subnets must be given, or availability_zones")


def beside_others(want: Desired, now: Group | None, members: Mapping[str, Any]) -> dict[str, Any]:
    """The members, with what is there besides in the lists that are not all there is."""
    have = now.members if now else {}
    return {name: beside(have.get(name, []), value) if name in want.kept else value for name, value in members.items()}


def wanted_members(want: Desired, now: Group | None, launch: Launch) -> dict[str, Any]:
    """The declared members, with the launch source where the group keeps it."""
    kept = by_id(now.members.get("MixedInstancesPolicy") or {}) if now else {}
    policy = want.members.get("MixedInstancesPolicy", kept)
    if policy and isinstance(launch, FromConfiguration):
        raise Refused("mixed_instances_policy: takes a launch template; declare launch_template, or mixed_instances_policy: {}")
    if policy:
        return {**want.members, "MixedInstancesPolicy": with_template(policy, launch, kept)}
    rest = {name: value for name, value in want.members.items() if name != "MixedInstancesPolicy"}
    return {**rest, **launch.source}


def with_template(policy: Mapping[str, Any], launch: FromTemplate, kept: Mapping[str, Any]) -> dict[str, Any]:
    """The policy as it is to be said: with the overrides that are there, where it says none itself."""
    overrides = {name: value for name, value in kept.get("LaunchTemplate", {}).items() if name == "Overrides"}
    template = {**overrides, **policy.get("LaunchTemplate", {}), "LaunchTemplateSpecification": launch.reference}
    return {**policy, "LaunchTemplate": template}


def by_id(value: Any) -> Any:
    """What AWS told, as it can be given back: a launch template by its id or its name, and AWS tells both."""
    if isinstance(value, Mapping):
        return {key: by_id(item) for key, item in value.items() if key != "LaunchTemplateName" or "LaunchTemplateId" not in value}
    if isinstance(value, (list, tuple)):
        return [by_id(item) for item in value]
    return value


def launching(launch: Launch) -> dict[str, Any]:
    """What later tasks may want to know of how the group launches: who still needs a template, a configuration or a profile."""
    source = "launch_configuration_name" if isinstance(launch, FromConfiguration) else "launch_template_name"
    return {word: value for word, value in ((source, launch.name), ("instance_profile", launch.profile)) if value}


def warnings(want: Desired, members: Mapping[str, Any], now: Group | None) -> tuple[str, ...]:
    """What Auto Scaling's reference says of a group that is given a mixed instances policy."""
    if not now or "MixedInstancesPolicy" not in members or now.members.get("MixedInstancesPolicy"):
        return ()
    return (f"group {want.name} gets a mixed instances policy: AWS may replace running instances to match its purchase options",)


def creation(want: Desired, members: Mapping[str, Any], launch: Launch) -> Iterator[Step]:
    yield create_group(want, members, launch)
    for one in want.belongings:
        if not one.born():
            yield from one.changes(want.name, one.seen({}))
    if want.wait_for_instances:
        yield from capacity(want, None, known=False)
        return
    if launch.fresh and launches_at_once(want):
        yield first_launch(want.name)
    yield read_back(want)


def said_beside(updated: Mapping[str, Any], members: Mapping[str, Any]) -> dict[str, Any]:
    """What AWS never tells, and takes beside the change that it is about."""
    about = "AvailabilityZoneImpairmentPolicy" in updated and VALIDATION in members
    return {VALIDATION: members[VALIDATION]} if about else {}


def validated(actions: Iterable[Action], members: Mapping[str, Any]) -> Iterator[Action]:
    """Attaching traffic sources takes the same word."""
    for action in actions:
        takes = action.operation == "attach_traffic_sources" and VALIDATION in members
        yield replace(action, params={**action.params, VALIDATION: members[VALIDATION]}) if takes else action


def on_its_way(now: Group, members: Mapping[str, Any]) -> Group:
    """The group as a rollout is about to leave it: what it brings counts as there."""
    sources = {name: value for name, value in members.items() if name in SOURCES}
    return replace(now, members={**{name: value for name, value in now.members.items() if name not in SOURCES}, **sources})


def moves(want: Desired, now: Group, launch: Launch) -> bool:
    """Whether the group is to launch from something else than it does."""
    members = wanted_members(want, now, launch)
    return any(name in SOURCES and differs(name, value, now) for name, value in members.items())


def changes(want: Desired, members: Mapping[str, Any], now: Group, launch: Launch, course: Course) -> Iterator[Step]:
    """The calls between the group that is there and the wanted one; what a rollout brings is left to it."""
    differing = {name: value for name, value in members.items() if differs(name, value, now)}
    left = SOURCES if course == DEFERRED else set()
    updated = {name: value for name, value in differing.items() if name not in COMPANIONS and name not in left}
    actions: list[Step] = []
    if updated:
        actions.append(update_group(now, {**updated, **said_beside(updated, members)}, launch))
    for name in sorted(differing.keys() & COMPANIONS.keys()):
        actions += validated(COMPANIONS[name](want.name, now.members.get(name, []), differing[name]), members)
    actions += retag(want, now)
    for one in want.belongings:
        actions += one.changes(want.name, before_of(one, now))
    yield from seen_through(want, now, sorted(actions, key=lambda action: action.operation not in BEFORE_LAUNCHES))


def seen_through(want: Desired, now: Group, actions: Sequence[Step]) -> Iterator[Step]:
    """The actions, and the waits that belong before and after them."""
    short = want.wait_for_instances and not is_served(now.answer)
    launches = want.wait_for_instances and may_launch(actions, short)
    if launches:
        yield known_before(want.name)
    yield from actions
    if launches or short:
        yield from capacity(want, now, known=launches)
    elif actions:
        yield read_back(want)


def read_back(want: Desired) -> Wait:
    return watch(want.name, f"read group {want.name} back", is_there, want.wait_timeout)


def before_of(one: Belonging, now: Group | None) -> Any:
    return now.belongings[one.option] if now else one.seen({})


def differs(name: str, wanted: Any, now: Group) -> bool:
    return name not in NEVER_TOLD and not so(name, wanted, now.members.get(name))


def outcome(members: Mapping[str, Any], now: Group | None) -> dict[str, Any]:
    """The members of the group once the plan is done."""
    if now is None:
        return said_at_creation(members)
    kept = {name: value for name, value in now.members.items() if name not in replaced_by(members)}
    after = {**kept, **{name: value for name, value in members.items() if differs(name, value, now)}}
    if ZONES not in members and after.get(SUBNETS) != now.members.get(SUBNETS):
        after[ZONES] = Later(READ, f"AutoScalingGroups.0.{ZONES}")  # the subnets bring them along
    return within_sizes({name: value for name, value in after.items() if name not in CLEARED or value != CLEARED[name]})


def said_at_creation(members: Mapping[str, Any]) -> dict[str, Any]:
    """What there is to say to AWS of a new group: nothing of what is to be taken away."""
    return {name: value for name, value in members.items() if value not in ("", [], {}, CLEARED.get(name, ""))}


def within_sizes(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members, with the desired capacity that AWS moves along when it moves the sizes past it."""
    least, most, desired = (members.get(name) for name in ("MinSize", "MaxSize", "DesiredCapacity"))
    return {**members, "DesiredCapacity": min(max(desired, least), most)} if desired is not None else dict(members)


def replaced_by(members: Mapping[str, Any]) -> set[str]:
    """A group has one launch source; declaring one takes the others away."""
    return SOURCES - members.keys() if SOURCES & members.keys() else set()


def wanted_tags(want: Desired, now: Group | None) -> Mapping[str, Tag]:
    return tags_after(now.tags if now else {}, want.tags, want.purge_tags)


def retag(want: Desired, now: Group) -> Iterator[Action]:
    wanted = wanted_tags(want, now)
    gone = {key: now.tags[key] for key in now.tags.keys() - wanted.keys()}
    new = {key: tag for key, tag in wanted.items() if now.tags.get(key) != tag}
    if gone:
        yield tags_action("delete_tags", want.name, gone, f"remove tags from group {want.name}")
    if new:
        yield tags_action("create_or_update_tags", want.name, new, f"tag group {want.name}")


def tags_action(operation: str, name: str, tags: Mapping[str, Tag], summary: str) -> Action:
    return Action("autoscaling", operation, {"Tags": tag_list(name, tags)}, summary)


def tag_list(name: str, tags: Mapping[str, Tag]) -> list[dict[str, Any]]:
    return [
        {
            "ResourceId": name,
            "ResourceType": "auto-scaling-group",
            "Key": key,
            "Value": tag.value,
            "PropagateAtLaunch": tag.propagate,
        }
        for key, tag in sorted(tags.items())
    ]


def create_group(want: Desired, members: Mapping[str, Any], launch: Launch) -> Action:
    tagged = {"Tags": tag_list(want.name, want.tags)} if want.tags else {}
    born = {member: value for one in want.belongings for member, value in one.born().items()}
    params = {"AutoScalingGroupName": want.name, **said_at_creation(members), **born, **tagged}
    return Action(
        service="autoscaling",
        operation="create_auto_scaling_group",
        params=params,
        summary=f"create group {want.name} of {want.members['MinSize']} to {want.members['MaxSize']} instances",
        needs=needs(launch, members),
        not_yet=(*PROFILE_NOT_SPREAD, *(LIFECYCLE_HOOKS.not_yet if LIFECYCLE_HOOKS.born_with in params else ())),
    )


def update_group(now: Group, updated: Mapping[str, Any], launch: Launch) -> Action:
    name, relaunched = now.name, SOURCES & updated.keys()
    return Action(
        service="autoscaling",
        operation="update_auto_scaling_group",
        params={"AutoScalingGroupName": name, **updated},
        summary=f"update group {name}: {', '.join(sorted(updated))}",
        needs=needs(launch, {**now.members, **updated}) if relaunched else (),
        not_yet=PROFILE_NOT_SPREAD if relaunched else (),
    )


def needs(launch: Launch, members: Mapping[str, Any]) -> tuple[Permission, ...]:
    """What Auto Scaling asks of whoever points a group with these members at a launch template."""
    return tuple(launch_permissions(launch.data, members)) if isinstance(launch, FromTemplate) else ()


def judged_with(planned: Plan, others: Sequence[Mapping[str, Any]]) -> Plan:
    """The same, where Auto Scaling judges a launch, with what it asks for the templates that overrides name: their data are no part of the group."""
    after = planned.after.get("auto_scaling_group", {}) if planned.after else {}
    where = {"VPCZoneIdentifier": after.get("vpc_zone_identifier") or "", "PlacementGroup": after.get("placement_group")}
    more = tuple(permission for data in others for permission in launch_permissions(data, where))
    return replace(planned, steps=tuple(asking_too(step, more) for step in planned))


def asking_too(step: Step, more: tuple[Permission, ...]) -> Step:
    judged = isinstance(step, Action) and any(one.action == "ec2:RunInstances" for one in step.needs)
    return replace(step, needs=(*step.needs, *more)) if judged else step


def result(want: Desired, members: Mapping[str, Any], now: Group | None, read_again: bool, shape: Any) -> Any:
    """What the task returns about the group: AWS's own answer, in playbook words."""
    words = partial(to_words, shape=shape)
    if now and not read_again:
        return words(now.answer)
    there = now.answer if now else {"AutoScalingGroupARN": Later(READ, ""), "Instances": Later(READ, "")}
    meanwhile = {**there, "AutoScalingGroupName": want.name, **outcome(members, now)}
    return Later(READ, "AutoScalingGroups.0", through=words, meanwhile=words(meanwhile))


def told_before(now: Group, want: Desired, shape: Any) -> dict[str, Any]:
    belongings = {one.option: one.told(now.belongings[one.option]) for one in want.belongings}
    return {**told(now.members, now.tags, want, shape), **belongings}


def told(members: Mapping[str, Any], tags: Mapping[str, Tag], want: Desired, shape: Any) -> dict[str, Any]:
    """The group, for the diff."""
    shown_tags = {key: {"value": tag.value, "propagate_at_launch": tag.propagate} for key, tag in sorted(tags.items())}
    return {"auto_scaling_group_name": want.name, **to_words(in_one_wording(by_id(members)), shape), "tags": shown_tags}
