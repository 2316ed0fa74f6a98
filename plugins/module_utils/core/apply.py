# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn a plan into calls, in order, stopping at the first that fails. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from .errors import CallRefused, PassroleError, StoppedHalfway, WaitedInVain
from .plan import Action, Later, NotYet, Plan, Step, Trouble, Wait, replaced

Call = Callable[..., Any]
Sleep = Callable[[float], None]

PATIENCE = 120.0  # seconds; IAM's news rarely takes longer than some 15
LONGEST_PAUSE = 5.0

# botocore makes these calls no second time, though AWS asks for it.
PASSING = (
    NotYet("ConcurrentModification"),
    NotYet("ScalingActivityInProgress"),
    NotYet("ResourceContention"),
)


def apply(plan: Plan, call: Call, sleep: Sleep) -> dict[str, Any]:
    """Make every step of the plan; what AWS answered, by operation."""
    answers: dict[str, Any] = {}
    for index, step in enumerate(plan):
        try:
            answers[step.operation] = make(step, answers, call, sleep)
        except PassroleError as why:
            done = [past.summary for past in plan.steps[:index] if isinstance(past, Action)]
            left = [future.summary for future in plan.steps[index:]]
            raise StoppedHalfway(step.summary, why, done + mended(step, call, sleep), left, advised(step, why)) from why
    return answers


def make(step: Step, answers: Mapping[str, Any], call: Call, sleep: Sleep) -> Any:
    params = filled_in(step.params, answers)
    if isinstance(step, Wait):
        return watch(step, params, partial(in_the_way, step.trouble, answers, call), call, sleep)
    return patiently(step, params, call, sleep)


def patiently(action: Action, params: Mapping[str, Any], call: Call, sleep: Sleep) -> Any:
    """Make one call; while AWS says "not yet", wait and make it again."""
    for pause in pauses(PATIENCE):
        try:
            return call(action.service, action.operation, **params)
        except CallRefused as refusal:
            if not any(refusal in passing for passing in (*PASSING, *action.not_yet)):
                raise
            sleep(pause)
    return call(action.service, action.operation, **params)


def watch(wait: Wait, params: Mapping[str, Any], why_not: Callable[[], str], call: Call, sleep: Sleep) -> Any:
    """Read until the answer is the awaited one, or is known never to be."""
    reason = ""
    for pause in pauses(wait.timeout):
        answer = look(wait, params, call)
        if wait.until(answer):
            return answer
        reason = why_not()
        sleep(pause)
    answer = look(wait, params, call)
    if wait.until(answer):
        return answer
    raise WaitedInVain(": ".join(filter(None, (f"not so after {wait.timeout:g} seconds", wait.lacks(answer), reason))))


def in_the_way(trouble: Trouble | None, answers: Mapping[str, Any], call: Call) -> str:
    """The latest reason that a wait is not over; one that time does not mend ends it."""
    if trouble is None:
        return ""
    reasons = trouble.told(call(trouble.service, trouble.operation, **trouble.params), filled_in(trouble.known, answers))
    for reason in reasons:
        if not any(saying in reason for saying in trouble.passing):
            raise WaitedInVain(reason)
    return next(iter(reasons), "")


def look(wait: Wait, params: Mapping[str, Any], call: Call) -> Any:
    try:
        return call(wait.service, wait.operation, **params)
    except CallRefused as refusal:
        if wait.absent and refusal.code == wait.absent:
            return None
        raise


def advised(step: Step, why: PassroleError) -> str:
    """What the step says to do instead, for a refusal it knows."""
    if isinstance(step, Action) and isinstance(why, CallRefused):
        return step.advice.get(why.code, "")
    return ""


def mended(step: Step, call: Call, sleep: Sleep) -> list[str]:
    """Put right what a refused step leaves broken; what was done for it."""
    mend = step.otherwise if isinstance(step, Action) else None
    if mend is None:
        return []
    try:
        patiently(mend, mend.params, call, sleep)
    except PassroleError:
        return []
    return [mend.summary]


def pauses(patience: float) -> Iterator[float]:
    """Growing pauses, in seconds, that add up to ``patience``."""
    pause, left = 0.25, patience
    while left > 0:
        yield min(pause, left)
        left -= pause
        pause = min(pause * 2, LONGEST_PAUSE)


def filled_in(value: Any, answers: Mapping[str, Any]) -> Any:
    """The same value with every ``Later`` replaced by what AWS answered."""
    return replaced(value, lambda later: answered(later, answers))


def answered(later: Later, answers: Mapping[str, Any]) -> Any:
    answer = answers[later.operation]
    for key in later.path.split("."):
        answer = answer[int(key)] if isinstance(answer, (list, tuple)) else answer[key]
    return later.through(answer)
