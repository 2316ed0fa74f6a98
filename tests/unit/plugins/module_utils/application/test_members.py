# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An application of a fleet is told to each module as the role for one application tells it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.passrole.ec2.plugins.module_utils.application.members import FORMERS, GROUP, PROFILE, ROLE, TAKEN, application, member, taken
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused

TASKS = Path(__file__).parents[5] / "roles" / "application" / "tasks"
# What the role says once for all tasks of it, or a fleet says once for all members.
BESIDE = {"builds_on", "max_calls_per_second", "on_use_in_other_regions", "preflight", "state"}
VARIABLE = re.compile(r"application_(\w+)")
# Where the role's variable does not tell the word by itself.
APART = {(GROUP, "launch_template"): "launch_template", (GROUP, "launch_configuration"): "launch_configuration", (GROUP, "instance_profile"): None}


def told(module, state):
    """What the role's task tells the module, by option and variable; the second task of a module is that for former profiles."""
    tasks = yaml.safe_load((TASKS / f"{state}.yml").read_text(encoding="utf-8"))
    called = f"passrole.ec2.{PROFILE if module == FORMERS else module}"
    options = [task[called] for task in tasks if called in task][1 if module == FORMERS else 0]
    found = {}
    for option, value in options.items():
        if option not in BESIDE:
            word = APART.get((module, option), VARIABLE.findall(str(value))[:1])
            found[option] = word if not isinstance(word, list) else (word or [option])[0]
    return {option: word for option, word in found.items() if word}


@pytest.mark.parametrize(("module", "state"), TAKEN)
def test_each_module_is_told_what_the_role_tells_it(module, state):
    words = {option: word for option, word in TAKEN[module, state].items() if (module, option) != (GROUP, "instance_profile")}
    assert {**told(module, state), **({"role_change": "role_change"} if module == FORMERS else {})} == words


@pytest.mark.parametrize(
    ("said", "role", "profile"),
    [
        ({}, "web", "web"),
        ({"role": "r"}, "r", "r"),
        ({"role": "r", "instance_profile": "p"}, "r", "p"),
        ({"role": "r", "role_change": "new_profile"}, "r", "web"),
        ({"role_change": "in_place"}, "web", "web"),
    ],
)
def test_names_follow_from_names_as_in_the_role(said, role, profile):
    whole = application({"name": "web", **said}, {})
    assert (whole["role"], whole["instance_profile"]) == (role, profile)


def test_what_holds_for_all_holds_unless_one_says_otherwise():
    assert application({"name": "web", "min_size": 3}, {"min_size": 1, "max_size": 4})["min_size"] == 3
    assert application({"name": "web"}, {"min_size": 1})["min_size"] == 1


def test_what_is_no_application_is_kept_as_a_refusal():
    assert isinstance(member(0, {"name": "web", "sice": 1}, {}, "").refusal, Refused)


def test_a_launch_configuration_takes_the_place_of_the_template_that_all_have():
    one = application({"name": "web", "launch_configuration": {"image_id": "ami-1"}}, {"launch_template": {"image_id": "ami-2"}})
    assert "launch_template" not in taken(GROUP, "present", one, {})


def test_the_group_launches_with_the_profile_that_the_stage_before_told():
    one = application({"name": "web"}, {})
    assert taken(GROUP, "present", one, {"instance_profile_name": "web-1234abcd"})["instance_profile"] == "web-1234abcd"
    assert taken(GROUP, "present", one, {})["instance_profile"] == "web"


def test_former_profiles_are_looked_for_only_where_each_role_has_its_own():
    assert taken(FORMERS, "present", application({"name": "web"}, {}), {}) is None
    assert taken(FORMERS, "present", application({"name": "web", "role_change": "new_profile"}, {}), {})["role_change"] == "new_profile"


def test_nothing_is_said_of_a_state_that_is_the_usual_one():
    assert "state" not in taken(ROLE, "present", application({"name": "web"}, {}), {})
    assert taken(GROUP, "absent", application({"name": "web"}, {}), {}) == {"name": "web", "state": "absent"}


@pytest.mark.parametrize("module", [PROFILE, ROLE])
def test_identity_that_other_regions_use_is_kept_by_fleet_and_role(module):
    told = taken(module, "absent", application({"name": "web"}, {}), {})
    assert (told["state"], told["on_use_in_other_regions"]) == ("absent", "keep")
    tasks = yaml.safe_load((TASKS / "absent.yml").read_text(encoding="utf-8"))
    assert [task[f"passrole.ec2.{module}"]["on_use_in_other_regions"] for task in tasks if f"passrole.ec2.{module}" in task] == ["keep"]
