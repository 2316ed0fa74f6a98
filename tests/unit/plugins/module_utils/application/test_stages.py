# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stages of one application, and its options as the stages' refusals name them."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.application.stages import rename_stage_option, single_member, stages_of_one
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import ChainFailed, Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.spec import Spec


def params(**given):
    return {"state": "present", "identity_suffix": "", "variable_prefix": "application_", "resources": "all", "application": {"name": "web"}, **given}


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({}, ["iam_ec2_role", "iam_instance_profile", "asg_launch_with_profile", "former_instance_profiles"]),
        ({"state": "absent"}, ["asg_launch_with_profile", "iam_instance_profile", "iam_ec2_role"]),
        ({"resources": "identity"}, ["iam_ec2_role", "iam_instance_profile", "former_instance_profiles"]),
        ({"resources": "identity", "state": "absent"}, ["iam_instance_profile", "iam_ec2_role"]),
    ],
)
def test_the_stages_are_in_the_order_in_which_resources_depend_on_each_other(given, names):
    assert [stage.name for stage in stages_of_one(params(**given), lambda kind: Spec(kind).read)] == names


@pytest.mark.parametrize(("resources", "keeps"), [("all", True), ("identity", False)])
def test_only_an_application_lives_in_a_region_and_keeps_what_others_use(resources, keeps):
    stages = stages_of_one(params(resources=resources, state="absent"), lambda kind: Spec(kind).read)
    said = stages[-1].said(single_member(params(resources=resources, state="absent")).params, {})
    assert ("on_use_in_other_regions" in said) is keeps and said["name"] == "web"


@pytest.mark.parametrize(
    ("application", "lines"),
    [
        (
            {"name": "web", "min_sise": 1, "qq": 2},
            ["application_min_sise: unknown variable; did you mean application_min_size?", "application_qq: unknown variable."],
        ),
        ({"name": "web", "min_size": "many"}, ['application_min_size: must be an integer, not "many".']),
        ({"min_size": 1}, ["application_name: must be given"]),
    ],
)
def test_every_mistake_is_refused_at_once(application, lines):
    with pytest.raises(Refused) as caught:
        single_member(params(application=application))
    assert str(caught.value).split("\n") == lines


@pytest.mark.parametrize(
    ("message", "stage", "renamed"),
    [
        ("min_size: 3 is more than max_size 2", 2, "application_min_size: 3 is more than max_size 2"),
        ("tags: at most 50", 2, "application_group_tags: at most 50"),
        ("tags: at most 50", 0, "application_tags: at most 50"),
        ("launch_template.image_id: no such image", 2, "application_launch_template.image_id: no such image"),
        ("There is no role web", 1, "There is no role web"),
        ("name: too long", None, "name: too long"),
    ],
)
def test_a_refusal_of_a_stage_names_the_option_as_the_user_gave_it(message, stage, renamed):
    assert rename_stage_option(message, stage, params()) == renamed


def test_a_chain_that_failed_tells_what_was_done_of_all():
    told = ChainFailed("application_min_size: too many", {"msg": "min_size: too many", "changed": True, "done": ["create role web"]}).as_result()
    assert told == {"msg": "application_min_size: too many", "changed": True, "done": ["create role web"]}
