# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what to do about one Auto Scaling group. Pure: no AWS, no Ansible. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from ..core.errors import Refused
from ..core.plan import Action, Later, NotYet, Plan, Step, Wait
from ..core.shapes import meaning, to_words
from ..core.tags import tags_after
from .belongings import Belonging
from .capacity import capacity, is_served, known_before, may_launch
from .companions import COMPANIONS
from .deletion import deletion
from .kinds import LIFECYCLE_HOOKS
from .state import Desired, FromConfiguration, FromTemplate, Group, Launch, Observed, Tag
from .waits import READ, is_there, watch

# The profile is known to be there: refuse_missing_parts looked, or an earlier task made it.
PROFILE_NOT_SPREAD = (NotYet("ValidationError", "Invalid IAM Instance Profile"), NotYet("ValidationError", "no associated IAM Roles"))

# The value by which an update takes a member away; AWS then no longer returns it.
CLEARED = {
    "DefaultInstanceWarmup": -1,
    "InstanceMaintenancePolicy": {"MinHealthyPercentage": -1, "MaxHealthyPercentage": -1},
    "MaxInstanceLifetime": 0,
}
IN_ORDER = ("Overrides", "TerminationPolicies")  # the two lists whose order AWS obeys
# What must be so before a change of the group launches or ends an instance.
BEFORE_LAUNCHES = ("delete_lifecycle_hook", "put_lifecycle_hook", "suspend_processes", "set_instance_protection")
SOURCES = {"LaunchTemplate", "MixedInstancesPolicy", "LaunchConfigurationName"}
NEVER_TOLD = ("InstanceId", "LifecycleHookSpecificationList", "Operator", "SkipZonalShiftValidation")


def plan(want: Desired, seen: Observed, launch: Launch | None, shape: Any) -> Plan:
    """The calls that give ``want``, starting from what was seen. ``shape`` is the API's AutoScalingGroup."""
    now = seen.group
    if not want.present or launch is None:
        return absence(want, now, shape)
    refuse_the_impossible(want, now)
    members = wanted_members(want, now, launch)
    steps = tuple(changes(want, members, now, launch) if now else creation(want, members, launch))
    belongings = {one.option: one.told(one.after(before_of(one, now))) for one in want.belongings}
    return Plan(
        before={"auto_scaling_group": told_before(now, want, shape)} if now else None,
        after={"auto_scaling_group": {**told(outcome(members, now), wanted_tags(want, now), want, shape), **belongings}},
        steps=steps,
        result={"auto_scaling_group": result(want, members, now, steps, shape)},
        outcome={"auto_scaling_group": {want.name: launching(launch)}},
        warnings=warnings(want, members, now),
    )


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


def wanted_members(want: Desired, now: Group | None, launch: Launch) -> dict[str, Any]:
    """The declared members, with the launch source where the group keeps it."""
    policy = want.members.get("MixedInstancesPolicy")
    if policy is None and now:
        policy = by_id(now.members.get("MixedInstancesPolicy"))
    if policy and isinstance(launch, FromConfiguration):
        raise Refused("mixed_instances_policy: takes a launch template; declare launch_template, or mixed_instances_policy: {}")
    if policy:
        return {**want.members, "MixedInstancesPolicy": with_template(policy, launch)}
    rest = {name: value for name, value in want.members.items() if name != "MixedInstancesPolicy"}
    return {**rest, **launch.source}


def with_template(policy: Mapping[str, Any], launch: FromTemplate) -> dict[str, Any]:
    template = {**policy.get("LaunchTemplate", {}), "LaunchTemplateSpecification": launch.reference}
    return {**policy, "LaunchTemplate": template}


def by_id(value: Any) -> Any:
    """What AWS told, as it can be given back: a launch template by its id or its name, and AWS tells both."""
    if isinstance(value, Mapping):
        return {key: by_id(item) for key, item in value.items() if key != "LaunchTemplateName" or "LaunchTemplateId" not in value}
    if isinstance(value, (list, tuple)):
        return [by_id(item) for item in value]
    return value


def launching(launch: Launch) -> dict[str, Any]:
    """What later tasks may want to know of how the group launches: who still needs a launch configuration."""
    return {"launch_configuration_name": launch.name} if isinstance(launch, FromConfiguration) else {}


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
    yield from capacity(want, None, known=False) if want.wait_for_instances else (read_back(want),)


