# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the in-process tests against the sample of mutants in dev/test_runner/mutants.json and compare with the baseline.

::

    python -m dev.test_runner.mutation            test every mutant; list those that the baseline killed and these tests do not
    python -m dev.test_runner.mutation draw       draw the sample again; its mutants have no verdict yet
    python -m dev.test_runner.mutation baseline   test every mutant and write the verdicts into mutants.json

The tests of a mutant are those that run its line, as recorded by the coverage run, then those that run its function, then its file. The fastest
case of each test function comes first. A run ends with the first failure and takes at most 40 recorded seconds. The verdicts:

- killed: a test failed, and the same test passes without the mutant;
- survived: every test that runs the line passed;
- capped: more tests run the line than the limit allows, or the limit of five minutes ended the run; counts as survived;
- gone: the function no longer has this line.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from coverage import CoverageData

from dev.environment import on_demand
from dev.place import BUILD, MUTATION, ROOT, environment
from dev.test_runner import coverage as test_coverage
from dev.test_runner.mutants import Mutant, apply_mutant, find_line, lines_of_functions, lines_of_statement, read_mutants, write_mutants

SAMPLE = ROOT / "dev" / "test_runner" / "mutants.json"
WORK = BUILD / "mutation"
RESULTS = WORK / "results.jsonl"
MOST_TEST_SECONDS = 40.0
MOST_WALL_SECONDS = 300.0
JOBS = 2
PYTEST = ("python", "-m", "pytest", "-q", "-x", "-p", "dev.test_runner.pytest_plugin", "-p", "no:cacheprovider", "--no-header", "--tb=no")


@dataclass(frozen=True)
class Choice:
    """The tests to run against one mutant, in order; complete if they include every test that runs its line."""

    tests: tuple[str, ...]
    is_complete: bool


@dataclass(frozen=True)
class Outcome:
    """The verdict on one mutant, and the test that killed it."""

    mutant: Mutant
    verdict: str
    killed_by: str = ""

    @property
    def is_lost(self) -> bool:
        """Whether the baseline's tests found this mutant and the tests of this tree do not."""
        return self.mutant.verdict == "killed" and self.verdict not in ("killed", "gone")


class CoveringTests:
    """The tests that run given lines, from the data of a coverage run with a context per test."""

    def __init__(self, data: Path, seconds: Mapping[str, float]) -> None:
        self.data = CoverageData(str(data))
        self.data.read()
        self.seconds = seconds
        self.by_line = cache(self._by_line)
        self.silent = seconds.keys() - {context.rpartition("|")[0] for context in self.data.measured_contexts()}

    def _by_line(self, file: str) -> dict[int, list[str]]:
        return self.data.contexts_by_lineno(file)

    def list_tests(self, file: str, lines: Iterable[int]) -> set[str]:
        by_line = self.by_line(file)
        tests = {context.rpartition("|")[0] for line in lines for context in by_line.get(line, ())}
        return tests & self.seconds.keys()

    def choose(self, file: str, source: str, function: str, line: int) -> Choice:
        groups = [lines_of_statement(source, line), lines_of_functions(source)[function], range(1, len(source.splitlines()) + 1)]
        return choose_tests([self.list_tests(file, lines) for lines in groups], self.seconds, MOST_TEST_SECONDS, self.silent)


def choose_tests(groups: Sequence[Collection[str]], seconds: Mapping[str, float], limit: float, silent: Collection[str] = ()) -> Choice:
    """Choose from each group in turn, as long as the recorded seconds stay within the limit.

    Silent tests run no line themselves: they check what a shared fixture ran, and its lines are recorded for the first test that used it. Therefore
    the tests of one case, which share its fixtures, are chosen together.
    """
    chosen: dict[str, None] = {}
    by_case = tests_by_case(silent)
    left = limit
    is_complete = True
    for number, group in enumerate(groups):
        cases = tests_by_case(set(group) - chosen.keys())
        for case in order_cases(cases, seconds):
            tests = sorted(cases[case], key=lambda test: (seconds[test], test))
            tests += sorted(by_case.get(case, set()) - {*tests, *chosen})
            needed = sum(seconds[test] for test in tests)
            if needed <= left:
                chosen.update(dict.fromkeys(tests))
                left -= needed
            elif number == 0:
                is_complete = False
    return Choice(tuple(chosen), is_complete)


def case_of(test: str) -> tuple[str, str]:
    """Return the file and the parameters of a test; tests without parameters are cases of their own."""
    name, bracket, parameters = test.partition("[")
    return (name.partition("::")[0], parameters) if bracket else (name, "")


def tests_by_case(tests: Iterable[str]) -> dict[tuple[str, str], set[str]]:
    cases: dict[tuple[str, str], set[str]] = defaultdict(set)
    for test in tests:
        cases[case_of(test)].add(test)
    return cases


