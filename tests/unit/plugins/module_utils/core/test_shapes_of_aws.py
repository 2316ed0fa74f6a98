# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every leaf of what EC2 and Auto Scaling take can be said in a playbook's words, and is read back in the same words."""

from __future__ import annotations

from datetime import datetime, timezone
from functools import reduce
from operator import getitem

import botocore.session
import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.shapes import meaning, to_api, to_words, within, xform_name

SESSION = botocore.session.get_session()
EC2 = SESSION.get_service_model("ec2")
SHAPES = {
    "launch_template": EC2.shape_for("RequestLaunchTemplateData"),
    "auto_scaling_group": SESSION.get_service_model("autoscaling").operation_model("CreateAutoScalingGroup").input_shape,
}

FITTING = {"^ami-[a-z0-9]{1,17}$": "ami-1"}  # by pattern, where a few letters would not do


def leaves(shape, path=()):
    """Every path from a shape to a member that holds a plain value."""
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield from leaves(member, (*path, name))
    elif shape.type_name == "list":
        yield from leaves(shape.member, (*path, 0))
    else:
        yield path


def only(shape, path):
    """A value of the shape that says this leaf, and what must be said beside it."""
    if shape.type_name == "list":
        return [only(shape.member, path[1:])]
    if shape.type_name == "structure":
        needed = {name: only(shape.members[name], first_leaf(shape.members[name])) for name in shape.required_members}
        return {**needed, path[0]: only(shape.members[path[0]], path[1:])} if path else needed
    return plain(shape)


def first_leaf(shape):
    return next(leaves(shape))


def plain(shape):
    if shape.type_name == "string":
        return shape.enum[0] if shape.enum else FITTING.get(shape.metadata.get("pattern"), "x" * max(3, shape.metadata.get("min", 0)))
    return {
        "boolean": True,
        "integer": max(3, shape.metadata.get("min", 0)),
        "double": 1.5,
        "timestamp": datetime(2026, 12, 31, tzinfo=timezone.utc),
    }[shape.type_name]


LEAVES = [
    pytest.param(option, path, id=".".join(map(str, (option, *path))))
    for option, shape in SHAPES.items()
    for path in leaves(shape)
]


@pytest.mark.parametrize(("option", "path"), LEAVES)
def test_a_leaf_is_said_and_read_back(option, path):
    shape = SHAPES[option]
    value = only(shape, path)
    assert meaning(to_api(to_words(value, shape), shape, option)) == meaning(value)


@pytest.mark.parametrize(("option", "path"), LEAVES)
def test_a_leaf_is_read_from_text_as_jinja_makes_it(option, path):
    shape = SHAPES[option]
    value = only(shape, path)
    assert meaning(to_api(as_text(to_words(value, shape)), shape, option)) == meaning(value)


def as_text(words):
    if isinstance(words, dict):
        return {word: as_text(item) for word, item in words.items()}
    return [as_text(item) for item in words] if isinstance(words, list) else str(words)


@pytest.mark.parametrize(("option", "path"), LEAVES)
def test_a_structure_in_place_of_a_leaf_is_refused_with_its_path(option, path):
    shape = SHAPES[option]
    words = to_words(only(shape, path), shape)
    *way, last = [step if isinstance(step, int) else xform_name(step) for step in path]
    reduce(getitem, way, words)[last] = {"no": "leaf"}
    with pytest.raises(Refused, match=rf"^{option}\."):
        to_api(words, shape, option)


@pytest.mark.parametrize(("option", "path"), LEAVES)
def test_what_no_request_can_say_is_cut_from_an_answer(option, path):
    shape = SHAPES[option]
    value = only(shape, path)
    assert within({**value, "OnlyInAnswers": 1}, shape) == value
