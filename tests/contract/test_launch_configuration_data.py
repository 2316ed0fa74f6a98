# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The promises hold for whatever Auto Scaling's model takes as a launch configuration's data, leaf by leaf and as a whole."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ansible_collections.passrole.ec2.plugins.module_utils.core.run import one
from ansible_collections.passrole.ec2.plugins.module_utils.core.shapes import meaning, to_words

from tests.support import strategies as drawn
from tests.support.service_models import input_shape
from tests.support.contracts.clients import Door, Furnished
from tests.support.contracts.launch_configuration import IMAGE, PROMISED, stage
from tests.support.contracts.execution import FORETOLD
from tests.contract.test_launch_template_data import at, leaves, with_leaf, without_leaf

DATA = input_shape("autoscaling", "create_launch_configuration")
MADE = {name: {"path": "/", "role": name} for name in ("web", "other")}
NEEDED = ("ImageId", "InstanceType", "DeviceName", "IamInstanceProfile")
# What must be there.
OTHERS = {IMAGE: "ami-12c6146b", "web": "other"}
# An instance must be there to be taken from, and its name is the option's own word.
NOT_DRAWN = ("InstanceId", "LaunchConfigurationName")

VOLUMES = st.fixed_dictionaries(
    {"VolumeSize": st.integers(1, 16384)},
    optional={
        "DeleteOnTermination": st.just(False),
        "Encrypted": st.just(True),
        "Iops": st.integers(100, 20000),
        "SnapshotId": st.just("snap-1"),
        "Throughput": st.integers(125, 1000),
        "VolumeType": st.sampled_from(["gp2", "gp3"]),
    },
)
NAMED = st.fixed_dictionaries({"DeviceName": st.sampled_from(["/dev/xvda", "/dev/xvdb", "/dev/xvdc"])})
REST = st.one_of(
    st.fixed_dictionaries({"Ebs": VOLUMES}), st.just({"NoDevice": True}), st.fixed_dictionaries({"VirtualName": st.just("ephemeral0")})
)
DEVICES = st.lists(st.builds(lambda name, rest: {**name, **rest}, NAMED, REST), max_size=3, unique_by=lambda device: device["DeviceName"])
KNOWN = {
    "BlockDeviceMappings": DEVICES,
    "IamInstanceProfile": st.sampled_from(["web", "other"]),
    "ImageId": st.sampled_from([IMAGE, "ami-12c6146b"]),
    "MetadataOptions": st.fixed_dictionaries(
        {}, optional={"HttpTokens": st.just("optional"), "HttpEndpoint": st.just("disabled"), "HttpPutResponseHopLimit": st.integers(2, 64)}
    ),
    "InstanceType": st.sampled_from(["t2.micro", "t3.micro"]),
    "KeyName": st.sampled_from(["key", "other"]),
    "SecurityGroups": st.lists(st.sampled_from(["default", "web"]), unique=True),
    "UserData": st.text(max_size=50),
}
MEMBERS = {name: KNOWN.get(name, drawn.value(shape)) for name, shape in DATA.members.items() if name not in NOT_DRAWN}
BASIS = {name: MEMBERS[name] for name in ("IamInstanceProfile", "ImageId", "InstanceType")}
ANY = st.fixed_dictionaries(BASIS, optional={name: MEMBERS[name] for name in MEMBERS.keys() - BASIS.keys()})
EVERY_LEAF = {
    "AssociatePublicIpAddress": False,
    "BlockDeviceMappings": [
        {
            "DeviceName": "/dev/xvda",
            "VirtualName": "ephemeral0",
            "NoDevice": True,
            "Ebs": {
                "DeleteOnTermination": False,
                "Encrypted": True,
                "Iops": 3000,
                "SnapshotId": "snap-1",
                "Throughput": 200,
                "VolumeSize": 8,
                "VolumeType": "gp3",
            },
        }
    ],
    "ClassicLinkVPCId": "vpc-1",
    "ClassicLinkVPCSecurityGroups": ["sg-1"],
    "EbsOptimized": True,
    "IamInstanceProfile": "web",
    "ImageId": IMAGE,
    "InstanceMonitoring": {"Enabled": False},
    "InstanceType": "t2.micro",
    "KernelId": "aki-1",
    "KeyName": "key",
    "MetadataOptions": {"HttpTokens": "optional", "HttpPutResponseHopLimit": 2, "HttpEndpoint": "disabled"},
    "PlacementTenancy": "dedicated",
    "RamdiskId": "ari-1",
    "SecurityGroups": ["default"],
    "SpotPrice": "0.05",
    "UserData": "#!/bin/sh",
}
LEAVES = list(leaves(EVERY_LEAF, DATA))


