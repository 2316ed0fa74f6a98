# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of one resource: its plan, its calls, and what is reported of it. Pure: the door is handed in. Private to this collection."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from .apply import Applied, Sleep, apply, known_so_far
from .denials import explained
from .earlier import Earlier
from .errors import PassroleError
from .least_privilege import policy_of
from .permissions import Known, Permission, learned, rules
from .plan import NO_STATE, Action, Plan, Wait, shown
from .preflight import preflight
from .settle import settle

Aws = Any  # the door, of core.aws or one that reads in bulk
MakePlan = Callable[[dict[str, Any], Aws], Plan]


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
    ended = applied.done and not applied.handed_over and not plan.shown_late and params.get("wait", True)
    warnings = settle(look, applied.done, sleep) if ended else ()
    more = {word: value for word, value in (("waited", applied.waited), ("handed_over", applied.handed_over)) if value}
    return {**known_so_far(applied.plan.result, applied.answers), "plan": applied.done, **more}, (*news_of(applied), *warnings)


def news_of(applied: Applied) -> tuple[str, ...]:
    """What the awaited answers give to warn of."""
    waits = [step for step in applied.plan if isinstance(step, Wait)]
    return tuple(warning for step in waits if step.operation in applied.answers for warning in step.warns(applied.answers[step.operation]))


@contextmanager
def explaining(params: dict[str, Any], aws: Aws, plan: Plan = NO_STATE) -> Iterator[None]:
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
