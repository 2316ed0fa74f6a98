# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a rollout must know of a launch source and of a group, each from those who know it. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..auto_scaling_group import plan as group_plan
from ..auto_scaling_group import state as group_state
from ..core.authorization import AT_LAUNCH, asked
from ..core.aws import Aws
from ..core.errors import CallRefused, Refused
from ..core.permissions import Permission, action_of
from ..core.plan import Later, Plan
from ..core.shapes import to_words, within
from ..launch_configuration import state as configuration_state
from ..launch_template import plan as template_plan
from ..launch_template import state as template_state
from ..rollout import observe as rollout_observe
from ..rollout import plan as rollout_plan
from ..rollout import state as rollout_state
from ..rollout.refreshing import REFRESHES, STARTED
from ..rollout.state import Source, Target

Data = Mapping[str, Any]
Differing = Callable[[Data, Data], Sequence[str]]
MOVING = ("$Latest", "$Default")
NOTHING = rollout_plan.Course()
ANOTHER = "LaunchTemplate"  # differs as a whole: another template, or a version that AWS no longer tells of


@dataclass(frozen=True)
class LaunchSource:
    """What a group is to launch from, as a rollout compares it: the data known by source, and how two of them differ."""

    launch: group_state.Launch
    source: Source | None  # not known where AWS is still to number the version
    data: Data
    known: Mapping[Source, Data]
    differing: Differing
    shape: Any
    profile: str


def of_template(want: template_state.Desired, seen: template_state.Observed, launch: group_state.FromTemplate, shape: Any) -> LaunchSource:
    now = seen.template
    known = {Source(now.id, str(number)): data for number, data in now.versions.items()} if now else {}
    number = template_plan.launched_version(want, now)
    source = Source(now.id, str(number)) if now and not isinstance(number, Later) else None
    return LaunchSource(launch, source, launch.data, known, template_state.differing, shape, launch.profile or "")


def of_configuration(want: configuration_state.Desired, launch: group_state.FromConfiguration, line: Sequence[Any], shape: Any) -> LaunchSource:
    known = {Source(configuration=one.name): one.data for one in line}
    return LaunchSource(launch, Source(configuration=launch.name), want.data, known, configuration_state.differing, shape, launch.profile or "")


def course(want: rollout_state.Desired, group: group_state.Desired, now: group_state.Group | None, source: LaunchSource, aws: Aws) -> rollout_plan.Course:
    """What the rollout does; nothing where there is no group yet, or one that goes."""
    if now is None or now.deleting or not group.present:
        refuse_gone(want, group)
        return NOTHING
    moves = group_plan.moves(group, now, source.launch)
    seen = looked(want, now, source, moves, aws)
    target = target_of(group, now, source, seen)
    size = now.members.get("DesiredCapacity") or 0
    members = group_plan.wanted_members(group, now, source.launch)
    about = rollout_plan.Group(
        now.name, size, moves, bool(now.answer.get("WarmPoolConfiguration")), group_plan.needs(source.launch, {**now.members, **members})
    )
    decided = rollout_plan.plan(want, seen, target, about, lambda one: differs(one, source, target, seen, group))
    return replace(decided, warnings=(*decided.warnings, *seen.unseen))


def refuse_gone(want: rollout_state.Desired, group: group_state.Desired) -> None:
    """Nobody's rollout is finished by a group that is made anew."""
    if want.begun and group.present:
        raise Refused(f"rollout.instance_refresh_id: group {group.name} is not there any more, nor is its instance refresh {want.begun}")


def looked(want: rollout_state.Desired, now: group_state.Group, source: LaunchSource, moves: bool, aws: Aws) -> rollout_state.Observed:
    """What the instances run with: as far as the group tells, where all were launched from the source and nobody asked for more."""
    instances = rollout_observe.instances_in(now.answer)
    seen = rollout_state.Observed(tuple(one for one in instances if not one.leaving))
    if want.declared or any(one.source != source.source for one in seen.instances):
        seen = unless_denied(want, seen, lambda: what_they_carry(now, source, aws))
    if moves or want.strategy != "none":
        seen = unless_denied(want, seen, lambda: replace(seen, refreshes=rollout_observe.refreshes(now.name, aws.find)))
    return seen


def unless_denied(want: rollout_state.Desired, seen: rollout_state.Observed, look: Callable[[], rollout_state.Observed]) -> rollout_state.Observed:
    """It is news where no rollout is declared: who may not look is not stopped by that."""
    try:
        return look()
    except CallRefused as refusal:
        if refusal.is_denial and not want.declared:
            return replace(seen, unseen=(*seen.unseen, unknown(refusal)))
        raise


def unknown(refusal: CallRefused) -> str:
    service, operation, _params = refusal.asked
    refused = f"{action_of(service, operation)} was refused ({refusal.code})"
    return f"rollout: which running instances are behind, and what is rolled out to them, is not known; {refused}"


def what_they_carry(now: group_state.Group, source: LaunchSource, aws: Aws) -> rollout_state.Observed:
    found = rollout_observe.look(now.answer, source.profile, aws.find)
    beside = [Source(one.get("LaunchTemplateId"), one.get("Version")) for one in (own_specification(now.members),) if one]
    return rollout_observe.with_data(found, source.known, [*beside, *([source.source] if source.source else [])], aws.find)


