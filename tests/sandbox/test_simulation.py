# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM's policy simulator, after API_SimulatePrincipalPolicy, API_SimulateCustomPolicy and API_EvaluationResult, and answers that people recorded."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.policies import arn, document, iam_arn

EC2 = "ec2.amazonaws.com"
PASSING = {"Action": "iam:PassRole", "Resource": iam_arn("role/app-*"), "Condition": {"StringEquals": {"iam:PassedToService": EC2}}}
TO_EC2 = [{"ContextKeyName": "iam:PassedToService", "ContextKeyValues": [EC2], "ContextKeyType": "string"}]


@pytest.fixture
def simulated(iam):
    """The results of a simulation of policies given with the request."""

    def simulated(*statements, action="iam:PassRole", **asked):
        return iam.simulate_custom_policy(PolicyInputList=[document(*statements)], ActionNames=[action], **asked)["EvaluationResults"]

    return simulated


def decisions(results):
    return [result["EvalDecision"] for result in results]


def test_it_decides_as_a_call_is_decided(simulated):
    role = iam_arn("role/app-web")
    assert decisions(simulated(PASSING, ResourceArns=[role], ContextEntries=TO_EC2)) == ["allowed"]
    assert decisions(simulated(PASSING, ResourceArns=[iam_arn("role/db")], ContextEntries=TO_EC2)) == ["implicitDeny"]
    assert decisions(simulated(PASSING, {"Effect": "Deny", "Action": "iam:*"}, ResourceArns=[role], ContextEntries=TO_EC2)) == ["explicitDeny"]


def test_a_key_that_it_was_not_told_is_told_back(simulated):
    """API_EvaluationResult: MissingContextValues stands beside each resource, or beside the action if none was named."""
    (result,) = simulated(PASSING, ResourceArns=[iam_arn("role/app-web")])
    assert result["EvalDecision"] == "implicitDeny"
    assert result["MissingContextValues"] == []
    assert [one["MissingContextValues"] for one in result["ResourceSpecificResults"]] == [["iam:PassedToService"]]
    (result,) = simulated({**PASSING, "Resource": "*"})
    assert (result["EvalResourceName"], result["MissingContextValues"]) == ("*", ["iam:PassedToService"])
    assert "ResourceSpecificResults" not in result


def test_of_several_resources_each_has_its_decision_and_all_together_none_to_rely_on(simulated):
    """API_EvaluationResult: ResourceSpecificResults. The ARN and the decision of all together are from answers that people recorded."""
    (result,) = simulated(PASSING, ResourceArns=[iam_arn("role/app-web"), iam_arn("role/db")], ContextEntries=TO_EC2)
    each = [(one["EvalResourceName"], one["EvalResourceDecision"]) for one in result["ResourceSpecificResults"]]
    assert each == [(iam_arn("role/app-web"), "allowed"), (iam_arn("role/db"), "implicitDeny")]
    assert (result["EvalResourceName"], result["EvalDecision"]) == ("arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}", "allowed")


def test_the_statements_that_decided_are_told_with_their_policy_and_their_place(iam):
    """API_Statement; the names and types of policies, and a first statement's column, as people recorded them."""
    first, second = {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}, {"Effect": "Deny", "Action": "iam:PassRole", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [first, second]})
    (result,) = iam.simulate_custom_policy(PolicyInputList=[document(PASSING), text], ActionNames=["iam:PassRole"])["EvaluationResults"]
    (matched,) = result["MatchedStatements"]
    assert (matched["SourcePolicyId"], matched["SourcePolicyType"]) == ("PolicyInputList.2", "IAM Policy")
    (allowed,) = iam.simulate_custom_policy(PolicyInputList=[text], ActionNames=["iam:GetRole"])["EvaluationResults"]
    assert allowed["MatchedStatements"][0]["StartPosition"] == {"Line": 1, "Column": 41}
    start, end = matched["StartPosition"], matched["EndPosition"]
    assert json.loads(text[start["Column"] - 1 : end["Column"] - 1]) == second


def test_a_principals_own_policies_are_simulated(iam, make_user):
    make_user({"Action": "iam:GetRole"}, path="/ci/")
    iam.create_group(GroupName="ops")
    iam.add_user_to_group(GroupName="ops", UserName="deployer")
    iam.put_group_policy(GroupName="ops", PolicyName="more", PolicyDocument=document({"Action": "iam:ListRoles"}))
    iam.attach_user_policy(UserName="deployer", PolicyArn="arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess")
    asked = {"PolicySourceArn": iam_arn("user/ci/deployer"), "ActionNames": ["iam:GetRole", "iam:ListRoles", "ec2:DescribeInstances", "iam:PassRole"]}
    results = iam.simulate_principal_policy(**asked)["EvaluationResults"]
    assert decisions(results) == ["allowed", "allowed", "allowed", "implicitDeny"]
    named = [one["SourcePolicyId"] for result in results for one in result["MatchedStatements"]]
    assert named == ["user_deployer_own", "group_ops_more", "AmazonEC2ReadOnlyAccess"]
    assert decisions(iam.simulate_principal_policy(**asked, PolicyInputList=[document({"Action": "iam:PassRole"})])["EvaluationResults"])[-1] == "allowed"
    group = iam.simulate_principal_policy(PolicySourceArn=iam_arn("group/ops"), ActionNames=["iam:ListRoles", "iam:GetRole"])["EvaluationResults"]
    assert decisions(group) == ["allowed", "implicitDeny"]


