# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A denial in AWS's words, and what is made of it."""

from __future__ import annotations

import json

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.authorization import launch
from ansible_collections.passrole.ec2.plugins.module_utils.core.denials import explained
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused, Denied, Refused, StoppedHalfway
from ansible_collections.passrole.ec2.plugins.module_utils.core.permissions import Known
from ansible_collections.passrole.ec2.plugins.module_utils.core.plan import Action

from tests.unit.plugins.module_utils.core.test_preflight import ADA, NO, Aws

HERE = Known("aws", "eu-west-1", roles={"p": "web"})
GROUP = {"AutoScalingGroupName": "web", "MinSize": 0, "MaxSize": 1}
CREATE = Action(
    "autoscaling",
    "create_auto_scaling_group",
    GROUP,
    "create group web",
    needs=tuple(launch({"IamInstanceProfile": {"Name": "p"}, "TagSpecifications": [{"ResourceType": "instance"}]}, {})),
)
OF_IAM = f"User: {ADA} is not authorized to perform: iam:CreateRole on resource: role web because no identity-based policy allows the iam:CreateRole action"
ON_ROLE = ("iam", "create_role", {"RoleName": "web"})
ON_GROUP = ("autoscaling", "create_auto_scaling_group", GROUP)
ON_TRIAL = ("ec2", "run_instances", {"DryRun": True, "IamInstanceProfile": {"Name": "p"}})
WORDLESS = "You are not authorized to use launch template: lt-1"
STORY = {
    "explicitDeny": False,
    "context": {"principal": {"arn": ADA}, "action": "iam:PassRole", "resource": "arn:aws:iam::123456789012:role/web"},
}


class Decoding(Aws):
    """A caller who may decode what EC2 tells in code."""

    def __init__(self, story=None, **more):
        super().__init__(**more)
        self.story = story or STORY

    def __call__(self, service, operation, **params):
        if operation == "decode_authorization_message":
            assert params == {"EncodedMessage": "AbC-123_"}
            return {"DecodedMessage": json.dumps(self.story)}
        return super().__call__(service, operation, **params)


class Undecodable(Aws):
    def __call__(self, service, operation, **params):
        if operation == "decode_authorization_message":
            raise NO
        return super().__call__(service, operation, **params)


def denied(reason, asked, code="AccessDenied"):
    return CallRefused(code, reason, asked=asked)


def found(error, call, steps=()):
    told = explained(error, steps, HERE, call)
    assert isinstance(told, Denied)
    return told


def actions(told):
    return [action for one in told.policy["Statement"] for action in one["Action"]]


@pytest.mark.parametrize("error", [Refused("name: too long"), denied("There is none", ON_ROLE, "NoSuchEntity"), CallRefused("AccessDenied", "no call")])
def test_whatever_is_no_denial_stays_as_it_is(error):
    assert explained(error, (), HERE, Aws()) is error


def test_what_iam_names_is_told_with_the_statement_that_allows_it():
    told = found(denied(OF_IAM, ON_ROLE), Aws())
    assert str(told) == (
        f"{OF_IAM} (AccessDenied). This allows it: "
        '{"Sid": "CreateRole", "Effect": "Allow", "Action": ["iam:CreateRole"], '
        '"Resource": ["arn:aws:iam::123456789012:role/*/web", "arn:aws:iam::123456789012:role/web"]}'
    )


def test_the_statement_allows_the_action_wherever_else_the_plan_needs_it():
    steps = [Action("iam", "create_role", {"RoleName": name}, f"create role {name}") for name in ("web", "job")]
    told = found(denied(OF_IAM, ON_ROLE), Aws(), steps)
    assert told.policy["Statement"][0]["Resource"] == [f"arn:aws:iam::123456789012:role/{name}" for name in ("*/job", "*/web", "job", "web")]


def test_a_denial_halfway_keeps_what_was_done_and_what_was_not():
    cause = denied(OF_IAM, ON_ROLE)
    error = StoppedHalfway("create role web", cause, ["create x"], ["create role web"])
    error.__cause__ = cause
    result = found(error, Aws()).as_result()
    assert (result["changed"], result["done"], result["not_done"]) == (True, ["create x"], ["create role web"])
    assert result["policy_to_add"]["Statement"][0]["Action"] == ["iam:CreateRole"]


def test_an_action_that_nobody_foresaw_is_told_as_aws_names_it():
    reason = f"User: {ADA} is not authorized to perform: kms:CreateGrant on resource: arn:aws:kms:eu-west-1:123456789012:key/1"
    statement = found(denied(reason, ON_ROLE), Aws()).policy["Statement"][0]
    assert (statement["Action"], statement["Resource"]) == (["kms:CreateGrant"], ["arn:aws:kms:eu-west-1:123456789012:key/1"])