class Kept:
    """A launch configuration of its own, kept as each declaration says."""

    numbers = count(1)

    def __init__(self, account: Any) -> None:
        self.aws = Furnished(Door(account))
        self.name = f"drawn-{next(self.numbers)}"

    def run(self, data: Any, dry: bool = False) -> dict[str, Any]:
        words = {"name": self.name, **to_words(data, DATA)}
        said = {"launch_configuration": words, "builds_on": [{"outcome": {"instance_profile": MADE}}]}
        return one(PROMISED.params(said), PROMISED.make_plan, self.aws, dry)[0]

    def told(self, data: Any) -> list[str]:
        """What a check foretells, the new name left out."""
        return [summary.partition(" in place of ")[2] or summary for summary in self.run(data, dry=True)["plan"]]

    def one_new(self, member: str) -> list[str]:
        return [f"{self.name}: {member}", f"delete launch configuration {self.name}"]


@pytest.fixture(scope="module")
def staged(sandbox):
    """An account in which the profiles are, and the key pairs and security groups."""
    sandbox.reset()
    stage(sandbox)
    ec2 = sandbox.client("ec2")
    for name in ("key", "other"):
        ec2.create_key_pair(KeyName=name)
    ec2.create_security_group(GroupName="web", Description="web")
    return sandbox


@pytest.fixture(scope="module")
def kept(staged):
    """A configuration with something in each leaf."""
    kept = Kept(staged)
    kept.run(EVERY_LEAF)
    return kept


def test_every_leaf_of_the_model_is_tried():
    assert {path[0] for path, _shape in LEAVES} == MEMBERS.keys()
    deepest = (DATA.members["MetadataOptions"], DATA.members["BlockDeviceMappings"].member.members["Ebs"])
    assert {path[-1] for path, _shape in LEAVES} >= {member for shape in deepest for member in shape.members}


def test_something_in_each_leaf_is_kept(kept):
    assert kept.told(EVERY_LEAF) == []


@pytest.mark.parametrize(("path", "shape"), LEAVES, ids=lambda part: ".".join(map(str, part)) if isinstance(part, tuple) else "")
def test_one_leaf_changed_or_taken_away_makes_one_new_configuration(path, shape, kept):
    assert kept.told(with_leaf(EVERY_LEAF, path, another(at(EVERY_LEAF, path), shape))) == kept.one_new(path[0])
    assert path[-1] in NEEDED or kept.told(without_leaf(EVERY_LEAF, path)) == kept.one_new(path[0])


def another(value: Any, shape: Any) -> Any:
    """Another value for a leaf."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return next((choice for choice in shape.enum if choice != value), None) or OTHERS.get(value, f"{value}-1")


@settings(max_examples=12, derandomize=True, deadline=None, phases=[Phase.generate])
@given(first=ANY, second=ANY)
def test_whatever_auto_scaling_takes_is_foretold_done_and_then_so(first, second, staged):
    kept = Kept(staged)
    for data in (first, second):
        checked, done = kept.run(data, dry=True), kept.run(data)
        assert [checked.get(word) for word in FORETOLD] == [done.get(word) for word in FORETOLD]
        assert kept.told(data) == []
    # A default that is declared is no change where AWS tells of it anyway.
    assert len(done["plan"]) in ((0,) if meaning(first) == meaning(second) else (0, 2))
