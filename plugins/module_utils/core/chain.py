# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fleet to its end, in one stage or in several that build on each other: all are planned before the first is applied. Private to this collection.

Refusals and the size gate come before the first write. What fails in one stage is not gone on with in the next; the others are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .denials import explained
from .earlier import Earlier
from .errors import PassroleError, Refused
from .fleet import Course, Failures, Kind, Member, Way, apply_all, looking, outcome_of, plan_all
from .one import known_of, preflown, report
from .plan import NO_STATE, Plan

Said = Mapping[str, Any]
Briefs = Mapping[str, Any]

TOLD_AT_MOST = 10  # failures in a message; the results have them all


@dataclass(frozen=True)
class Stage:
    """One kind of resource that each of the fleet has, or some."""

    kind: Kind
    read: Callable[[Said], dict[str, Any]]  # options as a task of the kind takes them, or a refusal
    said: Callable[[Said, Briefs], Said | None]  # what one of the fleet says of it, by what earlier stages told briefly; None for nothing
    shared: bool = False  # whether several of the fleet may say the same of one resource
    name: str = ""  # under which the result of one has its part


@dataclass
class Whole:
    """One of the fleet with its courses, stage by stage; those that it shares with others among them."""

    member: Member
    courses: dict[int, Course] = field(default_factory=dict)
    refusal: PassroleError | None = None
    refused_by: int | None = None  # the stage whose options make no sense

    @property
    def error(self) -> PassroleError | None:
        return self.refusal or next((course.error for course in self.courses.values() if course.error), None)

    @property
    def failed_stage(self) -> int | None:
        """The stage that was refused or failed."""
        return self.refused_by if self.refusal else next((number for number, course in self.courses.items() if course.error), None)

    @property
    def is_handed_over(self) -> bool:
        """Whether a later run of the task goes on with it."""
        return any(course.handed_over for course in self.courses.values())

    @property
    def briefs(self) -> dict[str, Any]:
        return {word: value for course in self.courses.values() for word, value in course.brief.items()}

    def joined(self, dry: bool = True) -> Course:
        """All its courses as one. In a run, a stage that was not begun is left."""
        some = list(self.courses.values())
        return Course(
            self.member,
            plan=joined([course.plan if len(some) == 1 else beside_others(course) for course in some]),
            error=self.error,
            begun=any(course.begun for course in some),
            done=[step for course in some for step in course.done],
            left=[] if dry else [step for course in some if not course.begun for step in course.changes],
            result={word: value for course in some for word, value in course.result.items()},
            waited=[one for course in some for one in course.waited],
            brief=self.briefs,
            warnings=tuple(warning for course in some for warning in course.warnings),
        )


def beside_others(course: Course) -> Plan:
    """The plan with its state under a name, as states of several kinds have words in common."""
    before, after = ({course.noun: state} if course.noun and state else state for state in (course.plan.before, course.plan.after))
    return replace(course.plan, before=before, after=after)


def joined(plans: Sequence[Plan]) -> Plan:
    whole = NO_STATE
    for plan in plans:
        whole = whole.then(plan)
    return whole


@dataclass(frozen=True)
class Ended:
    """What became of all, and what is said of them together."""

    courses: Sequence[Course]
    together: Mapping[str, Any]
    warnings: tuple[str, ...]
    dry: bool


class FleetRefused(Refused):
    """Nothing was begun; what was planned or refused of each is in the courses."""

    def __init__(self, message: str, courses: Sequence[Course]) -> None:
        super().__init__(message)
        self.courses = courses


def run_chain(members: Sequence[Member], stages: Sequence[Stage], way: Way, dry: bool) -> Ended:
    """All stages of all members to their end."""
    fleet = [Whole(member, refusal=member.refusal) for member in members]
    unread = plan_stages(fleet, stages, way)
    refuse_too_much(fleet, way)
    together, warnings = said_together(fleet, way)
    if not dry:
        apply_stages(fleet, stages, way)
    outcome = outcome_of(distinct([course for one in fleet for course in one.courses.values()]), dry)
    return Ended([one.joined(dry) for one in fleet], {**together, "outcome": outcome}, (*unread, *warnings), dry)


def run_single(member: Member, stages: Sequence[Stage], way: Way, dry: bool) -> tuple[Whole, dict[str, Any], tuple[str, ...]]:
    """All stages of one member to their end; what is told of them together, and what to warn of. Its refusal or failure stands in the member."""
    one = Whole(member, refusal=member.refusal)
    unread = plan_stages([one], stages, way)
    if one.error:
        explain_denials(one, way)
        return one, {}, ()
    refuse_too_much([one], way)
    together, warnings = said_together([one], way)
    if not dry:
        apply_stages([one], stages, way)
    return one, together, (*unread, *warnings)


