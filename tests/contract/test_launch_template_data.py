# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The promises hold for whatever EC2's model takes as a launch template's data, leaf by leaf and as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import reduce
from itertools import count
from operator import getitem
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ansible_collections.passrole.ec2.plugins.module_utils.core.run import one
from ansible_collections.passrole.ec2.plugins.module_utils.core.shapes import meaning, to_words

from tests.support import strategies as drawn
from tests.support.service_models import input_shape
from tests.support.contracts import asg_launch_with_profile
from tests.support.contracts.clients import Door, Furnished
from tests.support.contracts.execution import FORETOLD

DATA = input_shape("ec2", "create_launch_template").members["LaunchTemplateData"]
OTHER = "arn:aws:iam::123456789012:instance-profile/team/other"
MADE = {"web": {"path": "/", "role": "web"}, "other": {"path": "/team/", "role": "other", "arn": OTHER}}

# Members whose value names something that must be there, or is kept in another form than it is given.
KNOWN = {
    "IamInstanceProfile": st.sampled_from([{"Name": "web"}, {"Name": "other"}, {"Arn": OTHER}]),
    "ImageId": st.sampled_from([asg_launch_with_profile.IMAGE, "ami-12c6146b"]),
    "UserData": st.text(max_size=50),
}
# Where AWS tells its defaults of what is not given, only other values can be told to have been taken away.
NOT_FILLED_IN = st.fixed_dictionaries(
    {
        "HttpTokens": st.just("optional"),
        "HttpEndpoint": st.just("disabled"),
        "HttpProtocolIpv6": st.just("enabled"),
        "HttpPutResponseHopLimit": st.integers(2, 64),
        "InstanceMetadataTags": st.just("enabled"),
    }
)
PROFILE = {"IamInstanceProfile": {"Name": "web"}}
# EC2 needs them, and its model does not say so.
NEEDED = {"Key", "ResourceType"}
Path = tuple[Any, ...]


class Kept:
    """A launch template of its own, kept as each declaration says."""

    numbers = count(1)

    def __init__(self, account: Any) -> None:
        self.aws = Furnished(Door(account))
        self.name = f"drawn-{next(self.numbers)}"

    def run(self, data: Mapping[str, Any], dry: bool = False) -> dict[str, Any]:
        words = {"name": self.name, **to_words({**PROFILE, **data}, DATA)}
        said = {"launch_template": words, "builds_on": [{"outcome": {"instance_profile": MADE}}]}
        return one(asg_launch_with_profile.PROMISED.params(said), asg_launch_with_profile.PROMISED.make_plan, self.aws, dry)[0]

    def settles(self, data: Mapping[str, Any]) -> list[str]:
        """What it takes to keep the template so; done again, it takes nothing."""
        done = self.run(data)["plan"]
        assert self.run(data, dry=True)["plan"] == []
        return done

    def version_for(self, member: str) -> list[str]:
        """What one new version takes."""
        return [
            f"add a version to launch template {self.name}: {member}",
            f"make that version the default of launch template {self.name}",
        ]

    def seen(self) -> Mapping[str, Any]:
        answer = self.aws.call("ec2", "describe_launch_template_versions", LaunchTemplateName=self.name, Versions=["$Latest"])
        return answer["LaunchTemplateVersions"][0]["LaunchTemplateData"]


@pytest.fixture(scope="module")
def staged(sandbox):
    """An account in which the profiles are."""
    sandbox.reset()
    asg_launch_with_profile.profiles(sandbox)
    return sandbox


def whole(member: str) -> st.SearchStrategy[Any]:
    """A value of a member, with something in each leaf."""
    if member == "MetadataOptions":
        return NOT_FILLED_IN
    return KNOWN.get(member, drawn.value(DATA.members[member], whole=True)).filter(bool)


def leaves(value: Any, shape: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The way to each plain value, and its shape."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from leaves(item, shape.members[name], (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, shape.member, (*path, index))
    else:
        yield path, shape


def at(data: Mapping[str, Any], path: Path) -> Any:
    return reduce(getitem, path, data)


def with_leaf(data: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    changed = deepcopy(data)
    at(changed, path[:-1])[path[-1]] = value
    return changed


def without_leaf(data: Mapping[str, Any], path: Path) -> dict[str, Any]:
    changed = deepcopy(data)
    del at(changed, path[:-1])[path[-1]]
    return changed


def another(data: Mapping[str, Any], path: Path, shape: Any) -> st.SearchStrategy[Any]:
    """A value for a leaf that makes the whole mean something else."""
    return drawn.value(shape, whole=True).filter(lambda value: meaning(with_leaf(data, path, value)) != meaning(data))


def has_another(shape: Any) -> bool:
    """Whether there is more than one value; the model has choices of one."""
    return len(getattr(shape, "enum", None) or "any") > 1


def is_needed(path: Path) -> bool:
    """Whether nothing of the leaf's kind can be without it."""
    shape = DATA
    for step in path[:-1]:
        shape = shape.member if isinstance(step, int) else shape.members[step]
    return path[-1] in NEEDED.union(getattr(shape, "required_members", ()))


@pytest.mark.parametrize("member", sorted(DATA.members.keys() - KNOWN.keys()))
@settings(max_examples=1, derandomize=True, deadline=None, phases=[Phase.generate])
@given(choice=st.data())
def test_every_leaf_is_kept_changed_and_taken_away(member, choice, staged):
    data = {member: choice.draw(whole(member))}
    kept = Kept(staged)
    kept.settles(data)
    every = list(leaves(data[member], DATA.members[member], (member,)))
    for path, shape in every:
        if has_another(shape):
            assert kept.settles(with_leaf(data, path, choice.draw(another(data, path, shape)))) == kept.version_for(member)
    kept.settles(data)
    for path, _shape in every:
        assert is_needed(path) or kept.settles(without_leaf(data, path)) == kept.version_for(member)
    kept.settles({})
    assert member not in kept.seen() or member == "MetadataOptions"


@pytest.mark.parametrize("member", sorted(KNOWN))
@settings(max_examples=5, derandomize=True, deadline=None, phases=[Phase.generate])
@given(choice=st.data())
def test_what_names_something_is_kept_and_changed(member, choice, staged):
    first = {member: choice.draw(whole(member))}
    second = {member: choice.draw(whole(member).filter(lambda value: value != first[member]))}
    kept = Kept(staged)
    kept.settles(first)
    assert kept.settles(second) in ([], kept.version_for(member))  # a profile may be named anew, by its ARN
    assert kept.settles({}) in ([], kept.version_for(member))


@settings(max_examples=30, derandomize=True, deadline=None, phases=[Phase.generate])
@given(choice=st.data())
def test_whatever_ec2_takes_is_foretold_done_and_then_so(choice, staged):
    data = choice.draw(drawn.value(DATA, known={**KNOWN, "TagSpecifications": whole("TagSpecifications")}))
    kept = Kept(staged)
    checked, done = kept.run(data, dry=True), kept.run(data)
    assert [checked.get(word) for word in FORETOLD] == [done.get(word) for word in FORETOLD]
    assert kept.run(data, dry=True)["plan"] == kept.run(in_other_words(data), dry=True)["plan"] == []


def in_other_words(value: Any) -> Any:
    """The same, with each list turned round and each plain item of it twice."""
    if isinstance(value, dict):
        return {name: in_other_words(item) for name, item in value.items()}
    if isinstance(value, list):
        items = [in_other_words(item) for item in reversed(value)]
        return items if items and isinstance(items[0], (dict, list)) else items * 2
    return value
