# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn a plan into calls, in order, stopping at the first that fails for good. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

from .errors import CallRefused, DoneInPart, PassroleError, StoppedHalfway, WaitedInVain
from .patience import SPREAD_WITHIN, asks_again, patiently, pauses
from .plan import Action, Later, Plan, Step, Trouble, Wait, replaced, shown

Call = Callable[..., Any]
Sleep = Callable[[float], None]
Pause = Callable[[float, str], None]
Look = Callable[[], Plan]

# What only contradicts a look is news that has not spread: of something made, or gone, a moment ago.
EXISTS = ("AlreadyExists", "EntityAlreadyExists", "InvalidLaunchTemplateName.AlreadyExistsException")
CONTRADICTIONS = (*EXISTS, "NoSuchEntity")
OVERTAKEN = "It was not there when this run looked, so something else has made it meanwhile; run again to go on from what is there now"


@dataclass
class Waited:
    """The pauses made for one step: how often and how long in all, and AWS's latest reason for them."""

    step: str
    reason: str = ""
    times: int = 0
    seconds: float = 0

    def pause(self, seconds: float, reason: str, sleep: Sleep) -> None:
        sleep(seconds)
        self.reason = reason or self.reason
        self.times += 1
        self.seconds += seconds


@dataclass
class Applied:
    """What AWS answered, by operation, what was done, and what AWS had to be given time for.

    ``plan`` is the one that was made to its end, or till it was ``handed_over``.
    """

    plan: Plan
    answers: dict[str, Any] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    waits: list[Waited] = field(default_factory=list)
    handed_over: dict[str, Any] = field(default_factory=dict)

    @property
    def waited(self) -> list[dict[str, Any]]:
        return [asdict(one) for one in self.waits if one.times]

    def has_done(self, step: Step) -> None:
        if isinstance(step, Action) and step.summary not in self.done:
            self.done.append(step.summary)


class Halt(Exception):
    """A step of the plan failed."""

    def __init__(self, index: int, step: Step, why: PassroleError) -> None:
        super().__init__(str(why))
        self.index, self.step, self.why = index, step, why

    @property
    def is_doubtful(self) -> bool:
        """Whether AWS may have done the step all the same."""
        return self.why.lost and isinstance(self.step, Action)

    @property
    def contradicts(self) -> bool:
        return isinstance(self.why, CallRefused) and self.why.code in CONTRADICTIONS


def apply(plan: Plan, call: Call, sleep: Sleep, look: Look | None = None) -> Applied:
    """Make every step of the plan. Where an answer was lost, ``look`` makes the plan anew, and it goes on from there."""
    applied, doubted = Applied(plan), False
    for pause in (*pauses(SPREAD_WITHIN), None):
        try:
            through(applied, call, sleep)
            break
        except Halt as halt:
            doubted = doubted or halt.is_doubtful
            seen = looked(look, sleep, pause) if look and doubted and (halt.is_doubtful or halt.contradicts) else None
            if seen is None:
                raise stopped(halt, applied, call, sleep) from halt.why
            resume(applied, halt, seen)
    return applied


def through(applied: Applied, call: Call, sleep: Sleep) -> None:
    """Make the steps in order, and no further than to where the caller goes on by itself."""
    for index, step in enumerate(applied.plan):
        applied.waits.append(Waited(step.summary))
        try:
            applied.answers[step.operation] = make(step, applied, call, sleep)
        except PassroleError as why:
            raise Halt(index, step, why) from why
        applied.has_done(step)
        if isinstance(step, Wait) and step.elsewhere:
            applied.handed_over = filled_in(step.elsewhere, applied.answers)
            return


def looked(look: Look, sleep: Sleep, pause: float | None) -> Plan | None:
    """What is left to do, a moment later; None if that cannot be told, or time is up."""
    if pause is None:
        return None
    sleep(pause)
    try:
        return look()
    except PassroleError:
        return None


def resume(applied: Applied, halt: Halt, seen: Plan) -> None:
    """Go on with what is left to do, in the words, with the patience and with the mends that the plan had for it."""
    planned = [step for step in applied.plan if isinstance(step, Action)]
    applied.plan = replace(seen, steps=tuple(as_meant(step, planned) for step in seen))
    if halt.step.summary not in {step.summary for step in applied.plan}:
        applied.has_done(halt.step)


def as_meant(step: Step, planned: list[Action]) -> Step:
    for one in planned:
        if isinstance(step, Action) and one.operation == step.operation and fits(one.params, step.params):
            return replace(step, summary=one.summary, not_yet=one.not_yet, otherwise=one.otherwise)
    return step


def fits(planned: Any, known: Any) -> bool:
    """Whether what was planned is what is now known; what only AWS could tell may be anything."""
    if isinstance(planned, Mapping) and isinstance(known, Mapping):
        return planned.keys() == known.keys() and all(fits(planned[key], known[key]) for key in planned)
    return isinstance(planned, Later) or planned == known


