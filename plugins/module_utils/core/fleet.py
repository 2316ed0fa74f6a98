# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many resources of one kind in one task: all are planned, then all are applied, then all are looked at. Private to this collection.

Refusals and the size gate come before the first write. A member that fails later takes nothing from the others, unless too many do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Lock
from typing import Any

from .apply import Sleep, apply, known_so_far
from .bulk import Bulk
from .earlier import Earlier
from .errors import Overtaken, PassroleError, Refused, StoppedHalfway
from .gate import Gate
from .one import MakePlan, explaining, known_of, news_of, preflown, report
from .patience import SPREAD_WITHIN, pauses
from .plan import Action, Plan, shown
from .pool import MOST_THREADS, Slots, Together, all_of, at_once
from .progress import NOBODY, Progress
from .settle import looked

Aws = Any  # the one door of all members
Params = dict[str, Any]
Call = Callable[..., Any]

FEW = 3  # members that are read one by one, as an account may hold thousands of others
TOLD_AT_MOST = 10  # failures in a message; the results have them all
NO_PLAN = Plan(before=None, after=None)


@dataclass(frozen=True)
class Kind:
    """What a module tells of its fleets."""

    names: Callable[[Params], Sequence[str]]  # what no two members may keep; the first names the member
    make_plan: MakePlan
    caseless: bool = False  # whether names are the same in any case
    shelves: tuple[str, ...] = ()  # what all members will ask for, read at the same time
    groups: Callable[[Params], Sequence[str]] = lambda params: ()
    brief: Callable[[Params, Mapping[str, Any]], Mapping[str, Any]] = lambda params, result: {}  # told even of an unchanged member


@dataclass(frozen=True)
class Member:
    """One of the fleet: its place in it, its name, and its options as a task of its own would have them."""

    index: int
    name: str
    params: Params = field(default_factory=dict)

    def __str__(self) -> str:
        return f"fleet[{self.index}] ({self.name})" if self.name else f"fleet[{self.index}]"


@dataclass
class Course:
    """How far a member is: planned, begun, done or failed. Of an unchanged one no more is kept than is told of it."""

    member: Member
    plan: Plan = NO_PLAN
    error: PassroleError | None = None
    begun: bool = False
    done: list[str] = field(default_factory=list)
    result: Mapping[str, Any] = field(default_factory=dict)
    waited: list[dict[str, Any]] = field(default_factory=list)
    brief: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def changes(self) -> list[str]:
        return [step.summary for step in self.plan if isinstance(step, Action)]


@dataclass(frozen=True)
class Way:
    """What a fleet is given on its way: the door, what earlier tasks made, the gate, how many work at a time, who is told, and how to pause."""

    aws: Aws
    earlier: Earlier = Earlier()
    gate: Gate = Gate()
    concurrency: int = 1
    progress: Progress = NOBODY
    preflight: bool = False
    whole: bool = False  # whether unchanged members are told of in full, too
    sleep: Sleep = time.sleep


@dataclass(frozen=True)
class Ended:
    """What became of all members, and what is said of them together."""

    courses: Sequence[Course]
    together: Mapping[str, Any]
    warnings: tuple[str, ...]
    dry: bool


class InBulk:
    """The door as members of a fleet see it: what can be read of many at once is."""

    def __init__(self, aws: Aws, bulk: Bulk) -> None:
        self._aws = aws
        self.find = bulk.find

    def __getattr__(self, name: str) -> Any:
        return getattr(self._aws, name)


def run_fleet(members: Sequence[Member], refused: Sequence[Course], kind: Kind, way: Way, dry: bool) -> Ended:
    """All members to their end, those that were refused already among them."""
    refuse_twins(members, kind)
    courses, unread = planned(members, kind, way)
    courses = sorted((*courses, *refused), key=lambda course: course.member.index)
    refuse_too_much(courses, way.gate)
    together, warnings = said_together(courses, way)
    if not dry:
        apply_all(courses, kind, way)
    return Ended(courses, {**together, "outcome": outcome_of(courses, dry)}, (*unread, *warnings), dry)


def refuse_twins(members: Sequence[Member], kind: Kind) -> None:
    """Refuse two members that would work on the same thing."""
    first: dict[str, Member] = {}
    for member in members:
        for name in kind.names(member.params):
            twin = first.setdefault(name.lower() if kind.caseless else name, member)
            if twin is not member:
                raise Refused(f"fleet[{member.index}]: {name} is what fleet[{twin.index}] keeps, too; declare each thing once")


def planned(members: Sequence[Member], kind: Kind, way: Way) -> tuple[list[Course], tuple[str, ...]]:
    """The course of each, by what is there at one time; and what could not be read for all at once."""
    bulk = bulk_of(members, kind, way)
    with way.progress.counting("planned", len(members)) as counted:
        courses = all_of(members, lambda member: counted(course_of(member, kind, InBulk(way.aws, bulk), way.whole)), way.concurrency)
    return courses, bulk.warnings


def bulk_of(members: Sequence[Member], kind: Kind, way: Way) -> Bulk:
    if len(members) <= FEW:
        return Bulk(way.aws.find, shelved=False)
    bulk = Bulk(way.aws.find, [group for member in members for group in kind.groups(member.params)])
    at_once(bulk.ahead(kind.shelves))
    return bulk


