# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure line and branch coverage of plugins/ under the in-process tests, list the lines not covered, and fail below 95 % of lines.

The data records which test ran which line; dev.test_runner.mutation selects the tests of a mutant from it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import coverage

from dev.place import BUILD, ROOT, environment

# Unit and contract tests: the tests that run the plugins in pytest's own process. Update the paths when tests move.
IN_PROCESS_TESTS = ("tests/unit", "tests/contract")
LEAST_LINES = 95.0
FOLDER = BUILD / "coverage"
DATA = FOLDER / "data"
SECONDS = FOLDER / "seconds.json"
CONFIGURATION = ROOT / "dev" / "test_runner" / "coverage.cfg"
PYTEST = (
    # What `make test` runs of them.
    *("python", "-m", "pytest", "-q", "--numprocesses=2", "-m", "not exhaustive", "-p", "dev.test_runner.pytest_plugin"),
    *("--cov", f"--cov-config={CONFIGURATION}", "--cov-context=test", "--cov-report="),
)
# Code that no in-process test runs -> the reason. A key is a pattern of "file: function"; code outside of functions has no function's name.
EXCUSED: Mapping[str, str] = {
    "plugins/doc_fragments/*": "documentation only; Ansible reads it and no task executes it",
    "plugins/action/ec2_application_fleet.py: *": "names its module only; plugin_utils/fleet_progress.py is tested",
    "plugins/action/iam_instance_profile.py: *": "names its module only; plugin_utils/fleet_progress.py is tested",
    "plugins/filter/*: FilterModule.filters": "Ansible calls it; the tests of playbooks run it",
    "plugins/inventory/aws_targets.py: *": "runs in a process of ansible-inventory",
    "plugins/module_utils/targets/observe.py: *": "runs in a process of ansible-inventory",
    "plugins/lookup/assumed_role.py: *": "runs in a process of Ansible",
    "plugins/lookup/caller_identity.py: *": "runs in a process of Ansible",
    "plugins/plugin_utils/door.py: *": "runs in a process of Ansible, for the lookup and the inventory plugin",
    "plugins/module_utils/core/sessions.py: *": "runs in a process of Ansible, for the lookup and the inventory plugin",
    "plugins/modules/*: ": "the line that starts a module's process",
    "plugins/modules/*: main": "runs in a module's process; tests start it as Ansible does",
    "plugins/module_utils/imds/*": "runs in a module's process on an instance; tests/e2e/modules starts it as Ansible does",
    "plugins/modules/*_info.py: read": "runs in a module's process; tests start it as Ansible does",
    "plugins/module_utils/core/run.py: *": "runs in a module's process; tests start it as Ansible does",
    "plugins/module_utils/core/aws.py: ": "runs only where botocore is missing",
    "plugins/module_utils/core/shapes.py: ": "runs only where botocore is missing",
}


@dataclass(frozen=True)
class MissedLines:
    """Lines of one function that no test ran; the function is empty for lines outside of functions."""

    file: str
    function: str
    lines: tuple[int, ...]

    @property
    def reason(self) -> str:
        return next((reason for place, reason in EXCUSED.items() if fnmatchcase(f"{self.file}: {self.function}", place)), "")


def main() -> int:
    if measure():
        print("Tests failed; there is no coverage to report.", file=sys.stderr)
        return 1
    figures = read_figures()
    print(render(figures))
    return 0 if percent_of_lines(figures["totals"]) >= LEAST_LINES else 1


def measure() -> int:
    """Run the tests with a context per test; return pytest's exit status."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("data*"):
        old.unlink()
    variables = {"COVERAGE_FILE": str(DATA), "TEST_RUNNER_TIMES": str(SECONDS)}
    return subprocess.run([*PYTEST, *list_tests()], cwd=ROOT, env=environment() | variables, check=False).returncode


def list_tests() -> list[str]:
    return [path.relative_to(ROOT).as_posix() for pattern in IN_PROCESS_TESTS for path in sorted(ROOT.glob(pattern))]


def is_current() -> bool:
    """Whether the data of the last run is newer than the plugins and the tests."""
    if not (DATA.exists() and SECONDS.exists()):
        return False
    sources = (path for folder in ("plugins", "tests") for path in (ROOT / folder).rglob("*.py"))
    return max(path.stat().st_mtime for path in sources) < DATA.stat().st_mtime


def read_seconds() -> dict[str, float]:
    """Return the seconds that each test took in the last run, by its id."""
    return json.loads(SECONDS.read_text(encoding="utf-8"))


def read_figures() -> dict[str, Any]:
    """Return coverage's own JSON report of the last run."""
    measured = coverage.Coverage(data_file=str(DATA), config_file=str(CONFIGURATION))
    measured.load()
    measured.json_report(outfile=str(FOLDER / "report.json"))
    return json.loads((FOLDER / "report.json").read_text(encoding="utf-8"))


def percent_of_lines(totals: Mapping[str, int]) -> float:
    return 100 * totals["covered_lines"] / totals["num_statements"]


def list_missed_lines(figures: Mapping[str, Any]) -> Iterator[MissedLines]:
    for file, measured in figures["files"].items():
        for function, part in measured["functions"].items():
            if part["missing_lines"]:
                yield MissedLines(file, function, tuple(part["missing_lines"]))


def render(figures: Mapping[str, Any]) -> str:
    """Return a table of the lines that no test ran, with the reason of each, and the totals."""
    rows = [(f"{missed.file}:{format_ranges(missed.lines)}", missed.function, missed.reason or "no reason given") for missed in list_missed_lines(figures)]
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    table = [f"{place:<{widths[0]}}  {function:<{widths[1]}}  {reason}".rstrip() for place, function, reason in rows]
    totals = figures["totals"]
    lines = f"{totals['covered_lines']} of {totals['num_statements']} lines ({percent_of_lines(totals):.1f} %, at least {LEAST_LINES:.0f} % required)"
    branches = f"{totals['covered_branches']} of {totals['num_branches']} branches ({100 * totals['covered_branches'] / totals['num_branches']:.1f} %)"
    return "\n".join([*table, "", f"Covered: {lines}, {branches}"])


def format_ranges(numbers: Sequence[int]) -> str:
    """Return line numbers as ranges: 3-5,9."""
    groups: list[list[int]] = []
    for number in numbers:
        if groups and number == groups[-1][-1] + 1:
            groups[-1].append(number)
        else:
            groups.append([number])
    return ",".join(f"{group[0]}-{group[-1]}" if len(group) > 1 else str(group[0]) for group in groups)


if __name__ == "__main__":
    sys.exit(main())
