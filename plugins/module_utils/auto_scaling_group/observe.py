# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read Auto Scaling groups, and the subnets they name. Reading never changes anything. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ..core.earlier import Earlier
from ..core.launch_parts import SUBNET, at, refuse_missing
from ..core.shapes import within
from .kinds import LIFECYCLE_HOOKS
from .state import Desired, Group, Observed, Tag

Find = Callable[..., Any]


def observe(want: Desired, find: Find, earlier: Earlier, request: Any) -> Observed:
    """Everything about one group that deciding needs to know."""
    if earlier.removed("auto_scaling_group", want.name):
        return Observed(None)
    answer = find("autoscaling", "describe_auto_scaling_groups", AutoScalingGroupNames=[want.name])
    groups = [replace(parse(group, request, belongings(want, group, find)), hooks=hooks(want, find)) for group in answer["AutoScalingGroups"]]
    return Observed(groups[0] if groups else None)


def belongings(want: Desired, answer: Mapping[str, Any], find: Find) -> dict[str, Any]:
    """What is there of the declared belongings; the rest is not read."""
    declared = want.belongings if want.present else ()
    return {one.option: one.seen(find("autoscaling", one.read, **one.reading(want.name)) if one.read else answer) for one in declared}


def hooks(want: Desired, find: Find) -> dict[str, Any]:
    """The group's hooks, for who is about to complete what they wait for; force does without."""
    if want.present or want.force_delete or not want.complete_lifecycle_actions:
        return {}
    answer = find("autoscaling", LIFECYCLE_HOOKS.read, AutoScalingGroupName=want.name)
    return {hook["LifecycleHookName"]: hook for hook in answer["LifecycleHooks"]}


def parse(answer: Mapping[str, Any], request: Any, belongings: Mapping[str, Any] | None = None) -> Group:
    """Auto Scaling's answer, in our words."""
    said = within(answer, request)
    return Group(
        name=answer["AutoScalingGroupName"],
        members={name: value for name, value in said.items() if name != "Tags"},
        tags={tag["Key"]: Tag(tag["Value"], tag["PropagateAtLaunch"]) for tag in answer.get("Tags", [])},
        instances=tuple(instance["InstanceId"] for instance in answer.get("Instances", [])),
        # Status is there only while a group is being deleted.
        deleting=bool(answer.get("Status")),
        answer=answer,
        belongings=belongings or {},
    )


def refuse_missing_subnets(want: Desired, find: Find) -> None:
    """Refuse subnets that are not there before a launch template is made for a group that cannot be."""
    if want.present:
        subnets = want.members.get("VPCZoneIdentifier", "").split(",")
        refuse_missing(SUBNET, at("vpc_zone_identifier", [subnet.strip() for subnet in subnets]), find)
