# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is told of groups is what runs there, in few calls; the process prints what it documents."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.modules.asg_launch_with_profile_info import OPTIONS, read

from tests.unit import documented
from tests.unit.module_process import CREDENTIALS, run_module
from tests.unit.promised.doors import Door
from tests.unit.promised.promise import defaults

from . import test_rollout
from .test_rollout import CONFIGURED, LARGE, ids, refresh, run, swap

web = test_rollout.web
MODULE = "asg_launch_with_profile_info"


def told(account, **said):
    return read({**defaults(OPTIONS), **said}, Aws(Door(account)))["auto_scaling_groups"]


def operations(account):
    return [call["operation"] for call in account.calls("told")]


def test_each_instance_is_told_with_what_it_was_launched_from_and_what_it_carries(web):
    swap(web, ids(web)[0], "other")
    [group] = told(web)
    assert group["launches_from"]["launch_template_name"] == "web" and group["launches_from"]["version"] == "1"
    assert {one["launched_from"] for one in group["instances"]} == {"version 1"}
    assert sorted(one["instance_profile"] for one in group["instances"]) == ["other", "web", "web", "web"]
    assert all(one["instance_profile_id"].startswith("AIPA") and one["association_state"] == "associated" for one in group["instances"])


def test_the_latest_refresh_is_told_with_whether_it_has_ended(web):
    assert told(web)[0]["instance_refresh"] is None
    run(web, launch_template=LARGE, rollout=refresh(wait=False))
    under_way = told(web)[0]["instance_refresh"]
    assert (under_way["ended"], under_way["at_checkpoint"]) == (False, False)
    web.advance(600)
    ended = told(web)[0]["instance_refresh"]
    assert (ended["status"], ended["ended"], ended["percentage_complete"]) == ("Successful", True, 100)


def test_only_the_groups_that_are_named_are_told_in_the_order_of_their_names(web):
    run(web, name="more")
    assert [one["auto_scaling_group_name"] for one in told(web)] == ["more", "web"]
    assert [one["auto_scaling_group_name"] for one in told(web, names=["web", "nobody"])] == ["web"]
    assert told(web, names=[]) == []


def test_a_launch_configuration_is_told_by_its_name(web):
    run(web, **{**CONFIGURED, "name": "old"})
    [group] = told(web, names=["old"])
    name = group["launches_from"]["launch_configuration_name"]
    assert name.startswith("old") and {one["launched_from"] for one in group["instances"]} == {name}


@pytest.mark.parametrize(
    ("said", "calls"),
    [
        ({}, ["DescribeAutoScalingGroups", "DescribeIamInstanceProfileAssociations", "DescribeInstanceRefreshes", "DescribeInstanceRefreshes"]),
        ({"instance_refreshes": False}, ["DescribeAutoScalingGroups", "DescribeIamInstanceProfileAssociations"]),
        ({"instance_refreshes": False, "associations": False}, ["DescribeAutoScalingGroups"]),
    ],
)
def test_what_is_not_asked_for_costs_no_call_and_groups_and_associations_are_read_in_bulk(web, said, calls):
    run(web, name="more")
    web.run("told")
    told(web, **said)
    assert operations(web) == calls


@pytest.mark.parametrize("check_mode", [True, False])
def test_the_process_prints_the_documented_keys(web, tmp_path, check_mode):
    run(web, launch_template=LARGE, rollout=refresh(wait=False))
    connection = {"endpoint_url": web.url, "region": "eu-west-1", **CREDENTIALS}
    result = run_module(MODULE, tmp_path, names=["web"], **connection, _ansible_check_mode=check_mode)
    result.pop("invocation", None)
    assert not result["changed"] and len(result["auto_scaling_groups"]) == 1
    assert documented.differences(result, MODULE) == []
