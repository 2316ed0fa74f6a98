# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Policies are judged as IAM's user guide says: reference_policies_evaluation-logic, _elements_condition_operators, _multi-value-conditions, _variables."""

from __future__ import annotations

import pytest
from passrole_sandbox.permissions.judge import BOUNDARY, IDENTITY, SESSION, Policy, Question, Rights, judge

from tests.sandbox.policies import document

EC2 = "ec2.amazonaws.com"
ROLE = "arn:aws:iam::123456789012:role/web"


def policy(*statements):
    return Policy("own", document(*statements))


def decided(*statements, action="iam:PassRole", resource=ROLE, **context):
    return judge(Rights((policy(*statements),)), Question(action, resource, context)).decision


def met(block, **context):
    """Whether a condition holds in this context."""
    return decided({"Action": "*", "Condition": block}, **context) == "allowed"


def test_what_nobody_allows_is_denied():
    verdict = judge(Rights(), Question("iam:PassRole", ROLE))
    assert (verdict.decision, verdict.by) == ("implicitDeny", IDENTITY)


def test_an_explicit_deny_wins_wherever_it_stands():
    assert decided({"Action": "iam:PassRole"}) == "allowed"
    assert decided({"Action": "iam:*"}, {"Effect": "Deny", "Action": "iam:PassRole"}) == "explicitDeny"
    assert decided({"Effect": "Deny", "Action": "iam:PassRole"}, {"Action": "*"}) == "explicitDeny"


@pytest.mark.parametrize(
    ("statement", "allows"),
    [
        ({"Action": "IAM:passrole"}, True),
        ({"Action": ["iam:GetRole", "iam:Pass*"]}, True),
        ({"Action": "iam:PassRol?"}, True),
        ({"Action": "iam:Pass"}, False),
        ({"NotAction": "iam:Get*"}, True),
        ({"NotAction": "iam:*"}, False),
        ({"Action": "*", "Resource": "arn:aws:iam::*:role/*"}, True),
        ({"Action": "*", "Resource": ["arn:aws:iam::123456789012:role/db", ROLE]}, True),
        ({"Action": "*", "Resource": "arn:aws:iam::123456789012:role/WEB"}, False),
        ({"Action": "*", "Resource": "arn:aws:iam::123456789012:role/web-*"}, False),
    ],
)
def test_a_statement_names_actions_whatever_their_case_and_resources_by_wildcards(statement, allows):
    assert (decided(statement) == "allowed") is allows


def test_a_statement_on_all_resources_but_some_speaks_of_the_others():
    but = {"Action": "*", "NotResource": ROLE}
    assert decided(but) == "implicitDeny"
    assert decided(but, resource=f"{ROLE}-2") == "allowed"


@pytest.mark.parametrize("layer", [BOUNDARY, SESSION])
def test_a_boundary_and_a_session_policy_limit_and_give_nothing(layer):
    passes, reads = policy({"Action": "iam:PassRole"}), policy({"Action": "iam:Get*"})
    member = {BOUNDARY: "boundary", SESSION: "session"}[layer]
    asked = Question("iam:PassRole", ROLE)
    assert judge(Rights((passes,), **{member: (passes,)}), asked).decision == "allowed"
    limited = judge(Rights((passes,), **{member: (reads,)}), asked)
    assert (limited.decision, limited.by) == ("implicitDeny", layer)
    assert judge(Rights((reads,), **{member: (passes,)}), asked).by == IDENTITY
    assert judge(Rights((passes,), **{member: (policy({"Action": "*"}, {"Effect": "Deny", "Action": "*"}),)}), asked).decision == "explicitDeny"


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "holds"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", "a", "A", False),
        ("StringEquals", ["a", "b"], "b", True),
        ("StringEquals", "a*", "ab", False),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", ["a", "b"], "c", True),
        ("StringEqualsIgnoreCase", "a", "A", True),
        ("StringNotEqualsIgnoreCase", "a", "A", False),
        ("StringLike", "a*c", "abc", True),
        ("StringLike", "a?c", "abbc", False),
        ("StringNotLike", "a*", "abc", False),
        ("Bool", True, "true", True),
        ("Bool", "false", "true", False),
        ("ArnLike", "arn:aws:iam::*:role/w*", ROLE, True),
        ("ArnEquals", "arn:aws:iam::*:role/w*", ROLE, True),
        ("ArnLike", "arn:aws:iam:*:role/web", ROLE, False),
        ("ArnNotLike", "arn:aws:iam::*:role/w*", ROLE, False),
        ("ArnLike", "*", ROLE, False),
        ("NumericLessThanEquals", 3, "3", True),
        ("NumericGreaterThan", "3", "10", True),
        ("NumericNotEquals", 3, "3.0", False),
        ("DateLessThan", "2030-01-01T00:00:00Z", "2026-11-24T12:00:00Z", True),
        ("DateGreaterThan", "1893456000", "2026-11-24T12:00:00Z", False),
        ("IpAddress", "127.0.0.0/8", "127.0.0.1", True),
        ("NotIpAddress", ["10.0.0.0/8"], "127.0.0.1", True),
    ],
)
def test_each_operator_compares_in_its_own_way(operator, wanted, value, holds):
    assert met({operator: {"aws:Key": wanted}}, **{"aws:key": (value,)}) is holds


