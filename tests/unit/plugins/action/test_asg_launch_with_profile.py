# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When the task is one run of the module and when several; what a look is told, and who sees the lines."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible import constants
from ansible.errors import AnsibleConnectionFailure

from ansible_collections.passrole.ec2.plugins.action import asg_launch_with_profile as plugin
from ansible_collections.passrole.ec2.plugins.plugin_utils import rollout_wait

REFRESH = {"strategy": "refresh"}
UNTIL = {"instance_refresh_id": "r-1", "until": "completion"}
BEGUN = {"changed": True, "plan": ["start an instance refresh"], "rollout": {"replaced": [["i-1"], ["i-2"]]}, "handed_over": UNTIL}
JUDGED = {"changed": False, "plan": [], "rollout": {"instance_refresh": {"status": "Successful"}, "behind": []}}
CONNECTION = {"region": "eu-west-1", "aws_endpoint_url": "http://127.0.0.1:1", "access_key": "AKIA", "secret_key": "hidden", "max_calls_per_second": 5}


def seen(to_go):
    """A look that sees the refresh with so many instances to go, of two."""
    refresh = {"instance_refresh_id": "r-1", "status": "InProgress", "percentage_complete": 50 * (2 - to_go), "instances_to_update": to_go}
    return {"auto_scaling_groups": [{"instance_refresh": {**refresh, "ended": not to_go, "at_checkpoint": False}}]}


class Task(plugin.ActionModule):
    """The plugin, with what its runs of modules come to."""

    def __init__(self, *answers, async_val=0, no_log=False, check_mode=False, **args):
        task = SimpleNamespace(args={"name": "web", **args}, async_val=async_val, no_log=no_log, check_mode=check_mode)
        super().__init__(task, SimpleNamespace(_shell=SimpleNamespace(tmpdir="/tmp"), transport="local"), None, None, None, None)
        self.answers, self.runs = list(answers), []

    def _early_needs_tmp_path(self):
        return False

    def _execute_module(self, module_name, module_args, task_vars=None, wrap_async=False):
        self.runs.append((module_name, module_args, wrap_async))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def words(self):
        """What ``rollout`` was in each run of the module itself."""
        return [args["rollout"] for name, args, _async in self.runs if name == plugin.MODULE]

    @property
    def looks(self):
        return [args for name, args, _async in self.runs if name == rollout_wait.INFO]


@pytest.fixture(autouse=True)
def lines(monkeypatch):
    """What is printed; time passes at each pause alone."""
    printed, now = [], [0.0]
    monkeypatch.setattr(rollout_wait.display, "display", printed.append)
    monkeypatch.setattr(rollout_wait, "time", SimpleNamespace(sleep=lambda seconds: now.append(now[-1] + seconds), monotonic=lambda: now[-1]))
    return printed


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"rollout": None},
        {"rollout": "strategy=refresh"},
        {"rollout": {"strategy": "none"}},
        {"rollout": {}},
        {"rollout": {**REFRESH, "wait": False}},
        {"rollout": {**REFRESH, "wait": "no"}},
        {"rollout": {**REFRESH, "hand_over": True}},
        {"rollout": {**REFRESH, "instance_refresh_id": "r-1"}},
        {"rollout": {"strategy": ["refresh"]}},
        {"rollout": REFRESH, "state": "absent"},
    ],
)
def test_where_there_is_nothing_to_wait_for_the_task_is_the_module_as_it_was_called(said, lines):
    task = Task(BEGUN, **said)
    assert task.run(task_vars={}) == BEGUN
    assert task.runs == [(plugin.MODULE, {"name": "web", **said}, False)] and lines == []


def test_what_runs_in_the_background_waits_by_itself(lines):
    task = Task({"ansible_job_id": "j1"}, rollout=REFRESH, async_val=60)
    task.run(task_vars={})
    assert task.runs == [(plugin.MODULE, {"name": "web", "rollout": REFRESH}, True)] and lines == []


