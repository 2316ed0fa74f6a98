# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM's rules on paths and tags."""

from __future__ import annotations

import botocore.session
import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.iam import checked_path, checked_tags

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
    assert checked_tags({}, TAGS) == {}
    assert checked_tags(None, TAGS) is None


def test_a_key_that_differs_in_case_only_is_refused():
    with pytest.raises(Refused, match="^tags.team: IAM takes it for the same key as Team; leave one of them out$"):
        checked_tags({"Team": "a", "team": "b"}, TAGS)


@pytest.mark.parametrize("key", ["aws:x", "AWS:x", "Aws:createdBy"])
def test_awss_own_keys_are_refused(key):
    with pytest.raises(Refused, match=f"^tags.{key}: keys that begin with aws: are AWS's own$"):
        checked_tags({key: "1"}, TAGS)
