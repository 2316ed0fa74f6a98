# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mutants are found after edits of other lines, tested by the right tests in the right order, and compared with the baseline."""

from __future__ import annotations

import importlib
import json
import sys
from collections import Counter

import pytest
from dev.test_runner import mutation, pytest_plugin
from dev.test_runner.mutants import Mutant, apply_mutant, find_line, lines_of_statement, read_mutants, write_mutants
from dev.test_runner.mutation import SAMPLE, Outcome, choose_tests, near_and_far, report, summarize

SOURCE = """\
def first(value):
    if value:
        return 1
    return 0


class Group:
    def size(self, wanted):
        def fits(value):
            return value > 1
        if wanted:
            return 1
        if wanted:
            return fits(wanted)
        return (
            wanted
            or 0
        )
"""
SECOND_IF = Mutant("group.py", "Group.size", "remove", "if wanted:", "if not wanted:", 1)


@pytest.mark.parametrize(
    ("function", "line", "occurrence", "number"),
    [
        ("first", "return 1", 0, 3),
        ("Group.size", "return 1", 0, 12),
        ("Group.size", "if wanted:", 0, 11),
        ("Group.size", "if wanted:", 1, 13),
        ("Group.size.fits", "return value > 1", 0, 10),
        ("Group.size", "return value > 1", 0, None),
        ("Group.size", "if wanted:", 2, None),
        ("Group.size", "if wanted :", 0, None),
        ("size", "if wanted:", 0, None),
    ],
)
def test_a_line_is_found_by_its_function_text_and_occurrence(function, line, occurrence, number):
    assert find_line(Mutant("group.py", function, "", line, "", occurrence), SOURCE) == number


def test_edits_of_other_lines_do_not_lose_a_mutant():
    edited = SOURCE.replace("    return 0\n", "    return 0\n\n\ndef third():\n    pass\n").replace("            return 1\n", "            return 2\n")
    assert find_line(SECOND_IF, edited) == find_line(SECOND_IF, SOURCE) + 4


def test_a_mutant_replaces_its_line_alone_and_keeps_the_indentation():
    before, after = SOURCE.splitlines(), apply_mutant(SECOND_IF, SOURCE, 13).splitlines()
    assert [(old, new) for old, new in zip(before, after, strict=True) if old != new] == [("        if wanted:", "        if not wanted:")]


@pytest.mark.parametrize(("number", "lines"), [(3, [3]), (2, [2]), (17, [15, 16, 17, 18]), (10, [10])])
def test_a_line_of_a_long_statement_is_run_with_the_whole_statement(number, lines):
    assert list(lines_of_statement(SOURCE, number)) == lines


def test_tests_of_the_line_come_first_and_the_fastest_case_of_each_function_before_all_second_cases():
    seconds = {"a[1]": 3.0, "a[2]": 1.0, "b": 2.0, "c[1]": 0.1, "d": 0.1}
    choice = choose_tests([{"a[1]", "a[2]", "b"}, {"b", "c[1]"}, seconds.keys()], seconds, 60)
    assert choice.tests == ("a[2]", "b", "a[1]", "c[1]", "d")
    assert choice.is_complete


def test_tests_that_share_the_fixture_of_a_case_are_chosen_together():
    seconds = {"t.py::a[x]": 1.0, "t.py::a[y]": 2.0, "t.py::b[x]": 0.1, "t.py::b[y]": 0.1, "t.py::c[x]": 3.0, "u.py::b[x]": 0.1}
    silent = {"t.py::b[x]", "t.py::b[y]", "u.py::b[x]"}
    choice = choose_tests([{"t.py::a[x]", "t.py::a[y]", "t.py::c[x]"}], seconds, 60, silent)
    assert choice.tests == ("t.py::a[x]", "t.py::c[x]", "t.py::b[x]", "t.py::a[y]", "t.py::b[y]")
    assert not choose_tests([{"t.py::a[x]", "t.py::c[x]"}], seconds, 4.05, silent).tests


@pytest.mark.parametrize(
    ("limit", "tests", "is_complete"),
    [(7, ("a", "b", "c"), True), (6, ("a", "b"), True), (3, ("a", "b"), True), (2.5, ("a",), False), (0.5, (), False)],
)
def test_a_choice_is_incomplete_without_a_test_of_the_line(limit, tests, is_complete):
    choice = choose_tests([{"a", "b"}, {"c"}], {"a": 1.0, "b": 2.0, "c": 4.0}, limit)
    assert (choice.tests, choice.is_complete) == (tests, is_complete)


