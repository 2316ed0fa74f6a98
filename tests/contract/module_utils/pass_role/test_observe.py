# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What IAM's simulator is asked about passing roles, on a sandbox that judges as IAM does."""

from __future__ import annotations

import json

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused, Refused
from ansible_collections.passrole.ec2.plugins.module_utils.pass_role.observe import observe
from ansible_collections.passrole.ec2.plugins.module_utils.pass_role.state import Passing

from tests.support.contracts.principals import USER, allowed
from tests.support.contracts.clients import Door
from tests.support.contracts.instance_profile import TRUST

IAM = "arn:aws:iam::123456789012"
TO_EC2 = {"StringEquals": {"iam:PassedToService": ["ec2.amazonaws.com"]}}


def statement(*actions, on="*", **more):
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **more}


READS = statement("iam:GetRole", "iam:SimulatePrincipalPolicy")


@pytest.fixture
def roles(account):
    for name, path in (("web", "/team/"), ("admin", "/")):
        account.client("iam").create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=json.dumps(TRUST))
    return account


def told(door, **asked):
    aws = Aws(door)
    return observe(Passing(**asked), aws.find, aws.known)


def caller(account, *statements):
    return allowed(account, {"Version": "2012-10-17", "Statement": list(statements)})


def test_each_role_has_an_answer_from_one_question(roles):
    door = caller(roles, READS, statement("iam:PassRole", on=f"{IAM}:role/team/*", Condition=TO_EC2))
    roles.run("asked")
    answer = told(door, roles=("web", "admin"))
    assert answer["principal"] == f"{IAM}:user/{USER}"
    assert [(one["role_arn"], one["allowed"]) for one in answer["roles"]] == [(f"{IAM}:role/team/web", True), (f"{IAM}:role/admin", False)]
    assert [call["operation"] for call in roles.calls("asked")].count("SimulatePrincipalPolicy") == 1


def test_what_is_told_to_add_allows_it(roles):
    (denied,) = told(caller(roles, READS), roles=("web",))["roles"]
    (now,) = told(caller(roles, READS, *denied["policy_to_add"]["Statement"]), roles=("web",))["roles"]
    assert (denied["allowed"], now["allowed"]) == (False, True)


def test_a_role_that_may_go_to_another_service_only_may_not_go_to_ec2(roles):
    door = caller(roles, READS, statement("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}))
    assert [told(door, roles=("web",), **asked)["roles"][0]["allowed"] for asked in ({}, {"service": "lambda.amazonaws.com"})] == [False, True]


def test_an_explicit_denial_names_its_policy_and_offers_none(roles):
    (answer,) = told(caller(roles, READS, statement("iam:PassRole"), {**statement("iam:PassRole"), "Effect": "Deny"}), roles=("web",))["roles"]
    assert (answer["decision"], answer["policy_to_add"]) == ("explicitDeny", None)
    assert answer["matched_policies"]


def test_another_principal_can_be_asked_about_and_an_arn_saves_a_call(roles):
    document = {"Version": "2012-10-17", "Statement": [statement("iam:PassRole")]}
    roles.client("iam").put_role_policy(RoleName="admin", PolicyName="pass", PolicyDocument=json.dumps(document))
    roles.run("asked")
    answer = told(Door(roles), roles=(f"{IAM}:role/team/web",), principal=f"{IAM}:role/admin")
    assert (answer["principal"], answer["roles"][0]["allowed"]) == (f"{IAM}:role/admin", True)
    assert [call["operation"] for call in roles.calls("asked")] == ["SimulatePrincipalPolicy"]


def test_root_has_no_policies_to_ask_about(roles):
    with pytest.raises(Refused, match="^principal: .*:root is the account's root, which has no policies; name a user or a role$"):
        told(Door(roles), roles=("web",))


def test_a_principal_that_is_not_there_is_refused_by_its_option(roles):
    with pytest.raises(Refused, match=f"^principal: IAM's simulator does not know {IAM}:role/nobody: there is no .*; name a user or a role by its whole ARN"):
        told(Door(roles), roles=("web",), principal=f"{IAM}:role/nobody")


def test_a_role_that_is_not_there_is_refused_by_its_place(roles):
    with pytest.raises(Refused, match=r"^roles\[1\]: there is no role nobody$"):
        told(caller(roles, READS), roles=("web", "nobody"))


def test_whoever_may_not_ask_is_told_so(roles):
    with pytest.raises(CallRefused, match="not authorized to perform: iam:SimulatePrincipalPolicy"):
        told(caller(roles, statement("iam:GetRole")), roles=("web",))


def test_about_no_roles_nothing_is_asked(roles):
    assert told(caller(roles), roles=())["roles"] == []