def course_of(member: Member, kind: Kind, aws: Any, whole: bool) -> Course:
    try:
        plan = kind.make_plan(member.params, aws)
    except PassroleError as error:
        return Course(member, error=error)
    course = Course(member, plan, result=plan.result, brief=kind.brief(member.params, shown(plan.result)), warnings=plan.warnings)
    # A plan of nothing is large all the same: the state that it starts from.
    return course if plan else replace(course, plan=NO_PLAN, result=plan.result if whole else {})


def refuse_too_much(courses: Sequence[Course], gate: Gate) -> None:
    """Nothing is written when too many members are refused, or too many would change."""
    failed = [course for course in courses if course.error]
    if gate.refuses(len(failed), len(courses)):
        raise FleetRefused(said_of(failed, courses, "refused, and nothing was changed"), courses)
    changing = sum(bool(course.changes) for course in courses)
    if gate.is_exceeded(changing, len(courses)):
        raise FleetRefused(gate.said_of(changing, len(courses)), courses)


class FleetRefused(Refused):
    """Nothing was begun; what was planned or refused of each member is in the courses."""

    def __init__(self, message: str, courses: Sequence[Course]) -> None:
        super().__init__(message)
        self.courses = courses


def said_of(failed: Sequence[Course], courses: Sequence[Course], what: str) -> str:
    some = "; ".join(f"{course.member}: {course.error}" for course in failed[:TOLD_AT_MOST])
    more = f"; and {len(failed) - TOLD_AT_MOST} more" if len(failed) > TOLD_AT_MOST else ""
    return f"{len(failed)} of {len(courses)} members {'was' if len(failed) == 1 else 'were'} {what}: {some}{more}"


def said_together(courses: Sequence[Course], way: Way) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What is told of all members together, the same whether or not their plans are applied; and what to warn of."""
    whole = Plan(
        None,
        None,
        steps=tuple(step for course in courses for step in course.plan),
        looks=tuple(look for course in courses for look in course.plan.looks),
    )
    known = known_of({"builds_on": way.earlier}, whole, way.aws)
    known, warnings = preflown(whole, known, way.aws) if way.preflight else (known, ())
    told = report(whole, way.aws.permissions, known)
    return {word: told[word] for word in ("changed", "permissions", "policy")}, warnings


def outcome_of(courses: Iterable[Course], dry: bool) -> dict[str, dict[str, Any]]:
    """What members leave behind that change something; of the others AWS itself tells later tasks."""
    outcome: dict[str, dict[str, Any]] = {}
    for course in courses:
        if course.changes and not course.error and (course.begun or dry):
            for kind, things in course.plan.outcome.items():
                outcome.setdefault(kind, {}).update(things)
    return outcome


def apply_all(courses: Sequence[Course], kind: Kind, way: Way) -> None:
    """Every plan in its own order, members side by side; then a look at all of them."""
    work = [course for course in courses if course.plan and not course.error]
    failures = Failures(len([course for course in courses if course.error]))
    slots, call = Slots(way.concurrency, way.sleep), Together(way.aws.call).call

    def begin(course: Course) -> None:
        with slots:
            if not way.gate.stops(failures.count, len(courses)):
                one_applied(course, kind, way.aws, call, slots.rest)
                failures.note(course)
                counted(course)

    with way.progress.counting("done", len(work)) as counted:
        all_of(work, begin, MOST_THREADS)
    settle_all([course for course in work if course.begun and not course.error and course.member.params.get("wait", True)], kind, way)


@dataclass
class Failures:
    """How many members have failed so far, in whatever thread."""

    count: int
    _noting: Any = field(default_factory=Lock)

    def note(self, course: Course) -> None:
        with self._noting:
            self.count += bool(course.error)


def one_applied(course: Course, kind: Kind, aws: Aws, call: Call, sleep: Sleep) -> None:
    """The member's plan, step by step. Where an answer is lost it looks with its own eyes: what was read of all is old by then."""
    course.begun = True
    params = {**course.member.params, "builds_on": []}
    try:
        with explaining(course.member.params, aws, course.plan):
            made = apply(course.plan, call, sleep, partial(kind.make_plan, params, aws))
    except PassroleError as error:
        course.error = error
        return
    course.done, course.waited = made.done, made.waited
    course.result = known_so_far(made.plan.result, made.answers)
    course.warnings = (*course.warnings, *news_of(made))


def settle_all(courses: Sequence[Course], kind: Kind, way: Way) -> None:
    """Look at all that was done, for as long as news takes to spread, until nothing differs from what is wanted."""
    left: list[tuple[Course, PassroleError | None]] = [(course, None) for course in courses]
    for pause in (0.0, *pauses(SPREAD_WITHIN)):
        if left and pause:
            way.sleep(pause)
        left = [(course, why) for course, why in looked_at([course for course, _why in left], kind, way) if why]
    for course, why in left:
        course.error = StoppedHalfway("see all as planned", why, course.done, why.left if isinstance(why, Overtaken) else [])


def looked_at(courses: Sequence[Course], kind: Kind, way: Way) -> list[tuple[Course, PassroleError | None]]:
    """Each with why it is not as planned, if it is not."""
    bulk = bulk_of([course.member for course in courses], kind, way)
    return list(zip(courses, all_of(courses, lambda course: why_not_settled(course, kind, InBulk(way.aws, bulk)), way.concurrency)))


def why_not_settled(course: Course, kind: Kind, aws: Any) -> PassroleError | None:
    params = {**course.member.params, "builds_on": []}
    try:
        course.warnings = (*course.warnings, *looked(lambda: kind.make_plan(params, aws)))
    except PassroleError as error:
        return error
    return None
