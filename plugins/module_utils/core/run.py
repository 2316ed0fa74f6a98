# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one road from module parameters to Ansible's result. Private to this collection."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.parameters import remove_values
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .apply import Applied, Sleep, apply, known_so_far
from .aws import Aws
from .denials import explained
from .earlier import BUILDS_ON, Earlier
from .errors import PassroleError
from .least_privilege import policy_of
from .pace import MAX_CALLS_PER_SECOND, checked_pace
from .permissions import Known, Permission, learned, rules
from .plan import Action, Plan, Wait, shown
from .preflight import PREFLIGHT, preflight
from .secrets import secrets
from .settle import settle

MakePlan = Callable[[dict[str, Any], Aws], Plan]
NO_PLAN = Plan(before=None, after=None)


class DiscreetModule(AnsibleModule):
    """An Ansible module that knows the secrets inside free-form options before it logs its invocation or returns a result."""

    def _load_params(self) -> None:
        """Ansible falls over some values that it has no words for; given as a text, it says of what kind they are not."""
        super()._load_params()
        self.params = {name: sayable(value, self.argument_spec.get(name, {})) for name, value in self.params.items()}

    def _return_formatted(self, kwargs: dict[str, Any]) -> None:
        """Also what is refused before anything is logged comes out here, with all options beside it."""
        self.no_log_values.update(secrets(self.params))
        super()._return_formatted(kwargs)

    def _log_invocation(self) -> None:
        self.no_log_values.update(secrets(self.params))
        # The log is made of each option's repr, in which a text of several lines is no longer the secret that is looked for.
        said, self.params = self.params, remove_values(self.params, self.no_log_values)
        super()._log_invocation()
        self.params = said


def sayable(value: Any, spec: Mapping[str, Any]) -> Any:
    """The same, with texts in the place of structures where plain values are taken, of plain values where structures are, and of no numbers."""
    if spec.get("options"):
        if isinstance(value, Mapping):
            return {name: sayable(item, spec["options"].get(name, {})) for name, item in value.items()}
        return value if isinstance(value, (str, type(None))) else json.dumps(value, default=str)
    if spec.get("type") in ("int", "float"):
        strange = isinstance(value, (Mapping, list)) or (isinstance(value, float) and not math.isfinite(value))
        return json.dumps(value, default=str) if strange else value
    return value


# AnsibleAWSModule reads its module class from here, whatever its caller passes.
AnsibleAWSModule.default_settings["module_class"] = DiscreetModule


def run(options: dict[str, Any], make_plan: MakePlan, **rules: Any) -> NoReturn:
    """Plan; apply unless in check mode; report."""
    module = opened({**options, "builds_on": BUILDS_ON, "preflight": PREFLIGHT}, **rules)
    conclude(module, lambda: one(module.params, make_plan, door(module), dry=module.check_mode))


def tell(options: dict[str, Any], read: Callable[[dict[str, Any], Aws], dict[str, Any]], **rules: Any) -> NoReturn:
    """Read, and report what was read; nothing changes, in check mode or not."""
    module = opened(options, **rules)
    conclude(module, lambda: (told(module.params, read, door(module)), ()))


def opened(options: dict[str, Any], **rules: Any) -> AnsibleAWSModule:
    return AnsibleAWSModule(argument_spec={**options, "max_calls_per_second": MAX_CALLS_PER_SECOND}, supports_check_mode=True, **rules)


def door(module: AnsibleAWSModule) -> Aws:
    return Aws(module, per_second=checked_pace(module.params["max_calls_per_second"]))


def told(params: dict[str, Any], read: Callable[[dict[str, Any], Aws], dict[str, Any]], aws: Aws) -> dict[str, Any]:
    """What was read; a denial of it is explained."""
    try:
        return {"changed": False, **read(params, aws)}
    except PassroleError as error:
        raise explained(error, (), aws.known, aws.call) from error


