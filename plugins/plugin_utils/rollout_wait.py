# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for a rollout on the control node: the module runs several times, and lines show the progress between. Private to this collection.

A task whose rollout nobody waits for is one run of its module. A fleet waits for the rollouts of its members itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleConnectionFailure
from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from ansible_collections.passrole.ec2.plugins.module_utils.rollout.waiting import GONE, Door, Teller, rolled_out
from ansible_collections.passrole.ec2.plugins.plugin_utils.fleet_progress import FleetAction, display, is_silent

INFO = "passrole.ec2.asg_launch_with_profile_info"
CONNECTION = {name for option, spec in aws_argument_spec().items() for name in (option, *spec.get("aliases", ()))} | {"max_calls_per_second"}
WAIT_TIMEOUT = 3600  # seconds, the default of rollout.wait_timeout


class RolloutAction(FleetAction):
    """A task of a module that may roll a group out."""

    def run_until_rolled_out(
        self, group: str, words: Mapping[str, Any], run: Callable[[Mapping[str, Any]], dict[str, Any]], task_vars: dict[str, Any]
    ) -> dict[str, Any]:
        """Run the module with ``rollout`` as each run needs it, and wait between."""
        teller = Teller(group, self._progress(words), display.display)
        door = Door(run=run, look=lambda: self._look(group, task_vars), say=display.display, sleep=time.sleep, clock=time.monotonic)
        return rolled_out(words, seconds(words), door, teller)

    def _progress(self, words: Mapping[str, Any]) -> str:
        return "none" if is_silent(self._task.no_log) else str(words.get("progress", "changes"))

    def _look(self, group: str, task_vars: dict[str, Any]) -> Mapping[str, Any] | None:
        """Read the group's latest instance refresh. A read that fails returns None, and the module judges in the end."""
        said = {name: value for name, value in self._task.args.items() if name in CONNECTION}
        try:
            told = self._execute_module(INFO, {**said, "names": [group], "associations": False, "fleet": False}, task_vars=task_vars)
        except AnsibleConnectionFailure:
            return None
        return next((one["instance_refresh"] for one in told["auto_scaling_groups"]), GONE) if "auto_scaling_groups" in told else None


def waits(words: Any, state: Any = "present") -> bool:
    """Whether the task waits for a rollout. Values that make no sense are the module's to refuse."""
    if not isinstance(words, Mapping) or state != "present" or is_waited_for_elsewhere(words):
        return False
    return words.get("strategy") in ("associate", "refresh") and boolean(words.get("wait", True), strict=False)


def is_waited_for_elsewhere(words: Mapping[str, Any]) -> bool:
    return boolean(words.get("hand_over", False), strict=False) or bool(words.get("instance_refresh_id"))


def seconds(words: Mapping[str, Any]) -> float:
    try:
        return float(words.get("wait_timeout", WAIT_TIMEOUT))
    except (TypeError, ValueError, OverflowError):
        return WAIT_TIMEOUT  # the module refuses it before anything is waited for