def stopped(halt: Halt, applied: Applied, call: Call, sleep: Sleep) -> StoppedHalfway:
    """What was done, what was not, and of what nobody knows."""
    left = [step.summary for step in applied.plan.steps[halt.index :]]
    unknown = left[:1] if halt.is_doubtful else []
    mends = mended(halt.step, call, sleep)
    advice = advised(halt.step, halt.why)
    done, rest = (halt.why.done, halt.why.left + left[1:]) if isinstance(halt.why, DoneInPart) else ([], left[len(unknown) :])
    return StoppedHalfway(halt.step.summary, halt.why, applied.done + mends + done, rest, advice, applied.waited, unknown)


def make(step: Step, applied: Applied, call: Call, sleep: Sleep) -> Any:
    params = filled_in(step.params, applied.answers)
    pause = partial(applied.waits[-1].pause, sleep=sleep)
    if isinstance(step, Wait):
        ask = partial(asked, call=call, pause=pause)
        return watch(held_against(step, applied.answers), params, partial(in_the_way, step.trouble, applied.answers, ask), ask, pause)
    return changed(step, params, call, pause)


def changed(action: Action, params: Mapping[str, Any], call: Call, pause: Pause) -> Any:
    """Make a change; wait out "not yet"."""
    # After a lost answer the same words may only say that the work is done: that takes a look, not time.
    answer = patiently(
        lambda: call(action.service, action.operation, **params),
        lambda refusal: not refusal.lost and (asks_again(refusal) or any(refusal in passing for passing in action.not_yet)),
        pause,
    )
    if (why := action.failed(answer)) is not None:
        raise why
    return answer


def asked(service: str, operation: str, call: Call, pause: Pause, **params: Any) -> Any:
    """Make a read; wait out what AWS asks to try again."""
    return patiently(lambda: call(service, operation, **params), asks_again, pause)


def held_against(wait: Wait, answers: Mapping[str, Any]) -> Wait:
    """The wait as it looks at an answer alone, with what an earlier step read filled in."""
    if wait.against is None:
        return wait
    known = filled_in(wait.against, answers)
    return replace(wait, until=lambda answer: wait.until(answer, known), lacks=lambda answer: wait.lacks(answer, known), against=None)


def watch(wait: Wait, params: Mapping[str, Any], why_not: Callable[[], str], ask: Call, pause: Pause) -> Any:
    """Read until the answer is the awaited one, or is known never to be."""
    reason = ""
    for seconds in (*pauses(wait.timeout, wait.longest_pause), None):
        answer = read(wait, params, ask)
        if wait.until(answer):
            return answer
        if why := wait.never(answer):
            raise WaitedInVain(". ".join((why, *left_behind(wait, params, ask))))
        if seconds is not None:
            reason = why_not()
            pause(seconds, reason or wait.lacks(answer))
    raise WaitedInVain(": ".join(filter(None, (f"not so after {wait.timeout + wait.waited:g} seconds", wait.lacks(answer), reason))))


def left_behind(wait: Wait, params: Mapping[str, Any], ask: Call) -> Sequence[str]:
    """What is left when the awaited does not come; who may not look says no more than is known."""
    if wait.aftermath is None:
        return ()
    try:
        return wait.aftermath.told(ask(wait.aftermath.service, wait.aftermath.operation, **wait.aftermath.params), params)
    except PassroleError:
        return ()


def in_the_way(trouble: Trouble | None, answers: Mapping[str, Any], ask: Call) -> str:
    """The latest reason that a wait is not over; one that time does not mend ends it."""
    if trouble is None:
        return ""
    reasons = trouble.told(ask(trouble.service, trouble.operation, **trouble.params), filled_in(trouble.known, answers))
    for reason in reasons:
        if not any(saying in reason for saying in trouble.passing):
            raise WaitedInVain(reason)
    return next(iter(reasons), "")


def read(wait: Wait, params: Mapping[str, Any], ask: Call) -> Any:
    try:
        return ask(wait.service, wait.operation, **params)
    except CallRefused as refusal:
        if wait.absent and refusal.code == wait.absent:
            return None
        raise


def advised(step: Step, why: PassroleError) -> str:
    """What the step says to do instead, for a refusal it knows, and where from something is there that was not."""
    if not isinstance(step, Action) or not isinstance(why, CallRefused):
        return ""
    return step.advice.get(why.code, OVERTAKEN if why.code in EXISTS else "")


def mended(step: Step, call: Call, sleep: Sleep) -> list[str]:
    """Put right what a refused step leaves broken; what was done for it."""
    mend = step.otherwise if isinstance(step, Action) else None
    if mend is None:
        return []
    try:
        changed(mend, mend.params, call, lambda seconds, _reason: sleep(seconds))
    except PassroleError:
        return []
    return [mend.summary]


def filled_in(value: Any, answers: Mapping[str, Any]) -> Any:
    """The same value with every ``Later`` replaced by what AWS answered."""
    return replaced(value, lambda later: answered(later, answers))


def known_so_far(value: Any, answers: Mapping[str, Any]) -> Any:
    """The same for who looks at it before all is done: a ``Later`` whose step is still to come stays in words."""
    return replaced(value, lambda later: answered(later, answers) if later.operation in answers else shown(later))


def answered(later: Later, answers: Mapping[str, Any]) -> Any:
    answer = answers[later.operation]
    for key in later.path.split("."):
        answer = answer[int(key)] if isinstance(answer, (list, tuple)) else answer[key]
    return later.through(answer)
