# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whom a role trusts: EC2 always, under the name it has in each partition."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.ec2_role.trust import default_trust, lets_ec2_in, wanted_trust


def principal(others=None, partition="aws"):
    (statement,) = default_trust(others or {}, partition)["Statement"]
    return statement["Principal"]


def statement(**words):
    return {"Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole", **words}]}


def declared(document, partition="aws"):
    return wanted_trust({"assume_role_policy_document": document, "assume_role_principals": None}, partition)


def test_a_role_of_which_nothing_is_said_trusts_ec2_alone():
    assert default_trust({}, "aws") == {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }


@pytest.mark.parametrize(
    ("partition", "service"),
    [("aws", "ec2.amazonaws.com"), ("aws-us-gov", "ec2.amazonaws.com"), ("aws-cn", "ec2.amazonaws.com.cn")],
)
def test_ec2_has_the_name_of_its_partition(partition, service):
    assert principal(partition=partition) == {"Service": service}


def test_other_principals_stand_beside_ec2_each_once_and_in_order():
    assert principal({"Service": ["ssm.amazonaws.com", "ec2.amazonaws.com", "ssm.amazonaws.com"]}) == {
        "Service": ["ec2.amazonaws.com", "ssm.amazonaws.com"]
    }


def test_one_principal_needs_no_list():
    assert principal({"AWS": "arn:aws:iam::123456789012:role/ci"})["AWS"] == "arn:aws:iam::123456789012:role/ci"


def test_an_account_is_told_as_iam_tells_it():
    assert principal({"AWS": ["123456789012"]}, "aws-cn")["AWS"] == "arn:aws-cn:iam::123456789012:root"


@pytest.mark.parametrize("nobody", [[], None, {}])
def test_nobody_beside_ec2_is_an_answer_too(nobody):
    assert principal({"AWS": nobody} if nobody != {} else {}) == {"Service": "ec2.amazonaws.com"}


@pytest.mark.parametrize(
    ("others", "message"),
    [
        ({"service": "ssm.amazonaws.com"}, r"^assume_role_principals.service: must be AWS or Service; did you mean Service\?$"),
        ({"Federated": "x"}, r"^assume_role_principals.Federated: must be AWS or Service; for others declare assume_role_policy_document$"),
        ({"AWS": 123456789012}, r"^assume_role_principals.AWS\[0\]: must be a string, not 123456789012; quote"),
        ({"AWS": ["x", ""]}, r"^assume_role_principals.AWS\[1\]: must be a string"),
    ],
)
def test_what_cannot_be_a_principal_is_refused(others, message):
    with pytest.raises(Refused, match=message):
        principal(others)


def test_a_declared_document_is_taken_as_it_is():
    conditional = statement(Condition={"StringEquals": {"aws:SourceAccount": "123456789012"}})
    assert declared(conditional) == conditional


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"Action": ["sts:TagSession", "sts:AssumeRole"]},
        {"Action": "STS:assumerole"},
        {"Action": "sts:*"},
        {"Principal": {"AWS": "123456789012", "Service": ["ssm.amazonaws.com", "ec2.amazonaws.com"]}},
        {"Principal": "*"},
    ],
)
def test_many_a_statement_lets_ec2_in(words):
    assert lets_ec2_in(statement(**words), "aws")


@pytest.mark.parametrize(
    "words",
    [
        {"Effect": "Deny"},
        {"Action": "sts:TagSession"},
        {"Principal": {"AWS": "*"}},
        {"Principal": {"Service": "lambda.amazonaws.com"}},
        {"Principal": {"Service": "ec2.amazonaws.com.cn"}},
        {"Principal": {"Service": "ec2.application-autoscaling.amazonaws.com"}},
    ],
)
def test_a_role_that_ec2_cannot_assume_is_refused(words):
    with pytest.raises(Refused, match=r"^assume_role_policy_document: .* allow sts:AssumeRole to the Service ec2.amazonaws.com$"):
        declared(statement(**words))


@pytest.mark.parametrize("service", ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"])
def test_china_takes_both_names_of_ec2(service):
    assert lets_ec2_in(statement(Principal={"Service": service}), "aws-cn")


def test_an_isolated_partition_has_a_name_of_its_own():
    assert lets_ec2_in(statement(Principal={"Service": "ec2.c2s.ic.gov"}), "aws-iso")
