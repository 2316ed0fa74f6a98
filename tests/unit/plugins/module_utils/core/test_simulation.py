# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whom IAM's simulator is asked about, what it is asked, and what its answers mean."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.authorization import asked
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused
from ansible_collections.passrole.ec2.plugins.module_utils.core.permissions import Known, Permission
from ansible_collections.passrole.ec2.plugins.module_utils.core.simulation import Question, Verdict, caller_of, questions, simulate, verdicts

HERE = Known("aws", "eu-west-1", "123456789012", paths={("role", "web"): "/team/"})
IAM = "arn:aws:iam::123456789012"
STS = "arn:aws:sts::123456789012"
DENIED = CallRefused("AccessDenied", "no")


class Aws:
    """STS and IAM, with the answers a test gives them."""

    def __init__(self, arn="", role=None, results=()):
        self.arn, self.role, self.results, self.asked = arn, role, results, []

    def __call__(self, service, operation, **params):
        self.asked.append((operation, params))
        if operation == "get_caller_identity":
            return {"Arn": self.arn, "Account": "123456789012"}
        if operation == "simulate_principal_policy":
            return {"EvaluationResults": list(self.results)}
        if self.role is None:
            raise DENIED
        return {"Role": {"Arn": self.role}}


@pytest.mark.parametrize(
    ("arn", "role", "principal"),
    [
        (f"{IAM}:user/team/ada", None, f"{IAM}:user/team/ada"),
        (f"{STS}:assumed-role/deployer/ada", f"{IAM}:role/ci/deployer", f"{IAM}:role/ci/deployer"),
        # The path of a role that may not be read is not known; most have none.
        (f"{STS}:assumed-role/deployer/ada", None, f"{IAM}:role/deployer"),
    ],
)
def test_the_simulator_is_asked_about_the_user_or_the_role_behind_the_session(arn, role, principal):
    found = caller_of(Aws(arn, role))
    assert (found.arn, found.account, found.principal) == (arn, "123456789012", principal)


@pytest.mark.parametrize(
    ("arn", "why"),
    [
        (f"{IAM}:root", "is the account's root, which has no policies"),
        (f"{STS}:federated-user/ada", "is a federated-user, about whom IAM's simulator cannot be asked"),
    ],
)
def test_about_root_and_federated_users_nobody_is_asked(arn, why):
    found = caller_of(Aws(arn))
    assert (found.principal, found.why_none) == ("", f"{arn} {why}")


def test_actions_on_the_same_things_are_asked_about_at_once_with_what_aws_tells_of_a_call():
    calls = [
        ("iam", "create_instance_profile", {"InstanceProfileName": "p"}),
        ("iam", "get_instance_profile", {"InstanceProfileName": "p"}),
        ("iam", "add_role_to_instance_profile", {"InstanceProfileName": "p", "RoleName": "web"}),
        ("autoscaling", "describe_policies", {}),
    ]
    assert questions([one for call in calls for one in asked(*call)], HERE) == [
        Question(("*",), (("aws:RequestedRegion", "eu-west-1"),), ("autoscaling:DescribePolicies",)),
        Question(
            (f"{IAM}:instance-profile/p",),
            (("aws:RequestedRegion", "us-east-1"),),
            ("iam:AddRoleToInstanceProfile", "iam:CreateInstanceProfile", "iam:GetInstanceProfile"),
        ),
        Question(
            (f"{IAM}:role/team/web",),
            (
                ("aws:RequestedRegion", "us-east-1"),
                ("iam:AssociatedResourceArn", "arn:aws:ec2:*:123456789012:instance/*"),
                ("iam:PassedToService", "ec2.amazonaws.com"),
            ),
            ("iam:PassRole",),
        ),
    ]


def test_a_question_is_put_as_the_simulator_takes_it():
    aws = Aws(results=[{"EvalActionName": "iam:GetRole", "EvalResourceName": f"{IAM}:role/team/web", "EvalDecision": "allowed"}])
    (verdict,) = simulate(f"{IAM}:user/ada", asked("iam", "get_role", {"RoleName": "web"}), HERE, aws)
    assert verdict == Verdict("iam:GetRole", f"{IAM}:role/team/web", "allowed", "allowed")
    assert aws.asked == [
        (
            "simulate_principal_policy",
            {
                "PolicySourceArn": f"{IAM}:user/ada",
                "ActionNames": ["iam:GetRole"],
                "ResourceArns": [f"{IAM}:role/team/web"],
                "ContextEntries": [{"ContextKeyName": "aws:RequestedRegion", "ContextKeyValues": ["us-east-1"], "ContextKeyType": "string"}],
            },
        )
    ]


RESULT = {"EvalActionName": "iam:PassRole", "EvalResourceName": "arn:r", "EvalDecision": "implicitDeny"}


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({}, "allowed by no policy"),
        ({"EvalDecision": "explicitDeny", "MatchedStatements": [{"SourcePolicyId": "guard"}]}, "denied by guard"),
        ({"EvalDecision": "explicitDeny"}, "explicitly denied"),
        ({"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False}}, "not allowed by the permissions boundary"),
        ({"OrganizationsDecisionDetail": {"AllowedByOrganizations": False}}, "not allowed by the organization's policies"),
        ({"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": True}}, "allowed by no policy"),
        ({"EvalDecision": "allowed"}, "allowed"),
    ],
)
def test_a_verdict_says_why(more, why):
    (verdict,) = verdicts({**RESULT, **more})
    assert (verdict.why, str(verdict)) == (why, f"iam:PassRole on arn:r ({why})")


def test_of_several_resources_each_has_a_verdict_of_its_own():
    each = [{"EvalResourceName": "arn:a", "EvalResourceDecision": "allowed"}, {"EvalResourceName": "arn:b", "EvalResourceDecision": "explicitDeny"}]
    assert [(one.resource, one.allowed) for one in verdicts({**RESULT, "ResourceSpecificResults": each})] == [("arn:a", True), ("arn:b", False)]


def test_only_what_no_simulation_is_told_leaves_a_verdict_open():
    (verdict,) = verdicts({**RESULT, "MissingContextValues": ["iam:PassedToService", "ec2:CreateAction", "aws:SourceIp"]})
    assert verdict.unknown == ("aws:SourceIp",)


def test_a_permission_on_anything_is_asked_about_as_such():
    (question,) = questions([Permission("ec2:DescribeImages")], Known("aws-cn", "cn-north-1"))
    assert question == Question(("*",), (("aws:RequestedRegion", "cn-north-1"),), ("ec2:DescribeImages",))
