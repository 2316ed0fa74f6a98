# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Group metrics are enabled and disabled by name, or all at once when none is named; there are no others than Auto Scaling's."""

from __future__ import annotations

from collections.abc import Sequence

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import EmptyResult

from ..mending import mends

GRANULARITY = "1Minute"
ALL = (
    "GroupMinSize", "GroupMaxSize", "GroupDesiredCapacity", "GroupInServiceInstances", "GroupInServiceCapacity", "GroupPendingInstances",
    "GroupPendingCapacity", "GroupTerminatingInstances", "GroupTerminatingCapacity", "GroupTerminatingRetainedInstances",
    "GroupTerminatingRetainedCapacity", "GroupStandbyInstances", "GroupStandbyCapacity", "GroupTotalInstances", "GroupTotalCapacity",
    "WarmPoolMinSize", "WarmPoolDesiredCapacity", "WarmPoolPendingCapacity", "WarmPoolPendingRetainedCapacity", "WarmPoolTerminatingCapacity",
    "WarmPoolTerminatingRetainedCapacity", "WarmPoolWarmedCapacity", "WarmPoolTotalCapacity", "GroupAndWarmPoolDesiredCapacity",
    "GroupAndWarmPoolTotalCapacity",
)  # fmt: skip


@mends(AutoScalingResponse)
def enable_metrics_collection(self):
    group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
    if self._get_param("Granularity") != GRANULARITY:
        raise ValidationError(f"Valid metrics granularity type is: [{GRANULARITY}].")
    wanted = asked_metrics(self)
    group.metrics = [metric for metric in ALL if metric in wanted or metric in group.metrics]
    return EmptyResult()


@mends(AutoScalingResponse)
def disable_metrics_collection(self):
    group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
    leaving = asked_metrics(self)
    group.metrics = [metric for metric in group.metrics if metric not in leaving]
    return EmptyResult()


def asked_metrics(response: AutoScalingResponse) -> Sequence[str]:
    named = response._get_param("Metrics", [])
    if not set(named) <= set(ALL):
        raise ValidationError(f"Valid metrics collection types are: [{', '.join(ALL)}].")
    return named or ALL
