# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The promises hold for any name, path and tags that IAM says it takes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from . import drawn
from .models import input_shape
from .promised import ec2_role, instance_profile
from .promised.promise import Case, nothing
from .promised.story import FORETOLD, story_of

CREATIONS = [
    pytest.param(ec2_role.PROMISED, "create_role", "RoleName", id="role"),
    pytest.param(instance_profile.PROMISED, "create_instance_profile", "InstanceProfileName", id="instance profile"),
]


def said(operation, name):
    """A strategy for the options that such a creation takes."""
    members = input_shape("iam", operation).members
    return st.fixed_dictionaries(
        {"name": drawn.text(members[name])},
        optional={"path": drawn.text(members["Path"]), "tags": drawn.tags(members["Tags"])},
    )


@pytest.mark.parametrize(("promised", "operation", "name"), CREATIONS)
@settings(max_examples=20, derandomize=True, deadline=None)
@given(choice=st.data())
def test_what_iam_takes_is_made_and_found_as_it_was_asked_for(promised, operation, name, choice, sandbox):
    want = choice.draw(said(operation, name))
    story = story_of(Case(replace(promised, wants={"drawn": want}, haves={"nothing": nothing}), "drawn", "nothing"), sandbox)
    assert [story.checked.get(word) for word in FORETOLD] == [story.done.get(word) for word in FORETOLD]
    assert story.done["diff"]["after"] == story.again["diff"]["before"] == story.again["diff"]["after"]
    assert {**want, "tags": want.get("tags", {})}.items() <= story.done["diff"]["after"].items()
