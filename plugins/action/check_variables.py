# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refuse misspelt variables of a role or playbook, and values of a wrong type, all at once."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.passrole.ec2.plugins.plugin_utils.known_variables import known_variables, options_of
from ansible_collections.passrole.ec2.plugins.plugin_utils.role_variables import collect_variables, list_wrong_values


class ActionModule(ActionBase):
    """A task on the control node, which makes no connection."""

    _requires_connection = False
    _supports_check_mode = True
    _VALID_ARGS = frozenset({"playbook", "role"})

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = {**super().run(tmp, task_vars), "changed": False}
        _result, args = self.validate_argument_spec(
            {"playbook": {"type": "str"}, "role": {"type": "str"}}, mutually_exclusive=[("playbook", "role")], required_one_of=[("playbook", "role")]
        )
        kind = "role" if args["role"] else "playbook"
        prefix, options = f"{args[kind]}_", options_of(kind, args[kind])
        own = {name[len(prefix) :]: option for name, option in options.items() if name.startswith(prefix)}
        others = {name[len(prefix) :] for name in known_variables(prefix)} - own.keys()
        variables = collect_variables(prefix, own, others, task_vars or {}, self._templar)
        # The hosts of a playbook need not be those of its role, which checks its variables again: on these, some may be undefined.
        problems = [*(variables.problems if kind == "role" else variables.unknown), *list_wrong_values(prefix, own, variables.given)]
        return {**result, "failed": True, "msg": "\n".join([*problems, *variables.advice])} if problems else result
