# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words of Auto Scaling that no model lists are told as AWS tells them."""

from __future__ import annotations

from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult

from ..group_rules import POLICIES, WORDS_OF_HOOKS
from ..mending import mends
from .metrics import ALL, GRANULARITY
from .notifications import TYPES

ADJUSTMENTS = ("ChangeInCapacity", "ExactCapacity", "PercentChangeInCapacity")


@mends(AutoScalingResponse)
def describe_lifecycle_hook_types(self):
    return ActionResult({"LifecycleHookTypes": list(WORDS_OF_HOOKS["LifecycleTransition"])})


@mends(AutoScalingResponse)
def describe_termination_policy_types(self):
    return ActionResult({"TerminationPolicyTypes": list(POLICIES)})


@mends(AutoScalingResponse)
def describe_auto_scaling_notification_types(self):
    return ActionResult({"AutoScalingNotificationTypes": list(TYPES)})


@mends(AutoScalingResponse)
def describe_metric_collection_types(self):
    return ActionResult({"Metrics": [{"Metric": metric} for metric in ALL], "Granularities": [{"Granularity": GRANULARITY}]})


@mends(AutoScalingResponse)
def describe_adjustment_types(self):
    return ActionResult({"AdjustmentTypes": [{"AdjustmentType": one} for one in ADJUSTMENTS]})