def conclude(module: AnsibleAWSModule, work: Callable[[], tuple[dict[str, Any], tuple[str, ...]]]) -> NoReturn:
    try:
        result, warnings = work()
    except PassroleError as error:
        module.fail_json(**error.as_result())
    for warning in warnings:
        module.warn(warning)
    module.exit_json(**result)


def one(
    params: dict[str, Any], make_plan: MakePlan, aws: Aws, dry: bool, sleep: Sleep = time.sleep
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What became of one resource, and what to warn of."""
    with explaining(params, aws):
        plan = make_plan(params, aws)
    known, warnings = preflown(plan, known_of(params, plan, aws), aws) if params["preflight"] else (known_of(params, plan, aws), ())
    # Before the plan is applied, as what is read after that is no part of it.
    foretold = report(plan, aws.permissions, known)
    if dry:
        return {**shown(plan.result), **foretold}, (*plan.warnings, *warnings)
    with explaining(params, aws, plan):
        result, more = done(plan, params, make_plan, aws, sleep)
    return {**foretold, **result}, (*plan.warnings, *warnings, *more)


def done(
    plan: Plan, params: dict[str, Any], make_plan: MakePlan, aws: Aws, sleep: Sleep
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What was done, what AWS alone could tell, and what it had to be given time for; and what to warn of."""
    # By its own eyes: what earlier tasks said was made is there by now.
    look = partial(make_plan, {**params, "builds_on": []}, aws)
    applied = apply(plan, aws.call, sleep, look)
    ended = applied.done and not applied.handed_over and params.get("wait", True)
    warnings = settle(look, applied.done, sleep) if ended else ()
    more = {word: value for word, value in (("waited", applied.waited), ("handed_over", applied.handed_over)) if value}
    return {**known_so_far(applied.plan.result, applied.answers), "plan": applied.done, **more}, (*news_of(applied), *warnings)


def news_of(applied: Applied) -> tuple[str, ...]:
    """What the awaited answers give to warn of."""
    waits = [step for step in applied.plan if isinstance(step, Wait)]
    return tuple(warning for step in waits if step.operation in applied.answers for warning in step.warns(applied.answers[step.operation]))


@contextmanager
def explaining(params: dict[str, Any], aws: Aws, plan: Plan = NO_PLAN) -> Iterator[None]:
    """Whatever is denied meanwhile is explained."""
    try:
        yield
    except PassroleError as error:
        raise explained(error, plan.steps, known_of(params, plan, aws), aws.call) from error


def preflown(plan: Plan, known: Known, aws: Aws) -> tuple[Known, tuple[str, ...]]:
    """Ask whether the plan's calls are allowed; what was read was allowed, as it was read."""
    if not any(isinstance(step, Action) for step in plan):
        return known, ()
    needed = {*plan.looks, *(one for step in plan for one in step.permissions)}
    return preflight(needed, {one for step in plan for one in step.spare}, known, aws.call)


def known_of(params: dict[str, Any], plan: Plan, aws: Aws) -> Known:
    """What is known of where a plan's calls go, by what was read, what earlier tasks made, and what the plan makes."""
    paths, roles = learned([*aws.told, *Earlier.from_params(params).told, *(step.params for step in plan)])
    return Known(aws.partition, aws.region, paths=paths, roles=roles)


def report(plan: Plan, read: Iterable[Permission], known: Known) -> dict[str, Any]:
    """What every result says; the same whether or not the plan was applied."""
    needed = {*read, *plan.looks, *(one for step in plan for one in (*step.permissions, *step.spare))}
    changes = [step.summary for step in plan if isinstance(step, Action)]
    return {
        "changed": bool(changes),
        "plan": changes,
        "permissions": sorted({one.action for one in needed}),
        "policy": policy_of(rules(needed, known)),
        "outcome": plan.outcome,
        "diff": {"before": shown(plan.before or {}), "after": shown(plan.after or {})},
    }
