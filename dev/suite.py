# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the steps two at a time, a line for each; one that fails, or that tests nothing, fails the run and shows its output."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from dev import processes
from dev.environment import alone
from dev.place import LOGS, ROOT, environment
from dev.steps import STEPS, Step

LANES = 2
SHOWN_LINES = 200


@dataclass(frozen=True)
class Outcome:
    step: Step
    status: int
    seconds: float
    output: str

    @property
    def tested(self) -> int:
        return self.step.tested(self.output)

    @property
    def passed(self) -> bool:
        return self.status == 0 and self.tested > 0


def main(names: list[str]) -> int:
    processes.end_on_signals()
    processes.adopt_orphans()
    try:
        with alone("test"):
            return run([step for step in STEPS if step.name in names or not names])
    except KeyboardInterrupt:
        return 130
    finally:
        processes.end_descendants()


def run(steps: Iterable[Step]) -> int:
    began = time.monotonic()
    outcomes = []
    print(f"Up to {LANES} steps at a time; each tells of itself when it ends, and logs in .build/log", flush=True)
    for outcome in finished(steps):
        outcomes.append(outcome)
        print(told(outcome), flush=True)
    print(closing(outcomes, time.monotonic() - began), flush=True)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def finished(steps: Iterable[Step]) -> Iterable[Outcome]:
    """Each step's outcome as soon as there is one; what has not begun when the run is broken off never does."""
    pool = ThreadPoolExecutor(LANES)
    try:
        for done in as_completed([pool.submit(outcome_of, step) for step in steps]):
            yield done.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def outcome_of(step: Step) -> Outcome:
    began = time.monotonic()
    path = LOGS / f"{step.name}.log"
    with path.open("w") as log:
        status = processes.start(list(step.command), log, environment() | {"NO_COLOR": "1"}, ROOT).wait()
    return Outcome(step, status, time.monotonic() - began, path.read_text(errors="replace"))


def told(outcome: Outcome) -> str:
    word = "ok" if outcome.passed else "FAILED"
    line = f"{word:<7}{outcome.step.name:<16}{outcome.tested:>6} {outcome.step.noun:<10}{outcome.seconds:>6.1f} s"
    return line if outcome.passed else f"{line}\n{because(outcome)}"


def because(outcome: Outcome) -> str:
    reason = f"exit status {outcome.status}" if outcome.status else "nothing was tested"
    ending = "\n".join(outcome.output.rstrip().splitlines()[-SHOWN_LINES:])
    return f"{ending}\n-- {outcome.step.name}: {reason}; all of its output is in .build/log/{outcome.step.name}.log"


def closing(outcomes: list[Outcome], seconds: float) -> str:
    passed = sum(outcome.passed for outcome in outcomes)
    return f"\n{seconds:.0f} s in all, logs in .build/log\n{passed} passed, {len(outcomes) - passed} failed"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
