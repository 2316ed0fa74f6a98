# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM's rules on paths and tags."""

from __future__ import annotations

import botocore.session
import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.iam import (
    checked_path,
    checked_tags,
    checked_tags_of_role,
    without_alike,
)

CREATION = botocore.session.get_session().get_service_model("iam").operation_model("CreateRole").input_shape
PATH, TAGS = CREATION.members["Path"], CREATION.members["Tags"]


@pytest.mark.parametrize("path", [None, "/", "/team/", "/a/b/c/", "/!~/"])
def test_a_right_path_stays_as_it_is(path):
    assert checked_path(path, PATH) == path


@pytest.mark.parametrize("path", ["", "team", "/team", "team/"])
def test_a_path_without_its_slashes_is_refused(path):
    with pytest.raises(Refused, match="^path: must begin and end with a slash, as in /web/, not "):
        checked_path(path, PATH)


def test_no_tags_and_tags_left_out_are_two_things():
    for checked in (checked_tags, checked_tags_of_role):
        assert checked({}, TAGS) == {}
        assert checked(None, TAGS) is None


def test_an_instance_profile_may_have_keys_that_differ_in_case_only():
    assert checked_tags({"Team": "a", "team": "b"}, TAGS) == {"Team": "a", "team": "b"}


def test_a_role_may_not():
    with pytest.raises(Refused, match="^tags.team: on a role, IAM takes it for the same key as Team; leave one of them out$"):
        checked_tags_of_role({"Team": "a", "team": "b"}, TAGS)


def test_a_wanted_key_takes_the_place_of_one_that_differs_in_case_only():
    assert without_alike({"team": "a", "cost": "1"}, {"Team": "a"}) == {"cost": "1"}
    assert without_alike({"team": "a", "cost": "1"}, {"team": "b"}) == {"team": "a", "cost": "1"}
    assert without_alike({"team": "a"}, None) == {"team": "a"}


@pytest.mark.parametrize("tags", [{"aws:x": "1"}, {"AWS:x": "1"}, {"Aws:createdBy": "1"}, {"by": "aws:me"}])
def test_awss_own_keys_and_values_are_refused(tags):
    (key,) = tags
    with pytest.raises(Refused, match=f"^tags.{key}: keys and values that begin with aws: are AWS's own$"):
        checked_tags(tags, TAGS)
