# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the options mean, and what of them is refused before anything is read."""

from __future__ import annotations

import botocore.session
import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.ec2_role.state import Role, desired, in_words, role_in
from ansible_collections.passrole.ec2.plugins.modules.iam_ec2_role import OPTIONS

IAM = botocore.session.get_session().get_service_model("iam")
CREATION = IAM.operation_model("CreateRole").input_shape
POLICY_NAME = IAM.operation_model("PutRolePolicy").input_shape.members["PolicyName"]
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
WEB = Role("web", trust={"Statement": []}, managed_policies=("arn:1", "arn:2"), tags={"team": "a"})


def wanted(**said):
    params = {option: spec.get("default") for option, spec in OPTIONS.items()}
    return desired({**params, "name": "web", **said}, "aws", CREATION, POLICY_NAME)


def test_what_is_left_out_is_left_as_it_is():
    want = wanted()
    assert (want.path, want.description, want.max_session_duration, want.boundary) == (None, None, None, None)
    assert (want.managed_policies, want.inline_policies, want.tags) == (None, None, None)


def test_what_is_empty_is_said():
    want = wanted(description="", boundary="", managed_policies=[], inline_policies={}, tags={})
    assert (want.description, want.boundary, want.managed_policies, want.inline_policies, want.tags) == ("", "", (), {}, {})


def test_of_what_shall_be_gone_only_the_name_counts():
    assert wanted(state="absent", assume_role_policy_document="{}", boundary="not a policy").trust == {}


@pytest.mark.parametrize("said", [{"assume_role_policy_document": '{"Statement": []}'}, {"assume_role_policy_document": {"Statement": []}}])
def test_of_what_shall_be_gone_the_declared_trust_counts_too(said):
    assert wanted(state="absent", **said).trust == {"Statement": []}
    others = wanted(state="absent", assume_role_principals={"AWS": "210987654321"}).trust["Statement"][0]["Principal"]
    assert others == {"AWS": "arn:aws:iam::210987654321:root", "Service": "ec2.amazonaws.com"}


@pytest.mark.parametrize("said", ["{", "[]", "3"])
def test_a_declared_trust_that_is_no_document_is_refused_for_deletion_too(said):
    with pytest.raises(Refused, match="^assume_role_policy_document: "):
        wanted(state="absent", assume_role_policy_document=said)


@pytest.mark.parametrize(
    "policy",
    [
        "AmazonSSMManagedInstanceCore",
        "/team/read",
        "/service-role/AmazonEC2RoleforSSM",
        "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
        "arn:aws-cn:iam::123456789012:policy/team/read",
    ],
)
def test_a_policy_goes_by_its_name_its_path_and_name_or_its_arn(policy):
    want = wanted(managed_policies=[policy], boundary=policy)
    assert (want.managed_policies, want.boundary) == ((policy,), policy)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"name": "w" * 65}, r"^name: 65 characters, and at most 64 allowed$"),
        ({"name": "web server"}, r"^name: web server has characters that AWS refuses"),
        ({"name": "web server", "state": "absent"}, r"^name: web server has characters that AWS refuses"),
        ({"path": "web"}, r"^path: must begin and end with a slash, as in /web/, not web$"),
        ({"description": "d" * 1001}, r"^description: 1001 characters, and at most 1000 allowed$"),
        ({"max_session_duration": 60}, r"^max_session_duration: 60, and at least 3600 needed$"),
        ({"max_session_duration": 0}, r"^max_session_duration: 0, and at least 3600 needed$"),
        ({"max_session_duration": 86400}, r"^max_session_duration: 86400, and at most 43200 allowed$"),
        ({"managed_policies": ["read", "two words"]}, r"^managed_policies\[1\]: must be a policy's name, .*, not two words$"),
        ({"managed_policies": [""]}, r"^managed_policies\[0\]: .*, not empty$"),
        ({"boundary": "arn:aws:iam::1:role/web"}, r"^boundary: must be a policy's name, its /path/name or its ARN"),
        ({"inline_policies": {"read it": POLICY}}, r"^inline_policies.read it: read it has characters"),
        ({"inline_policies": {"read": {}}}, r"^inline_policies.read.Version: must be 2012-10-17"),
        ({"inline_policies": {"read": {"Version": "2012-10-17"}}}, r"^inline_policies.read: has no Statement"),
        ({"inline_policies": {"read": "{"}}, r"^inline_policies.read: is not JSON"),
        ({"assume_role_policy_document": "{"}, r"^assume_role_policy_document: is not JSON"),
        ({"assume_role_policy_document": "{}"}, r"^assume_role_policy_document: has no Statement"),
        ({"tags": {"aws:team": "a"}}, r"^tags.aws:team: "),
        ({"tags": {"team": "a" * 257}}, r"^tags.team: 257 characters, and at most 256 allowed$"),
    ],
)
def test_what_aws_would_refuse_is_refused_by_its_path(said, message):
    with pytest.raises(Refused, match=message):
        wanted(**said)


@pytest.mark.parametrize("inline", [None, {}, {"read": POLICY}])
def test_a_role_is_the_same_after_it_was_put_in_words(inline):
    role = Role("web", trust=WEB.trust, managed_policies=WEB.managed_policies, inline_policies=inline, tags=WEB.tags)
    assert role_in("web", in_words(role)) == role
