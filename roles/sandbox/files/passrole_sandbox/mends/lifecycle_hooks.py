# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lifecycle hooks keep what they are given; moto shows the same role and target for all."""

from __future__ import annotations

from moto.autoscaling.models import AutoScalingBackend, LifecycleHook
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import EmptyResult

from ..mending import mends

KEPT = {
    "LifecycleTransition": "lifecycle_transition",
    "HeartbeatTimeout": "heartbeat_timeout",
    "DefaultResult": "default_result",
    "NotificationTargetARN": "notification_target_arn",
    "NotificationMetadata": "notification_metadata",
    "RoleARN": "role_arn",
}


@mends(AutoScalingBackend)
def put_hook(self, group_name, given):
    """Put a hook in place; a change of one that is there keeps what it omits."""
    group = self.autoscaling_groups[group_name]
    key = f"{group.name}_{given['LifecycleHookName']}"
    hook = self.lifecycle_hooks.setdefault(key, new_hook(group.name, given["LifecycleHookName"]))
    for member in KEPT.keys() & given.keys():
        setattr(hook, KEPT[member], given[member])


def new_hook(group: str, name: str) -> LifecycleHook:
    hook = LifecycleHook(name, group, None, None, None)
    hook.role_arn = hook.notification_target_arn = hook.notification_metadata = None
    return hook


@mends(AutoScalingResponse)
def put_lifecycle_hook(self):
    self.autoscaling_backend.put_hook(self._get_param("AutoScalingGroupName"), self._get_params())
    return EmptyResult()
