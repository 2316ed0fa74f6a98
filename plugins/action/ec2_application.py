# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep an application, or a fleet of them, as the variables of the role declare it; show how far its rollout or the fleet is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.passrole.ec2.plugins.module_utils.application.front_door import (
    FRONT_DOORS,
    OF_FLEET,
    ROLL_OUT,
    SHARED,
    FrontDoor,
    Request,
    make_request,
)
from ansible_collections.passrole.ec2.plugins.module_utils.application.report import add_report
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.plugin_utils.known_variables import options_of
from ansible_collections.passrole.ec2.plugins.plugin_utils.role_variables import collect_variables, list_wrong_values
from ansible_collections.passrole.ec2.plugins.plugin_utils.rollout_wait import RolloutAction, waits

ONE = "passrole.ec2.ec2_application"
FLEET = "passrole.ec2.ec2_application_fleet"
# Set by the play of a playbook that does more with the role than keep what is declared.
OPERATION = "__passrole_operation"


class ActionModule(RolloutAction):
    """The task of the module of the same name. With the prefix of the role's variables and no application, it takes the role's variables."""

    module = ONE

    def run_module(self, task_vars: dict[str, Any] | None) -> dict[str, Any]:
        args = dict(self._task.args)
        door = FRONT_DOORS.get(args.get("variable_prefix", ""))
        if "application" in args or door is None:
            return self._keep_one(args, task_vars or {})
        try:
            request = self._read_request(door, args, task_vars or {})
        except Refused as refusal:
            return {"failed": True, "changed": False, "msg": str(refusal)}
        return add_report(self._carry_out(request, task_vars or {}), request)

    def _read_request(self, door: FrontDoor, args: dict[str, Any], task_vars: dict[str, Any]) -> Request:
        variables = collect_variables(door.prefix, door.variables, door.set_by_role, task_vars, self._templar)
        # The options of an application are judged by those of its modules.
        options = options_of("role", door.prefix.rstrip("_"))
        beside = {name: options[f"{door.prefix}{name}"] for name in (*SHARED, *OF_FLEET) if f"{door.prefix}{name}" in options and name != "state"}
        wrong = list_wrong_values(door.prefix, beside, {name: value for name, value in variables.given.items() if name in beside})
        operation = task_vars.get(OPERATION, "")
        roll_out = collect_variables("roll_out_", ROLL_OUT, (), task_vars, self._templar).given if operation == "roll_out" else None
        return make_request(door, replace(variables, unresolved=(*variables.unresolved, *wrong)), args, task_vars, operation, roll_out)

    def _carry_out(self, request: Request, task_vars: dict[str, Any]) -> dict[str, Any]:
        if request.is_fleet:
            return self.run_with_progress(FLEET, dict(request.args), task_vars)
        return self._keep_one(dict(request.args), task_vars)

    def _keep_one(self, args: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        application = args.get("application")
        words = application.get("rollout") if isinstance(application, Mapping) else None
        if self._task.async_val or not waits(words, args.get("state", "present")):
            return self._execute_module(ONE, args, task_vars=task_vars, wrap_async=bool(self._task.async_val))

        def run(said: Mapping[str, Any]) -> dict[str, Any]:
            return self._execute_module(ONE, {**args, "application": {**application, "rollout": dict(said)}}, task_vars=task_vars)

        return self.run_until_rolled_out(str(application.get("name")), words, run, task_vars)