@pytest.mark.parametrize(
    ("operator", "holds"),
    [
        ("StringEquals", False),
        ("StringEqualsIfExists", True),
        ("StringNotEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
        ("ForAllValues:StringEquals", True),
        ("ForAnyValue:StringEqualsIfExists", True),
        ("ArnLikeIfExists", True),
    ],
)
def test_a_key_that_a_call_has_not_is_met_as_its_operator_says(operator, holds):
    assert met({operator: {"aws:TagKeys": ["a"]}}) is holds


@pytest.mark.parametrize(
    ("operator", "values", "holds"),
    [
        ("ForAnyValue:StringEquals", ("a", "z"), True),
        ("ForAnyValue:StringEquals", ("y", "z"), False),
        ("ForAllValues:StringEquals", ("a", "b"), True),
        ("ForAllValues:StringEquals", ("a", "z"), False),
        ("ForAllValues:StringNotEquals", ("y", "z"), True),
        ("ForAllValues:StringNotEquals", ("a", "z"), False),
        ("ForAnyValue:StringNotEquals", ("a", "z"), True),
    ],
)
def test_a_key_of_many_values_is_asked_about_any_or_about_all(operator, values, holds):
    assert met({operator: {"aws:TagKeys": ["a", "b"]}}, **{"aws:tagkeys": values}) is holds


def test_null_asks_whether_a_key_is_there():
    assert met({"Null": {"aws:TagKeys": "true"}})
    assert not met({"Null": {"aws:TagKeys": True}}, **{"aws:tagkeys": ("a",)})
    assert met({"Null": {"aws:TagKeys": "false"}}, **{"aws:tagkeys": ("a",)})


def test_all_lines_of_a_condition_must_hold():
    block = {"StringEquals": {"iam:PassedToService": EC2}, "ArnLike": {"iam:AssociatedResourceArn": "arn:aws:ec2:*:*:instance/*"}}
    passed = {"iam:passedtoservice": (EC2,)}
    assert not met(block, **passed)
    assert met(block, **passed, **{"iam:associatedresourcearn": ("arn:aws:ec2:eu-west-1:123456789012:instance/*",)})


def test_a_variable_stands_for_the_calls_value_and_is_no_wildcard():
    statement = {"Action": "*", "Resource": "arn:aws:iam::123456789012:role/${aws:username}"}
    assert decided(statement, **{"aws:username": ("web",)}) == "allowed"
    assert decided(statement, **{"aws:username": ("*",)}) == "implicitDeny"
    assert decided(statement) == "implicitDeny"
    assert met({"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team, 'none'}"}}, **{"aws:resourcetag/team": ("none",)})
    assert met({"StringLike": {"aws:ResourceTag/team": "a${*}b"}}, **{"aws:resourcetag/team": ("a*b",)})
    assert not met({"StringLike": {"aws:ResourceTag/team": "a${*}b"}}, **{"aws:resourcetag/team": ("acb",)})


def test_the_keys_that_a_condition_asked_for_in_vain_are_told():
    rights = Rights((policy({"Action": "*", "Condition": {"StringEquals": {"iam:PassedToService": EC2, "aws:PrincipalTag/team": "a"}}}),))
    asked = Question("iam:PassRole", ROLE, {"aws:principaltag/team": ("a",)})
    assert judge(rights, asked).missing == ("iam:PassedToService",)