def explain_denials(one: Whole, way: Way) -> None:
    """A read that AWS denied says which policy allows it. Members of a fleet do without: each explanation takes calls."""
    for course in one.courses.values():
        if course.error:
            course.error = explained(course.error, (), known_of({"builds_on": way.earlier}, NO_STATE, way.aws), way.aws.call)


def plan_stages(fleet: Sequence[Whole], stages: Sequence[Stage], way: Way) -> tuple[str, ...]:
    """Each stage by what the ones before it are going to leave, and all by what is there at one time; what could not be read for all at once."""
    earlier, bulk = way.earlier, looking(len(fleet), way)
    bulk.expect(shelf for stage in stages for shelf in stage.kind.shelves)
    for number, stage in enumerate(stages):
        owners = owned([one for one in fleet if not one.error], stage, earlier, number)
        courses = plan_all([member for member, _owners in owners], stage.kind, way, bulk)
        for course, (_member, some) in zip(courses, owners):
            for one in some:
                one.courses[number] = course
        earlier = earlier.and_then(outcome_of(courses, dry=True))
    return bulk.warnings


def owned(fleet: Sequence[Whole], stage: Stage, earlier: Earlier, number: int) -> list[tuple[Member, list[Whole]]]:
    """The members of a stage, each with those of the fleet that it belongs to. What makes no sense is refused for whoever says it."""
    first: dict[str, tuple[Said, Member, list[Whole]]] = {}
    owners = []
    for one in fleet:
        try:
            said = stage.said(one.member.params, one.briefs)
            if said is None:
                continue
            member = Member(one.member.index, one.member.name, {**stage.read(said), "builds_on": earlier, "preflight": False})
            if (twin := twin_of(member, said, stage, first)) is not None:
                twin.append(one)
                continue
        except PassroleError as refusal:
            one.refusal, one.refused_by = refusal, number
            continue
        owners.append((member, [one]))
        first.update((key, (said, member, owners[-1][1])) for key in keys(member, stage.kind))
    return owners


def keys(member: Member, kind: Kind) -> list[str]:
    return [name.lower() if kind.caseless else name for name in kind.names(member.params)]


def twin_of(member: Member, said: Said, stage: Stage, first: Mapping[str, tuple[Said, Member, list[Whole]]]) -> list[Whole] | None:
    """The owners of the same resource, where it may be shared; refused where two would work on it in two ways."""
    for key in keys(member, stage.kind):
        if key in first:
            told, twin, owners = first[key]
            if stage.shared and told == said:
                return owners
            raise Refused(f"{key} is what fleet[{twin.index}] keeps, too{', in another way' if stage.shared else ''}; declare each thing once")
    return None


def refuse_too_much(fleet: Sequence[Whole], way: Way) -> None:
    """Nothing is written when too many are refused, or too many would change."""
    failed = [one for one in fleet if one.error]
    if way.gate.refuses(len(failed), len(fleet)):
        courses = [one.joined() for one in fleet]
        raise FleetRefused(said_of([course for course in courses if course.error], len(fleet), "refused, and nothing was changed"), courses)
    changing = sum(any(course.changes for course in one.courses.values()) for one in fleet)
    if way.gate.is_exceeded(changing, len(fleet)):
        raise FleetRefused(way.gate.said_of(changing, len(fleet)), [one.joined() for one in fleet])


def said_of(failed: Sequence[Course], total: int, what: str) -> str:
    some = "; ".join(f"{course.member}: {course.error}" for course in failed[:TOLD_AT_MOST])
    more = f"; and {len(failed) - TOLD_AT_MOST} more" if len(failed) > TOLD_AT_MOST else ""
    return f"{len(failed)} of {total} members {'was' if len(failed) == 1 else 'were'} {what}: {some}{more}"


def distinct(courses: Sequence[Course]) -> list[Course]:
    """Each once, as some may be shared."""
    return list({id(course): course for course in courses}.values())


def said_together(fleet: Sequence[Whole], way: Way) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What is told of all together, the same whether or not their plans are applied; and what to warn of."""
    plans = [course.plan for course in distinct([course for one in fleet for course in one.courses.values()]) if not course.error]
    whole = replace(NO_STATE, steps=tuple(step for plan in plans for step in plan), looks=tuple(look for plan in plans for look in plan.looks))
    known = known_of({"builds_on": way.earlier}, whole, way.aws)
    known, warnings = preflown(whole, known, way.aws) if way.preflight else (known, ())
    told = report(whole, way.aws.permissions, known)
    return {word: told[word] for word in ("permissions", "policy")}, warnings


def apply_stages(fleet: Sequence[Whole], stages: Sequence[Stage], way: Way) -> None:
    """One stage of all after the other. Of what has failed, and once too many have, nothing more is begun."""
    failures = Failures(way.gate, len(fleet), sum(bool(one.error) for one in fleet))
    for number, stage in enumerate(stages):
        courses = distinct([one.courses[number] for one in fleet if number in one.courses and not one.error and not one.is_handed_over])
        apply_all([course for course in courses if course.plan], stage.kind, way, failures)
