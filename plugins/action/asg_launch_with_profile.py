# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show how far a rollout or a fleet is while its task waits."""

from __future__ import annotations

from typing import Any

from ansible_collections.passrole.ec2.plugins.plugin_utils.rollout_wait import RolloutAction, waits

MODULE = "passrole.ec2.asg_launch_with_profile"


class ActionModule(RolloutAction):
    """The task of the module of the same name."""

    module = MODULE

    def run_module(self, task_vars: dict[str, Any] | None) -> dict[str, Any]:
        args = self._task.args
        words = args.get("rollout")
        if self._task.async_val or args.get("fleet") or not waits(words, args.get("state", "present")):
            return super().run_module(task_vars)
        group = str(args.get("name") or args.get("group_name"))
        return self.run_until_rolled_out(
            group, words, lambda said: self._execute_module(MODULE, {**args, "rollout": dict(said)}, task_vars=task_vars or {}), task_vars or {}
        )
