# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page on reliability is made of the walk's figures, and of nothing else."""

from __future__ import annotations

import json

import pytest
from dev.reliability import FIGURES, PAGE, gathered, hold

from tests.fault_injection.faults import FAULTS
from tests.fault_injection.figures import tell
from tests.fault_injection.report import page
from tests.fault_injection.concurrent_runs import PAIRS
from tests.fault_injection.scenarios import SCENARIOS


@pytest.fixture
def kept():
    return json.loads(FIGURES.read_text(encoding="utf-8"))


def test_the_page_is_what_the_script_makes_of_the_figures(kept):
    assert PAGE.read_text(encoding="utf-8") == page(kept)


def test_every_scenario_every_fault_and_every_pair_has_its_figures(kept):
    assert kept.keys() == {*SCENARIOS, "two at once"}
    assert {fault for name in SCENARIOS for fault in kept[name]} == {*FAULTS}
    assert kept["two at once"].keys() == PAIRS.keys()


def test_no_disturbed_run_is_unaccounted_for(kept):
    assert all(line["injected"] == line["survived"] + line["finished"] for chapter in kept.values() for line in chapter.values())


def test_what_the_tests_tell_is_gathered_by_chapter_and_line(tmp_path, monkeypatch):
    monkeypatch.setenv("PASSROLE_FIGURES", str(tmp_path))
    for line in ("b", "a"):
        tell("chapter", line, {"injected": 1})
    assert gathered(tmp_path) == {"chapter": {"a": {"injected": 1}, "b": {"injected": 1}}}


def test_other_figures_than_are_told_fail(kept, capsys):
    assert hold(kept) == 0
    assert hold({}) == 1
    assert "make reliability" in capsys.readouterr().err
