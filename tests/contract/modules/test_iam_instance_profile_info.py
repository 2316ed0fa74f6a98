# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is told of instance profiles and their roles can be given back, whoever made them, and is told in few calls."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.identity.survey import Asked, survey

from tests.support import return_docs as documented
from tests.support.fleets import PROFILES, ROLES, fleet
from tests.support.module_process import CREDENTIALS, run_module
from tests.support.contracts import ec2_role, instance_profile
from tests.support.contracts.clients import Door

MODULE = "iam_instance_profile_info"
LAMBDA = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


def told(account, **asked):
    return survey(Asked(**asked), Aws(Door(account)))


def role(account, name, trust=None, **more):
    account.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust or ec2_role.EC2), **more)


def profile(account, name, holds="", **more):
    iam = account.client("iam")
    iam.create_instance_profile(InstanceProfileName=name, **more)
    if holds:
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=holds)


def furnished(account):
    """Profiles and roles as another tool makes them, one of each kind."""
    iam = account.client("iam")
    role(account, "whole", Path="/web/", Description="Web servers", MaxSessionDuration=7200, Tags=[{"Key": "team", "Value": "web"}])
    iam.attach_role_policy(RoleName="whole", PolicyArn="arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore")
    iam.put_role_policy(RoleName="whole", PolicyName="read", PolicyDocument=json.dumps(ec2_role.READ))
    iam.put_role_permissions_boundary(RoleName="whole", PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess")
    role(account, "plain")
    role(account, "lambda", trust=LAMBDA)
    profile(account, "web", "whole", Path="/web/", Tags=[{"Key": "team", "Value": "web"}])
    profile(account, "plain", "plain")
    profile(account, "of-lambda", "lambda")
    profile(account, "empty")


def test_what_is_told_is_given_back_and_changes_nothing(account):
    furnished(account)
    there = told(account)
    for kind, members in ((ROLES, there["role_fleet"]), (PROFILES, there["fleet"])):
        result = fleet(kind, members, account, dry=True)
        assert not result.get("failed"), result["msg"]
        assert (result["changed"], result["members"]["unchanged"]) == (False, len(members))


@pytest.mark.parametrize("have", ec2_role.PROMISED.haves)
def test_a_role_in_any_state_is_given_back_and_not_changed(account, have):
    ec2_role.PROMISED.stage(account)
    ec2_role.PROMISED.haves[have](account)
    for name in [one["RoleName"] for one in account.client("iam").list_roles()["Roles"]]:
        profile(account, f"of-{name}", name)
    assert not fleet(ROLES, told(account)["role_fleet"], account, dry=True)["changed"]


@pytest.mark.parametrize("have", instance_profile.PROMISED.haves)
def test_a_profile_in_any_state_is_given_back_and_not_changed(account, have):
    instance_profile.PROMISED.stage(account)
    instance_profile.PROMISED.haves[have](account)
    assert not fleet(PROFILES, told(account)["fleet"], account, dry=True)["changed"]


def test_each_is_told_of_whole(account):
    furnished(account)
    web = next(one for one in told(account)["iam_instance_profiles"] if one["instance_profile_name"] == "web")
    [held] = web["roles"]
    assert (web["path"], web["tags"]) == ("/web/", {"team": "web"})
    assert held["inline_policies"] == {"read": ec2_role.READ}
    assert [one["policy_name"] for one in held["attached_policies"]] == ["AmazonSSMManagedInstanceCore"]
    assert held["permissions_boundary"]["permissions_boundary_arn"] == "arn:aws:iam::aws:policy/ReadOnlyAccess"
    assert (held["description"], held["max_session_duration"]) == ("Web servers", 7200)


def test_a_role_that_cannot_be_declared_is_told_of_and_left_out_with_its_reason(account):
    furnished(account)
    there = told(account)
    assert there["left_out"] == [{"role_name": "lambda", "because": "its trust policy does not let EC2 assume it"}]
    assert [one["name"] for one in there["role_fleet"]] == ["plain", "whole"]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["empty", "of-lambda", "plain", "web"]),
        ({"names": frozenset({"web", "nobody"})}, ["web"]),
        ({"path_prefix": "/web/"}, ["web"]),
        ({"tags": {"team": "web"}}, ["web"]),
        ({"tags": {"team": "other"}}, []),
        ({"names": frozenset()}, []),
    ],
)
def test_some_are_asked_for_by_name_path_and_tags(account, asked, names):
    furnished(account)
    assert [one["instance_profile_name"] for one in told(account, **asked)["iam_instance_profiles"]] == names


def test_what_has_a_bulk_call_is_read_with_it(account):
    furnished(account)
    account.run("survey")
    told(account)
    assert Counter(call["operation"] for call in account.calls("survey")) == {
        "ListInstanceProfiles": 1,
        "GetAccountAuthorizationDetails": 1,
        "ListRoles": 1,
        "GetInstanceProfile": 4,
    }


@pytest.mark.parametrize("check_mode", [True, False])
def test_the_process_prints_the_documented_keys(account, tmp_path, check_mode):
    furnished(account)
    connection = {"endpoint_url": account.url, "region": "eu-west-1", **CREDENTIALS}
    result = run_module(MODULE, tmp_path, **connection, _ansible_check_mode=check_mode)
    result.pop("invocation", None)
    assert documented.differences(result, MODULE) == []
