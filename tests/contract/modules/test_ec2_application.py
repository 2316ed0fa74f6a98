# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One application in one task: planned whole before the first write, every mistake at once, and a result with a part for each resource."""

from __future__ import annotations

import json
from itertools import count

import pytest

from tests.support import return_docs
from tests.support.module_process import CREDENTIALS, run_module

APPLICATION = {
    "name": "web",
    "managed_policies": ["AmazonSSMManagedInstanceCore"],
    "launch_template": {"image_id": "ami-12c6146b", "instance_type": "t3.micro"},
    "min_size": 0,
    "max_size": 2,
    "availability_zones": ["eu-west-1a"],
}
PARTS = ["iam_ec2_role", "iam_instance_profile", "asg_launch_with_profile"]


@pytest.fixture
def keep(account, tmp_path):
    """Run the module, and return its result and the writes that it made."""
    connection = {"endpoint_url": account.url, "region": "eu-west-1", **CREDENTIALS}

    numbers = count()

    def keep(application, check=False, **options):
        run = f"keep {next(numbers)}"
        account.run(run)
        result = run_module("ec2_application", tmp_path, **{**connection, **options}, application=application, _ansible_check_mode=check)
        result.pop("invocation", None)
        writes = [call["operation"] for call in account.calls(run) if call["mutates"]]
        return result, writes

    return keep


def test_a_check_reports_what_the_run_does_and_a_second_run_changes_nothing(keep):
    checked, writes = keep(APPLICATION, check=True)
    assert writes == [] and [*checked["stages"]] == PARTS
    done, writes = keep(APPLICATION)
    for key in ("changed", "plan", "permissions", "policy", "diff", "outcome"):
        assert done[key] == checked[key], key
    assert [done["stages"][part]["plan"] for part in PARTS] == [checked["stages"][part]["plan"] for part in PARTS]
    assert writes and [said for said in return_docs.differences(done, "ec2_application") if "is missing" not in said] == []
    again, writes = keep(APPLICATION)
    assert (again["changed"], again["plan"], writes) == (False, [], [])
    assert again["iam_role"]["role_name"] == "web" and again["auto_scaling_group"]["max_size"] == 2


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ({"min_size": 3}, "application_min_size: 3 is more than max_size 2"),
        (
            {"launch_template": {**APPLICATION["launch_template"], "metadata_options": {"http_token": "required"}}},
            "application_launch_template.metadata_options.http_token: no such member",
        ),
        ({"managed_policy": []}, "application_managed_policy: unknown variable; did you mean application_managed_policies?"),
        ({"min_size": "many"}, 'application_min_size: must be an integer, not "many".'),
        ({"managed_policies": ["Nope"]}, "application_managed_policies"),
        ({"warm_pool": {"min_siz": 1}}, "application_warm_pool.min_siz"),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_a_mistake_in_any_part_is_refused_before_the_first_write(keep, wrong, line, check):
    result, writes = keep({**APPLICATION, **wrong}, check=check, variable_prefix="application_")
    assert result["failed"] and result["msg"].startswith(line), result["msg"]
    assert (writes, result["changed"]) == ([], False)


def test_all_mistakes_are_reported_at_once(keep):
    result, _writes = keep({**APPLICATION, "min_size": "a", "max_size": "b", "tags": 3})
    assert len(result["msg"].split("\n")) == 3
    result, _writes = keep({**APPLICATION, "min_sise": 1, "polices": []})
    assert len(result["msg"].split("\n")) == 2


def test_permissions_alone_are_changed_without_the_group(keep, account):
    keep(APPLICATION)
    result, writes = keep({"name": "web", "managed_policies": [], "min_size": None, "role": ""})
    assert result["plan"] == ["detach policy AmazonSSMManagedInstanceCore from role web"] and writes == ["DetachRolePolicy"]
    assert [*result["stages"]] == PARTS[:2]


def test_an_identity_leaves_the_group_alone_and_is_deleted_without_it(keep, account):
    keep({**APPLICATION, "role": "job", "instance_profile": "job"}, resources="identity")
    assert account.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"] == []
    result, _writes = keep({"name": "job"}, resources="identity", state="absent")
    assert result["plan"][-1] == "delete role job" and "delete instance profile job" in result["plan"]


@pytest.mark.parametrize("check", [True, False])
def test_retiring_deletes_the_group_first_and_the_role_last(keep, check):
    keep(APPLICATION)
    result, writes = keep({"name": "web"}, check=check, state="absent")
    assert result["plan"][:2] == ["scale group web to no instances", "delete group web"] and result["plan"][-1] == "delete role web"
    assert bool(writes) is not check


@pytest.mark.parametrize(("limit", "is_refused"), [("0", True), ("0%", True), ("1", False), (None, False)])
def test_a_limit_of_no_changes_refuses_a_change_and_allows_none(keep, limit, is_refused):
    result, writes = keep(APPLICATION, max_changes=limit)
    assert bool(result.get("failed")) is is_refused and bool(writes) is not is_refused
    if is_refused:
        assert "max_changes: 1 of 1 members would change" in result["msg"]


def test_a_failure_halfway_reports_what_was_done_and_the_next_run_finishes(keep, account):
    account.faults({"kind": "error", "operation": "CreateAutoScalingGroup", "times": None, "code": "ValidationError", "message": "No"})
    result, _writes = keep(APPLICATION)
    account.faults()
    assert result["failed"] and result["changed"] and "create role web" in result["done"] and any("create group web" in step for step in result["not_done"])
    result, _writes = keep(APPLICATION)
    assert not result.get("failed") and any("create group web" in step for step in result["plan"])


@pytest.mark.parametrize("denied", ["iam:GetRole", "autoscaling:DescribeAutoScalingGroups", "iam:CreateInstanceProfile"])
def test_a_denied_read_or_write_names_the_policy_that_allows_it(keep, account, tmp_path, denied):
    iam = account.client("iam")
    iam.create_user(UserName="deployer")
    statement = {"Effect": "Allow", "NotAction": denied, "Resource": "*"}
    iam.put_user_policy(UserName="deployer", PolicyName="own", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    key = iam.create_access_key(UserName="deployer")["AccessKey"]
    result, _writes = keep(APPLICATION, access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])
    assert result["failed"] and denied in result["msg"]
    assert denied in [action for one in result["policy_to_add"]["Statement"] for action in one["Action"]]
