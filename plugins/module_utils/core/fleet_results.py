# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a fleet's task returns: in short, as a thousand members are told of at once. Pure: no AWS, no Ansible. Private to this collection.

An unchanged member is its name. A changed one tells its plan and what came of it, as long as all of that together stays readable; a file has the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from .chain import Ended, Whole, said_of
from .errors import FleetFailed
from .fleet import Course, outcome_of
from .plan import shown

# Characters of JSON; AWX shows no result that has more than 700,000.
LONGEST = 400_000
LONGEST_OUTCOME = 200_000
PLANS_SHOWN = 50
WARNINGS_SHOWN = 50
LONGEST_POLICY = 6_144  # characters, the most that IAM takes for a managed policy, white space aside

Told = dict[str, Any]


def result_of(ended: Ended, every: bool = False) -> tuple[Told, tuple[str, ...]]:
    """The result and what to warn of; a FleetFailed where a member failed, or was not begun any more."""
    failed = [course for course in ended.courses if course.error]
    left = [course for course in ended.courses if course.left and not course.error]
    result, warnings = told(ended.courses, ended.together, ended.dry, every)
    if failed:
        stopped = f"; {len(left)} were not begun, or not gone on with, as more than max_fail_percentage had failed" if left else ""
        raise FleetFailed(said_of(failed, len(ended.courses), "refused or failed") + stopped, result, stopped=bool(left))
    return result, (*warnings, *ended.warnings)


def result_of_single(one: Whole, names: Sequence[str], together: Mapping[str, Any], dry: bool) -> Told:
    """What a task for one resource returns, of a chain: each stage's own by its name, and all of them as one."""
    courses = one.courses.values()
    whole = one.joined(dry)
    stages = {names[number]: result_of_stage(course, dry) for number, course in one.courses.items()}
    handed_over = next((course.handed_over for course in courses if course.handed_over), {})
    diff = {"before": shown(whole.plan.before or {}), "after": shown(whole.plan.after or {})}
    more = {"waited": whole.waited, "handed_over": handed_over}
    return {
        **shown(whole.result),
        **together,
        "changed": any(stage["changed"] for stage in stages.values()),
        "plan": [step for stage in stages.values() for step in stage["plan"]],
        "outcome": outcome_of(list(courses), dry),
        "diff": diff,
        "stages": stages,
        **{word: value for word, value in more.items() if value},
    }


def result_of_stage(course: Course, dry: bool) -> Told:
    steps = course.changes if dry else course.done
    more = {"waited": course.waited} if course.waited else {}
    diff = {"before": shown(course.plan.before or {}), "after": shown(course.plan.after or {})}
    return {**shown(course.result), "changed": bool(steps), "plan": steps, "outcome": outcome_of([course], dry), "diff": diff, **more}


def refusal_of(message: str, courses: Sequence[Course]) -> FleetFailed:
    """Nothing was changed: what was planned of the members is no part of it, what was refused is."""
    # A course that is as good as unchanged is its name.
    results, _shortened = shortest_needed([course if course.error else Course(course.member) for course in courses], dry=True, every=False)
    return FleetFailed(message, {"changed": False, "results": results}, stopped=True)


def told(courses: Sequence[Course], together: Mapping[str, Any], dry: bool, every: bool) -> tuple[Told, tuple[str, ...]]:
    entries, shortened = shortest_needed(courses, dry, every)
    policy, outcome = together["policy"], together["outcome"]
    long = length(outcome) > LONGEST_OUTCOME
    result = {
        **together,
        "changed": any(is_changed(course, dry) for course in courses),
        "results": entries,
        "members": counted(courses, dry),
        "summary": list(summary(courses, dry)),
        "diff": [] if shortened else [diff_of(course) for course in courses if is_changed(course, dry) and not course.error],
        "policy": policy if length(policy) <= LONGEST_POLICY else None,
        "outcome": {} if long else outcome,
    }
    return result, (*notes(shortened, long), *some_warnings(courses))


def some_warnings(courses: Sequence[Course]) -> Iterator[str]:
    """Nobody reads a thousand of them."""
    warnings = [f"{course.member}: {warning}" for course in courses for warning in dict.fromkeys(course.warnings)]
    yield from warnings[:WARNINGS_SHOWN]
    if len(warnings) > WARNINGS_SHOWN:
        yield f"fleet: and {len(warnings) - WARNINGS_SHOWN} more warnings, which details_path writes to a file"


