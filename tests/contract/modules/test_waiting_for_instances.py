# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The group's module as a whole: what it waits for, and what ends the wait."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import StoppedHalfway
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import one

from tests.support.contracts.asg_launch_with_profile import GROUP, IMAGE, PROMISED
from tests.support.contracts.clients import Door


def run(account, **said):
    return one(PROMISED.params({**GROUP, **said}), PROMISED.make_plan, Aws(Door(account)), dry=False)[0]


@pytest.fixture
def web(account):
    """A group with its capacity in service."""
    PROMISED.stage(account)
    return run(account)["auto_scaling_group"]


def read(account, name):
    account.run(name)
    return lambda: [call["operation"] for call in account.calls(name)]


def want_one_more(account):
    """Somebody asks for an instance more, of an image that is gone."""
    account.client("ec2").deregister_image(ImageId=IMAGE)
    account.client("autoscaling").set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=2)


def test_a_new_group_is_returned_with_its_instances_in_service(web):
    assert [one["lifecycle_state"] for one in web["instances"]] == ["InService"]


def test_a_group_in_service_is_not_waited_for_again(account, web):
    made = read(account, "again")
    run(account)
    assert "DescribeScalingActivities" not in made()


def test_a_group_that_cannot_launch_says_why_in_awss_words(account, web):
    want_one_more(account)
    with pytest.raises(StoppedHalfway, match=f"Could not wait until group web has its capacity in service: The image id '\\[{IMAGE}\\]' does not exist"):
        run(account)


def test_who_does_not_wait_is_not_told(account, web):
    want_one_more(account)
    assert not run(account, wait_for_instances=False)["changed"]


def test_targets_are_waited_for_until_they_are_healthy(account):
    PROMISED.stage(account)
    vpc = account.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    made = account.client("elbv2").create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)
    calls = read(account, "behind")
    run(account, health_check_type="ELB", target_group_arns=[made["TargetGroups"][0]["TargetGroupArn"]])
    assert "DescribeTargetHealth" in calls()


def test_of_a_groups_history_only_the_latest_page_is_read(account, web):
    autoscaling = account.client("autoscaling")
    for size in (0, 3):
        autoscaling.update_auto_scaling_group(AutoScalingGroupName="web", MinSize=0, DesiredCapacity=size)
    answer = Aws(Door(account)).call("autoscaling", "describe_scaling_activities", AutoScalingGroupName="web", MaxRecords=1)
    assert len(answer["Activities"]) == 1
