# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What cloudsplaining says of a policy, and what is evaluated of it."""

from __future__ import annotations

import logging
import sys

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core import offline
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.findings import UNREADABLE
from ansible_collections.passrole.ec2.plugins.module_utils.core.offline import EVERY, issues_of

pytest.importorskip("cloudsplaining", reason="dev/pins brings it; it is optional for users")

NARROW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::example-web/*"}


@pytest.fixture(autouse=True)
def nothing_judged_before():
    offline.judged.cache_clear()


def allowing(*actions, **more):
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*", **more}


def issues(*statements):
    return {issue.code: issue for issue in issues_of({"Version": "2012-10-17", "Statement": list(statements)})}


def test_a_narrow_policy_has_no_issue():
    assert issues(NARROW) == {}


def test_whoever_may_pass_any_role_to_an_instance_can_gain_its_permissions():
    found = issues(NARROW, allowing("iam:PassRole"), allowing("ec2:RunInstances"))["PrivilegeEscalation"]
    assert found.about == ("CreateEC2WithExistingIP (iam:passrole and ec2:runinstances)",)
    assert found.statements == (1, 2)


def test_a_role_that_is_named_can_be_passed():
    named = {**allowing("iam:PassRole"), "Resource": "arn:aws:iam::123456789012:role/app"}
    assert "PrivilegeEscalation" not in issues(named, allowing("ec2:RunInstances"))


def test_a_wildcard_of_a_service_is_one_wherever_it_goes():
    found = issues(NARROW, {**NARROW, "Action": ["s3:*", "sqs:SendMessage"]})["ServiceWildcard"]
    assert (found.about, found.statements) == (("s3",), (1,))


def test_every_action_is_every_service_in_one_word():
    found = issues(NARROW, allowing("*"))
    assert (found["ServiceWildcard"].about, found["ServiceWildcard"].statements) == ((EVERY,), (1,))
    assert "PrivilegeEscalation" in found


def test_all_but_some_actions_are_judged_by_what_is_left():
    found = issues({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})
    assert "DataExfiltration" in found and "s3:GetObject" in found["DataExfiltration"].about


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ("secretsmanager:GetSecretValue", "DataExfiltration"),
        ("iam:CreateAccessKey", "CredentialsExposure"),
        ("s3:PutBucketPolicy", "ResourceExposure"),
        ("s3:DeleteBucket", "InfrastructureModification"),
    ],
)
def test_what_is_allowed_on_any_resource_is_told_by_the_library_s_own_name(action, code):
    assert issues(allowing(action))[code].about == (action,)


def test_what_is_denied_is_no_issue():
    assert issues({**allowing("*"), "Effect": "Deny"}) == {}


def test_what_the_library_cannot_read_is_told_and_breaks_nothing():
    found = issues({"Effect": "Allow", "NotAction": "s3:*", "Resource": "no-arn"})
    assert list(found) == [UNREADABLE] and "no-arn" in found[UNREADABLE].about[0]


def test_a_document_of_many_roles_is_judged_once(monkeypatch):
    read, library = [], offline.reader()
    monkeypatch.setattr(offline, "reader", lambda: lambda document: read.append(document) or library(document))
    assert issues(allowing("s3:*")) == issues(allowing("s3:*")) != issues(allowing("s3:GetObject"))
    assert len(read) == 2


def test_nothing_is_printed(capfd):
    assert issues({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})
    assert issues({"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::example-web"})
    assert tuple(capfd.readouterr()) == ("", "")
    assert logging.getLogger("cloudsplaining").handlers


def test_a_library_that_is_not_there_is_told_by_its_name(monkeypatch):
    monkeypatch.setitem(sys.modules, "cloudsplaining.scan.policy_document", None)
    with pytest.raises(Refused, match=r"^vet_policies: .*\(cloudsplaining\).*to judge policies offline"):
        issues(NARROW)