def order_cases(cases: Mapping[tuple[str, str], Collection[str]], seconds: Mapping[str, float]) -> list[tuple[str, str]]:
    """Put the fastest case of each test function first, then the second fastest of each; cases of one function are much alike."""
    alike: dict[str, list[tuple[float, tuple[str, str]]]] = defaultdict(list)
    for case, tests in cases.items():
        fastest = min(tests, key=lambda test: (seconds[test], test))
        alike[fastest.partition("[")[0]].append((seconds[fastest], case))
    ranked = [(rank, *timed) for same in alike.values() for rank, timed in enumerate(sorted(same))]
    return [case for _rank, _seconds, case in sorted(ranked)]


def evaluate(mutant: Mutant, covering: CoveringTests, without: Collection[str] = ()) -> Outcome:
    path = ROOT / mutant.file
    source = path.read_text(encoding="utf-8") if path.is_file() else ""
    line = find_line(mutant, source)
    if line is None:
        return Outcome(mutant, "gone")
    choice = covering.choose(mutant.file, source, mutant.function, line)
    tests = [test for test in choice.tests if test not in without]
    if not tests:
        return Outcome(mutant, "survived")
    content = json.dumps({"module": mutant.module, "path": str(path), "source": apply_mutant(mutant, source, line)})
    latest = time.monotonic() + MOST_WALL_SECONDS
    ended = True
    for some in near_and_far(tests, mutant.file):
        with tempfile.TemporaryDirectory(dir=WORK) as folder:
            mutant_file = Path(folder) / "mutant.json"
            mutant_file.write_text(content, encoding="utf-8")
            failed, ended = run_tests(Path(folder), some, {"TEST_RUNNER_MUTANT": str(mutant_file)}, seconds=latest - time.monotonic())
        if failed:
            return Outcome(mutant, "killed", failed[0])
        if not ended:
            break
    return Outcome(mutant, "survived" if ended and choice.is_complete else "capped")


def near_and_far(tests: Sequence[str], file: str) -> list[list[str]]:
    """Separate the tests in the folder that mirrors the file's folder: they need no sandbox, so that most mutants are killed within seconds."""
    folder = f"/{Path(file).parent.name}/"
    parts = [[test for test in tests if (folder in test.partition("::")[0]) is is_near] for is_near in (True, False)]
    return [part for part in parts if part]


def run_tests(
    folder: Path, tests: Sequence[str], variables: Mapping[str, str], options: Sequence[str] = (), seconds: float = MOST_WALL_SECONDS
) -> tuple[list[str], bool]:
    """Run tests in their order; return the ones that failed, and whether the run ended within the limit."""
    tests_file, result_file = folder / "tests", folder / "result.json"
    tests_file.write_text("\n".join(tests), encoding="utf-8")
    own = {"TEST_RUNNER_TESTS": tests_file, "TEST_RUNNER_RESULT": result_file, "HYPOTHESIS_STORAGE_DIRECTORY": folder / "hypothesis"}
    variables = {**variables, **{name: str(path) for name, path in own.items()}}
    files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [*PYTEST, *options, *files], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT, env=environment() | variables, start_new_session=True
        )
        try:
            status = process.wait(max(seconds, 1))
        except subprocess.TimeoutExpired:
            status = None
        finally:
            end_group(process)
    result = json.loads(result_file.read_text(encoding="utf-8")) if result_file.exists() else {"failed": [], "imported": status is None, "ran": 0}
    is_valid = status is None or result["failed"] or (status == 0 and result["ran"] and (result["imported"] or "TEST_RUNNER_MUTANT" not in variables))
    if not is_valid:
        raise RuntimeError(f"pytest ended with status {status} and tested nothing:\n{(folder / 'log').read_text(encoding='utf-8')[-3000:]}")
    return result["failed"], status is not None


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End pytest with the sandbox that it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def evaluate_all(mutants: Sequence[Mutant], covering: CoveringTests, jobs: int, known: Mapping[Mutant, Outcome]) -> list[Outcome]:
    """Evaluate each mutant and print every verdict at once; evaluate those again that an unreliable test killed."""
    outcomes = dict(known)
    outcomes |= evaluate_mutants([mutant for mutant in mutants if mutant not in known], evaluator(covering), jobs)
    left_out: set[str] = set()
    while unreliable := list_unreliable_tests(outcome.killed_by for outcome in outcomes.values() if "::" in outcome.killed_by):
        print("These tests also fail without a mutant, and are left out:", *sorted(unreliable), sep="\n  ", flush=True)
        left_out |= unreliable
        again = [mutant for mutant, outcome in outcomes.items() if outcome.killed_by in unreliable]
        outcomes |= evaluate_mutants(again, evaluator(covering, left_out), jobs)
    return [outcomes[mutant] for mutant in mutants]


