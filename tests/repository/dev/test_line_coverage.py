# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The coverage report lists every missed line with its reason, and fails below the limit."""

from __future__ import annotations

import pytest
from dev.place import ROOT
from dev.test_runner import coverage


def figures(covered=96):
    functions = {"": {"missing_lines": []}, "main": {"missing_lines": [3, 4, 5, 9]}, "plan": {"missing_lines": [12]}}
    totals = {"covered_lines": covered, "num_statements": 100, "covered_branches": 9, "num_branches": 10}
    return {"files": {"plugins/group.py": {"functions": functions}}, "totals": totals}


def test_a_missed_line_is_listed_with_its_function_and_reason(monkeypatch):
    monkeypatch.setattr(coverage, "EXCUSED", {"plugins/*: main": "runs in a process of its own"})
    assert coverage.render(figures()).splitlines() == [
        "plugins/group.py:3-5,9  main  runs in a process of its own",
        "plugins/group.py:12     plan  no reason given",
        "",
        "Covered: 96 of 100 lines (96.0 %, at least 95 % required), 9 of 10 branches (90.0 %)",
    ]


@pytest.mark.parametrize(("failed", "covered", "status"), [(0, 95, 0), (0, 94, 1), (1, 100, 1)])
def test_the_run_fails_when_tests_fail_or_lines_are_missing(failed, covered, status, monkeypatch):
    monkeypatch.setattr(coverage, "measure", lambda: failed)
    monkeypatch.setattr(coverage, "read_figures", lambda: figures(covered))
    assert coverage.main() == status


def test_every_path_of_in_process_tests_exists_and_every_excused_file_too():
    assert all(list(ROOT.glob(pattern)) for pattern in coverage.IN_PROCESS_TESTS)
    assert all(list(ROOT.glob(place.partition(":")[0])) for place in coverage.EXCUSED)
