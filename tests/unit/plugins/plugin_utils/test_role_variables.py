# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of a role are collected, foreign ones are not touched, and misspelt ones are named."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleUndefinedVariable

from ansible_collections.passrole.ec2.plugins.plugin_utils.role_variables import ALLOWED, collect_variables, list_wrong_values

OWN = ("managed_policies", "min_size", "name", "tags")
OTHERS = ("result",)
OMIT = object()


class Templar:
    """Templates ``{{ value }}`` to the value, and notes what it was given."""

    def __init__(self, values=None):
        self.values, self.given = values or {}, []

    def template(self, value):
        if isinstance(value, dict):
            return {key: self.template(item) for key, item in value.items()}
        self.given.append(value)
        if value == "{{ undefined }}":
            raise AnsibleUndefinedVariable("'undefined' is undefined")
        return self.values.get(value, value) if isinstance(value, str) else value


def collect(variables, values=None):
    templar = Templar(values)
    return collect_variables("application_", OWN, OTHERS, {"omit": OMIT, **variables}, templar), templar


def test_own_variables_are_templated_and_no_other():
    variables = {"application_name": "{{ host }}", "application_hosts": "{{ a }}", "application_result": "{{ b }}", "other": "{{ c }}"}
    found, templar = collect(variables, {"{{ host }}": "web"})
    assert found.given == {"name": "web"} and found.problems == () and found.advice == ()
    assert templar.given == ["{{ host }}", None]


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("application_managed_policy", "application_managed_policies"),
        ("application_min_sise", "application_min_size"),
        ("application_nmae", "application_name"),
    ],
)
def test_a_misspelt_variable_is_named_with_the_nearest_one(name, near):
    found, _templar = collect({name: 1})
    assert found.problems == (f"{name}: unknown variable; did you mean {near}?",)


def test_only_what_follows_the_prefix_is_compared():
    assert collect({"application_q": 1})[0].problems == ("application_q: unknown variable.",)


@pytest.mark.parametrize("allowed", [["application_version"], "application_version, application_port", "application_version"])
def test_an_allowed_variable_is_the_users_own_and_the_advice_has_the_value_to_paste(allowed):
    found, _templar = collect({"application_version": 1, ALLOWED: allowed})
    assert found.problems == ()
    found, _templar = collect({"application_version": 1, "application_x": 2, ALLOWED: ["application_version"]})
    assert found.advice == ("If a variable is your own, name it: passrole_allowed_variables: [application_version, application_x]",)


def test_what_cannot_be_templated_is_a_mistake_beside_the_others():
    found, _templar = collect({"application_tags": "{{ undefined }}", "application_mni_size": 1, "application_name": "web"})
    assert found.given == {"name": "web"}
    assert [line.partition(":")[0] for line in found.problems] == ["application_mni_size", "application_tags"]


def test_omitted_values_are_not_given_at_any_depth():
    found, _templar = collect({"application_min_size": OMIT, "application_tags": {"a": OMIT, "b": [OMIT, 1]}})
    assert found.given == {"tags": {"b": [1]}}


def test_omit_is_a_text_on_old_cores():
    found = collect_variables("application_", OWN, OTHERS, {"omit": "__omit_place_holder__1", "application_min_size": "__omit_place_holder__1"}, Templar())
    assert found.given == {}


def test_values_are_judged_by_their_types_and_blank_ones_are_not_given():
    options = {"name": {"type": "str", "required": True}, "size": {"type": "int"}, "kind": {"type": "str", "choices": ["a", "b"]}, "tags": {"type": "dict"}}
    assert list_wrong_values("role_", options, {"name": "x", "size": "", "kind": None, "tags": " "}) == []
    assert list_wrong_values("role_", options, {"name": " ", "size": "x", "kind": "c", "tags": []}) == [
        "role_name: required.",
        'role_size: must be an integer, not "x".',
        "role_tags: must be a dictionary.",
        "role_kind: must be one of a, b, not c.",
    ]
