# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Group metrics are enabled and disabled by name, or all at once when none is named."""

from __future__ import annotations

from moto.autoscaling.models import FakeAutoScalingGroup
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import EmptyResult

from ..mending import mends

ALL = (
    "GroupMinSize", "GroupMaxSize", "GroupDesiredCapacity", "GroupInServiceInstances", "GroupPendingInstances", "GroupStandbyInstances",
    "GroupTerminatingInstances", "GroupTotalInstances", "GroupInServiceCapacity", "GroupPendingCapacity", "GroupStandbyCapacity",
    "GroupTerminatingCapacity", "GroupTotalCapacity", "WarmPoolDesiredCapacity", "WarmPoolWarmedCapacity", "WarmPoolPendingCapacity",
    "WarmPoolTerminatingCapacity", "WarmPoolTotalCapacity", "GroupAndWarmPoolDesiredCapacity", "GroupAndWarmPoolTotalCapacity",
)  # fmt: skip


@mends(FakeAutoScalingGroup)
def enable_metrics_collection(self, metrics):
    wanted = metrics or ALL
    self.metrics = [metric for metric in ALL if metric in wanted or metric in self.metrics]


@mends(AutoScalingResponse)
def disable_metrics_collection(self):
    group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
    leaving = self._get_param("Metrics", []) or ALL
    group.metrics = [metric for metric in group.metrics if metric not in leaving]
    return EmptyResult()