def changes(want: Desired, members: Mapping[str, Any], now: Group, launch: Launch) -> Iterator[Step]:
    """The calls between the group that is there and the wanted one."""
    differing = {name: value for name, value in members.items() if differs(name, value, now)}
    updated = {name: value for name, value in differing.items() if name not in COMPANIONS}
    actions: list[Step] = []
    if updated:
        actions.append(update_group(want.name, updated, launch))
    for name in sorted(differing.keys() & COMPANIONS.keys()):
        actions += COMPANIONS[name](want.name, now.members.get(name, []), differing[name])
    actions += retag(want, now)
    for one in want.belongings:
        actions += one.changes(want.name, before_of(one, now))
    yield from seen_through(want, now, sorted(actions, key=lambda action: action.operation not in BEFORE_LAUNCHES))


def seen_through(want: Desired, now: Group, actions: Sequence[Step]) -> Iterator[Step]:
    """The actions, and the waits that belong before and after them."""
    launches = want.wait_for_instances and may_launch(actions)
    if launches:
        yield known_before(want.name)
    yield from actions
    if launches or (want.wait_for_instances and not is_served(now.answer)):
        yield from capacity(want, now, known=launches)
    elif actions:
        yield read_back(want)


def read_back(want: Desired) -> Wait:
    return watch(want.name, f"read group {want.name} back", is_there, want.wait_timeout)


def before_of(one: Belonging, now: Group | None) -> Any:
    return now.belongings[one.option] if now else one.seen({})


def differs(name: str, wanted: Any, now: Group) -> bool:
    return name not in NEVER_TOLD and not so(name, wanted, now)


def so(name: str, wanted: Any, now: Group) -> bool:
    """Whether the group has what is wanted for one member, AWS's defaults beside it or not."""
    have = now.members.get(name)
    if name == "VPCZoneIdentifier":
        return subnets(wanted) == subnets(have or "")
    if name in CLEARED and wanted == CLEARED[name]:
        return have in (None, wanted)
    return covers(have, wanted, name)


def subnets(given: str) -> set[str]:
    return {subnet.strip() for subnet in given.split(",") if subnet.strip()}


def covers(have: Any, wanted: Any, name: str = "") -> bool:
    """Whether all that is wanted is there; AWS may have added defaults to it."""
    if isinstance(wanted, Mapping) and isinstance(have, Mapping):
        return all(covers(have.get(key), item, key) for key, item in wanted.items())
    if isinstance(wanted, (list, tuple)) and isinstance(have, (list, tuple)):
        return len(have) == len(wanted) and all(covers(*pair) for pair in pairs(have, wanted, name in IN_ORDER))
    return have == wanted or (says_nothing(have) and says_nothing(wanted))


def says_nothing(value: Any) -> bool:
    """Whether AWS takes the value for its absence; a zero is a value."""
    return value is None or value is False or value in ("", [], {})


def pairs(have: Any, wanted: Any, in_order: bool) -> Iterator[tuple[Any, Any]]:
    return zip(have, wanted) if in_order else zip(in_one_order(have), in_one_order(wanted))


def in_one_order(items: Any) -> list[Any]:
    return sorted(items, key=lambda item: str(meaning(item)))


def outcome(members: Mapping[str, Any], now: Group | None) -> dict[str, Any]:
    """The members of the group once the plan is done."""
    if now is None:
        return said_at_creation(members)
    kept = {name: value for name, value in now.members.items() if name not in replaced_by(members)}
    after = {**kept, **{name: value for name, value in members.items() if differs(name, value, now)}}
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
    return Action(
        service="autoscaling",
        operation="create_auto_scaling_group",
        params={"AutoScalingGroupName": want.name, **said_at_creation(members), **born, **tagged},
        summary=f"create group {want.name} of {want.members['MinSize']} to {want.members['MaxSize']} instances",
        needs=(*launch.needs, *(("autoscaling:CreateOrUpdateTags",) if tagged else ())),
        not_yet=(*PROFILE_NOT_SPREAD, *(LIFECYCLE_HOOKS.not_yet if born else ())),
    )


def update_group(name: str, updated: Mapping[str, Any], launch: Launch) -> Action:
    relaunched = SOURCES & updated.keys()
    return Action(
        service="autoscaling",
        operation="update_auto_scaling_group",
        params={"AutoScalingGroupName": name, **updated},
        summary=f"update group {name}: {', '.join(sorted(updated))}",
        needs=launch.needs if relaunched else (),
        not_yet=PROFILE_NOT_SPREAD if relaunched else (),
    )


def result(want: Desired, members: Mapping[str, Any], now: Group | None, steps: tuple[Step, ...], shape: Any) -> Any:
    """What the task returns about the group: AWS's own answer, in playbook words."""
    words = partial(to_words, shape=shape)
    if now and not steps:
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
    said = {name: value for name, value in by_id(members).items() if value not in (None, "", [], {})}
    return {"auto_scaling_group_name": want.name, **to_words(said, shape), "tags": shown_tags}
