# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which module a task of ec2_application runs, and with what: for the variables of a role, for its own options, and while a rollout is waited for."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ansible_collections.passrole.ec2.plugins.action import ec2_application as plugin
from ansible_collections.passrole.ec2.plugins.plugin_utils import rollout_wait

HOST = {"inventory_hostname": "web", "group_names": []}
DONE = {"changed": True, "plan": ["create role web"], "stages": {"iam_ec2_role": {"changed": True, "plan": ["create role web"]}}}
REFRESH = {"strategy": "refresh"}
UNTIL = {"instance_refresh_id": "r-1", "until": "completion"}
BEGUN = {**DONE, "rollout": {"replaced": [["i-1"]]}, "handed_over": UNTIL}
JUDGED = {"changed": False, "plan": [], "stages": {"iam_ec2_role": {"changed": False, "plan": []}}, "rollout": {"behind": []}}
SEEN = {"auto_scaling_groups": [{"instance_refresh": {"instance_refresh_id": "r-1", "status": "Successful", "percentage_complete": 100,
        "instances_to_update": 0, "ended": True, "at_checkpoint": False}}]}  # fmt: skip


class Task(plugin.ActionModule):
    """The plugin, with what its runs of modules come to."""

    def __init__(self, *answers, async_val=0, **args):
        task = SimpleNamespace(args=args, async_val=async_val, no_log=False, check_mode=False)
        templar = SimpleNamespace(template=lambda value: value)
        super().__init__(task, SimpleNamespace(_shell=SimpleNamespace(tmpdir="/tmp"), transport="local"), None, None, templar, None)
        self.answers, self.runs = list(answers), []

    def _early_needs_tmp_path(self):
        return False

    def _execute_module(self, module_name, module_args, task_vars=None, wrap_async=False):
        self.runs.append((module_name, module_args))
        return self.answers.pop(0)


@pytest.fixture(autouse=True)
def lines(monkeypatch):
    printed = []
    monkeypatch.setattr(rollout_wait.display, "display", printed.append)
    monkeypatch.setattr(rollout_wait, "time", SimpleNamespace(sleep=lambda _seconds: None, monotonic=lambda: 0.0))
    return printed


def test_the_variables_of_the_role_go_to_the_module_without_their_prefix():
    task = Task(DONE, variable_prefix="application_", region="eu-west-1")
    told = task.run(task_vars={**HOST, "application_managed_policies": [], "application_min_size": "", "other": "{{ undefined }}"})
    [(module, args)] = task.runs
    assert module == plugin.ONE and args["application"] == {"name": "web", "managed_policies": []} and args["region"] == "eu-west-1"
    assert told["report"] == ["create role web"] and told["host_summary"]["changes"] == 1


def test_mistakes_are_refused_before_any_module_runs():
    task = Task(variable_prefix="application_")
    told = task.run(task_vars={**HOST, "application_managed_policy": [], "application_min_size": "many"})
    assert told["failed"] and not told["changed"] and task.runs == []
    assert [line.partition(":")[0] for line in told["msg"].split("\n")][:2] == ["application_managed_policy", "application_min_size"]


def test_a_fleet_goes_to_the_module_for_fleets():
    task = Task({"changed": False, "members": {}, "summary": ["1 of 1"]}, variable_prefix="application_")
    told = task.run(task_vars={**HOST, "application_fleet": [{"name": "web"}]})
    [(module, args)] = task.runs
    assert module == plugin.FLEET and args["fleet"] == [{"name": "web"}] and told["report"] == ["1 of 1"]


def test_a_task_with_an_application_of_its_own_reads_no_variables():
    task = Task(DONE, application={"name": "web"})
    assert task.run(task_vars={**HOST, "application_managed_policy": []}) == DONE
    assert task.runs == [(plugin.ONE, {"application": {"name": "web"}})]


def test_a_rollout_is_waited_for_on_the_control_node(lines):
    task = Task(BEGUN, SEEN, JUDGED, application={"name": "web", "rollout": REFRESH}, region="eu-west-1")
    told = task.run(task_vars=HOST)
    words = [args["application"]["rollout"] for module, args in task.runs if module == plugin.ONE]
    assert [(one["hand_over"], one.get("instance_refresh_id")) for one in words] == [(True, None), (False, "r-1")]
    assert told["plan"] == ["create role web"] and told["rollout"] == {"replaced": [["i-1"]], "behind": []} and "handed_over" not in told
    assert told["stages"]["iam_ec2_role"] == {"changed": True, "plan": ["create role web"]}
    assert lines[-1] == "web: refresh 100 %, 1 of 1 replaced, 0 to go"


@pytest.mark.parametrize("more", [{"state": "absent"}, {"async_val": 60}])
def test_where_there_is_nothing_to_wait_for_the_module_runs_once(more):
    task = Task(DONE, application={"name": "web", "rollout": REFRESH}, **more)
    task.run(task_vars=HOST)
    assert [args["application"]["rollout"] for _module, args in task.runs] == [REFRESH]


def test_the_arguments_are_shown_as_the_user_gave_them():
    invoked = {"module_args": {"application": {"name": "web", "rollout": {**REFRESH, "hand_over": True}}}}
    task = Task({**DONE, "invocation": invoked}, application={"name": "web", "rollout": REFRESH})
    assert task.run(task_vars=HOST)["invocation"]["module_args"] == {"application": {"name": "web", "rollout": REFRESH}}
