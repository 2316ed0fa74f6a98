# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A launch configuration and its group as one plan, and what an account says to it."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.asg_launch.plan import plan
from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused, StoppedHalfway
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import one

from tests.support.contracts.clients import Door, Spreading
from tests.support.contracts.launch_configuration import ALONE, GROUPED, NAME, PROMISED, configuration, configured_group, make_group, stage


@pytest.fixture
def staged(account):
    """An account with the guide's profile in it."""
    stage(account)
    account.run("plan")
    return account


def ran(account, said, dry=False, door=Aws):
    return one(PROMISED.params(said), plan, door(Door(account)), dry=dry)[0]


def names(account):
    return [one["LaunchConfigurationName"] for one in account.client("autoscaling").describe_launch_configurations()["LaunchConfigurations"]]


def test_the_guides_example_is_made_as_the_guide_tells(staged):
    assert ran(staged, ALONE)["plan"] == ["create launch configuration my-lc-with-instance-profile with instance profile my-instance-profile"]
    (made,) = staged.client("autoscaling").describe_launch_configurations()["LaunchConfigurations"]
    assert made["LaunchConfigurationName"] == "my-lc-with-instance-profile"
    assert (made["ImageId"], made["InstanceType"], made["IamInstanceProfile"]) == ("ami-01e24be29428c15b2", "t2.micro", "my-instance-profile")


def test_an_unchanged_declaration_costs_two_reads(staged):
    ran(staged, GROUPED)
    staged.run("again")
    assert not ran(staged, GROUPED)["changed"]
    assert [call["operation"] for call in staged.calls("again")] == ["DescribeLaunchConfigurations", "DescribeAutoScalingGroups"]


def test_the_group_moves_before_the_old_one_goes_and_its_new_instances_carry_the_profile(staged):
    configured_group(staged)
    done = ran(staged, {**GROUPED, "instance_profile": "arn:aws:iam::123456789012:instance-profile/web"})
    later = done["launch_configuration"]["launch_configuration_name"]
    assert done["plan"] == [
        f"create launch configuration {later} in place of {NAME}: IamInstanceProfile, MetadataOptions",
        "update group web: LaunchConfigurationName, MaxSize, MinSize",
        f"delete launch configuration {NAME}",
    ]
    (instance,) = done["auto_scaling_group"]["instances"]
    assert instance["launch_configuration_name"] == later
    (told,) = staged.client("ec2").describe_instances(InstanceIds=[instance["instance_id"]])["Reservations"][0]["Instances"]
    assert told["IamInstanceProfile"]["Arn"].endswith(":instance-profile/web")


@pytest.mark.parametrize("dry", [True, False])
def test_one_that_another_group_uses_is_kept_from_the_absence_of_all(staged, dry):
    configured_group(staged)
    make_group(staged, "other", NAME)
    staged.run("absence")
    with pytest.raises(Refused, match=f"{NAME} is still in use by group other"):
        ran(staged, {"name": "web", "launch_configuration": {"name": NAME}, "state": "absent"}, dry)
    assert not [call for call in staged.calls("absence") if call["mutates"]]


def test_a_profile_that_is_not_spread_yet_is_waited_for(staged):
    staged.settings(profile_delay=3600)
    staged.client("iam").remove_role_from_instance_profile(InstanceProfileName="my-instance-profile", RoleName="web")
    staged.client("iam").add_role_to_instance_profile(InstanceProfileName="my-instance-profile", RoleName="web")
    assert ran(staged, ALONE, door=Spreading)["changed"]
    refusals = [call["error"] for call in staged.calls("plan") if call["operation"] == "CreateLaunchConfiguration"]
    assert refusals[0] == "ValidationError" and refusals[-1] is None


def test_where_the_account_makes_none_the_error_shows_the_template_and_nothing_was_made(staged):
    staged.settings(launch_configurations=False)
    with pytest.raises(StoppedHalfway) as stop:
        ran(staged, GROUPED)
    assert str(stop.value).endswith(
        "Use launch templates to create configuration templates for your Auto Scaling groups. (UnsupportedOperation). "
        "Declare, in place of launch_configuration, instance_profile: my-instance-profile and launch_template: "
        '{"name": "my-lc-with-instance-profile", "image_id": "ami-01e24be29428c15b2", "instance_type": "t2.micro", '
        '"metadata_options": {"http_tokens": "required"}, "monitoring": {"enabled": true}}'
    )
    assert stop.value.as_result()["done"] == []
    assert names(staged) == []


def test_where_the_account_makes_none_what_is_there_is_kept_and_may_go(staged):
    configuration(staged)
    staged.settings(launch_configurations=False)
    assert not ran(staged, ALONE)["changed"]
    assert ran(staged, {"launch_configuration": {"name": NAME}, "state": "absent"})["changed"]
    assert names(staged) == []


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ({"launch_template": {"image_id": "ami-1"}}, "^launch_configuration: given beside launch_template; a group launches from one of them"),
        ({"name": None}, "belongs to a group; name must be given too"),
        ({"mixed_instances_policy": {"instance_types": ["t3.micro"]}}, "^mixed_instances_policy: takes a launch template"),
        ({"instance_profile": "empty"}, "instance profile empty holds no role"),
        ({"launch_configuration": {"name": NAME, "image_id": "ami-00000000000000000", "instance_type": "t2.micro"}}, r"^launch_configuration\.image_id: "),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(staged, said, because):
    with pytest.raises(Refused, match=because):
        ran(staged, {**GROUPED, **said})
    assert not [call for call in staged.calls("plan") if call["mutates"]]
