# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Warm pools keep what a put omits, and hold back their group's deletion. Their instances are only imagined: none is launched."""

from __future__ import annotations

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import FakeAutoScalingGroup, FakeWarmPool
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import EmptyResult

from ..mending import mends

KEPT = {
    "MaxGroupPreparedCapacity": "max_group_prepared_capacity",
    "MinSize": "min_size",
    "PoolState": "pool_state",
    "InstanceReusePolicy": "instance_reuse_policy",
}

FakeAutoScalingGroup.warm_pool_size = property(lambda self: 0 if self.warm_pool else None)


@mends(AutoScalingResponse)
def put_warm_pool(self):
    params = self._get_params()
    group = self.autoscaling_backend.autoscaling_groups[params["AutoScalingGroupName"]]
    group.warm_pool = group.warm_pool or FakeWarmPool(None, None, None, None)
    for member in KEPT.keys() & params.keys():
        setattr(group.warm_pool, KEPT[member], None if params[member] == -1 else params[member])
    return EmptyResult()


@mends(AutoScalingResponse)
def delete_warm_pool(self):
    group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
    if group.warm_pool is None:
        raise ValidationError(f"No warm pool found for AutoScalingGroup {group.name}")
    group.warm_pool = None
    return EmptyResult()
