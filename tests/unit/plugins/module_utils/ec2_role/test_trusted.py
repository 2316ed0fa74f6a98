# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who beside EC2 a trust policy lets in."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.ec2_role.trust import default_trust
from ansible_collections.passrole.ec2.plugins.module_utils.ec2_role.trusted import Trusted, trusted_beside_ec2


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