def test_an_explicit_denial_is_mended_by_no_statement():
    reason = OF_IAM.replace("because no identity-based policy allows the iam:CreateRole action", "with an explicit deny in a service control policy")
    told = found(denied(reason, ON_ROLE), Aws())
    assert "policy_to_add" not in told.as_result()
    assert str(told).endswith("(AccessDenied). No further statement allows what a policy denies; whoever keeps that policy must change it")


def test_where_another_policy_must_allow_it_that_is_said():
    told = found(denied(OF_IAM.replace("identity-based policy", "permissions boundary"), ON_ROLE), Aws())
    assert "It is the permissions boundary that must allow it. This allows it: " in str(told)


def test_what_ec2_tells_in_code_is_decoded_and_never_shown():
    reason = "You are not authorized to perform this operation. Encoded authorization failure message: AbC-123_"
    told = found(denied(reason, ON_TRIAL, "UnauthorizedOperation"), Decoding())
    assert "AbC-123_" not in str(told)
    assert f"Decoded, EC2 says that {ADA} may not iam:PassRole on arn:aws:iam::123456789012:role/web. This allows it: " in str(told)
    assert actions(told) == ["iam:PassRole"]


def test_a_story_of_an_explicit_denial_offers_no_statement():
    told = found(denied("No. Encoded authorization failure message: AbC-123_", ON_TRIAL, "UnauthorizedOperation"), Decoding({**STORY, "explicitDeny": True}))
    assert told.policy is None


def test_what_may_not_be_decoded_is_not_shown_either_and_what_else_is_told_counts():
    reason = f"No. User: {ADA} is not authorized to perform: ec2:RunInstances on resource: arn:x. Encoded authorization failure message: AbC-123_"
    told = found(denied(reason, ON_TRIAL, "UnauthorizedOperation"), Undecodable())
    assert "AbC-123_" not in str(told)
    assert actions(told) == ["ec2:RunInstances"]


def test_a_wordless_denial_is_explained_by_the_simulator():
    told = found(denied(WORDLESS, ON_GROUP), Aws(denies=["iam:PassRole"]), [CREATE])
    denies = f"IAM's simulator denies {ADA} iam:PassRole on arn:aws:iam::123456789012:role/web (allowed by no policy)"
    assert f"AWS does not say what it denied; {denies}" in str(told)
    assert actions(told) == ["iam:PassRole"]


def test_what_the_simulator_says_a_policy_denies_is_offered_no_statement_for():
    aws = Aws(denies=["ec2:RunInstances"], EvalDecision="explicitDeny", MatchedStatements=[{"SourcePolicyId": "guard"}])
    told = found(denied(WORDLESS, ON_GROUP), aws, [CREATE])
    assert told.policy is None and "This allows it" not in str(told)
    assert str(told).endswith("(denied by guard). No further statement allows ec2:RunInstances; whoever keeps the policy that denies it must change that")


def test_what_the_simulator_says_the_boundary_does_not_allow_is_to_be_allowed_there():
    aws = Aws(denies=["iam:PassRole"], PermissionsBoundaryDecisionDetail={"AllowedByPermissionsBoundary": False})
    told = found(denied(WORDLESS, ON_GROUP), aws, [CREATE])
    assert "(not allowed by the permissions boundary). It is the permissions boundary that must allow it. This allows it: " in str(told)


@pytest.mark.parametrize(
    ("aws", "why"),
    [
        (Aws(simulator=NO), f"and {ADA} may not ask IAM's simulator"),
        (Aws(), f"and IAM's simulator would allow {ADA} all of them"),
        (Aws(arn="arn:aws:sts::123456789012:federated-user/ada"), "which of these it denied"),
    ],
)
def test_where_the_simulator_does_not_know_the_candidates_are_named(aws, why):
    told = found(denied(WORDLESS, ON_GROUP), aws, [CREATE])
    assert why in str(told)
    assert {"ec2:RunInstances", "iam:PassRole", "ec2:CreateTags"} <= set(actions(told))
    assert "autoscaling:CreateAutoScalingGroup" not in actions(told)


def test_what_auto_scaling_says_of_a_configuration_is_a_denial_too():
    on = ("autoscaling", "create_launch_configuration", {"LaunchConfigurationName": "c", "IamInstanceProfile": "p"})
    told = found(denied("You are not authorized to perform this operation.", on, "ValidationError"), Aws(denies=["iam:PassRole"]))
    assert actions(told) == ["iam:PassRole"]


def test_the_statement_names_any_account_where_nobody_says_who_calls():
    def silent(_service, _operation, **_params):
        raise NO

    assert ":iam::*:role/web" in str(found(denied(OF_IAM, ON_ROLE), silent))
