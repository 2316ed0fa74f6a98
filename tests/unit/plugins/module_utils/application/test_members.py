# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each module takes of an application."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.application.members import FORMERS, GROUP, PROFILE, ROLE, application, member, taken
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused


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
    one = application({"name": "web", "min_size": 1}, {})
    assert taken(GROUP, "present", one, {"instance_profile_name": "web-1234abcd"})["instance_profile"] == "web-1234abcd"
    assert taken(GROUP, "present", one, {})["instance_profile"] == "web"


def test_former_profiles_are_looked_for_only_where_each_role_has_its_own():
    assert taken(FORMERS, "present", application({"name": "web"}, {}), {}) is None
    assert taken(FORMERS, "present", application({"name": "web", "role_change": "new_profile"}, {}), {})["role_change"] == "new_profile"


def test_nothing_is_said_of_a_state_that_is_the_usual_one():
    assert "state" not in taken(ROLE, "present", application({"name": "web"}, {}), {})
    assert taken(GROUP, "absent", application({"name": "web"}, {}), {}) == {"name": "web", "state": "absent"}


@pytest.mark.parametrize("module", [PROFILE, ROLE])
def test_an_identity_that_other_regions_use_is_kept(module):
    told = taken(module, "absent", application({"name": "web"}, {}), {})
    assert (told["state"], told["on_use_in_other_regions"]) == ("absent", "keep")


@pytest.mark.parametrize("said", [{}, {"managed_policies": []}, {"rollout": {"strategy": "refresh"}}, {"force_delete": True}, {"wait_timeout": 5}])
def test_an_application_without_anything_of_a_group_is_its_role_and_profile(said):
    one = application({"name": "web", **said}, {})
    assert taken(GROUP, "present", one, {}) is None
    assert taken(GROUP, "absent", one, {})["name"] == "web"


@pytest.mark.parametrize("said", [{"launch_template": {}}, {"launch_configuration": {}}, {"min_size": 0}, {"group_tags": []}])
def test_whatever_is_said_of_a_group_declares_it(said):
    assert taken(GROUP, "present", application({"name": "web", **said}, {}), {}) is not None


@pytest.mark.parametrize("name", ["t1", "a", "web server"])
def test_a_name_that_no_launch_template_can_have_is_not_looked_for_as_one(name):
    assert taken(GROUP, "absent", application({"name": name}, {}), {})["launch_configuration"] == {}
    assert "launch_configuration" not in taken(GROUP, "absent", application({"name": name, "launch_template": {"name": "web"}}, {}), {})


def test_blank_options_of_a_member_are_not_given():
    one = application({"name": "web", "tags": "", "min_size": None, "description": ""}, {"min_size": 2, "max_size": ""})
    assert one == {"name": "web", "description": "", "min_size": 2, "role": "web", "instance_profile": "web"}


def test_every_unknown_option_of_a_member_is_named():
    with pytest.raises(Refused, match="zz: no such option of an application; yy: no such option of an application"):
        application({"name": "web", "zz": 1, "yy": 2}, {})
