# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan waits for of a group. Pure: a wait is data until it is applied. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..core.plan import Trouble, Wait

READ = "describe_auto_scaling_groups"


def watch(group: str, summary: str, until: Callable[[Any], bool], timeout: float, trouble: Trouble | None = None) -> Wait:
    """Read the group again until its answer is the awaited one; if it never is, tell what its instances do."""
    return Wait("autoscaling", READ, {"AutoScalingGroupNames": [group]}, summary, until, timeout=timeout, lacks=standing, trouble=trouble)


def standing(answer: Mapping[str, Any]) -> str:
    """What the group's instances do, in AWS's words."""
    instances = [one for group in answer["AutoScalingGroups"] for one in group.get("Instances", [])]
    return ", ".join(f"{one['InstanceId']} is {state(one)}" for one in instances) or "it has no instance"


def state(instance: Mapping[str, Any]) -> str:
    return f"{instance.get('LifecycleState')} and {instance.get('HealthStatus')}"


def is_there(answer: Mapping[str, Any]) -> bool:
    return bool(answer["AutoScalingGroups"])


def is_gone(answer: Mapping[str, Any]) -> bool:
    return not answer["AutoScalingGroups"]


def has_no(member: str) -> Callable[[Mapping[str, Any]], bool]:
    """Whether the group, if it is there, shows nothing under this member."""
    return lambda answer: not any(group.get(member) for group in answer["AutoScalingGroups"])
