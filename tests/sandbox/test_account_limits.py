# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much an account may have in a region, after Auto Scaling's user guide, as-account-limits."""

from __future__ import annotations

IMAGE = "ami-01e24be29428c15b2"
PIN = {"LaunchTemplateName": "web", "Version": "1"}


def test_the_limits_are_told_beside_what_is_there(account, autoscaling, template, make_group):
    """API_DescribeAccountLimits; the user guide has 500 groups by default, where the API's reference still has 200."""
    make_group(LaunchTemplate=PIN)
    autoscaling.create_launch_configuration(LaunchConfigurationName="web", ImageId=IMAGE, InstanceType="t3.nano")
    told = autoscaling.describe_account_limits()
    assert (told["MaxNumberOfAutoScalingGroups"], told["NumberOfAutoScalingGroups"]) == (500, 1)
    assert (told["MaxNumberOfLaunchConfigurations"], told["NumberOfLaunchConfigurations"]) == (200, 1)
    elsewhere = account.client("autoscaling", "eu-west-2").describe_account_limits()
    assert (elsewhere["NumberOfAutoScalingGroups"], elsewhere["NumberOfLaunchConfigurations"]) == (0, 0)


def test_no_group_is_made_beyond_the_limit_which_can_be_another(account, autoscaling, template, refused):
    """API_CreateAutoScalingGroup: LimitExceeded; the words are the sandbox's own, after those for launch configurations. AWS changes it for who asks."""
    account.settings(most_groups=5)
    asked = {"MinSize": 0, "MaxSize": 1, "AvailabilityZones": ["eu-west-1a"], "LaunchTemplate": PIN}
    for number in range(5):
        autoscaling.create_auto_scaling_group(AutoScalingGroupName=f"web-{number}", **asked)
    told = ("LimitExceeded", "AutoScalingGroup limit exceeded - You may only have 5 AutoScalingGroups")
    assert refused(autoscaling.create_auto_scaling_group, AutoScalingGroupName="web", **asked) == told
    autoscaling.delete_auto_scaling_group(AutoScalingGroupName="web-0")
    autoscaling.create_auto_scaling_group(AutoScalingGroupName="web", **asked)


def test_no_launch_configuration_is_made_beyond_the_limit(autoscaling, refused):
    """Netflix/asgard#346."""
    for number in range(200):
        autoscaling.create_launch_configuration(LaunchConfigurationName=f"web-{number}", ImageId=IMAGE, InstanceType="t3.nano")
    told = refused(autoscaling.create_launch_configuration, LaunchConfigurationName="web", ImageId=IMAGE, InstanceType="t3.nano")
    assert told == ("LimitExceeded", "Launch Configuration limit exceeded - You may only have 200 launch configurations")
