# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mistakes in the options of an application: one line each, all at once, under the name that the user gave."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.application.members import EMPTY_TEXTS, without_blank_options
from ansible_collections.passrole.ec2.plugins.module_utils.application.options import SPECS, list_mistakes

MISTAKES = [
    ({"min_size": "many"}, 'application_min_size: must be an integer, not "many".'),
    ({"min_size": [1]}, "application_min_size: must be an integer."),
    ({"tags": "x"}, 'application_tags: must be a dictionary.'),
    ({"group_tags": "x"}, 'application_group_tags: each element must be a dictionary.'),
    ({"launch_template": [1]}, "application_launch_template: must be a dictionary."),
    ({"wait_for_instances": "perhaps"}, 'application_wait_for_instances: must be true or false, not "perhaps".'),
    ({"role_change": "new"}, "application_role_change: must be one of in_place, new_profile, not new."),
    ({"vet_policies": ["offlin"]}, "application_vet_policies: must be one of access_analyzer, offline, not offlin."),
    ({"rollout": {"strategy": "refesh"}}, "application_rollout.strategy: must be one of none, associate, refresh, not refesh."),
    ({"rollout": {"wait": "perhaps"}}, "application_rollout.wait: must be true or false."),
    ({"rollout": {"preference": {}}}, "application_rollout.preference: unknown option; did you mean preferences?"),
    ({"rollout": "refresh"}, "application_rollout: must be a dictionary."),
    ({"rollout": {"hand": True}}, "application_rollout.hand: unknown option."),
]


@pytest.mark.parametrize(("given", "line"), MISTAKES)
def test_a_mistake_is_one_line_with_the_path_and_what_is_right(given, line):
    found = list_mistakes({"name": "web", **given}, "present", prefix="application_")
    assert found == [line]


def test_all_mistakes_are_found_at_once():
    given = {name: value for options, _line in MISTAKES[:1] + MISTAKES[2:7] for name, value in options.items()}
    found = list_mistakes({"name": "web", **given}, "present", prefix="application_")
    assert sorted(found) == sorted(line for _options, line in MISTAKES[:1] + MISTAKES[2:7])
    assert "class" not in " ".join(found)


def test_a_member_of_a_structure_is_not_shown_as_it_may_be_a_secret():
    given = {"name": "web", "rollout": {"preferences": "hunter2"}, "launch_template": ["hunter2"], "tags": "hunter2"}
    assert "hunter2" not in " ".join(list_mistakes(given, "present"))


@pytest.mark.parametrize("name", sorted(SPECS))
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_blank_value_is_not_given_unless_an_empty_text_is_a_value(name, value):
    kept = without_blank_options({name: value})
    assert kept == ({name: value} if name in EMPTY_TEXTS and value is not None else {})


@pytest.mark.parametrize("value", [0, False, [], {}, 0.0])
def test_zero_false_and_empty_collections_are_values(value):
    assert without_blank_options({"min_size": value}) == {"min_size": value}


@pytest.mark.parametrize("resources", ["all", "identity"])
def test_the_group_of_an_identity_is_not_looked_at(resources):
    found = list_mistakes({"name": "web", "min_size": "many", "tags": "x"}, "present", resources=resources)
    assert len(found) == (2 if resources == "all" else 1)
