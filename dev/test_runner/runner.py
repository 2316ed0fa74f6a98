# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a suite (`quick`, `test`, `test-all`) or single steps of it, two at a time: ``python -m dev.test_runner.runner test unit contract``.

A step that fails, or that tested nothing, fails the run and shows its output. The end lists the slowest tests and the CPU time of each step.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from xml.etree import ElementTree

from dev import processes
from dev.env import ansible_cores, browser
from dev.environment import alone
from dev.place import LOGS, ROOT, environment
from dev.test_runner.steps import ALL, QUICK, STEPS, TEST, Step

LANES = 2
SHOWN_LINES = 200
SLOWEST = 20
# The steps whose tests open a browser.
IN_BROWSER = ("e2e", "repository")


@dataclass(frozen=True)
class Outcome:
    """What a step printed, and what it took; ``cpu`` is that of all its processes, in seconds."""

    step: Step
    status: int
    seconds: float
    cpu: float
    output: str

    @property
    def count(self) -> int:
        return self.step.count(self.output)

    @property
    def passed(self) -> bool:
        return self.status == 0 and self.count > 0


def main(words: list[str]) -> int:
    suite, *names = words or [TEST]
    if suite not in (QUICK, TEST, ALL):
        sys.exit(f"{suite}: must be {QUICK}, {TEST} or {ALL}")
    steps = selected(suite, names)
    processes.end_on_signals()
    processes.adopt_orphans()
    try:
        with alone("test"):
            return run(suite, steps, prepare(suite, steps))
    except KeyboardInterrupt:
        return 130
    finally:
        processes.end_descendants()


def selected(suite: str, names: list[str]) -> list[Step]:
    """The steps of the suite, or those of them that are named."""
    known = [step for step in STEPS if suite in step.commands]
    if unknown := set(names) - {step.name for step in known}:
        sys.exit(f"{', '.join(sorted(unknown))}: unknown step of {suite}; choose from {', '.join(step.name for step in known)}")
    return [step for step in known if step.name in names or not names]


def prepare(suite: str, steps: Iterable[Step]) -> list[str]:
    """Install what the suite needs beyond the environment; return a line for each part that cannot run without what is missing."""
    if suite == ALL:
        ansible_cores.main(["all"])
    if suite == QUICK or not any(step.name in IN_BROWSER for step in steps):
        return []
    setup = browser.ensure()
    # Where a browser is required, its tests run and fail.
    return [] if setup.is_usable or browser.is_required() else [browser.not_run(setup)]


def run(suite: str, steps: Iterable[Step], not_run: Iterable[str] = ()) -> int:
    began = time.monotonic()
    outcomes = []
    print(f"Up to {LANES} steps at a time; each prints a line when it ends and logs to .build/log. Load at the start: {os.getloadavg()[0]:.1f}", flush=True)
    for outcome in finished(suite, steps):
        outcomes.append(outcome)
        print(report(outcome), flush=True)
    for line in (*not_run, *summary(outcomes, time.monotonic() - began)):
        print(line, flush=True)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def finished(suite: str, steps: Iterable[Step]) -> Iterator[Outcome]:
    """Each outcome as soon as there is one; steps that have not begun when the run is interrupted never do."""
    pool = ThreadPoolExecutor(LANES)
    try:
        for done in as_completed([pool.submit(run_step, suite, step) for step in steps]):
            yield done.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def run_step(suite: str, step: Step) -> Outcome:
    began = time.monotonic()
    path = LOGS / f"{step.name}.log"
    path.with_suffix(".xml").unlink(missing_ok=True)
    # Generated arguments follow from the order of sets, so one seed makes each run try the same.
    variables = environment() | {"NO_COLOR": "1", "PYTHONHASHSEED": "0"} | dict(step.variables.get(suite, {}))
    with path.open("w") as log:
        process = processes.start(list(step.commands[suite]), log, variables, ROOT)
        # The usage of a child counts that of all its children that ended before it.
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Outcome(step, process.returncode, time.monotonic() - began, usage.ru_utime + usage.ru_stime, path.read_text(errors="replace"))


def report(outcome: Outcome) -> str:
    word = "ok" if outcome.passed else "FAILED"
    line = f"{word:<7}{outcome.step.name:<16}{outcome.count:>6} {outcome.step.noun:<10}{outcome.seconds:>6.1f} s {outcome.cpu:>6.1f} CPU-s"
    return line if outcome.passed else f"{line}\n{failure(outcome)}"


def failure(outcome: Outcome) -> str:
    reason = f"exit status {outcome.status}" if outcome.status else "nothing was tested"
    ending = "\n".join(outcome.output.rstrip().splitlines()[-SHOWN_LINES:])
    return f"{ending}\n-- {outcome.step.name}: {reason}; all of its output is in .build/log/{outcome.step.name}.log"


def summary(outcomes: list[Outcome], seconds: float) -> Iterator[str]:
    """The slowest tests, the CPU time of each step, and the verdict as the last line."""
    if slow := slowest(outcomes):
        yield f"\nThe {len(slow)} slowest tests:"
        yield from (f"{taken:>7.1f} s  {name}" for taken, name in slow)
    each = ", ".join(f"{outcome.step.name} {outcome.cpu / 60:.1f}" for outcome in sorted(outcomes, key=lambda outcome: -outcome.cpu))
    yield f"\nCPU-minutes: {sum(outcome.cpu for outcome in outcomes) / 60:.1f} ({each})"
    passed = sum(outcome.passed for outcome in outcomes)
    yield f"{seconds:.0f} s in all, logs in .build/log"
    yield f"{passed} passed, {len(outcomes) - passed} failed"


def slowest(outcomes: Iterable[Outcome]) -> list[tuple[float, str]]:
    """The seconds and names of the tests that took longest, from what pytest wrote of each step."""
    files = [LOGS / f"{outcome.step.name}.xml" for outcome in outcomes]
    cases = (case for path in files if path.is_file() for case in ElementTree.parse(path).iter("testcase"))
    timed = ((float(case.get("time", 0)), f"{case.get('classname')}::{case.get('name')}") for case in cases)
    return sorted(timed, reverse=True)[:SLOWEST]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
