# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page on reliability is made of the figures that the fault injection tests leave, and every disturbed run is accounted for in it."""

from __future__ import annotations

from dev.reliability import PAGE, read_figures
from tests.fault_injection.concurrent_runs import PAIRS
from tests.fault_injection.faults import FAULTS
from tests.fault_injection.figures import tell
from tests.fault_injection.report import page
from tests.fault_injection.scenarios import SCENARIOS

LINE = {"injected": 3, "survived": 2, "finished": 1}
FIGURES = {**{name: dict.fromkeys(FAULTS, LINE) for name in SCENARIOS}, "two at once": dict.fromkeys(PAIRS, LINE)}


def test_figures_are_collected_by_chapter_and_line(tmp_path, monkeypatch):
    monkeypatch.setenv("PASSROLE_FIGURES", str(tmp_path))
    for line in ("b", "a"):
        tell("chapter", line, {"injected": 1})
    assert read_figures(tmp_path) == {"chapter": {"a": {"injected": 1}, "b": {"injected": 1}}}


def test_the_page_has_a_row_for_every_scenario_fault_and_pair_of_runs():
    written = page(FIGURES)
    for name in (*SCENARIOS, *FAULTS, *PAIRS):
        assert f"| {name} | " in written


def test_a_run_that_neither_succeeded_nor_was_finished_counts_as_lost():
    lost = {**FIGURES, "scale": {**FIGURES["scale"], "throttling": {"injected": 3, "survived": 1, "finished": 1}}}
    assert "0 were lost" in page(FIGURES)
    assert "1 were lost" in page(lost)


def test_the_published_page_has_no_lost_run():
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ") and line.split("|")[-2].strip().isdigit()]
    assert len(rows) == len(SCENARIOS) + len(FAULTS) + len(PAIRS)
    assert [row for row in rows if not row.endswith("| 0 |")] == []
