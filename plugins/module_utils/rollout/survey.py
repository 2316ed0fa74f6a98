# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tell of groups what their instances run with and how far their rollouts are: in bulk where AWS has a call for many. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..core.shapes import to_words
from .observe import associations, in_parts, instances_in, refreshes
from .refreshing import OVER, at_checkpoint
from .state import Instance, Refresh, source_of

Find = Callable[..., Any]

GROUPS_AT_ONCE = 100
NAMES_AT_ONCE = 100  # the most that one call takes


@dataclass(frozen=True)
class Asked:
    """Which groups, and what of them beside what the call for groups tells anyway."""

    names: tuple[str, ...] | None = None
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    associations: bool = True
    instance_refreshes: bool = True


def survey(asked: Asked, groups: Sequence[Mapping[str, Any]], find: Find, refresh_shape: Any) -> list[dict[str, Any]]:
    """What is told of each group, in their order."""
    running = {group["AutoScalingGroupName"]: instances_of(group, find) for group in groups}
    if asked.associations:
        running = with_what_they_carry(running, find)
    return [told(group, running[group["AutoScalingGroupName"]], asked, find, refresh_shape) for group in groups]


def groups_of(asked: Asked, find: Find) -> list[Mapping[str, Any]]:
    """The groups that are asked for, in the order of their names."""
    filters = [{"Name": name, "Values": list(asked.filters[name])} for name in sorted(asked.filters)]
    filtered = {"Filters": filters} if filters else {}
    if asked.names is None:
        parts = [{"MaxRecords": GROUPS_AT_ONCE}]
    else:
        parts = [{"AutoScalingGroupNames": some} for some in in_parts(sorted(set(asked.names)), NAMES_AT_ONCE)]
    found = (group for part in parts for group in find("autoscaling", "describe_auto_scaling_groups", **part, **filtered)["AutoScalingGroups"])
    return sorted(found, key=lambda group: group["AutoScalingGroupName"])


def instances_of(group: Mapping[str, Any], find: Find) -> tuple[Instance, ...]:
    """Those in service, and those in the warm pool where there is one."""
    warm = find("autoscaling", "describe_warm_pool", AutoScalingGroupName=group["AutoScalingGroupName"]) if group.get("WarmPoolConfiguration") else {}
    return (*instances_in(group), *instances_in(warm))


def with_what_they_carry(running: Mapping[str, tuple[Instance, ...]], find: Find) -> dict[str, tuple[Instance, ...]]:
    carried = associations([one.id for some in running.values() for one in some], find)
    return {name: tuple(replace(one, carried=carried.get(one.id)) for one in some) for name, some in running.items()}


def told(group: Mapping[str, Any], running: tuple[Instance, ...], asked: Asked, find: Find, refresh_shape: Any) -> dict[str, Any]:
    name = group["AutoScalingGroupName"]
    latest = next(iter(refreshes(name, find)), None) if asked.instance_refreshes else None
    return {
        "auto_scaling_group_name": name,
        "desired_capacity": group.get("DesiredCapacity", 0),
        "launches_from": launch_source(group),
        "instances": [of_instance(one, asked) for one in running],
        **({"instance_refresh": of_refresh(latest, refresh_shape)} if asked.instance_refreshes else {}),
    }


def launch_source(group: Mapping[str, Any]) -> dict[str, Any]:
    """The launch template as the group names it, or the launch configuration."""
    policy = group.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {}).get("LaunchTemplateSpecification")
    named = group.get("LaunchTemplate") or policy
    source = source_of({**group, "LaunchTemplate": named} if named else group)
    if not source.template:
        return {"launch_configuration_name": source.configuration}
    return {"launch_template_id": source.template, "launch_template_name": source.template_name, "version": source.version}


def of_instance(one: Instance, asked: Asked) -> dict[str, Any]:
    carried = one.carried
    association = {
        "instance_profile": carried.name if carried else None,
        "instance_profile_id": carried.id if carried else None,
        "association_state": carried.state if carried else None,
    }
    return {
        "instance_id": one.id,
        "lifecycle_state": one.lifecycle_state,
        "launched_from": str(one.source),
        "protected_from_scale_in": one.protected,
        **(association if asked.associations else {}),
    }


def of_refresh(refresh: Refresh | None, shape: Any) -> dict[str, Any] | None:
    """In AWS's words, with what they mean for whoever waits."""
    if refresh is None:
        return None
    return {**to_words(refresh.answer, shape), "ended": refresh.status in OVER, "at_checkpoint": at_checkpoint(refresh.answer)}
