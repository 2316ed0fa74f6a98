# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lifecycle hooks keep what they are given; moto shows the same role and target for all."""

from __future__ import annotations

from moto.autoscaling.models import AutoScalingBackend, LifecycleHook
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import EmptyResult

from ..mending import mends


@mends(AutoScalingBackend)
def put_hook(self, group, given):
    """Put a hook in place; a change of one that is there keeps what it omits."""
    self.autoscaling_groups[group]
    key = f"{group}_{given['LifecycleHookName']}"
    hook = self.lifecycle_hooks.get(key) or LifecycleHook(given["LifecycleHookName"], group, None, None, None)
    hook.lifecycle_transition = given.get("LifecycleTransition", hook.lifecycle_transition)
    hook.heartbeat_timeout = given.get("HeartbeatTimeout", hook.heartbeat_timeout)
    hook.default_result = given.get("DefaultResult", hook.default_result)
    hook.role_arn = given.get("RoleARN", hook.__dict__.get("role_given"))
    hook.notification_target_arn = given.get("NotificationTargetARN", hook.__dict__.get("target_given"))
    hook.notification_metadata = given.get("NotificationMetadata", hook.__dict__.get("notification_metadata"))
    hook.role_given, hook.target_given = hook.role_arn, hook.notification_target_arn
    self.lifecycle_hooks[key] = hook


@mends(AutoScalingResponse)
def put_lifecycle_hook(self):
    self.autoscaling_backend.put_hook(self._get_param("AutoScalingGroupName"), self._get_params())
    return EmptyResult()
