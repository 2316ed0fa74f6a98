# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan as data: what a later value shows, what a step asks for, which refusals mean "not yet"."""

from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused
from ansible_collections.passrole.ec2.plugins.module_utils.core.permissions import Permission
from ansible_collections.passrole.ec2.plugins.module_utils.core.plan import (
    Action,
    Later,
    NotYet,
    Plan,
    Wait,
    shown,
)

MAKE = Action("ec2", "create_launch_template", {}, "make it", needs=(Permission("iam:PassRole"),))
SEE = Wait("ec2", "describe_launch_templates", {}, "see it", until=bool)


def test_a_later_value_reads_as_known_after_apply():
    assert str(Later("create_launch_template", "LaunchTemplate.LaunchTemplateId")) == "(known after apply)"


def test_what_is_shown_has_every_later_value_in_words():
    later = Later("make", "Id")
    part = Later("make", "Thing", meanwhile={"name": "web", "id": later})
    assert shown({"a": [later, 1], "b": part}) == {
        "a": ["(known after apply)", 1],
        "b": {"name": "web", "id": "(known after apply)"},
    }


@pytest.mark.parametrize(
    ("refusal", "means_not_yet"),
    [
        (CallRefused("ValidationError", "Invalid IAM Instance Profile name"), True),
        (CallRefused("ValidationError", "something else"), False),
        (CallRefused("AccessDenied", "Invalid IAM Instance Profile name"), False),
    ],
)
def test_a_refusal_means_not_yet_by_its_code_and_its_words(refusal, means_not_yet):
    assert (refusal in NotYet("ValidationError", "Invalid IAM Instance Profile")) is means_not_yet


def test_a_code_alone_means_not_yet_whatever_the_words():
    assert CallRefused("NoSuchEntity", "anything") in NotYet("NoSuchEntity")


def test_a_step_tells_the_permissions_it_needs():
    assert [one.action for one in MAKE.permissions] == ["ec2:CreateLaunchTemplate", "iam:PassRole"]
    assert SEE.permissions == (Permission("ec2:DescribeLaunchTemplates"),)


def test_what_it_takes_to_mend_what_a_refusal_breaks_is_told_apart():
    swap = Action("ec2", "modify_launch_template", {"LaunchTemplateId": "lt-1"}, "swap", otherwise=MAKE)
    assert (swap.spare, MAKE.spare, SEE.spare) == (MAKE.permissions, (), ())


def test_a_plan_is_true_when_it_has_steps_and_gives_them_in_order():
    assert not Plan(None, None)
    assert list(Plan(None, None, (MAKE, SEE))) == [MAKE, SEE]


@pytest.mark.parametrize("value", [MAKE, SEE, Plan(None, None), Later("make", "Id"), NotYet("Code")])
def test_values_are_frozen(value):
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, dataclasses.fields(value)[0].name, "other")
