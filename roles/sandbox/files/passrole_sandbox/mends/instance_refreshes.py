# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start, see, cancel and roll back an instance refresh, with AWS's refusals. Where no source quotes one, its words are the sandbox's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError, ValidationError
from moto.autoscaling.models import FakeAutoScalingGroup
from moto.autoscaling.responses import AutoScalingResponse
from moto.cloudwatch.models import cloudwatch_backends
from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError

from ..launch_sources import check_source, completed, launchable, version_of
from ..launches import SSM
from ..mending import mends
from ..paging import page
from ..refreshes import Refresh, active, cancel, roll_back, start
from ..replacements import ROOT_VOLUME

BLOCKED = "An Instance Refresh is already in progress and blocks the execution of this Instance Refresh."
NONE_ACTIVE = "No in progress or pending Instance Refresh found for Auto Scaling group {}"
NOT_VALID = "The request isn't valid. {}"
NO_DESIRED = (
    "The AutoRollback parameter cannot be set to true when the DesiredConfiguration parameter is empty. "
    "Set AutoRollback to false or specify a desired configuration and try again."
)
MOVING = "A rollback is not supported for a launch template with the $Latest or $Default version, or with a Systems Manager parameter as its image."
MOVING_VERSIONS = ("$Latest", "$Default")
WIDEST = 100


@mends(AutoScalingResponse)
def start_instance_refresh(self):
    params = self._get_params()
    group = self.autoscaling_backend.autoscaling_groups[params["AutoScalingGroupName"]]
    if active(group):
        raise AutoscalingClientError("InstanceRefreshInProgress", BLOCKED)
    desired = asked_configuration(group, params.get("DesiredConfiguration"))
    preferences = params.get("Preferences", {})
    check_preferences(group, preferences, desired)
    strategy = params.get("Strategy", "Rolling")
    if strategy == ROOT_VOLUME:
        check_root_volumes(desired)
    return ActionResult({"InstanceRefreshId": start(group, strategy, preferences, desired).instance_refresh_id})


def asked_configuration(group: FakeAutoScalingGroup, asked: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not asked:
        return None
    desired = deepcopy(dict(asked))
    if policy := desired.get("MixedInstancesPolicy"):
        desired["MixedInstancesPolicy"] = completed(policy, group.mixed_instances_policy)
    check_source(group.autoscaling_backend, desired)
    return desired


def check_preferences(group: FakeAutoScalingGroup, said: Mapping[str, Any], desired: Mapping[str, Any] | None) -> None:
    check_checkpoints(said.get("CheckpointPercentages", []), "CheckpointDelay" in said)
    check_percentages(said.get("MinHealthyPercentage"), said.get("MaxHealthyPercentage"))
    check_alarms(group, said.get("AlarmSpecification", {}).get("Alarms", []))
    if said.get("AutoRollback"):
        if not desired:
            raise ValidationError(NOT_VALID.format(NO_DESIRED))
        if is_moving(group, desired):
            raise ValidationError(NOT_VALID.format(MOVING))


def check_checkpoints(percentages: Sequence[int], delayed: bool) -> None:
    """API_RefreshPreferences: in ascending order, each unique; a delay goes with them only."""
    if list(percentages) != sorted(set(percentages)) or any(not 1 <= one <= 100 for one in percentages):
        raise ValidationError(NOT_VALID.format("CheckpointPercentages must be unique numbers from 1 to 100 in ascending order."))
    if delayed and not percentages:
        raise ValidationError(NOT_VALID.format("CheckpointDelay cannot be specified without CheckpointPercentages."))


def check_percentages(least: int | None, most: int | None) -> None:
    if most is not None and least is None:
        raise ValidationError(NOT_VALID.format("MaxHealthyPercentage cannot be specified without MinHealthyPercentage."))
    if most is not None and most - least > WIDEST:
        raise ValidationError(NOT_VALID.format("The difference between MaxHealthyPercentage and MinHealthyPercentage cannot be greater than 100."))


def check_alarms(group: FakeAutoScalingGroup, names: Sequence[str]) -> None:
    unknown = [name for name in names if name not in cloudwatch_backends[group.account_id][group.region].alarms]
    if unknown:
        raise ValidationError(NOT_VALID.format(f"There is no CloudWatch alarm {', '.join(unknown)}."))


def is_moving(group: FakeAutoScalingGroup, desired: Mapping[str, Any]) -> bool:
    """Whether the group or its desired configuration is nothing that could be gone back to."""
    return any(
        spec.get("Version") in MOVING_VERSIONS or launches_by_parameter(group, spec)
        for spec in [*own_specs(group), *(spec for spec, _over in launchable(desired))]
    )


def own_specs(group: FakeAutoScalingGroup) -> list[dict[str, str]]:
    if group.mixed_instances_policy:
        return [group.mixed_instances_policy["LaunchTemplate"]["LaunchTemplateSpecification"]]
    return [group.launch_template] if group.launch_template else []


def launches_by_parameter(group: FakeAutoScalingGroup, spec: Mapping[str, str]) -> bool:
    try:
        named = {key: value for key, value in spec.items() if key != "LaunchTemplateName" or "LaunchTemplateId" not in spec}
        return version_of(group.autoscaling_backend, named).data.get("ImageId", "").startswith(SSM)
    except EC2ClientError:
        return False


def check_root_volumes(desired: Mapping[str, Any] | None) -> None:
    """instance-refresh-overview, requirements of the strategy."""
    overrides = ((desired or {}).get("MixedInstancesPolicy") or {}).get("LaunchTemplate", {}).get("Overrides", [])
    if not overrides or any("ImageId" not in one for one in overrides):
        raise ValidationError(NOT_VALID.format(f"{ROOT_VOLUME} takes a mixed instances policy whose overrides all specify an ImageId."))


@mends(AutoScalingResponse)
def describe_instance_refreshes(self):
    group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
    wanted = self._get_param("InstanceRefreshIds", [])
    shown = page(
        [one for one in group.refreshes if not wanted or one.instance_refresh_id in wanted],
        self._get_int_param("MaxRecords", 50),
        self._get_param("NextToken"),
    )
    return ActionResult({"InstanceRefreshes": shown.items, "NextToken": shown.token})


@mends(AutoScalingResponse)
def cancel_instance_refresh(self):
    refresh = asked_refresh(self)
    cancel(refresh, self._get_param("WaitForTransitioningInstances", True) not in (False, "false"))
    return ActionResult({"InstanceRefreshId": refresh.instance_refresh_id})


@mends(AutoScalingResponse)
def rollback_instance_refresh(self):
    refresh = asked_refresh(self)
    if not refresh.desired_configuration or is_moving(refresh.auto_scaling_group, refresh.desired_configuration):
        raise AutoscalingClientError("IrreversibleInstanceRefresh", NOT_VALID.format(MOVING))
    roll_back(refresh, "Rolled back by a request.")
    return ActionResult({"InstanceRefreshId": refresh.instance_refresh_id})


def asked_refresh(response: AutoScalingResponse) -> Refresh:
    group = response.autoscaling_backend.autoscaling_groups[response._get_param("AutoScalingGroupName")]
    if found := active(group):
        return found
    raise AutoscalingClientError("ActiveInstanceRefreshNotFound", NONE_ACTIVE.format(group.name))
