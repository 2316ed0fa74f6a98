# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for a rollout outside of the module that began it, in short runs of it and looks between them. Private to this collection.

Pure: all that it does is handed in. The module ends when AWS goes on by itself, and is run again when there is something to do or to judge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from typing import Any

from .telling import associated, beginning, standing, total_of

Result = dict[str, Any]

FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 2.0, 15.0, 1.5  # seconds
ALWAYS, NEVER = "always", "none"
# What the first run says of the whole; the later ones know only of what is left.
FORETOLD = ("permissions", "policy", "outcome", "diff")
LISTS = ("plan", "done", "waited", "warnings", "deprecations")
OURS = ("hand_over", "instance_refresh_id")
ENDED, TO_CHECKPOINT = "end", "checkpoint"  # till when a refresh is waited for
GONE: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Door:
    """What is done outside: a run of the module with these words of ``rollout``, a look at the latest instance refresh, a line to the reader, a pause.

    A look that fails tells nothing, and so does one that sees no instance refresh; ``GONE`` is told where the group is not there any more.
    """

    run: Callable[[Mapping[str, Any]], Result]
    look: Callable[[], Mapping[str, Any] | None]
    say: Callable[[str], None]
    sleep: Callable[[float], None]
    clock: Callable[[], float]


@dataclass
class Teller:
    """Says how far a group is: when something has moved, always, or never."""

    group: str
    progress: str
    say: Callable[[str], None]
    said: list[str] = field(default_factory=list)
    total: int = 0

    def tell(self, line: str) -> None:
        if self.progress != NEVER and (self.progress == ALWAYS or line not in self.said[-1:]):
            self.say(line)
        self.said.append(line)

    def begin(self, handed_over: Mapping[str, Any], rollout: Mapping[str, Any]) -> None:
        """Each refresh is counted for itself, and all batches of associations together."""
        line = beginning(self.group, handed_over)
        if line not in self.said:
            self.total = to_replace(handed_over, rollout)
            self.tell(line)

    def count(self, handed_over: Mapping[str, Any]) -> None:
        """Of all that were to be associated at first, as each run knows of those that it found left."""
        self.total = max(self.total, handed_over["of"])
        self.tell(associated(self.group, self.total - (handed_over["of"] - handed_over["associated"]), self.total))

    def stand(self, refresh: Mapping[str, Any]) -> None:
        self.total = total_of(refresh, self.total)
        self.tell(standing(self.group, refresh, self.total))


def to_replace(handed_over: Mapping[str, Any], rollout: Mapping[str, Any]) -> int:
    """How many instances the refresh replaces that is handed over; not known of one that somebody else began."""
    ours = "instance_refresh_id" in handed_over and handed_over["until"] != ENDED
    return sum(len(batch) for batch in rollout.get("replaced", ())) if ours else 0


def rolled_out(words: Mapping[str, Any], timeout: float, door: Door, teller: Teller) -> Result:
    """What the module's runs come to, one after the other, until none hands anything over."""
    words = {**words, "hand_over": True}
    results = [door.run(words)]
    while handed_over := awaited(results[-1]):
        teller.begin(handed_over, results[-1].get("rollout", {}))
        words = next_words(words, handed_over, timeout, door, teller)
        results.append(door.run(words))
    return without_ours(reduce(joined, results))


def awaited(result: Result) -> Mapping[str, Any]:
    return {} if result.get("failed") else result.get("handed_over", {})


def next_words(words: Mapping[str, Any], handed_over: Mapping[str, Any], timeout: float, door: Door, teller: Teller) -> dict[str, Any]:
    """How the module is to be run next, once it has been waited for what is handed over."""
    if "associated" in handed_over:
        teller.count(handed_over)
        return one_batch_less(words)
    over = watched(handed_over, timeout, door, teller)
    if handed_over["until"] != ENDED:
        return {**words, "hand_over": False, "instance_refresh_id": handed_over["instance_refresh_id"]}
    # What is still in the way when time is up is named by the module's own refusal.
    return dict(words) if over else {**words, "when_under_way": "refuse"}


