# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who beside EC2 a trust policy lets in."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.ec2_role.trust import default_trust
from ansible_collections.passrole.ec2.plugins.module_utils.ec2_role.trusted import Trusted, list_undeclared_principals, trusted_beside_ec2


def allowing(**more):
    return {"Effect": "Allow", "Action": "sts:AssumeRole", **more}


def others(*statements, partition="aws"):
    return list(trusted_beside_ec2({"Statement": list(statements)}, partition))


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_ec2_alone_is_nobody_beside_it(partition):
    assert others(*default_trust({}, partition)["Statement"], partition=partition) == []


def test_ec2_of_another_partition_is_not_ec2():
    assert others(allowing(Principal={"Service": "ec2.amazonaws.com.cn"})) == [Trusted(0, "Service", "ec2.amazonaws.com.cn")]


def test_each_principal_is_told_with_its_statement():
    assert others(
        allowing(Principal={"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}),
        allowing(Principal={"Federated": "cognito-identity.amazonaws.com"}, Condition={"Bool": {}}),
    ) == [Trusted(0, "Service", "lambda.amazonaws.com"), Trusted(1, "Federated", "cognito-identity.amazonaws.com", conditional=True)]


def test_who_is_denied_is_not_let_in():
    assert others({**allowing(Principal="*"), "Effect": "Deny"}) == []


@pytest.mark.parametrize(
    "principal",
    [
        {"Principal": "*"},
        {"Principal": {"AWS": ["*"]}},
        {"Principal": {"AWS": "arn:aws:iam::*:root"}},
        {"NotPrincipal": {"AWS": "arn:aws:iam::123456789012:root"}},
    ],
)
def test_anyone_is_anyone_however_it_is_said(principal):
    assert [one.is_anyone for one in others(allowing(**principal))] == [True]


@pytest.mark.parametrize(
    ("name", "account"),
    [
        ("arn:aws:iam::210987654321:root", "210987654321"),
        ("arn:aws-cn:iam::210987654321:role/team/app", "210987654321"),
        ("arn:aws:sts::210987654321:assumed-role/app/session", "210987654321"),
        ("210987654321", "210987654321"),
        ("AROA0123456789EXAMPLE", ""),
    ],
)
def test_a_principal_tells_its_account(name, account):
    assert [one.account for one in others(allowing(Principal={"AWS": name}))] == [account]


def test_a_service_has_no_account():
    assert not Trusted(0, "Service", "210987654321").account


@pytest.mark.parametrize(("name", "gone"), [("AROA0123456789EXAMPLE", True), ("AIDA0123456789EXAMPLE", True), ("arn:aws:iam::1:role/AROA", False)])
def test_an_id_in_the_place_of_an_arn_is_of_who_is_gone(name, gone):
    assert Trusted(0, "AWS", name).is_gone == gone


EC2 = {"Service": "ec2.amazonaws.com"}
LAMBDA = {"Service": "lambda.amazonaws.com"}
ACCOUNT = {"AWS": "arn:aws:iam::210987654321:root"}


def trust(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


@pytest.mark.parametrize(
    "document",
    [
        trust(allowing(Principal=EC2)),
        {"Version": "2012-10-17", "Statement": allowing(Principal=EC2)},
        trust(allowing(Principal={"Service": ["ec2.amazonaws.com"]}), allowing(Principal=EC2)),
        trust(allowing(Principal=EC2, Condition={"StringEquals": {"aws:SourceAccount": "123456789012"}})),
        trust(),
    ],
    ids=["a list", "a single statement", "twice", "with a condition", "nobody"],
)
def test_a_trust_policy_for_ec2_alone_names_no_other_principal(document):
    assert list_undeclared_principals(document, {}, "aws") == []


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (trust(allowing(Principal=LAMBDA)), ["Service lambda.amazonaws.com"]),
        (trust(allowing(Principal={"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]})), ["Service lambda.amazonaws.com"]),
        (trust(allowing(Principal=EC2), allowing(Principal=ACCOUNT)), ["AWS arn:aws:iam::210987654321:root"]),
        (trust(allowing(Principal={"AWS": "210987654321"})), ["AWS arn:aws:iam::210987654321:root"]),
        (trust(allowing(Principal="*")), ["AWS *"]),
        (trust(allowing(Principal={"AWS": "*"}, Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})), ["AWS *"]),
        (trust(allowing(Principal={"Federated": "cognito-identity.amazonaws.com"})), ["Federated cognito-identity.amazonaws.com"]),
        (trust(allowing(Principal={"Service": "spotfleet.amazonaws.com"})), ["Service spotfleet.amazonaws.com"]),
        (trust(allowing(Principal={"Service": "ec2.amazonaws.com.cn"})), ["Service ec2.amazonaws.com.cn"]),
        (trust(allowing(Principal={"AWS": "AROAEXAMPLEEXAMPLE123"})), ["AWS AROAEXAMPLEEXAMPLE123"]),
        (trust({**allowing(Principal=ACCOUNT), "Effect": "Deny"}), ["AWS arn:aws:iam::210987654321:root"]),
        (trust(allowing(NotPrincipal=ACCOUNT)), ['everyone except NotPrincipal {"AWS": "arn:aws:iam::210987654321:root"}']),
        (trust(allowing()), ["unreadable Principal of Statement[0]"]),
        (trust(allowing(Principal=EC2), allowing(Principal={})), ["unreadable Principal of Statement[1]"]),
        (trust("Allow"), ["unreadable Statement[0]"]),
        ("{}", ["unreadable trust policy"]),
        (None, ["unreadable trust policy"]),
    ],
)
def test_every_other_principal_that_a_trust_policy_names_is_listed(document, found):
    assert list_undeclared_principals(document, {}, "aws") == found


@pytest.mark.parametrize(
    ("document", "declared", "left"),
    [
        (trust(allowing(Principal=ACCOUNT)), default_trust({"AWS": "210987654321"}, "aws"), []),
        (trust(allowing(Principal=ACCOUNT), allowing(Principal=LAMBDA)), default_trust({"AWS": "210987654321"}, "aws"), ["Service lambda.amazonaws.com"]),
        (trust(allowing(Principal=LAMBDA)), default_trust({**ACCOUNT, **LAMBDA}, "aws"), []),
        (trust(allowing(NotPrincipal=ACCOUNT)), trust(allowing(NotPrincipal=ACCOUNT)), []),
        (
            trust(allowing(NotPrincipal=ACCOUNT)),
            trust(allowing(NotPrincipal=LAMBDA)),
            ['everyone except NotPrincipal {"AWS": "arn:aws:iam::210987654321:root"}'],
        ),
        (trust("Allow"), trust("Deny"), ["unreadable Statement[0]"]),
        ("text", trust(allowing(Principal=LAMBDA)), ["unreadable trust policy"]),
    ],
)
def test_declared_principals_are_not_listed(document, declared, left):
    assert list_undeclared_principals(document, declared, "aws") == left
