# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is decided about one line of launch configurations."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused, Refused
from ansible_collections.passrole.ec2.plugins.module_utils.launch_configuration.plan import absence, clearing, plan
from ansible_collections.passrole.ec2.plugins.module_utils.launch_configuration.state import Configuration, Desired, Observed, later_name

from tests.support.service_models import input_shape

SHAPE = input_shape("autoscaling", "create_launch_configuration")
DATA = {"ImageId": "ami-1", "InstanceType": "t2.micro", "IamInstanceProfile": "app"}
WANT = Desired("web", DATA)
WEB = Configuration("web", DATA)
NEXT = replace(WANT, data={**DATA, "InstanceType": "t3.micro"})
LATER = Configuration(later_name(NEXT), NEXT.data)


def told(want, *line, **users):
    seen = Observed(line, users)
    return [step.summary for step in plan(want, seen, SHAPE).then(clearing(want, seen))]


def test_the_first_one_has_the_declared_name():
    assert told(WANT) == ["create launch configuration web with instance profile app"]


def test_what_is_there_needs_nothing():
    assert told(WANT, WEB) == []
    assert told(NEXT, LATER) == []


def test_a_change_makes_a_new_one_that_says_why_and_the_old_one_goes():
    assert told(NEXT, WEB) == [
        f"create launch configuration {later_name(NEXT)} in place of web: InstanceType",
        "delete launch configuration web",
    ]


def test_a_change_back_makes_one_that_is_named_after_its_data_too():
    assert told(WANT, LATER) == [
        f"create launch configuration {later_name(WANT)} in place of {LATER.name}: InstanceType",
        f"delete launch configuration {LATER.name}",
    ]


def test_what_an_interrupted_run_left_is_found_again_and_finished():
    assert told(NEXT, WEB, LATER) == ["delete launch configuration web"]


def test_an_older_one_that_another_group_uses_stays():
    assert told(NEXT, WEB, LATER, other="web") == []
    assert plan(NEXT, Observed((WEB, LATER), {"other": "web"}), SHAPE).after["launch_configuration"]["older"] == ["web"]


def test_the_group_of_the_declaration_moves_and_so_keeps_no_older_one():
    assert told(replace(NEXT, group="app"), WEB, LATER, app="web") == ["delete launch configuration web"]


def test_all_of_a_line_goes_and_one_in_use_is_refused_before_anything_is_deleted():
    line = Observed((WEB, LATER), {"app": "web", "other": None})
    gone = absence(Desired("web", group="app", present=False), line, SHAPE)
    assert [step.summary for step in gone] == ["delete launch configuration web", f"delete launch configuration {LATER.name}"]
    assert gone.outcome == {"launch_configuration": {"web": None, LATER.name: None}}
    with pytest.raises(Refused, match=r"launch_configuration\.name: web is still in use by group app; move or delete that first"):
        absence(Desired("web", present=False), line, SHAPE)


def test_the_absence_of_what_is_absent_is_no_change():
    assert not absence(Desired("web", present=False), Observed(), SHAPE)


def test_creation_passes_the_role_and_leaves_out_what_says_nothing():
    (create,) = plan(replace(WANT, data={**DATA, "SecurityGroups": [], "KeyName": ""}), Observed(), SHAPE)
    assert create.params == {"LaunchConfigurationName": "web", **DATA}
    assert [one.action for one in create.permissions] == ["autoscaling:CreateLaunchConfiguration", "iam:PassRole"]


@pytest.mark.parametrize("words", ["Invalid IamInstanceProfile: app", "You are not authorized to perform this operation"])
def test_a_profile_that_auto_scaling_does_not_see_yet_is_waited_for(words):
    (create,) = plan(WANT, Observed(new_profile=True), SHAPE)
    assert any(CallRefused("ValidationError", words) in passing for passing in create.not_yet)


def test_what_may_be_a_denial_is_waited_for_only_where_the_profile_is_news():
    (create,) = plan(WANT, Observed(), SHAPE)
    assert not any(CallRefused("ValidationError", "You are not authorized to perform this operation") in passing for passing in create.not_yet)


def test_where_aws_makes_no_more_the_same_is_shown_as_a_template():
    (create,) = plan(WANT, Observed(), SHAPE)
    assert create.advice == {
        "UnsupportedOperation": "Declare, in place of launch_configuration, instance_profile: app and launch_template: "
        '{"name": "web", "image_id": "ami-1", "instance_type": "t2.micro", "monitoring": {"enabled": true}}'
    }


def test_user_data_never_show():
    planned = plan(replace(WANT, data={**DATA, "UserData": "IyFzZWNyZXQ="}), Observed(), SHAPE)
    assert "IyFzZWNyZXQ" not in f"{planned.after} {planned.steps[0].advice} {planned.steps[0].summary}"
