# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many resources of one kind: all are planned by what is there at one time, applied side by side, and looked at in the end. Private to this collection.

A member that fails takes nothing from the others, unless too many do.
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
from .earlier import USED_BEFORE, Earlier
from .errors import Overtaken, PassroleError, StoppedHalfway
from .gate import Gate
from .one import MakePlan, explaining, news_of
from .patience import SPREAD_WITHIN, pauses
from .plan import NO_STATE, Action, Plan, shown
from .pool import MOST_THREADS, Slots, Together, all_of
from .progress import NOBODY, Progress
from .settle import looked

Aws = Any  # the one door of all members
Params = dict[str, Any]
Call = Callable[..., Any]

FEW = 3  # members that are read one by one, as an account may hold thousands of others


@dataclass(frozen=True)
class Kind:
    """What a module tells of its fleets."""

    options: Mapping[str, Any]  # those of a task for one, which are a member's
    names: Callable[[Params], Sequence[str]]  # what no two members may keep; the first names the member
    make_plan: MakePlan
    not_together: Sequence[tuple[str, ...]] = ()
    noun: str = ""  # under which its state stands beside that of others, where it does not say so itself
    caseless: bool = False  # whether names are the same in any case
    shelves: tuple[str, ...] = ()  # what all members will ask for, read at the same time
    groups: Callable[[Params], Sequence[str]] = lambda params: ()
    last_look: str = ""  # the read that ends a member's plan, where the look at all members tells the same
    brief: Callable[[Params, Mapping[str, Any]], Mapping[str, Any]] = lambda params, result: {}  # told even of an unchanged member


@dataclass(frozen=True)
class Member:
    """One of the fleet: its place in it, its name, and its options as a task of its own would have them."""

    index: int
    name: str
    params: Params = field(default_factory=dict)
    refusal: PassroleError | None = None  # why it makes no sense, where that was seen already

    def __str__(self) -> str:
        return f"fleet[{self.index}] ({self.name})" if self.name else f"fleet[{self.index}]"


@dataclass
class Course:
    """How far a member is: planned, begun, done or failed. Of an unchanged one no more is kept than is told of it."""

    member: Member
    plan: Plan = NO_STATE
    error: PassroleError | None = None
    begun: bool = False
    done: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)  # what was not begun any more, as too many others had failed
    result: Mapping[str, Any] = field(default_factory=dict)
    waited: list[dict[str, Any]] = field(default_factory=list)
    handed_over: Mapping[str, Any] = field(default_factory=dict)  # a rollout that the controller waits for
    brief: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    noun: str = ""

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
    versions: dict[tuple[str, str], Any] = field(default_factory=dict)  # those of launch templates that were read so far
    whole: bool = False  # whether unchanged members are told of in full, too
    sleep: Sleep = time.sleep


class InBulk:
    """The door as members of a fleet see it: what can be read of many at once is."""

    is_for_many = True

    def __init__(self, aws: Aws, bulk: Bulk) -> None:
        self._aws = aws
        self.find = bulk.find

    def __getattr__(self, name: str) -> Any:
        return getattr(self._aws, name)


def looking(count: int, way: Way) -> Bulk:
    """One look at what is there, for so many members."""
    return Bulk(way.aws.find, shelved=count > FEW, versions=way.versions)


def expected(members: Sequence[Member], kind: Kind, bulk: Bulk) -> Bulk:
    """The same look, which begins with what is going to be asked of these."""
    if members:
        bulk.expect(kind.shelves, [group for member in members for group in kind.groups(member.params)])
    return bulk


def plan_all(members: Sequence[Member], kind: Kind, way: Way, bulk: Bulk) -> list[Course]:
    """The course of each."""
    door = InBulk(way.aws, expected(members, kind, bulk))
    with way.progress.counting("planned", len(members)) as counted:
        return all_of(members, lambda member: counted(course_of(member, kind, door, way.whole)), way.concurrency)


def course_of(member: Member, kind: Kind, aws: Any, whole: bool) -> Course:
    try:
        plan = kind.make_plan(member.params, aws)
    except PassroleError as error:
        return Course(member, error=error)
    course = Course(member, plan, result=plan.result, brief=kind.brief(member.params, shown(plan.result)), warnings=plan.warnings, noun=kind.noun)
    # A plan of nothing is large all the same: the state that it starts from.
    return course if plan else replace(course, plan=NO_STATE, result=plan.result if whole else {})


