# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scaling policies are a group's own, show all they were given, and must be whole. None ever scales by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import AutoScalingBackend, FakeScalingPolicy
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult

from ..mending import mends
from ..paging import page

NEEDED = {
    "SimpleScaling": ("AdjustmentType", "ScalingAdjustment"),
    "StepScaling": ("AdjustmentType", "StepAdjustments"),
    "TargetTrackingScaling": ("TargetTrackingConfiguration",),
    "PredictiveScaling": ("PredictiveScalingConfiguration",),
}
ONE_PER_METRIC = "Only one TargetTrackingScaling policy for a given metric specification is allowed."


@mends(AutoScalingResponse)
def put_scaling_policy(self):
    params, backend = self._get_params(), self.autoscaling_backend
    group = backend.autoscaling_groups[params["AutoScalingGroupName"]]
    check(backend, params)
    policy = new_policy(backend, params)
    backend.policies[f"{group.name}_{policy.name}"] = policy
    return ActionResult({"PolicyARN": policy.arn, "Alarms": policy.alarms})


def check(backend: AutoScalingBackend, params: Mapping[str, Any]) -> None:
    kind = params.get("PolicyType", "SimpleScaling")
    if kind not in NEEDED:
        raise ValidationError(f"Invalid policy type: {kind}")
    for member in NEEDED[kind]:
        if member not in params:
            raise ValidationError(f"{member} must be specified for policy type {kind}")
    others = [one for one in backend.describe_policies(params["AutoScalingGroupName"]) if one.name != params["PolicyName"]]
    if kind == "TargetTrackingScaling" and metric(params["TargetTrackingConfiguration"]) in [metric(tracked(one)) for one in others]:
        raise ValidationError(ONE_PER_METRIC)


def tracked(policy: FakeScalingPolicy) -> Mapping[str, Any]:
    return policy.target_tracking_configuration or {}


def metric(configuration: Mapping[str, Any]) -> Any:
    return configuration.get("PredefinedMetricSpecification") or configuration.get("CustomizedMetricSpecification")


def new_policy(backend: AutoScalingBackend, params: Mapping[str, Any]) -> FakeScalingPolicy:
    kind, name, group = params.get("PolicyType", "SimpleScaling"), params["PolicyName"], params["AutoScalingGroupName"]
    policy = FakeScalingPolicy(
        name,
        kind,
        params.get("MetricAggregationType", "Average" if kind == "StepScaling" else None),
        params.get("AdjustmentType"),
        group,
        params.get("MinAdjustmentMagnitude"),
        params.get("ScalingAdjustment"),
        None,
        {},
        params.get("StepAdjustments", []),
        params.get("EstimatedInstanceWarmup"),
        params.get("PredictiveScalingConfiguration"),
        backend,
    )
    policy.cooldown = params.get("Cooldown")
    policy.min_adjustment_step = params.get("MinAdjustmentStep")
    policy.enabled = params.get("Enabled", True)
    policy.target_tracking_configuration = shown_tracking(params.get("TargetTrackingConfiguration"))
    policy.alarms = [alarm(backend, group, end) for end in ("AlarmHigh", "AlarmLow")] if kind == "TargetTrackingScaling" else []
    return policy


def shown_tracking(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {"DisableScaleIn": False, **given} if given else None


def alarm(backend: AutoScalingBackend, group: str, end: str) -> dict[str, str]:
    name = f"TargetTracking-{group}-{end}"
    return {"AlarmName": name, "AlarmARN": f"arn:aws:cloudwatch:{backend.region_name}:{backend.account_id}:alarm:{name}"}


@mends(AutoScalingResponse)
def describe_policies(self):
    asked = [self._get_param(name) for name in ("AutoScalingGroupName", "PolicyNames", "PolicyTypes")]
    if asked[0]:
        asked[0] = self.autoscaling_backend.autoscaling_groups[asked[0]].name
    found = self.autoscaling_backend.describe_policies(*asked)
    shown = page(found, self._get_int_param("MaxRecords", 50), self._get_param("NextToken"))
    return ActionResult({"ScalingPolicies": shown.items, "NextToken": shown.token})


@mends(AutoScalingResponse)
def delete_policy(self):
    backend = self.autoscaling_backend
    for key in keys_of(backend, self._get_param("PolicyName"), self._get_param("AutoScalingGroupName")):
        del backend.policies[key]
    return EmptyResult()


def keys_of(backend: AutoScalingBackend, named: str, group: str | None) -> list[str]:
    """A policy by its ARN, or by its name within its group."""
    return [
        key
        for key, policy in backend.policies.items()
        if named == policy.arn or (named == policy.name and group in (None, policy.auto_scaling_group_name))
    ]


@mends(AutoScalingResponse)
def execute_policy(self):
    backend = self.autoscaling_backend
    found = keys_of(backend, self._get_param("PolicyName"), self._get_param("AutoScalingGroupName"))
    if not found:
        raise ValidationError("PolicyName not found")
    backend.execute_policy(found[0])
    return EmptyResult()