def notes(shortened: bool, long: bool) -> Iterator[str]:
    if shortened:
        yield "fleet: the results are shortened, as they would be too long to show; details_path writes them to a file"
    if long:
        yield "fleet: the outcome is left out, as it would be too long to show; later tasks go by what AWS shows by then"


def length(value: Any) -> int:
    return len(json.dumps(value, separators=(",", ":"), default=str))


def counted(courses: Sequence[Course], dry: bool) -> dict[str, int]:
    failed = sum(bool(course.error) for course in courses)
    changed = sum(is_changed(course, dry) and not course.left for course in courses if not course.error)
    unbegun = sum(bool(course.left) for course in courses if not course.error)
    return {"changed": changed, "unchanged": len(courses) - failed - changed - unbegun, "failed": failed, "not_begun": unbegun}


def summary(courses: Sequence[Course], dry: bool) -> Iterator[str]:
    """How many of what, and the plans of the first that change."""
    count = counted(courses, dry)
    unbegun = f", {count['not_begun']} not begun" if count["not_begun"] else ""
    yield f"{count['changed']} of {len(courses)} changed, {count['failed']} failed, {count['unchanged']} as declared{unbegun}"
    plans = [course for course in courses if is_changed(course, dry) and not course.error]
    yield from (f"{course.member.name}: {'; '.join(course.changes if dry else course.done)}" for course in plans[:PLANS_SHOWN])
    yield from (f"and {len(plans) - PLANS_SHOWN} more",) if len(plans) > PLANS_SHOWN else ()


def is_changed(course: Course, dry: bool) -> bool:
    if course.error:
        return failure(course, dry)["changed"]
    return bool(course.changes if dry else course.done)


def shortest_needed(courses: Sequence[Course], dry: bool, every: bool) -> tuple[list[Told], bool]:
    """The entries, with as much in them as can be shown."""
    for entry in (partial_to(every), in_short, in_shortest):
        entries = [entry(course, dry) for course in courses]
        if every or length(entries) <= LONGEST:
            break
    return entries, entry in (in_short, in_shortest)


def partial_to(every: bool) -> Callable[[Course, bool], Told]:
    return lambda course, dry: whole(course, dry, every)


def whole(course: Course, dry: bool, every: bool = True) -> Told:
    """All that a task of its own would return, save what the fleet tells of all together."""
    if course.error:
        return failure(course, dry)
    entry = in_short(course, dry)
    if is_changed(course, dry) or every:
        entry.update(shown(course.result))
    return {**entry, **({"waited": course.waited} if course.waited else {})}


def in_short(course: Course, dry: bool) -> Told:
    if course.error:
        return failure(course, dry)
    left = {"not_begun": course.left} if course.left else {}
    entry = {"name": course.member.name, **course.brief, **left}
    if not is_changed(course, dry):
        return entry
    return {**entry, "changed": True, "plan": course.changes if dry else course.done}


def in_shortest(course: Course, dry: bool) -> Told:
    """How many steps there are in the place of their sentences, and that it failed in the place of why."""
    entry = in_short(course, dry)
    if course.error:
        return {word: entry[word] for word in ("name", "changed", "failed")}
    return {word: [f"{len(value)} steps"] if word in ("plan", "not_begun") else value for word, value in entry.items()}


def failure(course: Course, dry: bool) -> Told:
    """What was done of it and what was not, in whichever stage it failed."""
    said = course.error.as_result()
    done = [] if dry else [*course.done, *said.get("done", [])]
    undone = [] if dry or not course.begun else [step for step in course.changes if step not in done]
    steps = {**({"done": done} if done else {}), **({"not_done": undone} if undone else {})}
    return {"name": course.member.name, **course.brief, **said, **steps, "changed": bool(done or said.get("not_known")), "failed": True}


def diff_of(course: Course) -> Told:
    headers = {"before_header": course.member.name, "after_header": course.member.name}
    return {**headers, "before": shown(course.plan.before or {}), "after": shown(course.plan.after or {})}


def details(courses: Iterable[Course], dry: bool) -> Iterator[Told]:
    """All there is to tell of each, for a file."""
    for course in courses:
        more = {"diff": diff_of(course) if course.changes else None, "warnings": list(course.warnings)}
        yield {**whole(course, dry), **{word: value for word, value in more.items() if value}}
