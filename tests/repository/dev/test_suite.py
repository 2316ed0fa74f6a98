# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run passes only when every step passed and each of them tested something."""

from __future__ import annotations

import sys

import pytest
from dev import suite
from dev.steps import Step


def says(name, text, status=0):
    return Step(name, (sys.executable, "-c", f"print({text!r}); raise SystemExit({status})"), "tests", counts=r"(\d+) passed")


@pytest.fixture
def closing(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(suite, "LOGS", tmp_path)

    def run(*steps):
        status = suite.run(steps)
        printed = capfd.readouterr().out
        return status, printed.splitlines()[-1], printed

    return run


def test_steps_that_tested_something_pass(closing):
    assert closing(says("a", "3 passed"), says("b", "4 passed"))[:2] == (0, "2 passed, 0 failed")


def test_the_first_line_comes_before_any_step_ends(closing):
    assert closing(says("a", "1 passed"))[2].startswith("Up to 2 steps at a time")


def test_a_step_that_tested_nothing_fails(closing):
    status, last, printed = closing(says("a", "all targets skipped"))
    assert (status, last) == (1, "0 passed, 1 failed")
    assert "nothing was tested" in printed


def test_a_failure_shows_its_output_and_lets_the_others_run(closing):
    status, last, printed = closing(says("a", "1 passed, 1 broken", status=2), says("b", "4 passed"))
    assert (status, last) == (1, "1 passed, 1 failed")
    assert "1 passed, 1 broken" in printed
    assert "exit status 2" in printed


def test_what_passes_keeps_its_output_to_itself(closing, tmp_path):
    assert "chatter" not in closing(says("a", "chatter, 1 passed"))[2]
    assert "chatter" in (tmp_path / "a.log").read_text()
