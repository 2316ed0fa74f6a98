# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Access Analyzer's ValidatePolicy, after its API reference and IAM's user guide, access-analyzer-reference-policy-checks (the details' words)."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.policies import document, iam_arn

PASSING = {"Action": "iam:PassRole"}
TO_EC2 = {"Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}}
TRUSTING = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}


@pytest.fixture
def analyzer(account):
    return account.client("accessanalyzer")


@pytest.fixture
def found(analyzer):
    """The findings in an identity policy, by type and code."""

    def found(text, kind="IDENTITY_POLICY", **more):
        told = analyzer.validate_policy(policyDocument=text, policyType=kind, **more)["findings"]
        return [(one["findingType"], one["issueCode"]) for one in told]

    return found


def test_a_narrow_policy_has_no_findings(found):
    assert found(document({"Action": ["iam:GetRole", "ec2:Describe*", "s3:MadeUp"]}, {**PASSING, "Resource": iam_arn("role/web")})) == []


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (PASSING, "PASS_ROLE_WITH_STAR_IN_RESOURCE"),
        ({**PASSING, "Resource": "arn:aws:iam::*:*"}, "PASS_ROLE_WITH_STAR_IN_RESOURCE"),
        ({**PASSING, "Resource": iam_arn("role/*")}, "PASS_ROLE_WITH_STAR_IN_RESOURCE"),
        ({"Action": ["ec2:*", "iam:*"]}, "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE"),
        ({"Action": "*"}, "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE"),
        ({**PASSING, "NotResource": iam_arn("role/admin")}, "PASS_ROLE_WITH_NOT_RESOURCE"),
        ({"Action": "iam:*", "NotResource": iam_arn("role/admin")}, "PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE"),
    ],
)
def test_to_pass_any_role_is_a_security_warning(found, statement, code):
    assert found(document(statement)) == [("SECURITY_WARNING", code)]


@pytest.mark.parametrize("narrowed", [TO_EC2, {"Effect": "Deny"}])
def test_to_pass_any_role_to_named_services_or_to_deny_it_is_none(found, narrowed):
    assert found(document({**PASSING, **narrowed})) == []


def test_a_finding_says_what_to_do_and_where(analyzer):
    """The place is shaped as people recorded it: the statement's index, the element, and columns counted from nothing."""
    text = document({"Action": "iam:GetRole"}, PASSING)
    (finding,) = analyzer.validate_policy(policyDocument=text, policyType="IDENTITY_POLICY")["findings"]
    assert finding["findingDetails"].endswith(
        "We recommend that you specify resource ARNs or add the iam:PassedToService condition key to your statement."
    )
    assert finding["learnMoreLink"].endswith("#access-analyzer-reference-policy-checks-security-warning-pass-role-with-star-in-resource")
    (place,) = finding["locations"]
    assert place["path"] == [{"value": "Statement"}, {"index": 1}, {"value": "Resource"}]
    start, end = place["span"]["start"], place["span"]["end"]
    assert json.loads(text[start["offset"] : end["offset"]])["Action"] == "iam:PassRole"
    assert (start["line"], start["column"]) == (1, start["offset"])


@pytest.mark.parametrize(
    ("action", "details"),
    [
        ("iam:PasRole", "The action iam:PasRole does not exist. Did you mean iam:PassRole?"),
        ("ec2:Fly*", "The action ec2:Fly* does not exist."),
    ],
)
def test_an_action_that_does_not_exist_is_an_error(analyzer, action, details):
    (finding,) = analyzer.validate_policy(policyDocument=document({"Action": action}), policyType="IDENTITY_POLICY")["findings"]
    assert (finding["findingType"], finding["issueCode"], finding["findingDetails"]) == ("ERROR", "INVALID_ACTION", details)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("{", ["JSON_SYNTAX_ERROR"]),
        ("{}", ["MISSING_VERSION", "MISSING_STATEMENT"]),
        ('{"Version": "2012-10-17", "Statement": {}}', ["MISSING_EFFECT", "MISSING_ACTION", "MISSING_RESOURCE"]),
    ],
)
def test_what_is_missing_is_found(found, text, codes):
    assert [code for _kind, code in found(text)] == codes


def test_a_trust_policy_needs_a_principal_and_no_resource(found):
    trust = {"kind": "RESOURCE_POLICY", "validatePolicyResourceType": "AWS::IAM::AssumeRolePolicyDocument"}
    assert found(json.dumps({"Version": "2012-10-17", "Statement": [TRUSTING]}), **trust) == []
    without = {name: value for name, value in TRUSTING.items() if name != "Principal"}
    assert found(json.dumps({"Version": "2012-10-17", "Statement": without}), **trust) == [("ERROR", "MISSING_PRINCIPAL")]


def test_findings_come_in_pages(analyzer):
    asked = {"policyDocument": "{}", "policyType": "IDENTITY_POLICY", "maxResults": 1}
    first = analyzer.validate_policy(**asked)
    rest = analyzer.validate_policy(**asked, nextToken=first["nextToken"])
    assert "nextToken" not in rest
    assert [one["issueCode"] for one in first["findings"] + rest["findings"]] == ["MISSING_VERSION", "MISSING_STATEMENT"]


def test_it_is_permitted_recorded_and_read_only(account, make_user, refused):
    """Service Authorization Reference, access-analyzer: ValidatePolicy is judged on no resource; API_ValidatePolicy: AccessDeniedException."""
    asked = {"policyDocument": document(PASSING), "policyType": "IDENTITY_POLICY"}
    code, message = refused(make_user()("accessanalyzer").validate_policy, **asked)
    assert code == "AccessDeniedException"
    assert message.endswith("because no identity-based policy allows the access-analyzer:ValidatePolicy action")
    assert make_user({"Action": "access-analyzer:ValidatePolicy"}, name="able")("accessanalyzer").validate_policy(**asked)["findings"]
    seen = [call for call in account.calls() if call["service"] == "access-analyzer"]
    assert [(call["operation"], call["mutates"], call["error"]) for call in seen] == [
        ("ValidatePolicy", False, "AccessDeniedException"),
        ("ValidatePolicy", False, None),
    ]


def test_what_it_does_not_validate_is_said(analyzer, refused):
    assert refused(analyzer.validate_policy, policyDocument="{}", policyType="SERVICE_CONTROL_POLICY")[0] == "NotInSandbox"
    assert refused(analyzer.list_analyzers)[0] == "NotInSandbox"