def own_specification(members: Mapping[str, Any]) -> Mapping[str, Any]:
    policy = members.get("MixedInstancesPolicy") or {}
    return members.get("LaunchTemplate") or policy.get("LaunchTemplate", {}).get("LaunchTemplateSpecification") or {}


def overrides(members: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return (members.get("MixedInstancesPolicy") or {}).get("LaunchTemplate", {}).get("Overrides") or []


def differs(one: Source, source: LaunchSource, target: Target, seen: rollout_state.Observed, group: group_state.Desired) -> tuple[str, ...]:
    """In which members an instance's launch data are not as wanted."""
    if one == source.source or launched_by_override(one, group):
        return ()
    have, wanted = seen.data.get(one), target.data
    same_kind = bool(one.template) == isinstance(source.launch, group_state.FromTemplate)
    if have is None or not wanted or not same_kind:
        return (ANOTHER,)
    return tuple(source.differing(within(have, source.shape), wanted))


def launched_by_override(one: Source, group: group_state.Desired) -> bool:
    """Whether it is what an override with a template of its own launches."""
    named = [override["LaunchTemplateSpecification"] for override in overrides(group.members) if override.get("LaunchTemplateSpecification")]
    return any(is_named(one, said) for said in named)


def is_named(one: Source, said: Mapping[str, str]) -> bool:
    same = (
        one.template == said["LaunchTemplateId"]
        if said.get("LaunchTemplateId")
        else bool(one.template) and one.template_name == said.get("LaunchTemplateName")
    )
    return same and (one.version == said.get("Version") or not said.get("Version", "$Default").isdecimal())


def target_of(group: group_state.Desired, now: group_state.Group, source: LaunchSource, seen: rollout_state.Observed) -> Target:
    members = group_plan.wanted_members(group, now, source.launch)
    configuration = {name: members[name] for name in ("LaunchTemplate", "MixedInstancesPolicy") if name in members}
    undesirable = why_not_desired(members, now, configuration)
    policy = {**(now.members.get("InstanceMaintenancePolicy") or {}), **(group.members.get("InstanceMaintenancePolicy") or {})}
    return Target(
        profile=source.profile,
        configuration=configuration,
        data=source.data,
        source=source.source,
        maintained={name: value for name, value in policy.items() if value != -1},
        in_place=not undesirable,
        reversible=undesirable or why_no_way_back(now, source, seen),
    )


def why_not_desired(members: Mapping[str, Any], now: group_state.Group, configuration: Mapping[str, Any]) -> str:
    """Why AWS can be given no desired configuration: instance-refresh-overview, Limitations."""
    if not configuration:
        return "it takes no launch configuration as a desired configuration"
    if any("InstanceRequirements" in one for one in (*overrides(members), *overrides(now.members))):
        return "it takes no desired configuration for a group with instance requirements"
    return ""


def why_no_way_back(now: group_state.Group, source: LaunchSource, seen: rollout_state.Observed) -> str:
    """Why AWS could not roll back: instance-refresh-rollback, Considerations."""
    before, after = own_specification(now.members), source.launch.reference
    for named in (before, after):
        if named and named.get("Version", "$Default") in MOVING:
            return f"a version named {named.get('Version', '$Default')} is none to go back to"
    data = [seen.data.get(Source(before.get("LaunchTemplateId"), before.get("Version"))), source.launch.data]
    if any(str((one or {}).get("ImageId")).startswith(AT_LAUNCH) for one in data):
        return "a Systems Manager parameter names the image at each launch"
    return ""


def looks(want: rollout_state.Desired, source: LaunchSource) -> Iterator[Permission]:
    """What a look at the rollout reads once there are instances."""
    if want.declared:
        yield from asked("ec2", "describe_iam_instance_profile_associations", {})
        yield from asked("iam", "get_instance_profile", {"InstanceProfileName": source.profile})
    if want.strategy != "none":
        yield from asked("autoscaling", "describe_instance_refreshes", {})


def added(course: rollout_plan.Course, want: rollout_state.Desired, group: group_state.Desired, model: Any) -> Plan:
    """The rollout's part of the plan, behind that of the group."""
    if not course.told:
        return Plan(before=None, after=None)
    steps = (*course.steps, group_plan.read_back(group)) if course.steps else ()
    return Plan(before=None, after=None, steps=steps, result={"rollout": {**course.told, **told_later(course, want, model)}}, warnings=course.warnings)


def told_later(course: rollout_plan.Course, want: rollout_state.Desired, model: Any) -> dict[str, Any]:
    """What AWS alone can tell of an instance refresh."""
    operations = [step.operation for step in course.steps]
    if want.wait and REFRESHES in operations:
        shape = model.shape_for("InstanceRefresh")
        return {"instance_refresh": Later(REFRESHES, "InstanceRefreshes.0", through=lambda found: to_words(found, shape))}
    if STARTED in operations:
        return {"instance_refresh": {"instance_refresh_id": Later(STARTED, "InstanceRefreshId")}}
    return {}


def course_of_group(course: rollout_plan.Course) -> group_plan.Course:
    if course.joined:
        return group_plan.JOINED
    return group_plan.DEFERRED if course.deferred else group_plan.ITSELF
