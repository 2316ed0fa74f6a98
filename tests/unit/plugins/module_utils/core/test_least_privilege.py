# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One document for many rules: nothing lost, nothing added, the same whatever the order."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.least_privilege import merged, policies, policy_of, rules_in
from ansible_collections.passrole.ec2.plugins.module_utils.core.permissions import Rule

WEB, JOB = "arn:aws:iam::*:role/web", "arn:aws:iam::*:role/job"
TO_EC2 = (("StringEquals", "iam:PassedToService", ("ec2.amazonaws.com",)),)


def policy(policy_arn):
    return (("ArnEquals", "iam:PolicyARN", (policy_arn,)),)


RULES = (
    Rule("iam:GetRole", (WEB,)),
    Rule("iam:CreateRole", (WEB,)),
    Rule("iam:PassRole", (WEB,), TO_EC2),
    Rule("iam:PassRole", (JOB,), TO_EC2),
    Rule("iam:AttachRolePolicy", (WEB,), policy("arn:b")),
    Rule("iam:AttachRolePolicy", (WEB,), policy("arn:a")),
    Rule("ec2:DescribeImages", ("*",)),
)


def statements(rules):
    return policy_of(rules)["Statement"]


def test_what_is_allowed_on_the_same_conditions_stands_together():
    assert policy_of(RULES) == {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "DescribeImages", "Effect": "Allow", "Action": ["ec2:DescribeImages"], "Resource": ["*"]},
            {
                "Sid": "PassRole",
                "Effect": "Allow",
                "Action": ["iam:PassRole"],
                "Resource": [JOB, WEB],
                "Condition": {"StringEquals": {"iam:PassedToService": ["ec2.amazonaws.com"]}},
            },
            {
                "Sid": "AttachRolePolicy",
                "Effect": "Allow",
                "Action": ["iam:AttachRolePolicy"],
                "Resource": [WEB],
                "Condition": {"ArnEquals": {"iam:PolicyARN": ["arn:a", "arn:b"]}},
            },
            {"Sid": "OnRole", "Effect": "Allow", "Action": ["iam:CreateRole", "iam:GetRole"], "Resource": [WEB]},
        ],
    }


def test_values_of_a_condition_are_not_lent_to_another_place():
    apart = statements([Rule("iam:AttachRolePolicy", (WEB,), policy("arn:a")), Rule("iam:AttachRolePolicy", (JOB,), policy("arn:b"))])
    assert [(one["Resource"], one["Condition"]["ArnEquals"]["iam:PolicyARN"]) for one in apart] == [([JOB], ["arn:b"]), ([WEB], ["arn:a"])]


def test_an_action_allowed_on_anything_needs_no_further_place():
    assert [one["Resource"] for one in statements([Rule("a:B", (WEB,)), Rule("a:B", ("*",))])] == [["*"]]


def test_statements_have_names_of_their_own():
    names = [one["Sid"] for one in statements([Rule("a:B", ("*",)), Rule("a:C", ("*",)), Rule("iam:B", (WEB,)), Rule("b:B", (JOB,))])]
    assert names == ["OnAnything", "B1", "B2"]


def test_no_rule_needs_no_statement():
    assert policy_of([]) == {"Version": "2012-10-17", "Statement": []}


def test_the_order_of_the_rules_does_not_show():
    assert all(policy_of(some) == policy_of(RULES[:5]) for some in permutations(RULES[:5]))


NAMED = st.builds(
    Rule,
    st.sampled_from(["iam:A", "iam:B", "ec2:C"]),
    st.sampled_from([(WEB,), (JOB,), (JOB, WEB), ("*",)]),
    st.sampled_from([(), TO_EC2, policy("arn:a"), policy("arn:b"), (*policy("arn:a"), *TO_EC2), (*policy("arn:b"), *TO_EC2)]),
)


def allowed(rules):
    """Every single thing that rules allow; on anything means on all there is here, and without a condition under any."""
    places = {WEB, JOB, "elsewhere"}
    told = [policy("arn:a"), policy("arn:b"), TO_EC2, (), (*policy("arn:a"), *TO_EC2), (*policy("arn:b"), *TO_EC2)]
    return {
        (one.action, place, held)
        for one in rules
        for place in (places if "*" in one.patterns else one.patterns)
        for held in told
        if all(any((o, k) == (op, key) and set(v) <= set(values) for o, k, v in held) for op, key, values in one.conditions)
    }


@given(st.lists(NAMED))
def test_a_document_allows_what_its_rules_do_and_nothing_else(rules):
    assert allowed(rules_in(policy_of(rules), "policy")) == allowed(rules)


@given(st.lists(NAMED), st.lists(NAMED))
def test_documents_merge_into_the_one_of_all_their_rules(some, others):
    assert merged([policy_of(some), policy_of(others)], "policies") == policy_of([*some, *others])


ALLOWED = {"Effect": "Allow", "Action": ["a:B"], "Resource": ["*"]}


@pytest.mark.parametrize(
    "statement",
    [
        {**ALLOWED, "Effect": "Deny"},
        {"Effect": "Allow", "NotAction": ["a:B"], "Resource": ["*"]},
        {**ALLOWED, "Principal": "*"},
        {**ALLOWED, "Action": "a:B"},
        {**ALLOWED, "Condition": 5},
        {**ALLOWED, "Condition": {"StringEquals": 5}},
        {**ALLOWED, "Condition": {"StringEquals": {"a:b": 5}}},
        "Allow",
    ],
)
def test_a_document_of_another_making_is_refused(statement):
    with pytest.raises(Refused, match=r"^policies\[1\]: not a policy that a passrole.ec2 module returned"):
        merged([policy_of(RULES), {"Statement": [statement]}], "policies")


def test_policies_are_found_in_results_in_loops_and_by_themselves():
    one, other = policy_of(RULES[:1]), policy_of(RULES[1:])
    results = [{"policy": one, "changed": True}, {"results": [{"policy": other}, {"skipped": True}]}, {"skipped": True}, one]
    assert list(policies(results, "x")) == [one, other, one]


@pytest.mark.parametrize(
    ("results", "why"),
    [
        ({"policy": {}}, "^x: takes a list"),
        ([{"policy": 5}], r"^x\[0\]: neither a policy nor"),
        ([{"Statement": "all"}], r"^x\[0\]: neither a policy nor"),
        (["text"], r"^x\[0\]: must be a registered result or a policy$"),
        ([{"results": [{"msg": "hello"}]}], r"^x\[0\]\.results\[0\]: neither a policy nor the registered result"),
    ],
)
def test_what_has_no_policy_is_refused_by_its_place(results, why):
    with pytest.raises(Refused, match=why):
        list(policies(results, "x"))
