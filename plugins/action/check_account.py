# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refuse to work in another account than that of the host."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase
from ansible.plugins.loader import lookup_loader
from ansible_collections.passrole.ec2.plugins.plugin_utils.connection import TARGETS, read_connection

CALLER_IDENTITY = "passrole.ec2.caller_identity"


class ActionModule(ActionBase):
    """A task on the control node, which asks STS who the caller is."""

    _requires_connection = False
    _supports_check_mode = True
    _VALID_ARGS = frozenset()

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = {**super().run(tmp, task_vars), "changed": False}
        variables = task_vars or {}
        if TARGETS not in variables.get("group_names", ()):
            return {**result, "skipped": True, "skip_reason": "The host declares no account."}
        if "account_id" not in variables:
            message = f"account_id: required on host {variables['inventory_hostname']} of group {TARGETS}. Use the inventory plugin passrole.ec2.aws_targets."
            return {**result, "failed": True, "msg": message}
        connection = read_connection(variables, self._templar, self._loader)
        [caller] = lookup_loader.get(CALLER_IDENTITY, loader=self._loader, templar=self._templar).run([], variables, **connection)
        account, wanted = caller["account_id"], str(self._templar.template(variables["account_id"]))
        if account == wanted:
            return {**result, "account_id": account, "arn": caller["arn"]}
        message = (
            f"account_id: must be the account of the credentials, {account}; the host {variables['inventory_hostname']} is in account {wanted}. "
            f"Assume a role of account {wanted}, as with assume_role.role_name of the inventory, or use credentials of that account."
        )
        return {**result, "failed": True, "msg": message}
