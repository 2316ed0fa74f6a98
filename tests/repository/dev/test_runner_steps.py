# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each step counts what it tested, and every kind of test belongs to `make test`."""

from __future__ import annotations

import re
from pathlib import Path

from dev.test_runner.steps import ALL, MEETS_BOTOCORE, QUICK, STEPS, TEST, Step

ROOT = Path(__file__).parents[3]
MAKEFILE = ROOT / "Makefile"


def test_numbers_that_the_pattern_finds_are_added_up():
    assert Step("demo", "tasks", {}, counts=r"\bok=(\d+)").count("web : ok=3 changed=1\ndb : ok=4 changed=0\n") == 7


def test_a_pattern_without_a_number_counts_its_lines():
    assert Step("sanity", "tests", {}, counts=r"^Running").count('Running "a"\nSkipping "b"\nRunning "c"\n') == 2


def test_a_silent_tool_is_counted_by_the_files_it_reads(tmp_path):
    (tmp_path / "one.yml").touch()
    assert Step("lint", "files", {}, files=("*.yml",)).count("", tmp_path) == 1


def test_silence_counts_as_nothing_tested():
    assert [step.name for step in STEPS if step.counts and step.count("All targets skipped.\n")] == []


def test_the_numbers_of_each_tool_are_read_from_what_it_prints():
    assert counted("unit", "3 failed, 812 passed in 21.50s") == 812
    assert counted("lint", "Passed: 0 failure(s), 0 warning(s) in 85 files processed of 90 encountered.") == 85
    assert counted("sanity", 'Running sanity test "compile" on Python 3.13\nWARNING: Skipping sanity test "import" on Python 3.14') == 1
    assert counted("importer", "Loading module iam_ec2_role\nLoading role application\nGetting doc strings via ansible-doc") == 2


def counted(name, output):
    (step,) = (step for step in STEPS if step.name == name)
    return step.count(output)


def test_every_step_is_a_make_target():
    targets = re.search(r"^steps := (.*)$", MAKEFILE.read_text(), re.MULTILINE)[1].split()
    # `make demo` shows its acts; as a step of `make test` it is silent.
    assert {step.name for step in STEPS} == {*targets, "demo"}


def test_every_folder_of_tests_is_a_step_of_make_test_and_of_test_all():
    folders = {path.parent.relative_to(ROOT / "tests").parts[0] for path in (ROOT / "tests").rglob("test_*.py")}
    for suite in (TEST, ALL):
        assert folders == {step.name for step in STEPS if suite in step.commands} & folders
    assert {step.name for step in STEPS if QUICK in step.commands} == {"unit", "repository"}


def test_only_what_repeats_e2e_is_left_to_test_all_as_a_whole():
    assert {step.name for step in STEPS if TEST not in step.commands} == {"demo", "molecule"}


def test_the_paths_for_the_oldest_botocore_exist():
    assert [path for path in MEETS_BOTOCORE if not (ROOT / path).exists()] == []
