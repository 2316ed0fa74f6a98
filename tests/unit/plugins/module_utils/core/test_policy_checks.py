# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Policies that allow more than they seem to, harmless ones that look alike, and documents that cannot be read."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core import offline
from ansible_collections.passrole.ec2.plugins.module_utils.core.findings import UNREADABLE
from ansible_collections.passrole.ec2.plugins.module_utils.core.offline import EVERY, issues_of

pytest.importorskip("cloudsplaining", reason="dev/pins brings it; it is optional for users")

READ, WILDCARD, ESCALATION, EXPOSURE = "DataExfiltration", "ServiceWildcard", "PrivilegeEscalation", "ResourceExposure"
MODIFICATION, CREDENTIALS = "InfrastructureModification", "CredentialsExposure"
OBJECTS = "arn:aws:s3:::example-web/*"
ROLE = "arn:aws:iam::123456789012:role/web"
SECRET = "secretsmanager:GetSecretValue"


@pytest.fixture(autouse=True)
def nothing_judged_before():
    offline.judged.cache_clear()


def allow(action, resource="*", **condition):
    """An Allow statement; conditions are Operator={key: values}, a set operator as ForAllValues__Operator."""
    return statement("Allow", Action=action, Resource=resource, **condition)


def deny(action, resource="*", **condition):
    return statement("Deny", Action=action, Resource=resource, **condition)


def statement(effect, **elements):
    conditions = {operator.replace("__", ":"): keys for operator, keys in elements.items() if isinstance(keys, dict)}
    others = {element: value for element, value in elements.items() if not isinstance(value, dict)}
    return {"Effect": effect, **others, **({"Condition": conditions} if conditions else {})}


def issues(*statements):
    return {issue.code: issue for issue in issues_of({"Version": "2012-10-17", "Statement": list(statements)})}


