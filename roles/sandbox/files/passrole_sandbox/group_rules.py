# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Auto Scaling refuses of a group's members and hooks although its service model lets it through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import AutoScalingBackend
from moto.ec2.exceptions import EC2ClientError

from .placement_groups import find_group

DAY, YEAR = 86400, 365 * 86400
SHORTEST_HEARTBEAT, LONGEST_HEARTBEAT = 30, 7200
POLICIES = (
    "AllocationStrategy", "ClosestToNextInstanceHour", "Default", "Lambda", "NewestInstance", "OldestInstance", "OldestLaunchConfiguration",
    "OldestLaunchTemplate",
)  # fmt: skip
WORDS_OF_HOOKS = {
    "LifecycleTransition": ("autoscaling:EC2_INSTANCE_LAUNCHING", "autoscaling:EC2_INSTANCE_TERMINATING"),
    "DefaultResult": ("CONTINUE", "ABANDON"),
}
NOT_NEGATIVE = "1 validation error detected: Value '{}' at 'defaultCooldown' failed to satisfy constraint: Member must have value greater than or equal to 0"
LIFETIME = (
    f"maxInstanceLifetime must be either equal to 0 or between {DAY} and {YEAR} seconds (inclusive). A value of 0 is used to remove a previously set value."
)
CLEARED = -1
WIDEST = 100
BOTH = "MinHealthyPercentage and MaxHealthyPercentage of an InstanceMaintenancePolicy must be specified both, and be -1 both or neither."
LEAST_OF_MOST = "MaxHealthyPercentage must be between 100 and 200, or -1."
TOO_WIDE = "The difference between MaxHealthyPercentage and MinHealthyPercentage must be less than or equal to 100."


def check_members(backend: AutoScalingBackend, params: Mapping[str, Any]) -> None:
    check_times(params)
    check_termination_policies(params.get("TerminationPolicies", []))
    if "InstanceMaintenancePolicy" in params:
        check_maintenance(params["InstanceMaintenancePolicy"])
    if placement := params.get("PlacementGroup"):
        check_placement(backend, placement)


def check_times(params: Mapping[str, Any]) -> None:
    if not (params.get("MaxInstanceLifetime", 0) == 0 or DAY <= params["MaxInstanceLifetime"] <= YEAR):
        raise ValidationError(LIFETIME)
    if params.get("DefaultCooldown", 0) < 0:
        raise ValidationError(NOT_NEGATIVE.format(params["DefaultCooldown"]))
    if params.get("HealthCheckGracePeriod", 0) < 0:
        raise ValidationError("Grace period must be a positive integer.")


def check_termination_policies(named: Sequence[str]) -> None:
    for unknown in [one for one in named if one not in POLICIES and not is_function(one)]:
        raise ValidationError(f"[{unknown}] is not a valid termination policy. Valid termination policies are: [{', '.join(POLICIES)}].")


def is_function(name: str) -> bool:
    return name.startswith("arn:") and name.split(":")[2:3] == ["lambda"]


def check_maintenance(policy: Mapping[str, int]) -> None:
    """API_InstanceMaintenancePolicy."""
    least, most = policy.get("MinHealthyPercentage"), policy.get("MaxHealthyPercentage")
    if least is None or most is None or (least == CLEARED) != (most == CLEARED):
        raise ValidationError(BOTH)
    if most != CLEARED and most < 100:
        raise ValidationError(LEAST_OF_MOST)
    if most - least > WIDEST:
        raise ValidationError(TOO_WIDE)


def check_placement(backend: AutoScalingBackend, name: str) -> None:
    try:
        find_group(backend.ec2_backend, name)
    except EC2ClientError as refusal:
        raise ValidationError(refusal.message) from None


def check_hook(hook: Mapping[str, Any]) -> None:
    if not SHORTEST_HEARTBEAT <= hook.get("HeartbeatTimeout", SHORTEST_HEARTBEAT) <= LONGEST_HEARTBEAT:
        raise ValidationError(f"HeartbeatTimeout must be between {SHORTEST_HEARTBEAT} and {LONGEST_HEARTBEAT} seconds")
    for member, words in WORDS_OF_HOOKS.items():
        if hook.get(member, words[0]) not in words:
            raise ValidationError(f"'{member}' must be one of: {', '.join(words)}")
