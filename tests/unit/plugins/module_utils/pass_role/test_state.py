# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What may be asked of passing roles, and what is told of an answer."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.permissions import Known
from ansible_collections.passrole.ec2.plugins.module_utils.core.simulation import Verdict, questions
from ansible_collections.passrole.ec2.plugins.module_utils.pass_role.state import Passing, passing, permission, told

WEB = "arn:aws:iam::123456789012:role/team/web"
HERE = Known("aws", "eu-west-1", "123456789012")
INSTANCES = "arn:aws:ec2:eu-west-1:123456789012:instance/*"


def asked(**more):
    said = {"roles": ["web"], "principal": None, "service": "ec2.amazonaws.com", "associated_resource_arn": None}
    return passing({**said, **more})


def context(passed, known=HERE):
    (question,) = questions([permission(passed, (WEB,))], known)
    return {key: value for key, value in question.context if key.startswith("iam:")}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"roles": ["web", "two words"]}, r"^roles\[1\]: must be a role's name or its ARN .*, not two words$"),
        ({"roles": [""]}, r"^roles\[0\]: .*, not empty$"),
        ({"roles": ["arn:aws:iam::123456789012:user/ada"]}, r"^roles\[0\]: "),
        ({"service": "ec2"}, r"^service: must be of the form ec2\.amazonaws\.com, not ec2$"),
        ({"principal": "ada"}, "^principal: must be of the form arn:aws:iam::ACCOUNT:role/name"),
        ({"principal": "arn:aws:iam::123456789012:root"}, "^principal: "),
        ({"associated_resource_arn": "{account}"}, "^associated_resource_arn: must be of the form arn:aws:ec2:"),
    ],
)
def test_what_is_no_role_no_service_and_no_principal_is_refused_by_its_option(said, why):
    with pytest.raises(Refused, match=why):
        asked(**said)


def test_the_judge_is_told_that_ec2_gets_the_role_for_any_instance_of_the_region():
    assert context(asked()) == {"iam:PassedToService": "ec2.amazonaws.com", "iam:AssociatedResourceArn": INSTANCES}


def test_another_service_gets_it_for_what_is_said_or_for_nothing_that_is_known():
    assert context(asked(service="lambda.amazonaws.com")) == {"iam:PassedToService": "lambda.amazonaws.com"}
    elsewhere = "arn:aws:ec2:us-east-1:123456789012:instance/*"
    assert context(asked(associated_resource_arn=elsewhere))["iam:AssociatedResourceArn"] == elsewhere


def test_in_china_ec2_has_the_name_it_has_there():
    assert context(asked(), Known("aws-cn", "cn-north-1", "123456789012"))["iam:PassedToService"] == "ec2.amazonaws.com.cn"


def test_a_denial_is_told_with_the_policy_that_allows_it():
    answer = told(Verdict("iam:PassRole", WEB, "implicitDeny", "allowed by no policy", ("aws:SourceIp",), (), None, True), Passing(("web",)), HERE)
    policy = answer.pop("policy_to_add")
    assert answer == {
        "role_name": "web",
        "role_arn": WEB,
        "allowed": False,
        "decision": "implicitDeny",
        "why": "allowed by no policy",
        "matched_policies": [],
        "missing_context": ["aws:SourceIp"],
        "allowed_by_permissions_boundary": None,
        "allowed_by_organizations": True,
    }
    assert policy["Statement"] == [
        {
            "Sid": "PassRole",
            "Effect": "Allow",
            "Action": ["iam:PassRole"],
            "Resource": [WEB],
            "Condition": {"StringEquals": {"iam:PassedToService": ["ec2.amazonaws.com"]}},
        }
    ]


def test_where_it_was_said_what_the_role_is_for_the_policy_holds_it():
    denied = Verdict("iam:PassRole", WEB, "implicitDeny")
    (statement,) = told(denied, Passing(("web",), resource=INSTANCES), HERE)["policy_to_add"]["Statement"]
    assert statement["Condition"]["ArnLike"] == {"iam:AssociatedResourceArn": [INSTANCES]}


@pytest.mark.parametrize("decision", ["allowed", "explicitDeny"])
def test_where_no_policy_is_needed_or_none_helps_none_is_told(decision):
    assert told(Verdict("iam:PassRole", WEB, decision), Passing(("web",)), HERE)["policy_to_add"] is None