HARMFUL = {
    # Resources that are all of a kind.
    "every bucket": (READ, allow("s3:GetObject", "arn:aws:s3:::*")),
    "every object of every bucket": (READ, allow("s3:GetObject", "arn:aws:s3:::*/*")),
    "every bucket by a question mark": (READ, allow("s3:GetObject", "arn:aws:s3:::?*")),
    "every bucket of three letters or more": (READ, allow("s3:GetObject", "arn:aws:s3:::???*")),
    "two asterisks": (READ, allow("s3:GetObject", "**")),
    "an asterisk on both sides of a colon": (READ, allow("s3:GetObject", "*:*")),
    "every ARN": (READ, allow("s3:GetObject", "arn:*")),
    "every ARN of a service": (READ, allow("s3:GetObject", "arn:aws:s3*")),
    "every secret": (READ, allow(SECRET, "arn:aws:secretsmanager:*:*:secret:*")),
    "every secret of a Region and an account": (READ, allow(SECRET, "arn:aws:secretsmanager:eu-central-1:123456789012:secret:*")),
    "every secret of some Regions": (READ, allow(SECRET, "arn:aws:secretsmanager:eu-*:*:secret:*")),
    "every parameter, among narrow ones": (READ, allow("ssm:GetParameter", ["arn:aws:ssm:*:*:parameter/web/*", "arn:*:ssm:*:*:parameter/*"])),
    "every role": (ESCALATION, allow("iam:AttachRolePolicy", "arn:aws:iam::*:role/*")),
    "every role of the account": (ESCALATION, allow("iam:PutRolePolicy", "arn:*:iam::123456789012:role/*")),
    "every role, by part of the word": (ESCALATION, allow("iam:PutRolePolicy", "arn:aws:iam::*:r*")),
    "every role, with the account in an odd place": (ESCALATION, allow("iam:PutRolePolicy", "arn:aws:*:123456789012:role/*")),
    "every role passed to every instance": (
        ESCALATION,
        allow("iam:PassRole", "arn:aws:iam::*:role/*"),
        allow("ec2:RunInstances", ["arn:aws:ec2:*:*:*/*", "arn:aws:ec2:*::image/*"]),
    ),
    "every function": (ESCALATION, allow("lambda:UpdateFunctionCode", "arn:aws:lambda:*:*:function:*")),
    "kinds of resources in several statements": (
        ESCALATION,
        allow("iam:PassRole", "arn:aws:iam::*:role/*"),
        allow("ec2:RunInstances", ["arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:*:*:network-interface/*", "arn:aws:ec2:*:*:volume/*"]),
        allow("ec2:RunInstances", ["arn:aws:ec2:*:*:subnet/*", "arn:aws:ec2:*:*:security-group/*", "arn:aws:ec2:*::image/*"]),
    ),
    "every queue": (MODIFICATION, allow("sqs:DeleteQueue", "arn:aws:sqs:*:*:*")),
    # Wildcards in actions.
    "a question mark in an action": (READ, allow("s3:Get?bject")),
    "question marks alone": (ESCALATION, allow("iam:??????????????????????")),
    "an asterisk within an action": (ESCALATION, allow("iam:P*RolePolicy")),
    "a question mark in a service": (WILDCARD, allow("i?m:*", ROLE)),
    "every service by two asterisks": (WILDCARD, allow("*:*", OBJECTS)),
    "every action with a question mark": (WILDCARD, allow("s3:?*", OBJECTS)),
    "every action by two asterisks": (WILDCARD, allow("s3:**", OBJECTS)),
    "every action by letters": (WILDCARD, *(allow([f"sqs:{letter}*"], "arn:aws:sqs:*:*:web") for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")),
    "a service in capital letters": (WILDCARD, allow("S3:*", OBJECTS)),
    "an action in other letters": (ESCALATION, allow("IAM:putROLEpolicy")),
    # NotAction and NotResource.
    "all but one service": (READ, statement("Allow", NotAction="iam:*", Resource="*")),
    "all but one service of every bucket": (READ, statement("Allow", NotAction=["iam:*"], Resource="arn:aws:s3:::*")),
    "all but one service on one bucket": (WILDCARD, statement("Allow", NotAction="iam:*", Resource=OBJECTS)),
    "all but an action by a question mark": (CREDENTIALS, statement("Allow", NotAction="s3:Get?bject", Resource="*")),
    "all but one bucket": (READ, statement("Allow", Action="s3:GetObject", NotResource="arn:aws:s3:::example-secret/*")),
    "all but a resource of another service": (ESCALATION, statement("Allow", Action="iam:PutRolePolicy", NotResource="arn:aws:s3:::*")),
    "all but something, of all but something": (ESCALATION, statement("Allow", NotAction="s3:*", NotResource="arn:aws:s3:::example-web")),
    # Conditions that restrict nothing.
    "an empty condition": (READ, allow("s3:GetObject", StringEquals={})),
    "any principal": (READ, allow("s3:GetObject", StringLike={"aws:PrincipalArn": "*"})),
    "any role as principal": (READ, allow("s3:GetObject", ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:role/*"})),
    "any service": (ESCALATION, allow("iam:PassRole", StringLike={"iam:PassedToService": ["*"]}), allow("ec2:RunInstances")),
    "any service by its domain": (ESCALATION, allow("iam:PassRole", StringLike={"iam:PassedToService": "*.amazonaws.com"}), allow("ec2:RunInstances")),
    "a value that is the key": (READ, allow("s3:GetObject", StringEquals={"aws:userid": "${aws:userid}"})),
    "HTTPS": (READ, allow("s3:GetObject", Bool={"aws:SecureTransport": "true"})),
    "HTTPS as a boolean": (READ, allow("s3:GetObject", Bool={"aws:SecureTransport": True})),
    "true or false": (READ, allow("s3:GetObject", Bool={"aws:ViaAWSService": ["true", "false"]})),
    "MFA, if it exists": (READ, allow("s3:GetObject", BoolIfExists={"aws:MultiFactorAuthPresent": "true"})),
    "a key of no action, if it exists": (READ, allow("s3:GetObject", StringEqualsIfExists={"iam:PassedToService": "ec2.amazonaws.com"})),
    "a key that does not exist": (READ, allow("s3:GetObject", StringEqualsIfExists={"web:Unknown": "1"})),
    "another value than of a key that does not exist": (READ, allow("s3:GetObject", StringNotEquals={"aws:username": "nobody"})),
    "a VPC, if there is one": (READ, allow("s3:GetObject", StringEqualsIfExists={"aws:SourceVpc": "vpc-1"})),
    "no key that requests lack": (READ, allow("s3:GetObject", Null={"aws:MultiFactorAuthAge": "true"})),
    "a key that requests have": (READ, allow("s3:GetObject", Null={"aws:TokenIssueTime": False})),
    "all values of none": (READ, allow("s3:GetObject", ForAllValues__StringEquals={"aws:TagKeys": ["web"]})),
    "all of an empty list": (MODIFICATION, allow("ec2:CreateTags", ForAllValues__StringLike={"aws:TagKeys": []})),
    "a date in the past": (READ, allow("s3:GetObject", DateGreaterThan={"aws:CurrentTime": "2020-01-01T00:00:00Z"})),
    "a date in the far future": (READ, allow("s3:GetObject", DateLessThan={"aws:CurrentTime": "2999-12-31"})),
    "a number in the past": (READ, allow("s3:GetObject", NumericGreaterThanEquals={"aws:EpochTime": 1577836800})),
    "a huge number": (READ, allow("s3:GetObject", NumericLessThan={"s3:signatureAge": "999999999999"})),
    "a number above zero": (READ, allow("s3:GetObject", NumericGreaterThanEquals={"s3:signatureAge": 0})),
    "every address": (READ, allow("s3:GetObject", IpAddress={"aws:SourceIp": "0.0.0.0/0"})),
    "every address in halves": (READ, allow("s3:GetObject", IpAddress={"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]})),
    "no private address": (READ, allow("s3:GetObject", NotIpAddress={"aws:SourceIp": "10.0.0.0/8"})),
    "two conditions that restrict nothing": (
        READ,
        allow("s3:GetObject", Bool={"aws:SecureTransport": "true"}, StringLike={"aws:userid": "*:*"}),
    ),
    # Deny statements that take little away.
    "a Deny for one bucket": (READ, allow("s3:GetObject"), deny("s3:GetObject", "arn:aws:s3:::example-secret/*")),
    "a Deny for one Region": (READ, allow(SECRET), deny(SECRET, "arn:aws:secretsmanager:us-west-2:*:secret:*")),
    "a Deny without HTTPS": (READ, allow("s3:GetObject"), deny("s3:*", Bool={"aws:SecureTransport": "false"})),
    "a Deny for others": (READ, allow("s3:GetObject"), deny("s3:*", StringEquals={"aws:PrincipalTag/team": "nobody"})),
    "a Deny for all but every bucket": (READ, allow("s3:GetObject"), statement("Deny", Action="s3:*", NotResource="arn:aws:s3:::*")),
    "a Deny for all but the action": (READ, allow("s3:GetObject"), statement("Deny", NotAction="s3:GetObject", Resource="*")),
    "a Deny for one action of a service": (WILDCARD, allow("s3:*", OBJECTS), deny("s3:DeleteBucket")),
}

HARMLESS = {
    "objects of one bucket": [allow("s3:GetObject", OBJECTS)],
    "one bucket and its objects": [allow(["s3:ListBucket", "s3:GetObject", "s3:PutObject"], ["arn:aws:s3:::example-web", OBJECTS])],
    "buckets with a prefix": [allow("s3:GetObject", "arn:aws:s3:::example-*/*")],
    "one file of any bucket": [allow("s3:GetObject", "arn:aws:s3:::*/public/index.html")],
    "a question mark in a bucket": [allow("s3:GetObject", "arn:aws:s3:::example-web-?/*")],
    "the home of a user": [allow("s3:GetObject", "arn:aws:s3:::${aws:PrincipalTag/team}/*")],
    "an asterisk that is none": [allow("s3:GetObject", "arn:aws:s3:::${*}")],
    "descriptions": [allow(["ec2:Describe*", "autoscaling:Describe*", "elasticloadbalancing:Describe?arget*"])],
    "log groups of an application": [allow(["logs:CreateLogStream", "logs:PutLogEvents"], "arn:aws:logs:*:*:log-group:/app/*")],
    "secrets of an application": [allow(SECRET, "arn:aws:secretsmanager:*:*:secret:web/*")],
    "parameters of an application": [allow("ssm:GetParameter*", "arn:aws:ssm:eu-central-1:123456789012:parameter/web/*")],
    "parameters that AWS shares": [allow("ssm:GetParameter", "arn:aws:ssm:*::parameter/aws/service/*")],
    "one role to pass": [allow("iam:PassRole", ROLE, StringEquals={"iam:PassedToService": "ec2.amazonaws.com"}), allow("ec2:DescribeInstances")],
    "any role to pass to one service": [allow("iam:PassRole", "*", StringEquals={"iam:PassedToService": "ec2.amazonaws.com"})],
    "one role to pass, beside all instances": [allow(["iam:PassRole", "ec2:DescribeInstances"], [ROLE, "arn:aws:ec2:*:*:instance/*"])],
    "roles with a prefix": [allow("sts:AssumeRole", "arn:aws:iam::123456789012:role/web-*")],
    "policies of AWS": [allow("iam:GetPolicy", "arn:aws:iam::aws:policy/*")],
    "launches into one subnet": [
        allow("ec2:RunInstances", ["arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:*:*:volume/*", "arn:aws:ec2:*:*:subnet/subnet-1", "arn:aws:ec2:*::image/*"]),
        allow("iam:PassRole", ROLE),
    ],
    "one queue and one key": [allow(["sqs:SendMessage", "kms:Decrypt"], ["arn:aws:sqs:*:*:web", "arn:aws:kms:*:*:key/1234"])],
    "metrics": [allow("cloudwatch:PutMetricData", StringEquals={"cloudwatch:namespace": "web"})],
    "reads of a service that only reads": [allow(["pricing:Get*", "pricing:Describe*", "pricing:List*"])],
    "an action in other letters on one bucket": [allow("S3:getobject", OBJECTS)],
    "a tag of the principal": [allow("s3:GetObject", StringEquals={"aws:PrincipalTag/team": "web"})],
    "a tag of the principal, any": [allow("s3:GetObject", StringLike={"aws:PrincipalTag/team": "*"})],
    "a tag of the resource": [allow("ec2:TerminateInstances", StringEquals={"aws:ResourceTag/application": "web"})],
    "a tag of the resource, if it exists": [allow("ec2:TerminateInstances", StringEqualsIfExists={"aws:ResourceTag/application": "web"})],
    "another tag of the resource": [allow("ec2:TerminateInstances", StringNotEquals={"ec2:ResourceTag/stage": "production"})],
    "a VPC": [allow("s3:GetObject", StringEquals={"aws:SourceVpc": "vpc-1"})],
    "any VPC endpoint": [allow("s3:GetObject", StringLike={"aws:SourceVpce": "*"})],
    "tags to create": [allow("ec2:CreateTags", ForAllValues__StringEquals={"aws:TagKeys": ["application"]})],
    "a network": [allow("s3:GetObject", IpAddress={"aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"]})],
    "a Region": [allow(SECRET, StringEquals={"aws:RequestedRegion": "eu-central-1"})],
    "HTTPS and a VPC": [allow("s3:GetObject", Bool={"aws:SecureTransport": "true"}, StringEquals={"aws:SourceVpc": "vpc-1"})],
    "MFA": [allow("s3:GetObject", Bool={"aws:MultiFactorAuthPresent": "true"})],
    "a service to pass, if it exists": [allow("iam:PassRole", StringEqualsIfExists={"iam:PassedToService": "ec2.amazonaws.com"})],
    "a date gone by": [allow("s3:GetObject", DateLessThan={"aws:CurrentTime": "2020-01-01T00:00:00Z"})],
    "a number": [allow("s3:GetObject", NumericLessThan={"s3:signatureAge": "600000"})],
    "a Deny": [deny("*"), allow("s3:GetObject")],
    "a Deny for every secret": [allow(SECRET), deny("secretsmanager:Get?ecretValue", "arn:aws:secretsmanager:*:*:secret:*")],
    "a Deny for all but one bucket": [allow("s3:GetObject"), statement("Deny", Action="s3:*", NotResource=["arn:aws:s3:::example-web", OBJECTS])],
    "a Deny for all but one service": [allow(["s3:GetObject", "ec2:DescribeTags"]), statement("Deny", NotAction="ec2:*", Resource="*")],
    "a Deny of a service": [allow("s3:*", OBJECTS), deny("s3:*")],
    "a Deny under a condition that always holds": [allow("s3:GetObject"), deny("s3:*", StringLike={"aws:PrincipalArn": "*"})],
    "no action left": [statement("Allow", NotAction="*", Resource="*")],
    "no resource left": [statement("Allow", Action="s3:*Object", NotResource="*")],
    "no secret left": [statement("Allow", Action=SECRET, NotResource="arn:*:secretsmanager:*:*:secret:*")],
    "no action left on objects": [statement("Allow", NotAction="s3:*", Resource=OBJECTS)],
}

UNREADABLE_DOCUMENTS = {
    "no policy": ["s3:GetObject"],
    "a text": "everything",
    "another version": {"Version": "2026-01-01", "Statement": [allow("s3:GetObject", OBJECTS)]},
    "no statement": {"Version": "2012-10-17"},
    "another element": {"Version": "2012-10-17", "Statement": [{**allow("s3:GetObject", OBJECTS), "Actions": "*"}]},
    "a statement that is a text": {"Version": "2012-10-17", "Statement": ["Allow"]},
    "another effect": {"Version": "2012-10-17", "Statement": [{**allow("*"), "Effect": "allow"}]},
    "no action": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*"}]},
    "no resource": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*"}]},
    "Action and NotAction": {"Version": "2012-10-17", "Statement": [{**allow("s3:GetObject"), "NotAction": "*"}]},
    "Resource and NotResource": {"Version": "2012-10-17", "Statement": [{**allow("s3:GetObject", OBJECTS), "NotResource": "*"}]},
    "an action of no service": {"Version": "2012-10-17", "Statement": [allow("GetObject", OBJECTS)]},
    "a resource that is no ARN": {"Version": "2012-10-17", "Statement": [allow("s3:GetObject", "example-web/*")]},
    "a part of an ARN": {"Version": "2012-10-17", "Statement": [allow("s3:GetObject", "arn:aws:s3")]},
    "a resource that is a number": {"Version": "2012-10-17", "Statement": [allow("s3:GetObject", 1)]},
    "an unknown operator": {"Version": "2012-10-17", "Statement": [allow("s3:GetObject", StringResembles={"aws:SourceVpc": "vpc-1"})]},
    "a date that is none": {"Version": "2012-10-17", "Statement": [allow("s3:GetObject", DateLessThan={"aws:CurrentTime": "tomorrow"})]},
    "a network that is none": {"Version": "2012-10-17", "Statement": [allow("s3:GetObject", IpAddress={"aws:SourceIp": "office"})]},
    "a condition that is a list": {"Version": "2012-10-17", "Statement": [{**allow("s3:GetObject"), "Condition": ["aws:SourceVpc"]}]},
}


def test_the_table_holds_forty_policies_and_half_of_them_harmless():
    assert len(HARMLESS) >= 20 and len(HARMFUL) >= 20


@pytest.mark.parametrize("name", HARMFUL)
def test_a_policy_that_allows_more_than_it_seems_to_has_an_issue(name):
    code, *statements = HARMFUL[name]
    found = issues(*statements)
    assert code in found and UNREADABLE not in found
    assert found[code].statements, "the statements that bring it about"


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_policy_has_no_issue(name):
    assert issues(*HARMLESS[name]) == {}


@pytest.mark.parametrize("name", UNREADABLE_DOCUMENTS)
def test_a_document_that_cannot_be_read_is_an_issue_of_its_own(name):
    (issue,) = issues_of(UNREADABLE_DOCUMENTS[name])
    assert issue.code == UNREADABLE and issue.about[0].startswith("document")


def test_a_document_without_version_is_read():
    assert issues_of({"Statement": allow("s3:GetObject", OBJECTS)}) == ()


def test_a_single_action_and_a_list_are_the_same():
    assert issues(allow("s3:GetObject", "arn:aws:s3:::*")) == issues(allow(["s3:GetObject"], ["arn:aws:s3:::*"]))


def test_only_the_actions_of_a_kind_are_allowed_on_all_of_it():
    found = issues(allow(["iam:PassRole", "ec2:RunInstances", "ec2:TerminateInstances"], [ROLE, "arn:aws:ec2:*:*:instance/*"]))
    assert {code: issue.about for code, issue in found.items()} == {MODIFICATION: ("ec2:TerminateInstances",)}


def test_the_statements_that_allow_an_action_are_named_and_no_others():
    narrow, wide = allow("s3:GetObject", OBJECTS), allow("s3:GetObject", "arn:aws:s3:::*")
    assert issues(narrow, wide, allow("sqs:SendMessage", "arn:aws:sqs:*:*:web"))[READ].statements == (1,)


def test_what_is_denied_is_in_no_issue():
    found = issues(allow("iam:*"), deny(["iam:CreateAccessKey", "iam:Delete*"]))
    assert "iam:CreateAccessKey" not in found[CREDENTIALS].about
    assert not any(action.startswith("iam:Delete") for action in found[MODIFICATION].about)


def test_all_but_an_action_leaves_every_other_service():
    about = issues(statement("Allow", NotAction="s3:DeleteBucket", Resource="*"))[WILDCARD].about
    assert "iam" in about and "s3" not in about


def test_every_service_is_one_word_however_it_is_written():
    assert [issues(allow(action))[WILDCARD].about for action in ("*", "*:*", "?*:*")] == [(EVERY,)] * 3


def test_a_service_that_the_library_does_not_have_is_named():
    assert issues(allow("newservice:*", OBJECTS))[WILDCARD].about == ("newservice",)
    assert issues(allow("newservice:GetThing")) == {}
