# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Warm pools keep what a put omits, hold instances of their own, and hold back their group's deletion."""

from __future__ import annotations

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup, FakeWarmPool
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult

from ..account import ACCOUNT
from ..mending import mends
from ..paging import page
from ..warm_instances import let_warm_go
from .group_instances import fill_pool

KEPT = {
    "MaxGroupPreparedCapacity": "max_group_prepared_capacity",
    "MinSize": "min_size",
    "PoolState": "pool_state",
    "InstanceReusePolicy": "instance_reuse_policy",
}

FakeWarmPool.leaving = False
FakeWarmPool.status = property(lambda self: "PendingDelete" if self.leaving else None)
FakeAutoScalingGroup.warm_pool_size = property(lambda self: len(self.warm_states) if self.warm_pool else None)
instances_in_service = AutoScalingBackend.describe_auto_scaling_instances


@mends(AutoScalingResponse)
def put_warm_pool(self):
    params = self._get_params()
    group = self.autoscaling_backend.autoscaling_groups[params["AutoScalingGroupName"]]
    group.warm_pool = group.warm_pool or FakeWarmPool(None, None, None, None)
    for member in KEPT.keys() & params.keys():
        setattr(group.warm_pool, KEPT[member], None if params[member] == -1 else params[member])
    fill_pool(group)
    return EmptyResult()


@mends(AutoScalingResponse)
def describe_warm_pool(self):
    group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
    shown = page(group.warm_states, self._get_int_param("MaxRecords", 50), self._get_param("NextToken"))
    return ActionResult({"WarmPoolConfiguration": group.warm_pool, "Instances": shown.items, "NextToken": shown.token})


@mends(AutoScalingResponse)
def delete_warm_pool(self):
    """API_DeleteWarmPool: the pool goes once its instances have, or at once where that is forced."""
    group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
    if group.warm_pool is None:
        raise ValidationError(f"No warm pool found for AutoScalingGroup {group.name}")
    group.warm_pool.leaving = True
    if self._get_bool_param("ForceDelete"):
        take_away(group)
    else:
        ACCOUNT.at(ACCOUNT.clock(), lambda: take_away(group))
    return EmptyResult()


def take_away(group: FakeAutoScalingGroup) -> None:
    let_warm_go(group, group.warm_states)
    group.warm_pool = None


@mends(AutoScalingBackend)
def describe_auto_scaling_instances(self, instance_ids):
    """Those in warm pools too."""
    warm = [state for group in self.autoscaling_groups.values() for state in group.warm_states]
    return [*instances_in_service(self, instance_ids), *(state for state in warm if not instance_ids or state.instance_id in instance_ids)]
