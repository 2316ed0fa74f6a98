# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is read as a policy document, what is refused, and which two are the same."""

from __future__ import annotations

import json

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.policies import PERMISSIONS, TRUST, as_text, document, same

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
POLICY = {"Version": "2012-10-17", "Statement": [READ]}
ROOT = "arn:aws-cn:iam::123456789012:root"


def saying(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def trusting(**principal):
    return {"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]}


@pytest.mark.parametrize("said", [POLICY, json.dumps(POLICY)], ids=["dictionary", "text"])
def test_a_document_may_be_a_dictionary_or_json_text(said):
    assert document(said, PERMISSIONS, "inline_policies.read") == POLICY


def test_one_statement_needs_no_list():
    assert document({"Version": "2012-10-17", "Statement": READ}, PERMISSIONS, "inline_policies.read") == POLICY


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("{'Version': 1}", r"^read: is not JSON: Expecting property name"),
        ("", r"^read: is not JSON"),
        ("[]", r"^read: must be a policy document with Version and Statement, not \[\]$"),
        (None, r"^read: must be a policy document with Version and Statement, not null$"),
        ({**POLICY, "Statement": []}, r"^read: has no Statement; without one a policy says nothing$"),
        ({"Version": "2012-10-17"}, r"^read: has no Statement"),
        ({"Statement": [READ]}, r"^read.Version: must be 2012-10-17, the version of IAM's grammar, not null$"),
        ({**POLICY, "Version": "2026-01-01"}, r'^read.Version: must be 2012-10-17, .*, not "2026-01-01"$'),
        ({"Statements": [READ]}, r"^read.Statements: no such element in a policy; did you mean Statement\?$"),
        (saying("Allow"), r'^read.Statement\[0\]: must be a dictionary, not "Allow"$'),
        (saying(READ, {"effect": "Allow"}), r"^read.Statement\[1\].effect: no such element in a policy; did you mean Effect\?$"),
        (saying({**READ, "Effect": "allow"}), r'^read.Statement\[0\].Effect: must be Allow or Deny, not "allow"$'),
        (saying({"Effect": "Allow", "Resource": "*"}), r"^read.Statement\[0\].Action: must be given$"),
        (saying({"Effect": "Allow", "Action": "*"}), r"^read.Statement\[0\].Resource: must be given$"),
        (saying({**READ, "Action": "GetObject"}), r'^read.Statement\[0\].Action: must be \* or service:Action, as in s3:GetObject, not "GetObject"$'),
        (saying({"Effect": "Deny", "NotAction": ["s3:*", 7], "Resource": "*"}), r"^read.Statement\[0\].NotAction: must be .*, not 7$"),
        (saying({**READ, "Principal": "*"}), r"^read.Statement\[0\].Principal: has no place in this kind of policy$"),
    ],
)
def test_what_is_no_policy_is_refused_where_it_goes_wrong(said, message):
    with pytest.raises(Refused, match=message):
        document(said, PERMISSIONS, "read")


def test_a_trust_policy_says_who_and_not_on_what():
    with pytest.raises(Refused, match=r"^trust.Statement\[0\].Principal: must be given$"):
        document({"Statement": READ}, TRUST, "trust")
    with pytest.raises(Refused, match=r"^trust.Statement\[0\].Resource: has no place in this kind of policy$"):
        document({"Statement": {**READ, "Principal": "*"}}, TRUST, "trust")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(POLICY, {"Version": "2012-10-17", "Statement": READ}, id="a list of one"),
        pytest.param({"Statement": [{**READ, "Action": ["a:A", "b:B"]}]}, {"Statement": [{**READ, "Action": ["b:B", "a:A"]}]}, id="another order"),
        pytest.param(POLICY, json.loads(as_text(POLICY)), id="through JSON and back"),
        pytest.param(trusting(AWS=ROOT), trusting(AWS="123456789012"), id="an account and its root, in any partition"),
        pytest.param(
            {"Statement": [{**READ, "Condition": {"Bool": {"aws:SecureTransport": True}}}]},
            {"Statement": [{**READ, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}]},
            id="a boolean and its word",
        ),
    ],
)
def test_documents_that_mean_the_same_are_the_same(one, other):
    assert same(one, other)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({**POLICY, "Version": "2008-10-17"}, id="another version"),
        pytest.param({"Statement": [READ]}, id="no version, which is the older one"),
        pytest.param({**POLICY, "Statement": [{**READ, "Effect": "Deny"}]}, id="another effect"),
        pytest.param(None, id="nothing"),
    ],
)
def test_documents_that_mean_something_else_differ(other):
    assert not same(POLICY, other)


def test_a_trust_policy_may_do_without_a_version():
    assert "Version" not in document(trusting(Service="ec2.amazonaws.com"), TRUST, "trust")


def test_a_document_has_the_order_of_iam_s_grammar_whatever_the_order_it_was_said_in():
    backwards = {"Statement": dict(reversed(READ.items())), "Version": "2012-10-17"}
    assert as_text(document(backwards, PERMISSIONS, "read")) == json.dumps(POLICY)
