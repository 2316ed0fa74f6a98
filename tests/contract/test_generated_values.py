# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The promises hold for any name, path, tags, session, description and policies that IAM says it takes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.support import strategies as drawn
from tests.support.service_models import input_shape
from tests.support.contracts import ec2_role, instance_profile
from tests.support.contracts.contract import Case, nothing
from tests.support.contracts.execution import FORETOLD, story_of

CREATIONS = [
    pytest.param(ec2_role.PROMISED, "create_role", "RoleName", id="role"),
    pytest.param(instance_profile.PROMISED, "create_instance_profile", "InstanceProfileName", id="instance profile"),
]


NAME = st.text("abcxyz", min_size=1, max_size=8)
ACTION = st.builds("{}:{}*".format, st.sampled_from(["s3", "ec2", "ssm"]), NAME)
RESOURCE = st.builds("arn:aws:s3:::{}/*".format, NAME)
STATEMENT = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Action": st.lists(ACTION, min_size=1, max_size=3) | ACTION,
        "Resource": st.just("*") | st.lists(RESOURCE, min_size=1, max_size=2),
    },
    optional={"Sid": st.text("abcXYZ019", min_size=1, max_size=8), "Condition": st.just({"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-west-2"]}})},
)
DOCUMENT = st.builds(lambda statement: {"Version": "2012-10-17", "Statement": statement}, STATEMENT | st.lists(STATEMENT, min_size=1, max_size=2))


def said(operation, name):
    """A strategy for the options that such a creation takes."""
    members = input_shape("iam", operation).members
    return st.fixed_dictionaries(
        {"name": drawn.text(members[name])},
        optional={"path": drawn.text(members["Path"]), "tags": drawn.tags(members["Tags"])},
    )


MANAGED = st.lists(st.sampled_from(["AmazonSSMManagedInstanceCore", "AmazonS3ReadOnlyAccess", "CloudWatchAgentServerPolicy"]), max_size=3, unique=True)
TRUSTED = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
PRINCIPAL = st.builds("arn:aws:iam::{}:root".format, st.sampled_from(["123456789012", "210987654321"]))
BESIDE_EC2 = st.fixed_dictionaries(
    {"Effect": st.just("Allow"), "Action": st.just("sts:AssumeRole"), "Principal": st.builds(lambda one: {"AWS": one}, PRINCIPAL)},
    optional={"Condition": st.just({"StringEquals": {"sts:ExternalId": "x"}})},
)
TRUST = st.builds(lambda others: {"Version": "2012-10-17", "Statement": [TRUSTED, *others]}, st.lists(BESIDE_EC2, max_size=2))


def changeable_profile():
    """A strategy for the options of an instance profile that can be changed, and taken away again."""
    tags = drawn.tags(input_shape("iam", "create_instance_profile").members["Tags"])
    return st.fixed_dictionaries({"role": st.sampled_from(["", "a", "/team/b"]), "tags": tags})


def changeable_role():
    """The same for a role."""
    members = input_shape("iam", "create_role").members
    policy_name = drawn.text(input_shape("iam", "put_role_policy").members["PolicyName"])
    return st.fixed_dictionaries(
        {
            "description": st.text("ab é-", max_size=20),
            "max_session_duration": st.integers(3600, 43200),
            "tags": drawn.tags(members["Tags"]),
            "inline_policies": st.dictionaries(policy_name, DOCUMENT, max_size=2),
            "managed_policies": MANAGED,
            "assume_role_policy_document": TRUST,
        }
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


@pytest.mark.parametrize(
    ("promised", "changeable"),
    [
        pytest.param(ec2_role.PROMISED, changeable_role(), id="role"),
        pytest.param(instance_profile.PROMISED, changeable_profile(), id="instance profile"),
    ],
)
@settings(max_examples=10, derandomize=True, deadline=None, phases=[Phase.generate])
@given(choice=st.data())
def test_a_thing_is_as_it_was_last_declared_whatever_it_was_before(promised, changeable, choice, sandbox):
    before, after = (choice.draw(changeable) for _time in range(2))
    changing = replace(promised, wants={"drawn": {"name": "web", **after}}, haves={"drawn": made(promised, before)})
    story = story_of(Case(changing, "drawn", "drawn"), sandbox)
    assert [story.checked.get(word) for word in FORETOLD] == [story.done.get(word) for word in FORETOLD]
    assert story.done["diff"]["after"] == story.again["diff"]["before"] == story.again["diff"]["after"]
    assert story.again["plan"] == []


def made(promised, said):
    """A thing as an earlier run of its module left it."""
    earlier = replace(promised, wants={"earlier": {"name": "web", **said}}, haves={"nothing": nothing})
    return Case(earlier, "earlier", "nothing").run