def test_tests_of_the_mirrored_folder_run_first():
    tests = ["tests/contract/test_promises.py::a[group]", "tests/unit/plugins/module_utils/group/test_plan.py::b", "tests/unit/x/test_group.py::c"]
    assert near_and_far(tests, "plugins/module_utils/group/plan.py") == [tests[1:2], [tests[0], tests[2]]]
    assert near_and_far(tests[1:2], "plugins/module_utils/group/plan.py") == [tests[1:2]]


def mutant(baseline, equivalent=""):
    return Mutant("group.py", "first", "remove", "if value:", "if not value:", verdict=baseline, equivalent=equivalent)


@pytest.mark.parametrize(
    ("baseline", "now", "status"),
    [
        ("killed", "killed", 0),
        ("killed", "gone", 0),
        ("killed", "survived", 1),
        ("killed", "capped", 1),
        ("survived", "survived", 0),
        ("capped", "survived", 0),
        ("survived", "killed", 0),
        ("", "survived", 0),
    ],
)
def test_the_comparison_fails_for_a_mutant_that_only_the_baseline_killed(baseline, now, status, capsys):
    assert report([Outcome(mutant("killed"), "killed"), Outcome(mutant(baseline), now)]) == status
    assert ("Killed by the tests of the baseline and not by these:\n  group.py: first: if value:" in capsys.readouterr().out) == bool(status)


def test_the_score_leaves_out_equivalent_and_gone_mutants():
    outcomes = [
        Outcome(mutant("killed"), "killed"),
        Outcome(mutant("survived"), "survived"),
        Outcome(mutant("survived", "same set"), "survived"),
        Outcome(mutant("killed"), "gone"),
        Outcome(mutant("killed"), "capped"),
    ]
    assert summarize(outcomes).endswith("1 killed, 2 survived, 1 capped, 1 gone. 1 of those that survived are equivalent. Score: 33.3 % of 3.")


def test_a_killing_test_that_fails_without_the_mutant_too_is_left_out(monkeypatch, tmp_path):
    verdicts = {(): Outcome(SECOND_IF, "killed", "t.py::flaky"), ("t.py::flaky",): Outcome(SECOND_IF, "survived")}
    monkeypatch.setattr(mutation, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(mutation, "evaluate", lambda _mutant, _covering, without=(): verdicts[tuple(without)])
    monkeypatch.setattr(mutation, "list_unreliable_tests", set)
    assert mutation.evaluate_all([SECOND_IF], None, 1, {}) == [Outcome(SECOND_IF, "survived")]
    assert mutation.read_noted_outcomes([SECOND_IF]) == {SECOND_IF: Outcome(SECOND_IF, "survived")}


def test_a_mutated_module_is_imported_without_a_change_of_its_file(tmp_path, monkeypatch):
    file = tmp_path / "mutated_example.py"
    file.write_text("VALUE = 1\n", encoding="utf-8")
    given = tmp_path / "mutant.json"
    given.write_text(json.dumps({"module": "mutated_example", "path": str(file), "source": "VALUE = 2\n"}), encoding="utf-8")
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    run = pytest_plugin.Run({"TEST_RUNNER_MUTANT": str(given)})
    assert not run.loader.imported
    assert importlib.import_module("mutated_example").VALUE == 2
    assert run.loader.imported
    assert file.read_text(encoding="utf-8") == "VALUE = 1\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mutant.json", "mutated_example.py"]
    monkeypatch.delitem(sys.modules, "mutated_example")


def test_mutants_are_written_one_per_line_and_read_back(tmp_path):
    written = [SECOND_IF, mutant("survived", "same set")]
    write_mutants(tmp_path / "mutants.json", written)
    assert len((tmp_path / "mutants.json").read_text(encoding="utf-8").splitlines()) == 4
    assert read_mutants(tmp_path / "mutants.json") == written


def test_the_sample_is_large_distinct_spread_and_complete():
    sample = read_mutants(SAMPLE)
    assert len(sample) >= 150
    assert len({json.dumps(one.identity()) for one in sample}) == len(sample)
    assert max(Counter(one.file for one in sample).values()) <= 8
    assert {one.verdict for one in sample} <= {"killed", "survived", "capped"}
    assert all(one.killed_by for one in sample if one.verdict == "killed")