def evaluator(covering: CoveringTests, without: Collection[str] = ()) -> Callable[[Mutant], Outcome]:
    return lambda mutant: evaluate(mutant, covering, without)


def evaluate_mutants(mutants: Sequence[Mutant], evaluate_one: Callable[[Mutant], Outcome], jobs: int) -> dict[Mutant, Outcome]:
    found: dict[Mutant, Outcome] = {}
    pool = ThreadPoolExecutor(jobs)
    try:
        for done in as_completed([pool.submit(evaluate_one, mutant) for mutant in mutants]):
            outcome = done.result()
            found[outcome.mutant] = outcome
            print(f"{len(found):>4}/{len(mutants)} {outcome.verdict:<9}{outcome.mutant}", flush=True)
            with RESULTS.open("a", encoding="utf-8") as results:
                results.write(json.dumps([outcome.mutant.identity(), outcome.verdict, outcome.killed_by]) + "\n")
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return found


def list_unreliable_tests(tests: Iterable[str]) -> set[str]:
    distinct = sorted(set(tests))
    if not distinct:
        return set()
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        failed, _ended = run_tests(Path(folder), distinct, {}, ["--maxfail=1000000"])
    return set(failed)


def read_noted_outcomes(mutants: Iterable[Mutant]) -> dict[Mutant, Outcome]:
    """Read the verdicts of an interrupted run."""
    noted = [json.loads(line) for line in RESULTS.read_text(encoding="utf-8").splitlines()] if RESULTS.exists() else []
    by_identity = {json.dumps(identity): (verdict, killed_by) for identity, verdict, killed_by in noted}
    return {mutant: Outcome(mutant, *by_identity[key]) for mutant in mutants if (key := json.dumps(mutant.identity())) in by_identity}


def draw() -> list[Mutant]:
    python = on_demand(MUTATION) / "bin" / "python"
    command = [python, "-m", "dev.test_runner.draw_mutants"]
    drawn = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT, env=environment()).stdout
    return [Mutant(**identity) for identity in json.loads(drawn)]


def summarize(outcomes: Sequence[Outcome]) -> str:
    counts = Counter(outcome.verdict for outcome in outcomes)
    equivalent = sum(bool(outcome.mutant.equivalent) and outcome.verdict != "killed" for outcome in outcomes)
    counted = len(outcomes) - counts["gone"] - equivalent
    figures = ", ".join(f"{counts[verdict]} {verdict}" for verdict in ("killed", "survived", "capped", "gone"))
    share = f"{100 * counts['killed'] / counted:.1f}" if counted else "0"
    return f"{len(outcomes)} mutants: {figures}. {equivalent} of those that survived are equivalent. Score: {share} % of {counted}."


def report(outcomes: Sequence[Outcome]) -> int:
    for title, wanted in (
        ("Survived", lambda outcome: outcome.verdict in ("survived", "capped") and not outcome.mutant.equivalent and not outcome.is_lost),
        ("Gone; draw the sample again when these are many", lambda outcome: outcome.verdict == "gone"),
        ("Killed by the tests of the baseline and not by these", lambda outcome: outcome.is_lost),
    ):
        if listed := [outcome for outcome in outcomes if wanted(outcome)]:
            print(f"\n{title}:", *(str(outcome.mutant) for outcome in listed), sep="\n  ")
    print(f"\n{summarize(outcomes)}")
    return 1 if any(outcome.is_lost for outcome in outcomes) else 0


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m dev.test_runner.mutation", description="Run the in-process tests against the sample of mutants.")
    parser.add_argument("command", nargs="?", choices=("compare", "draw", "baseline"), default="compare")
    parser.add_argument("--jobs", type=int, default=JOBS, help="test this many mutants at a time")
    parser.add_argument("--resume", action="store_true", help="keep the verdicts of an interrupted run")
    parser.add_argument("--only", choices=("killed", "survived", "capped"), help="test only mutants with this verdict in the baseline")
    arguments = parser.parse_args(words)
    WORK.mkdir(parents=True, exist_ok=True)
    if arguments.command == "draw":
        write_mutants(SAMPLE, draw())
        return 0
    if not test_coverage.is_current() and test_coverage.main():
        return 1
    mutants = [mutant for mutant in read_mutants(SAMPLE) if arguments.only in (None, mutant.verdict)]
    known = read_noted_outcomes(mutants) if arguments.resume else {}
    if not arguments.resume:
        RESULTS.unlink(missing_ok=True)
    covering = CoveringTests(test_coverage.DATA, test_coverage.read_seconds())
    began = time.monotonic()
    outcomes = evaluate_all(mutants, covering, arguments.jobs, known)
    print(f"{time.monotonic() - began:.0f} s")
    if arguments.command == "baseline":
        write_mutants(SAMPLE, (replace(outcome.mutant, verdict=outcome.verdict, killed_by=outcome.killed_by) for outcome in outcomes))
    return report(outcomes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