def test_a_roles_boundary_is_told_of_and_a_given_one_takes_its_place(iam, profile):
    """API_PermissionsBoundaryDecisionDetail; API_SimulatePrincipalPolicy, PermissionsBoundaryPolicyInputList."""
    iam.put_role_policy(RoleName="web", PolicyName="own", PolicyDocument=document({"Action": "*"}))
    asked = {"PolicySourceArn": iam_arn("role/web"), "ActionNames": ["iam:GetRole"]}
    (result,) = iam.simulate_principal_policy(**asked)["EvaluationResults"]
    assert "PermissionsBoundaryDecisionDetail" not in result
    bounding = iam.create_policy(PolicyName="boundary", PolicyDocument=document({"Action": "ec2:*"}))["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName="web", PermissionsBoundary=bounding)
    (result,) = iam.simulate_principal_policy(**asked)["EvaluationResults"]
    assert (result["EvalDecision"], result["PermissionsBoundaryDecisionDetail"]) == ("implicitDeny", {"AllowedByPermissionsBoundary": False})
    (result,) = iam.simulate_principal_policy(**asked, PermissionsBoundaryPolicyInputList=[document({"Action": "iam:*"})])["EvaluationResults"]
    assert (result["EvalDecision"], result["PermissionsBoundaryDecisionDetail"]) == ("allowed", {"AllowedByPermissionsBoundary": True})


@pytest.mark.parametrize("other", ["arn:aws:sts::123456789012:assumed-role/web/run", iam_arn("root"), "arn:aws:iam::aws:policy/ReadOnlyAccess"])
def test_only_users_groups_and_roles_have_policies_to_simulate(iam, refused, other):
    """amazon-ecs-exec-checker#10: InvalidInput for a session's ARN, in these words."""
    told = refused(iam.simulate_principal_policy, PolicySourceArn=other, ActionNames=["iam:GetRole"])
    assert told == ("InvalidInput", f"Invalid Entity Arn: {other} does not clearly define entity type and name.")


@pytest.mark.parametrize("ghost", ["user/ghost", "group/ghost", "role/ghost", "role/elsewhere/web"])
def test_a_principal_that_is_not_there_is_told(iam, profile, refused, ghost):
    """API_SimulatePrincipalPolicy: NoSuchEntity."""
    assert refused(iam.simulate_principal_policy, PolicySourceArn=iam_arn(ghost), ActionNames=["iam:GetRole"])[0] == "NoSuchEntity"


@pytest.mark.parametrize("wrong", [{"PolicyInputList": ["{"], "ActionNames": ["iam:GetRole"]}, {"PolicyInputList": ["{}"], "ActionNames": ["GetRole"]}])
def test_what_cannot_be_simulated_is_invalid(iam, refused, wrong):
    """API_SimulateCustomPolicy: InvalidInput."""
    assert refused(iam.simulate_custom_policy, **wrong)[0] == "InvalidInput"


def test_results_come_in_pages(iam):
    """API_SimulateCustomPolicy: MaxItems, Marker, IsTruncated."""
    asked = {"PolicyInputList": [document({"Action": "iam:*"})], "ActionNames": ["iam:GetRole", "iam:ListRoles", "iam:PassRole"], "MaxItems": 2}
    first = iam.simulate_custom_policy(**asked)
    rest = iam.simulate_custom_policy(**asked, Marker=first["Marker"])
    assert (first["IsTruncated"], rest["IsTruncated"]) == (True, False)
    assert [one["EvalActionName"] for one in first["EvaluationResults"] + rest["EvaluationResults"]] == asked["ActionNames"]


def test_a_simulation_is_itself_permitted_on_the_principal_it_is_about(make_user, profile, refused):
    """Service Authorization Reference, iam: SimulatePrincipalPolicy is judged on the user, group or role."""
    own = {"Action": "iam:SimulatePrincipalPolicy", "Resource": iam_arn("user/deployer")}
    as_deployer = make_user(own)
    assert as_deployer("iam").simulate_principal_policy(PolicySourceArn=iam_arn("user/deployer"), ActionNames=["iam:GetRole"])
    code, message = refused(as_deployer("iam").simulate_principal_policy, PolicySourceArn=iam_arn("role/web"), ActionNames=["iam:GetRole"])
    assert code == "AccessDenied"
    assert f"iam:SimulatePrincipalPolicy on resource: {iam_arn('role/web')} because" in message


def test_the_keys_that_policies_ask_for_are_told(iam, make_user):
    """API_GetContextKeysForPrincipalPolicy, API_GetContextKeysForCustomPolicy."""
    make_user(PASSING)
    keyed = {"Action": "*", "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1", "aws:PrincipalTag/team": "a"}}}
    assert iam.get_context_keys_for_principal_policy(PolicySourceArn=iam_arn("user/deployer"))["ContextKeyNames"] == ["iam:PassedToService"]
    told = iam.get_context_keys_for_custom_policy(PolicyInputList=[document(PASSING, keyed)])["ContextKeyNames"]
    assert told == ["aws:PrincipalTag/team", "aws:RequestedRegion", "iam:PassedToService"]


def test_what_would_change_the_answer_is_not_left_out_in_silence(simulated, iam, refused):
    asked = {"PolicyInputList": [document(PASSING)], "ActionNames": ["sqs:SendMessage"], "ResourcePolicy": document({"Action": "*"})}
    assert refused(iam.simulate_custom_policy, **asked, ResourceArns=[arn("sqs", "queue")])[0] == "NotInSandbox"
