# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lifecycle hooks keep what they are given, and hold instances until their actions are completed; moto shows the same role and target for all."""

from __future__ import annotations

from typing import Any

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup, InstanceState, LifecycleHook
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import EmptyResult

from ..group_rules import WORDS_OF_HOOKS, check_hook
from ..hook_targets import check_target
from ..holds import HELD, LAUNCHING, LifecycleAction, complete, record_heartbeat
from ..mending import mends

RESULTS = WORDS_OF_HOOKS["DefaultResult"]
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
    hook = self.lifecycle_hooks.get(key) or new_hook(group.name, given["LifecycleHookName"])
    check_hook(given)
    if {"NotificationTargetARN", "RoleARN"} & given.keys():
        check_target(self, {"NotificationTargetARN": hook.notification_target_arn, "RoleARN": hook.role_arn, **given})
    self.lifecycle_hooks[key] = hook
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


@mends(AutoScalingResponse)
def delete_lifecycle_hook(self):
    """Outstanding actions are completed first: launches are abandoned, terminations go on."""
    backend, name = self.autoscaling_backend, self._get_param("LifecycleHookName")
    group = backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
    held = [(state, action) for state, action in actions_of(group) if action.hook.name == name]
    # Out of the way first, so that it does not hold what is launched in the place of an abandoned instance.
    backend.lifecycle_hooks.pop(f"{group.name}_{name}", None)
    for state, action in held:
        complete(group, state, action, "ABANDON" if state.lifecycle_state == HELD[LAUNCHING] else "CONTINUE")
    return EmptyResult()


@mends(AutoScalingResponse)
def complete_lifecycle_action(self):
    group, state, action = asked_action(self.autoscaling_backend, self._get_params())
    result = self._get_param("LifecycleActionResult")
    if result not in RESULTS:
        raise ValidationError(f"Lifecycle action result {result} is not valid; it must be one of {', '.join(RESULTS)}")
    complete(group, state, action, result)
    return EmptyResult()


@mends(AutoScalingResponse)
def record_lifecycle_action_heartbeat(self):
    record_heartbeat(*asked_action(self.autoscaling_backend, self._get_params()))
    return EmptyResult()


def actions_of(group: FakeAutoScalingGroup) -> list[tuple[InstanceState, LifecycleAction]]:
    return [(state, action) for state in group.instance_states for action in state.actions]


def asked_action(backend: AutoScalingBackend, params: dict[str, Any]) -> tuple[FakeAutoScalingGroup, InstanceState, LifecycleAction]:
    """By its token, or by the instance that it holds."""
    group, token, instance = backend.autoscaling_groups[params["AutoScalingGroupName"]], params.get("LifecycleActionToken"), params.get("InstanceId")
    for state, action in actions_of(group):
        if action.hook.name == params["LifecycleHookName"] and (action.token == token if token else state.instance_id == instance):
            return group, state, action
    raise ValidationError(f"No active Lifecycle Action found with {f'token {token}' if token else f'instance ID {instance}'}")