def test_a_check_is_one_run_that_tells_nothing_of_who_waits(lines):
    foretold = {"changed": True, "plan": ["start an instance refresh"], "invocation": {"module_args": {"rollout": {**REFRESH, "hand_over": True}}}}
    task = Task(foretold, rollout=REFRESH, check_mode=True)
    assert task.run(task_vars={}) == {"changed": True, "plan": foretold["plan"], "invocation": {"module_args": {"rollout": REFRESH}}}
    assert len(task.runs) == 1 and lines == []


@pytest.mark.parametrize(
    "said", [{}, {"hand_over": False}, {"hand_over": "no"}, {"instance_refresh_id": ""}, {"wait_timeout": "soon"}, {"wait_timeout": 10**400}]
)
def test_else_the_module_begins_and_judges_and_looks_are_taken_between(said, lines):
    task = Task(BEGUN, seen(2), seen(1), seen(0), JUDGED, rollout={**REFRESH, **said})
    told = task.run(task_vars={})
    assert [(words["hand_over"], words.get("instance_refresh_id") or None) for words in task.words] == [(True, None), (False, "r-1")]
    assert told == {"changed": True, "plan": BEGUN["plan"], "rollout": {**BEGUN["rollout"], **JUDGED["rollout"]}}
    assert lines[1:] == [f"web: refresh {50 * done} %, {done} of 2 replaced, {2 - done} to go" for done in (0, 1, 2)]


def test_a_look_goes_to_the_same_account_by_the_same_way_and_is_told_nothing_else(lines):
    task = Task(BEGUN, seen(0), JUDGED, rollout=REFRESH, instance_profile="web", launch_template={"user_data": "hidden"}, **CONNECTION)
    task.run(task_vars={})
    assert task.looks == [{**CONNECTION, "names": ["web"], "associations": False, "fleet": False}]
    assert "hidden" not in str(lines) and "AKIA" not in str(lines)


@pytest.mark.parametrize("lost", [{"failed": True, "msg": "Throttling"}, {"unreachable": True}, AnsibleConnectionFailure("the host is away")])
def test_a_look_that_is_lost_is_taken_again(lost, lines):
    task = Task(BEGUN, lost, lost, seen(0), JUDGED, rollout=REFRESH)
    assert not task.run(task_vars={}).get("failed") and len(task.looks) == 3


def test_looks_that_are_all_lost_end_with_the_time_and_the_module_judges():
    judged = {"failed": True, "msg": "not so after 60 seconds"}
    task = Task(BEGUN, *[{"failed": True}] * 9, judged, rollout={**REFRESH, "wait_timeout": 60})
    told = task.run(task_vars={})
    assert not task.answers and (told["msg"], told["done"], told["changed"]) == (judged["msg"], BEGUN["plan"], True)


def test_a_group_that_is_gone_is_not_waited_for():
    task = Task(BEGUN, {"auto_scaling_groups": []}, {"failed": True, "msg": "not there any more"}, rollout=REFRESH)
    assert task.run(task_vars={})["failed"] and len(task.looks) == 1


def test_a_group_by_its_other_name_is_called_by_it(lines):
    task = Task(BEGUN, seen(0), JUDGED, rollout=REFRESH)
    task._task.args["group_name"] = task._task.args.pop("name")
    task.run(task_vars={})
    assert task.looks[0]["names"] == ["web"] and all(line.startswith("web: ") for line in lines)


@pytest.mark.parametrize("callback", ["json", "ansible.posix.json", "ansible.posix.jsonl", "community.general.null"])
def test_nothing_is_printed_where_the_output_is_for_programs_or_for_nobody(callback, lines, monkeypatch):
    monkeypatch.setattr(constants, "DEFAULT_STDOUT_CALLBACK", callback)
    Task(BEGUN, seen(0), JUDGED, rollout=REFRESH).run(task_vars={})
    assert lines == []


@pytest.mark.parametrize("silent", [{"no_log": True}, {"rollout": {**REFRESH, "progress": "none"}}])
def test_nothing_is_printed_of_a_task_that_is_to_be_silent(silent, lines):
    Task(BEGUN, seen(0), JUDGED, **{"rollout": REFRESH, **silent}).run(task_vars={})
    assert lines == []
