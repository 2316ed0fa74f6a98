# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The group's module as a whole: what reaches the instances, what is printed, and what a dead end leaves behind."""

from __future__ import annotations

import base64

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused

from tests.support import return_docs as documented
from tests.support.module_process import CREDENTIALS, log_of, run_module
from tests.support.contracts.asg_launch_with_profile import GROUP, PROMISED, TEMPLATE, profiles
from tests.support.contracts.clients import Door, Spreading
from tests.support.contracts.contract import Case

MODULE = "asg_launch_with_profile"
SECRET = "#!/bin/sh\nexport TOKEN=correct-horse-battery-staple\n"


def run(account, tmp_path, **said):
    return run_module(MODULE, tmp_path, endpoint_url=account.url, region="eu-west-1", **CREDENTIALS, **said)


@pytest.fixture
def staged(account):
    profiles(account)
    return account


def carried(account):
    """The id of the profile that each running instance carries, as EC2 tells it."""
    answer = account.client("ec2").describe_iam_instance_profile_associations()
    return {one["InstanceId"]: one["IamInstanceProfile"]["Id"] for one in answer["IamInstanceProfileAssociations"]}


def profile_id(account, name):
    return account.client("iam").get_instance_profile(InstanceProfileName=name)["InstanceProfile"]["InstanceProfileId"]


def test_every_instance_of_a_new_group_carries_the_profile(staged, tmp_path):
    run(staged, tmp_path, **GROUP)
    assert set(carried(staged).values()) == {profile_id(staged, "web")}


def test_instances_launched_after_a_change_carry_the_new_profile_and_the_others_keep_theirs(staged, tmp_path):
    run(staged, tmp_path, **GROUP)
    run(staged, tmp_path, **{**GROUP, "instance_profile": "other", "desired_capacity": 2})
    assert sorted(carried(staged).values()) == sorted([profile_id(staged, "web"), profile_id(staged, "other")])


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("said", [GROUP, {"name": "web", "state": "absent"}], ids=["present", "absent"])
def test_the_process_prints_the_documented_keys(staged, tmp_path, said, check_mode):
    result = run(staged, tmp_path, **said, _ansible_check_mode=check_mode)
    result.pop("invocation", None)
    assert documented.differences(result, MODULE) == []


@pytest.mark.parametrize("words", [{}, {"no_such_member": 1}, {"image_id": "ami-00000000000000000"}], ids=["done", "misspelt", "refused"])
def test_user_data_are_printed_in_no_form(staged, tmp_path, words):
    template = {**TEMPLATE, "user_data": SECRET, **words}
    printed = str(run(staged, tmp_path, **{**GROUP, "launch_template": template}, _ansible_diff=True))
    assert "correct-horse" not in printed
    assert base64.b64encode(SECRET.encode()).decode() not in printed


def test_user_data_are_logged_in_no_form(staged, tmp_path):
    template = {**TEMPLATE, "user_data": SECRET}
    connection = {"endpoint_url": staged.url, "region": "eu-west-1", **CREDENTIALS}
    logged = log_of(MODULE, tmp_path, **{**GROUP, **connection, "launch_template": template})
    assert "Invoked with" in logged
    assert "correct-horse" not in logged


def test_a_new_profile_that_auto_scaling_does_not_see_yet_is_waited_for(account):
    account.settings(profile_delay=3600)
    profiles(account)
    aws = Spreading(Door(account))
    assert Case(PROMISED, "a group", "nothing").run(account, aws=aws)["changed"]
    assert aws.refused == 1


class Denying(Aws):
    """An account whose caller may make templates and no group."""

    def call(self, service, operation, **params):
        if operation == "create_auto_scaling_group":
            raise CallRefused("AccessDenied", "You are not authorized to use launch template: lt-1")
        return super().call(service, operation, **params)


def test_a_run_that_fails_midway_says_what_is_done_and_a_second_one_finishes(account):
    case = Case(PROMISED, "a group", "nothing")
    case.set_up(account)
    stopped = case.run(account, aws=Denying(Door(account)))
    assert stopped["done"] == ["create launch template web with instance profile web"]
    assert stopped["not_done"] == ["create group web of 1 to 3 instances", "wait until group web has its capacity in service"]
    assert case.run(account)["plan"] == ["create group web of 1 to 3 instances"]
