# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/reliability.md, made of figures. Pure: what is found is found elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tests.fault_injection.faults import FAULTS
from tests.fault_injection.concurrent_runs import PAIRS
from tests.fault_injection.scenarios import SCENARIOS

Figures = Mapping[str, Mapping[str, Mapping[str, int]]]  # by chapter and by line

HEAD = """# What the collection survives

`make reliability` writes this page from what the tests in `tests/fault_injection` find on the sandbox; no figure is typed by hand. The counts of
runs follow from how many calls a scenario makes, so no test compares them. `make test` runs a chosen part of these runs, `make test-all` all of them.

Each scenario is run once for every call that it makes and every fault, with the fault at that call: {scenarios} scenarios, {injected} runs that
were disturbed. {survived} of them succeeded all the same, {finished} ended there and were finished by a second run, {lost} were lost. Every one ended in
the account that an undisturbed run leaves behind: nothing left over, nothing twice, no profile without its role. A run that succeeded told what
an undisturbed run tells; one that failed told what was done, what was not, and of what nobody knows; one that was killed told nothing, and the
next one found out.

Where work is done, AWS has done what was asked, and its answer is lost. Faults "for good" last until the run ends.
"""

TWO = """
## Two runs at once

The second run is made whole between two calls of the first, at each of them. The first then succeeds and is right, or it fails and says what it
did and what is in its way; none told a success that was not there. A run that is made while the first takes its last look counts as made after it.
"""
EACH = ("injected", "survived", "finished")


def page(figures: Figures) -> str:
    walked = {name: figures[name] for name in SCENARIOS}
    lines = [line for chapter in walked.values() for line in chapter.values()]
    totals = total(lines)
    return "\n".join(
        (
            HEAD.format(scenarios=len(walked), **totals),
            "## By fault\n",
            *table("fault", {fault: total(chapter.get(fault) for chapter in walked.values()) for fault in FAULTS}),
            "\n## By scenario\n",
            *table("scenario", {name: total(chapter.values()) for name, chapter in walked.items()}),
            TWO,
            *met({name: total([figures["two at once"][name]]) for name in PAIRS}),
            "",
        )
    )


def total(lines: Iterable[Mapping[str, int] | None]) -> dict[str, int]:
    there = [line for line in lines if line]
    sums = {word: sum(line[word] for line in there) for word in EACH}
    return {**sums, "lost": sums["injected"] - sums["survived"] - sums["finished"]}


def table(first: str, lines: Mapping[str, Mapping[str, int]]) -> Sequence[str]:
    head = [f"| {first} | runs disturbed | succeeded all the same | finished by a second run | lost |", "|---|---|---|---|---|"]
    return [*head, *(f"| {name} | {line['injected']} | {line['survived']} | {line['finished']} | {line['lost']} |" for name, line in lines.items())]


def met(lines: Mapping[str, Mapping[str, int]]) -> Sequence[str]:
    head = ["| two runs | met | the first succeeded | the first failed and said why | told untruly |", "|---|---|---|---|---|"]
    return [*head, *(f"| {name} | {line['injected']} | {line['survived']} | {line['finished']} | {line['lost']} |" for name, line in lines.items())]
