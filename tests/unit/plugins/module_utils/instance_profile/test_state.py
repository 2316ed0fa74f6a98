# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the options of iam_instance_profile are read as, and what of them is refused before any read."""

from __future__ import annotations

import botocore.session
import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.instance_profile.state import (
    Desired,
    Profile,
    RoleReference,
    desired,
    holds,
    profile_in,
)

IAM = botocore.session.get_session().get_service_model("iam")
CREATION = IAM.operation_model("CreateInstanceProfile").input_shape
ROLE_NAME = IAM.operation_model("GetRole").input_shape.members["RoleName"]
UNSAID = {
    "path": None,
    "role": None,
    "tags": None,
    "purge_tags": True,
    "state": "present",
    "force_delete": False,
    "adopt": False,
    "role_change": "in_place",
    "keep_former_instance_profiles": False,
    "wait": True,
    "wait_timeout": 120,
}


def wanted(**said):
    return desired({"name": "web", **UNSAID, **said}, CREATION, ROLE_NAME)


def test_what_is_left_out_is_left_as_it_is():
    assert wanted() == Desired("web", path=None, role=None, tags=None)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("app", RoleReference("app")),
        ("", RoleReference("")),
        ("/app", RoleReference("app", "/")),
        ("/team/a/app", RoleReference("app", "/team/a/")),
        (
            "arn:aws:iam::123456789012:role/team/app",
            RoleReference("app", "/team/", "arn:aws:iam::123456789012:role/team/app"),
        ),
        (
            "arn:aws-cn:iam::123456789012:role/app",
            RoleReference("app", "/", "arn:aws-cn:iam::123456789012:role/app"),
        ),
    ],
)
def test_a_role_is_named_by_its_name_its_path_and_name_or_its_arn(said, meant):
    assert wanted(role=said).role == meant


def test_tags_become_text_as_amazon_aws_writes_them():
    assert wanted(tags={"n": 3, 4: "x", "on": True}).tags == {"n": "3", "4": "x", "on": "True"}


def test_tags_may_be_in_any_language():
    assert wanted(tags={"größe": "groß ☃"[:4]}).tags == {"größe": "groß"}


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ({"name": ""}, "name: 0 characters, and at least 1 needed"),
        ({"name": "w" * 129}, "name: 129 characters, and at most 128 allowed"),
        ({"name": "two words"}, r"name: two words has characters that AWS refuses; it takes letters, digits and _ \+ = , \. @ -"),
        ({"name": "größe"}, "name: größe has characters that AWS refuses"),
        ({"path": "web"}, "path: must begin and end with a slash, as in /web/, not web"),
        ({"path": "/web"}, "path: must begin and end with a slash"),
        ({"path": ""}, "path: must begin and end with a slash, as in /web/, not empty"),
        ({"path": "/a b/"}, "path: /a b/ has characters that AWS refuses"),
        ({"path": f"/{'p' * 511}/"}, "path: 513 characters, and at most 512 allowed"),
        ({"role": "r" * 65}, "role: 65 characters, and at most 64 allowed"),
        ({"role": "two words"}, "role: two words has characters that AWS refuses"),
        ({"role": "team/app"}, "role: must be a role's name, its /path/name or its ARN .*, not team/app"),
        ({"role": "/team/"}, "role: must be a role's name"),
        ({"role": "arn:aws:iam::123456789012:instance-profile/web"}, "role: must be a role's name"),
        ({"tags": {"aws:x": "1"}}, "tags.aws:x: keys and values that begin with aws: are AWS's own"),
        ({"tags": {"team": ["a"]}}, r'tags.team: must be a string, not \["a"\]'),
        ({"tags": {f"t{n}": "" for n in range(51)}}, "tags: 51 items, and at most 50 allowed"),
        ({"tags": {"team": "v" * 257}}, r"tags.team: 257 characters, and at most 256 allowed"),
        ({"tags": {"k" * 129: "v"}}, r"tags.*: 129 characters, and at most 128 allowed"),
    ],
)
def test_what_iam_would_refuse_is_refused_with_the_path_of_the_option(said, because):
    with pytest.raises(Refused, match=f"^{because}"):
        wanted(**said)


def test_a_profile_without_a_role_is_empty_and_not_wrong():
    words = {"instance_profile_name": "web", "path": "/", "roles": [], "tags": {}}
    assert profile_in(words) == Profile("web", "/", role=None, tags={})


@pytest.mark.parametrize(
    ("profile", "role", "held"),
    [
        (Profile("web", role="app"), "app", True),
        (Profile("web", role="app"), "/team/app", True),
        (Profile("web", role="app"), "new", False),
        (Profile("web"), "", False),
        (Profile("web", role="app"), None, False),
        (None, "app", False),
    ],
)
def test_a_profile_holds_the_wanted_role_or_does_not(profile, role, held):
    assert holds(profile, wanted(role=role)) is held


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"role_change": "new_profile"}, "^role_change: new_profile finds the instance profile by its role; role must be given"),
        ({"role_change": "new_profile", "role": ""}, "^role_change: new_profile finds"),
        ({"keep_former_instance_profiles": True}, "^keep_former_instance_profiles: there are some with role_change: new_profile only"),
    ],
)
def test_a_profile_of_its_own_is_a_roles(said, why):
    with pytest.raises(Refused, match=why):
        wanted(**said)
