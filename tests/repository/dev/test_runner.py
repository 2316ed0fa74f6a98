# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run passes only when every step passed and each of them tested something."""

from __future__ import annotations

import sys

import pytest
from dev.env.browser import BrowserSetup
from dev.test_runner import runner
from dev.test_runner.steps import ALL, QUICK, TEST, Step

pytestmark = pytest.mark.process


def printing(name, text, status=0):
    return Step(name, "tests", {TEST: (sys.executable, "-c", f"print({text!r}); raise SystemExit({status})")}, counts=r"(\d+) passed")


@pytest.fixture
def closing(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(runner, "LOGS", tmp_path)

    def run(*steps):
        status = runner.run(TEST, steps)
        printed = capfd.readouterr().out
        return status, printed.splitlines()[-1], printed

    return run


def test_steps_that_tested_something_pass(closing):
    assert closing(printing("a", "3 passed"), printing("b", "4 passed"))[:2] == (0, "2 passed, 0 failed")


def test_the_first_line_comes_before_any_step_ends(closing):
    assert closing(printing("a", "1 passed"))[2].startswith("Up to 2 steps at a time")


def test_a_step_that_tested_nothing_fails(closing):
    status, last, printed = closing(printing("a", "all targets skipped"))
    assert (status, last) == (1, "0 passed, 1 failed")
    assert "nothing was tested" in printed


def test_a_failure_shows_its_output_and_lets_the_others_run(closing):
    status, last, printed = closing(printing("a", "1 passed, 1 broken", status=2), printing("b", "4 passed"))
    assert (status, last) == (1, "1 passed, 1 failed")
    assert "1 passed, 1 broken" in printed
    assert "exit status 2" in printed


def test_the_output_of_a_passed_step_is_only_logged(closing, tmp_path):
    assert "chatter" not in closing(printing("a", "chatter, 1 passed"))[2]
    assert "chatter" in (tmp_path / "a.log").read_text()


def test_cpu_time_counts_the_children_of_a_step(closing):
    burn = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time\\nwhile time.process_time() < 0.4: pass']); print('1 passed')"
    printed = closing(Step("busy", "tests", {TEST: (sys.executable, "-c", burn)}, counts=r"(\d+) passed"))[2]
    [line] = [line for line in printed.splitlines() if line.startswith("ok")]
    assert float(line.split()[-2]) >= 0.4


def test_the_slowest_tests_are_listed(closing, tmp_path):
    write = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.argv[2]); print('2 passed')"
    report = '<testsuite><testcase classname="a.b" name="slow" time="9.5"/><testcase classname="a.b" name="fast" time="0.5"/></testsuite>'
    printed = closing(Step("timed", "tests", {TEST: (sys.executable, "-c", write, str(tmp_path / "timed.xml"), report)}, counts=r"(\d+) passed"))[2]
    assert printed.index("9.5 s  a.b::slow") < printed.index("0.5 s  a.b::fast")


@pytest.mark.parametrize("words", [[TEST, "unti"], ["al"], [QUICK, "contract"], [ALL, ""]])
def test_an_unknown_suite_or_step_is_refused(words):
    with pytest.raises(SystemExit) as refusal:
        runner.main(words)
    assert "must be" in str(refusal.value) or "unknown step" in str(refusal.value)


@pytest.mark.parametrize(("suite", "names", "wanted"), [
    (TEST, [], True), (TEST, ["e2e"], True), (TEST, ["repository", "unit"], True), (TEST, ["unit"], False), (QUICK, [], False),
])
def test_the_browser_is_set_up_for_the_steps_that_open_one(monkeypatch, suite, names, wanted):
    monkeypatch.delenv("CI", raising=False)
    missing = BrowserSetup(None, None, "none for this test")
    monkeypatch.setattr(runner.browser, "ensure", lambda: missing)
    assert runner.prepare(suite, runner.selected(suite, names)) == (["browser tests: not run (none for this test)"] if wanted else [])


def test_a_browser_that_is_required_is_not_named_as_not_run(monkeypatch):
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(runner.browser, "ensure", lambda: BrowserSetup(None, None, ""))
    assert runner.prepare(TEST, runner.selected(TEST, [])) == []


def test_what_is_not_run_stands_above_the_verdict(capfd):
    runner.run(TEST, [printing("a", "1 passed")], ["browser tests: not run (none)"])
    printed = capfd.readouterr().out.splitlines()
    assert printed[-1] == "1 passed, 0 failed" and "browser tests: not run (none)" in printed