def one_batch_less(words: Mapping[str, Any]) -> dict[str, Any]:
    """Each run makes one batch, and would count them anew."""
    most = words.get("max_batches")
    # Ansible takes "2.0" for a number of batches, too.
    return {**words, "max_batches": int(Decimal(most)) - 1} if most is not None else dict(words)


def watched(handed_over: Mapping[str, Any], timeout: float, door: Door, teller: Teller) -> bool:
    """Look until it is as it is waited for, or time is up; a look that fails is made again."""
    until, pause = door.clock() + timeout, FIRST_PAUSE
    seen = handed_over["until"] == ENDED
    while True:
        refresh = door.look()
        if refresh and is_that(refresh, handed_over):
            seen = True
            teller.stand(refresh)
        if refresh is not None and is_over(refresh, handed_over, seen):
            return True
        if door.clock() >= until:
            return False
        door.sleep(min(pause, max(until - door.clock(), 0)))
        pause = min(pause * GROWTH, LONGEST_PAUSE)


def is_that(refresh: Mapping[str, Any], handed_over: Mapping[str, Any]) -> bool:
    return refresh["instance_refresh_id"] == handed_over["instance_refresh_id"]


def is_over(refresh: Mapping[str, Any], handed_over: Mapping[str, Any], seen: bool) -> bool:
    """Whether there is nothing more to wait for, by the latest refresh of the group."""
    if refresh == GONE:
        return True
    if not is_that(refresh, handed_over):
        # AWS may list one that was begun just now a little later; till then the latest is one that ended before.
        return seen or not refresh["ended"]
    return refresh["ended"] or (handed_over["until"] == TO_CHECKPOINT and refresh["at_checkpoint"])


def joined(first: Result, later: Result) -> Result:
    """Two runs' results as that of one task."""
    foretold = {word: first[word] for word in FORETOLD if word in first}
    lists = {word: [*first.get(word, ()), *later.get(word, ())] for word in LISTS if word in first or word in later}
    changed = bool(first.get("changed") or later.get("changed"))
    whole = {**first, **later, **foretold, **lists, "changed": changed}
    if "stages" in first and "stages" in later:
        whole["stages"] = {name: joined(first["stages"][name], part) if name in first["stages"] else part for name, part in later["stages"].items()}
    if "rollout" in first and not was_in_the_way(first, later):
        whole["rollout"] = {**first["rollout"], **known(later)}
    return as_failure(whole) if later.get("failed") else each_once(whole)


def as_failure(whole: Result) -> Result:
    """What was done before is done; a failed task has no plan, but tells what it did of it."""
    done = [*whole.get("plan", ()), *whole.get("done", ())]
    return {word: value for word, value in {**whole, "done": done}.items() if word != "plan"}


def each_once(whole: Result) -> Result:
    """Each run warns of what it sees, and that may be the same."""
    return {**whole, "warnings": list(dict.fromkeys(whole["warnings"]))} if "warnings" in whole else whole


def was_in_the_way(first: Result, later: Result) -> bool:
    """Whether the later run alone knows which instances it came to, as what was in the way has replaced some."""
    return first.get("handed_over", {}).get("until") == ENDED and "rollout" in later


def known(later: Result) -> dict[str, Any]:
    """What a later run knows better: how the instance refresh stands, and after its end who is still behind."""
    told = later.get("rollout", {})
    return {word: told[word] for word in ("instance_refresh", "behind") if word in told and "handed_over" not in later}


def without_ours(result: Result) -> Result:
    """The same as a task tells it that asked for none of this; also in check mode, where there is nothing to wait for."""
    said = result.get("invocation", {}).get("module_args", {})
    if isinstance(said, Mapping):
        result = {**result, "invocation": {**result["invocation"], "module_args": without_our_words(said)}} if said else result
    return {word: value for word, value in result.items() if word != "handed_over"}


def without_our_words(said: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as the user gave them, be they those of a group or of an application that has one."""
    plain = dict(said)
    if isinstance(said.get("rollout"), Mapping):
        plain["rollout"] = {word: value for word, value in said["rollout"].items() if word not in OURS}
    if isinstance(said.get("application"), Mapping):
        plain["application"] = without_our_words(said["application"])
    return plain
