# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show how far a rollout is while its task waits: the module runs on its own where there is nothing to wait for, and in short runs where there is.

A fleet waits for the rollouts of its members itself, and shows how far it is as other fleets do.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleConnectionFailure
from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from ansible_collections.passrole.ec2.plugins.module_utils.rollout.waiting import GONE, Door, Teller, rolled_out
from ansible_collections.passrole.ec2.plugins.plugin_utils.fleet_progress import FleetAction, display, is_silent

MODULE = "passrole.ec2.asg_launch_with_profile"
INFO = "passrole.ec2.asg_launch_with_profile_info"
CONNECTION = {name for option, spec in aws_argument_spec().items() for name in (option, *spec.get("aliases", ()))} | {"max_calls_per_second"}
WAIT_TIMEOUT = 3600  # the option's default


class ActionModule(FleetAction):
    """The task, whichever way it takes."""

    module = MODULE

    def run_module(self, task_vars: dict[str, Any] | None) -> dict[str, Any]:
        words = self._task.args.get("rollout")
        if self._task.async_val or self._task.args.get("fleet") or not waits(self._task.args, words):
            return super().run_module(task_vars)
        return self._waited_for(words, task_vars or {})

    def _waited_for(self, words: Mapping[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        group = str(self._task.args.get("name") or self._task.args.get("group_name"))
        teller = Teller(group, self._progress(words), display.display)
        door = Door(
            run=lambda said: self._execute_module(MODULE, {**self._task.args, "rollout": dict(said)}, task_vars=task_vars),
            look=lambda: self._look(group, task_vars),
            say=display.display,
            sleep=time.sleep,
            clock=time.monotonic,
        )
        return rolled_out(words, seconds(words), door, teller)

    def _progress(self, words: Mapping[str, Any]) -> str:
        return "none" if is_silent(self._task.no_log) else str(words.get("progress", "changes"))

    def _look(self, group: str, task_vars: dict[str, Any]) -> Mapping[str, Any] | None:
        """The group's latest instance refresh; a look that fails tells nothing, and the module judges in the end."""
        said = {name: value for name, value in self._task.args.items() if name in CONNECTION}
        try:
            told = self._execute_module(INFO, {**said, "names": [group], "associations": False, "fleet": False}, task_vars=task_vars)
        except AnsibleConnectionFailure:
            return None
        return next((one["instance_refresh"] for one in told["auto_scaling_groups"]), GONE) if "auto_scaling_groups" in told else None


def waits(args: Mapping[str, Any], words: Any) -> bool:
    """Whether there is a rollout that the task waits for; whatever makes no sense is the module's to refuse."""
    if not isinstance(words, Mapping) or args.get("state", "present") != "present" or is_waited_for_elsewhere(words):
        return False
    return words.get("strategy") in ("associate", "refresh") and boolean(words.get("wait", True), strict=False)


def is_waited_for_elsewhere(words: Mapping[str, Any]) -> bool:
    return boolean(words.get("hand_over", False), strict=False) or bool(words.get("instance_refresh_id"))


def seconds(words: Mapping[str, Any]) -> float:
    try:
        return float(words.get("wait_timeout", WAIT_TIMEOUT))
    except (TypeError, ValueError, OverflowError):
        return WAIT_TIMEOUT  # the module refuses it before anything is waited for
