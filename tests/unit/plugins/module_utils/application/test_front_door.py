# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which module runs for the variables of a role, with which arguments; and what the role registers of its result."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.application.front_door import APPLICATION, EC2_IDENTITY, Request, make_request, with_rollout
from ansible_collections.passrole.ec2.plugins.module_utils.application.report import add_report
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused

HOST = {"inventory_hostname": "web", "group_names": ["ungrouped"]}
LOCAL = {"inventory_hostname": "localhost", "group_names": []}
TARGET = {"inventory_hostname": "staging.eu-west-1", "group_names": ["aws_targets"], "region": "eu-west-1"}
ARGS = {"region": "eu-west-1", "variable_prefix": "application_"}


def request(given, host=None, door=APPLICATION, problems=(), advice=(), operation=""):
    return make_request(door, SimpleNamespace(given=given, problems=problems, advice=advice), ARGS, host or HOST, operation)


def refusal(*args, **kwargs):
    with pytest.raises(Refused) as caught:
        request(*args, **kwargs)
    return str(caught.value).split("\n")


@pytest.mark.parametrize(
    ("given", "host", "name", "role", "suffix"),
    [
        ({}, HOST, "web", "web", ""),
        ({"name": ""}, HOST, "web", "web", ""),
        ({"name": "api"}, LOCAL, "api", "api", ""),
        ({"name": "api", "role": "job"}, HOST, "api", "job", ""),
        ({"name": "api"}, TARGET, "api", "api-eu-west-1", "-eu-west-1"),
        ({"name": "api", "role": "job"}, TARGET, "api", "job", "-eu-west-1"),
    ],
)
def test_names_follow_from_the_host_and_the_region(given, host, name, role, suffix):
    made = request(given, host)
    assert (made.name, made.role, made.is_fleet, made.args["identity_suffix"]) == (name, role, False, suffix)
    assert made.args["application"]["name"] == name and made.args["region"] == "eu-west-1" and made.args["resources"] == "all"


@pytest.mark.parametrize("host", [LOCAL, TARGET])
def test_a_name_is_required_where_the_host_is_no_application(host):
    assert refusal({}, host)[0].startswith("application_name: required")


def test_every_mistake_is_a_line_and_advice_comes_last():
    lines = refusal({"state": "gone", "min_size": "many"}, LOCAL, problems=["application_mni_size: unknown variable."], advice=["Allow it."])
    assert lines[0] == "application_mni_size: unknown variable." and lines[-1] == "Allow it."
    assert [line.partition(":")[0] for line in lines[1:-1]] == ["application_state", "application_name"]
    lines = refusal({"min_size": "many"}, LOCAL)
    assert [line.partition(":")[0] for line in lines] == ["application_name", "application_min_size"]
    assert [line.partition(":")[0] for line in refusal({"min_size": "many", "tags": 3})] == ["application_tags", "application_min_size"]


def test_blank_options_of_the_task_are_not_given_and_zero_is_a_limit():
    made = request({"state": "", "preflight": None, "max_changes": 0, "wait_timeout": "", "description": ""})
    assert {"state", "preflight"} & made.args.keys() == set() and made.args["max_changes"] == 0
    assert made.args["application"] == {"name": "web", "description": ""}


@pytest.mark.parametrize("fleet", [[], [{"name": "web"}]])
def test_a_fleet_goes_to_the_module_for_fleets_and_an_empty_one_is_one(fleet):
    made = request({"fleet": fleet, "fleet_defaults": {"min_size": 1}, "max_fail_percentage": 0, "concurrency": ""}, TARGET)
    assert made.is_fleet and "variable_prefix" not in made.args and "application" not in made.args
    assert made.args == {
        "region": "eu-west-1",
        "fleet": fleet,
        "fleet_defaults": {"min_size": 1},
        "max_fail_percentage": 0,
        "identity_suffix": "-eu-west-1",
    }


@pytest.mark.parametrize("fleet", [None, "", " "])
def test_a_blank_fleet_is_none(fleet):
    assert not request({"fleet": fleet}).is_fleet


def test_an_identity_is_a_role_and_its_profile_by_one_name():
    made = request({"name": "job", "managed_policies": []}, TARGET, EC2_IDENTITY)
    assert (made.role, made.args["resources"], made.args["identity_suffix"]) == ("job", "identity", "")
    assert refusal({}, HOST, EC2_IDENTITY) == ["ec2_identity_name: required. Give the name of the role."]


SINGLE = {
    "changed": True,
    "plan": ["create role web", "create group web"],
    "policy": {"Statement": []},
    "permissions": ["iam:CreateRole"],
    "stages": {
        "iam_ec2_role": {"changed": True, "plan": ["create role web"], "outcome": {"iam_role": {}}},
        "former_instance_profiles": {
            "changed": False,
            "plan": [],
            "former_instance_profiles": [
                {"instance_profile_name": "web-1", "role": "old", "removed": False, "used_by": ["instance i-1"]},
                {"instance_profile_name": "web-2", "role": "older", "removed": True, "used_by": []},
            ],
        },
    },
    "rollout": {"behind": ["i-1"]},
    "waited": [{"seconds": 3, "step": "create group web", "times": 2, "reason": "not there yet"}],
}


