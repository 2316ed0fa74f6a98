# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one road from module parameters to Ansible's result. Private to this collection."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.parameters import remove_values
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .apply import apply, filled_in
from .aws import Aws
from .earlier import BUILDS_ON
from .errors import PassroleError
from .plan import Action, Plan, shown

MakePlan = Callable[[dict[str, Any], Aws], Plan]
SECRET_MEMBERS = ("user_data",)
SHORTEST_SECRET = 4  # characters; masking fewer would blot out every word of a message


class DiscreetModule(AnsibleModule):
    """An Ansible module that knows the secrets inside free-form options before it logs its invocation."""

    def _log_invocation(self) -> None:
        self.no_log_values.update(secrets(self.params))
        # The log is made of each option's repr, in which a text of several lines is no longer the secret that is looked for.
        said, self.params = self.params, remove_values(self.params, self.no_log_values)
        super()._log_invocation()
        self.params = said


# AnsibleAWSModule reads its module class from here, whatever its caller passes.
AnsibleAWSModule.default_settings["module_class"] = DiscreetModule


def run(options: dict[str, Any], make_plan: MakePlan, **rules: Any) -> NoReturn:
    """Plan; apply unless in check mode; report."""
    module = AnsibleAWSModule(
        argument_spec={**options, "builds_on": BUILDS_ON},
        supports_check_mode=True,
        **rules,
    )
    try:
        result, warnings = one(module.params, make_plan, Aws(module), dry=module.check_mode)
    except PassroleError as error:
        module.fail_json(**error.as_result())
    for warning in warnings:
        module.warn(warning)
    module.exit_json(**result)


def one(params: dict[str, Any], make_plan: MakePlan, aws: Aws, dry: bool) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What became of one resource, and what to warn of."""
    plan = make_plan(params, aws)
    permissions = sorted(aws.permissions.union(*(step.permissions for step in plan)))
    known = shown(plan.result) if dry else filled_in(plan.result, apply(plan, aws.call, time.sleep))
    return {**known, **report(plan, permissions)}, plan.warnings


def report(plan: Plan, permissions: list[str]) -> dict[str, Any]:
    """What every result says; the same whether or not the plan was applied."""
    changes = [step.summary for step in plan if isinstance(step, Action)]
    return {
        "changed": bool(changes),
        "plan": changes,
        "permissions": permissions,
        "outcome": plan.outcome,
        "diff": {"before": shown(plan.before or {}), "after": shown(plan.after or {})},
    }


def secrets(value: Any, name: str = "") -> Iterator[str]:
    """Every secret text inside an option, plain and as AWS takes it."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from secrets(item, str(key))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from secrets(item, name)
    elif isinstance(value, str) and len(value) >= SHORTEST_SECRET and name in SECRET_MEMBERS:
        yield from (value, base64.b64encode(value.encode()).decode())
