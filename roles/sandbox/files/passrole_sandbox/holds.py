# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instances that lifecycle hooks hold, until somebody completes their actions or their time is over.

An owner who completes them at once is supposed to be there, unless the setting ``hooks_hold`` says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

from moto.autoscaling.models import FakeAutoScalingGroup, InstanceState, LifecycleHook

from .account import ACCOUNT
from .activities import ABANDONED, SURPLUS, abandon, ended, hold_back, retain

LAUNCHING, TERMINATING = "autoscaling:EC2_INSTANCE_LAUNCHING", "autoscaling:EC2_INSTANCE_TERMINATING"
HELD = {LAUNCHING: "Pending:Wait", TERMINATING: "Terminating:Wait"}
RETAINED = "Terminating:Retained"
HEARTBEAT = 3600
LONGEST_HEARTBEATS, LONGEST = 100, 48 * 3600
COMPLETED, TIMED_OUT = "Lifecycle Action Completed with ABANDON Result", "Heartbeat Timeout"


@dataclass
class LifecycleAction:
    """What one hook waits for, for one instance."""

    hook: LifecycleHook
    token: str
    began: float
    ends_at: float

    @property
    def heartbeat(self) -> float:
        return float(self.hook.heartbeat_timeout or HEARTBEAT)

    @property
    def ends_at_the_latest(self) -> float:
        return self.began + min(LONGEST_HEARTBEATS * self.heartbeat, LONGEST)


InstanceState.actions = ()  # the actions that hold the instance


def hold(group: FakeAutoScalingGroup, state: InstanceState, transition: str, why: str = SURPLUS) -> bool:
    """Let the group's hooks of this transition hold the instance; whether there is one."""
    state.actions = tuple(begin(hook) for hook in hooks_of(group, transition)) if ACCOUNT.settings.hooks_hold else ()
    if state.actions:
        state.lifecycle_state = HELD[transition]
        for action in state.actions:
            ACCOUNT.at(action.ends_at, partial(time_out, group, state, action))
    if state.actions and transition == TERMINATING:
        hold_back(group, state.instance_id, why)
    return bool(state.actions)


def hooks_of(group: FakeAutoScalingGroup, transition: str) -> list[LifecycleHook]:
    hooks = group.autoscaling_backend.lifecycle_hooks.values()
    return [hook for hook in hooks if hook.auto_scaling_group_name == group.name and hook.lifecycle_transition == transition]


def begin(hook: LifecycleHook) -> LifecycleAction:
    action = LifecycleAction(hook, str(uuid4()), ACCOUNT.clock(), 0)
    action.ends_at = action.began + action.heartbeat
    return action


def record_heartbeat(group: FakeAutoScalingGroup, state: InstanceState, action: LifecycleAction) -> None:
    """The action's time begins anew, but does not go on for ever."""
    action.ends_at = min(ACCOUNT.clock() + action.heartbeat, action.ends_at_the_latest)
    ACCOUNT.at(action.ends_at, partial(time_out, group, state, action))


def time_out(group: FakeAutoScalingGroup, state: InstanceState, action: LifecycleAction) -> None:
    """Unless it was completed, or given more time since."""
    if action in state.actions and action.ends_at <= ACCOUNT.clock():
        complete(group, state, action, action.hook.default_result or "ABANDON", TIMED_OUT)


def complete(group: FakeAutoScalingGroup, state: InstanceState, action: LifecycleAction, result: str, why: str = COMPLETED) -> None:
    """To abandon one action ends those of other hooks, too; to continue lets them go on."""
    state.actions = tuple(other for other in state.actions if other is not action) if result == "CONTINUE" else ()
    if state.actions:
        return
    abandoned = f"Lifecycle Action with token {action.token} was abandoned: {why}"
    if state.lifecycle_state == HELD[TERMINATING]:
        after_termination_hooks(group, state, result, abandoned)
    elif result == "CONTINUE":
        state.lifecycle_state = "InService"
    else:
        abandon(group, state.instance_id, abandoned)
        let_go(group, [state], ABANDONED)
    group.set_desired_capacity(group.desired_capacity)


def after_termination_hooks(group: FakeAutoScalingGroup, state: InstanceState, result: str, abandoned: str) -> None:
    """The instance ends either way, unless the group retains those whose hook was abandoned."""
    policy = getattr(group, "instance_lifecycle_policy", None) or {}
    if result == "ABANDON" and policy.get("RetentionTriggers", {}).get("TerminateHookAbandon") == "retain":
        state.lifecycle_state = RETAINED
        retain(group, state.instance_id, abandoned)
    else:
        let_go(group, [state])


def let_go(group: FakeAutoScalingGroup, states: Iterable[InstanceState], why: str = SURPLUS) -> None:
    """Terminate instances, held or not; termination protection does not hold Auto Scaling back."""
    leaving = list(states)
    for state in leaving:
        state.actions = ()
        state.instance.disable_api_termination = False
    group.instance_states = [state for state in group.instance_states if state not in leaving]
    if leaving:
        group.ec2_backend.terminate_instances([state.instance.id for state in leaving])
    for state in leaving:
        ended(group, state.instance_id, why)