def test_the_result_of_one_application_has_its_parts_its_lines_and_an_entry_for_statistics():
    told = add_report(SINGLE, Request({}, is_fleet=False, name="web", role="job"))
    assert told["role_result"] == {**SINGLE["stages"]["iam_ec2_role"], "policy": {"Statement": []}, "permissions": ["iam:CreateRole"]}
    assert told["profile_result"]["skipped"] and "stages" not in told
    assert told["report"][:2] == SINGLE["plan"]
    assert told["report"][2] == "web-1 stays with role old: instance i-1"
    assert told["report"][3].startswith("waited 3 seconds to create group web") and len(told["report"]) == 4
    assert told["host_summary"] == {"application": "web", "role": "job", "changed": True, "changes": 2, "behind": 1}


def test_the_result_of_a_fleet_has_its_summary():
    told = add_report({"changed": False, "members": {"changed": 0}, "summary": ["0 of 0 changed"]}, Request({}, is_fleet=True))
    assert told["report"] == ["0 of 0 changed"] and told["host_summary"] == {"changed": False, "members": {"changed": 0}}
    assert told["role_result"]["outcome"] == {}


@pytest.mark.parametrize("result", [{"failed": True, "msg": "no"}, {"ansible_job_id": "j1"}])
def test_a_failure_and_a_background_job_stay_as_they_are(result):
    assert add_report(result, Request({}, is_fleet=False)) == result


def test_an_application_with_nothing_to_do_says_so():
    told = add_report({"changed": False, "plan": [], "stages": {}}, Request({}, is_fleet=False, name="web", role="web"))
    assert told["report"] == ["nothing to do"]


DEFAULTS = {"strategy": "refresh", "when_more_differs": "refuse", "when_under_way": "refuse", "verify": True}


@pytest.mark.parametrize(
    ("declared", "asked", "rollout"),
    [
        ({}, {}, DEFAULTS),
        ({"rollout": None}, {"strategy": ""}, DEFAULTS),
        ({"rollout": {"strategy": "associate", "batch_size": 2}}, {}, {**DEFAULTS, "strategy": "associate", "batch_size": 2}),
        ({"rollout": {"strategy": "none"}}, {"strategy": "associate", "when_under_way": None}, {**DEFAULTS, "strategy": "associate"}),
        ({"rollout": {"verify": False, "strategy": ""}}, {"when_more_differs": "refresh"}, {**DEFAULTS, "verify": False, "when_more_differs": "refresh"}),
    ],
)
def test_a_rollout_of_all_is_what_is_asked_then_what_is_declared_then_the_default(declared, asked, rollout):
    assert with_rollout(declared, asked)["rollout"] == rollout
    assert "fleet_defaults" not in with_rollout(declared, asked)


def test_a_rollout_of_a_fleet_is_a_default_of_its_members_and_what_is_asked_holds_for_all():
    members = [{"name": "web"}, {"name": "batch", "rollout": {"strategy": "none", "batch_size": 2}}, {"name": "api", "rollout": ""}, "no member"]
    told = with_rollout({"fleet": members, "fleet_defaults": '{"min_size": 1}'}, {"strategy": "associate"})
    assert told["fleet_defaults"] == {"min_size": 1, "rollout": {**DEFAULTS, "strategy": "associate"}}
    assert told["fleet"] == [members[0], {"name": "batch", "rollout": {**DEFAULTS, "strategy": "associate", "batch_size": 2}}, *members[2:]]


@pytest.mark.parametrize("declared", ['{"strategy": "none"}', "strategy=none", {"strategy": "none"}, {"strategy": "none", "verify": ""}])
def test_a_declared_rollout_may_be_a_text_and_what_is_not_rolled_out_is_not_verified(declared):
    assert with_rollout({"rollout": declared}, {})["rollout"] == {"strategy": "none", "when_more_differs": "refuse", "when_under_way": "refuse"}


def test_a_rollout_that_is_no_dictionary_is_refused_with_the_other_mistakes():
    assert with_rollout({"rollout": [1]}, {})["rollout"] == [1]


@pytest.mark.parametrize("given", [{}, {"state": ""}, {"state": "absent"}])
def test_the_playbook_retire_deletes_whatever_is_declared(given):
    assert request(given, operation="retire").args["state"] == "absent"
    assert request({**given, "fleet": [{"name": "web"}]}, operation="retire").args["state"] == "absent"


def test_the_playbook_retire_refuses_to_launch():
    with pytest.raises(Refused, match="application_state: must be absent"):
        request({"state": "present"}, operation="retire")


def test_a_name_beside_a_fleet_is_refused_and_other_options_are_named_in_a_warning():
    assert refusal({"name": "web", "fleet": [{"name": "web"}]}) == [
        "application_name: cannot be given with application_fleet. Name the applications in the fleet, or leave the fleet out."
    ]
    made = request({"fleet": [{"name": "web"}], "tags": {"a": "b"}, "min_size": 1, "regions": ["eu-west-1"]})
    assert made.warnings == ("application_min_size, application_tags: no effect with application_fleet. Give them in application_fleet_defaults.",)
