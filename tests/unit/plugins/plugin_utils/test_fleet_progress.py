# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines of a fleet's module come to the screen while it runs, where there is a screen to come to."""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible import constants

from ansible_collections.passrole.ec2.plugins.action.iam_ec2_role import ActionModule
from ansible_collections.passrole.ec2.plugins.plugin_utils import fleet_progress


class Task(ActionModule):
    """The plugin, whose module writes a line and sees it said before it ends."""

    def __init__(self, lines, transport="local", async_val=0, no_log=False, **args):
        task = SimpleNamespace(args=args, async_val=async_val, no_log=no_log, check_mode=False)
        super().__init__(task, SimpleNamespace(_shell=SimpleNamespace(tmpdir="/tmp"), transport=transport), None, None, None, None)
        self.lines, self.runs = lines, []

    def _early_needs_tmp_path(self):
        return False

    def _execute_module(self, module_name, module_args, task_vars=None, wrap_async=False):
        self.runs.append((module_name, module_args, wrap_async))
        if path := module_args.get("progress_path"):
            with open(path, "a", encoding="utf-8") as file:
                file.write("done 1 of 2\n")
            until = time.monotonic() + 10
            while not self.lines and time.monotonic() < until:
                time.sleep(0.01)
        return {"changed": False, "seen_meanwhile": list(self.lines)}


@pytest.fixture
def lines(monkeypatch):
    said = []
    monkeypatch.setattr(fleet_progress, "display", SimpleNamespace(display=said.append))
    monkeypatch.setattr(fleet_progress, "EVERY", 0.01)
    return said


def test_a_line_is_shown_while_the_module_runs_and_its_file_is_gone_in_the_end(lines):
    task = Task(lines, fleet=[{"name": "web"}])
    assert task.run(task_vars={})["seen_meanwhile"] == ["iam_ec2_role: done 1 of 2"]
    [(name, args, _async)] = task.runs
    assert name == "passrole.ec2.iam_ec2_role"
    assert not Path(args["progress_path"]).exists()


@pytest.mark.parametrize(
    "said",
    [
        {"name": "web"},
        {"fleet": []},
        {"fleet": [{"name": "web"}], "transport": "ssh"},
        {"fleet": [{"name": "web"}], "async_val": 60},
        {"fleet": [{"name": "web"}], "no_log": True},
    ],
)
def test_elsewhere_the_module_is_run_as_it_was_called(lines, said):
    task = Task(lines, **said)
    task.run(task_vars={})
    assert "progress_path" not in task.runs[0][1]


def test_who_wants_the_lines_in_a_file_gets_them_there(lines, tmp_path):
    task = Task(lines, fleet=[{"name": "web"}], progress_path=str(tmp_path / "lines"))
    lines.append("nobody waits for this one")
    task.run(task_vars={})
    assert task.runs[0][1]["progress_path"] == str(tmp_path / "lines")


def test_the_output_for_programs_has_no_lines_of_ours(lines, monkeypatch):
    monkeypatch.setattr(constants, "DEFAULT_STDOUT_CALLBACK", "ansible.posix.jsonl")
    task = Task(lines, fleet=[{"name": "web"}])
    task.run(task_vars={})
    assert "progress_path" not in task.runs[0][1]


@pytest.mark.parametrize(
    ("given", "expected"),
    [("details.json", "{cwd}/details.json"), ("/tmp/x.json", "/tmp/x.json"), ("~/x.json", "~/x.json"), ("$HOME/x", "$HOME/x"), ("", ""), (None, None)],
)
def test_a_relative_path_is_relative_to_where_ansible_was_started(lines, given, expected, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    task = Task(lines, fleet=[], details_path=given)
    task.run(task_vars={})
    assert task.runs[0][1]["details_path"] == (expected.format(cwd=tmp_path) if expected else expected)


def test_a_path_on_another_host_stays_as_it_is(lines):
    task = Task(lines, transport="ssh", fleet=[], details_path="details.json")
    task.run(task_vars={})
    assert task.runs[0][1]["details_path"] == "details.json"
