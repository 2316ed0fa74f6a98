# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The environment is made once, and two runs in one checkout take turns with a word."""

from __future__ import annotations

import io
import threading

import pytest
from dev import environment


@pytest.fixture(autouse=True)
def build(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "BUILD", tmp_path)
    monkeypatch.setattr(environment, "STAMP", tmp_path / "stamp")
    return tmp_path


def test_a_second_run_waits_for_the_first_and_says_so():
    said, entered = io.StringIO(), threading.Event()

    def second():
        with environment.alone("test", said):
            entered.set()

    with environment.alone("test", said):
        waiting = threading.Thread(target=second)
        waiting.start()
        assert not entered.wait(0.2)
    waiting.join()
    assert entered.is_set()
    assert said.getvalue() == "Another run in this checkout holds the test lock; waiting for it to end.\n"


def test_a_stamp_of_other_pins_or_another_place_makes_the_environment_anew(build, monkeypatch):
    monkeypatch.setattr(environment, "runs", lambda venv: True)
    assert not environment.up_to_date()
    (build / "stamp").write_text(environment.stamp())
    assert environment.up_to_date()
    monkeypatch.setattr(environment, "ROOT", build / "moved")
    assert not environment.up_to_date()


def test_a_missing_venv_makes_the_environment_anew(build, monkeypatch):
    (build / "stamp").write_text(environment.stamp())
    monkeypatch.setattr(environment, "VENVS", {build / "gone": "uv.txt"})
    monkeypatch.setattr(environment, "stamp", (build / "stamp").read_text)
    assert not environment.up_to_date()


def test_the_library_that_judges_policies_is_there_to_be_tested_with():
    assert "\ncloudsplaining==" in (environment.PINS / "tools.txt").read_text()