def outcome_of(courses: Iterable[Course], dry: bool) -> dict[str, dict[str, Any]]:
    """What members leave behind that change something, and what they saw in use; of the others AWS itself tells later tasks."""
    outcome: dict[str, dict[str, Any]] = {}
    for course in courses:
        is_left = bool(course.changes) and (course.begun or dry)
        for kind, things in course.plan.outcome.items() if not course.error else ():
            if is_left or kind == USED_BEFORE:
                outcome.setdefault(kind, {}).update(things)
    return outcome


@dataclass
class Failures:
    """Who has failed so far, in whatever thread: as many members as are told of, in all."""

    gate: Gate
    total: int
    count: int = 0
    _noting: Any = field(default_factory=Lock)

    @property
    def are_too_many(self) -> bool:
        return self.gate.stops(self.count, self.total)

    def note(self, failed: int) -> None:
        with self._noting:
            self.count += failed


def apply_all(courses: Sequence[Course], kind: Kind, way: Way, failures: Failures) -> None:
    """Every plan in its own order, members side by side; then a look at all of them."""
    slots, call = Slots(way.concurrency, way.sleep), Together(way.aws.call).call

    def begin(course: Course) -> None:
        with slots:
            if not failures.are_too_many:
                apply_one(course, kind, way.aws, call, slots.rest)
                failures.note(bool(course.error))
                counted(course)

    with way.progress.counting("done", len(courses)) as counted:
        all_of(courses, begin, MOST_THREADS)
    ended = [course for course in courses if course.begun and not course.error and not course.handed_over]
    settle_all([course for course in ended if course.member.params.get("wait", True)], kind, way, failures)


def apply_one(course: Course, kind: Kind, aws: Aws, call: Call, sleep: Sleep) -> None:
    """The member's plan, step by step. Where an answer is lost it looks with its own eyes: what was read of all is old by then."""
    course.begun = True
    params = {**course.member.params, "builds_on": []}
    try:
        with explaining(course.member.params, aws, course.plan):
            made = apply(less_last_look(course.plan, kind), call, sleep, partial(kind.make_plan, params, aws))
    except PassroleError as error:
        course.error = error
        return
    course.done, course.waited, course.handed_over = made.done, made.waited, made.handed_over
    course.result = known_so_far(made.plan.result, made.answers)
    course.warnings = (*course.warnings, *news_of(made))


def less_last_look(plan: Plan, kind: Kind) -> Plan:
    return replace(plan, steps=tuple(step for step in plan if isinstance(step, Action) or step.operation != kind.last_look))


def settle_all(courses: Sequence[Course], kind: Kind, way: Way, failures: Failures) -> None:
    """Look at all that was done, for as long as news takes to spread, until nothing differs from what is wanted."""
    left: list[tuple[Course, PassroleError | None]] = [(course, None) for course in courses]
    for pause in (0.0, *pauses(SPREAD_WITHIN)):
        if left and pause:
            way.sleep(pause)
        left = [(course, why) for course, why in looked_at([course for course, _why in left], kind, way) if why]
    for course, why in left:
        course.error = StoppedHalfway("see all as planned", why, course.done, why.left if isinstance(why, Overtaken) else [])
    failures.note(len(left))


def looked_at(courses: Sequence[Course], kind: Kind, way: Way) -> list[tuple[Course, PassroleError | None]]:
    """Each with why it is not as planned, if it is not."""
    door = InBulk(way.aws, expected([course.member for course in courses], kind, looking(len(courses), way)))
    return list(zip(courses, all_of(courses, lambda course: why_not_settled(course, kind, door), way.concurrency)))


def why_not_settled(course: Course, kind: Kind, aws: Any) -> PassroleError | None:
    """Look at a member; what only a look can tell of it is told from now on."""
    seen: list[Plan] = []

    def look() -> Plan:
        seen.append(kind.make_plan({**course.member.params, "builds_on": []}, aws))
        return seen[-1]

    try:
        course.warnings = (*course.warnings, *looked(look))
    except PassroleError as error:
        return error
    if kind.last_look and seen:
        course.result = {**course.result, **shown(seen[-1].result)}
    return None
