# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a group's target groups and Classic Load Balancers know of its instances, after Auto Scaling's user guide (pages named below)."""

from __future__ import annotations

import pytest

WEB = {"AutoScalingGroupName": "web"}
PIN = {"LaunchTemplateName": "web", "Version": "1"}
TERMINATING, LAUNCHING = "autoscaling:EC2_INSTANCE_TERMINATING", "autoscaling:EC2_INSTANCE_LAUNCHING"


@pytest.fixture
def target_group(account, ec2):
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    made = account.client("elbv2").create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)
    return made["TargetGroups"][0]["TargetGroupArn"]


@pytest.fixture
def balancer(account):
    listener = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}
    account.client("elb").create_load_balancer(LoadBalancerName="web", Listeners=[listener], AvailabilityZones=["eu-west-1a"])
    return "web"


@pytest.fixture
def known(account, target_group, balancer):
    """The instances that are healthy in the target group; the load balancer knows the same."""

    def known():
        targets = account.client("elbv2").describe_target_health(TargetGroupArn=target_group)["TargetHealthDescriptions"]
        healthy = {one["Target"]["Id"] for one in targets if one["TargetHealth"]["State"] == "healthy"}
        described = account.client("elb").describe_load_balancers(LoadBalancerNames=[balancer])["LoadBalancerDescriptions"][0]
        assert sorted(one["InstanceId"] for one in described["Instances"]) == sorted(healthy)
        return healthy

    return known


@pytest.fixture
def group(template, make_group, target_group, balancer):
    """Make a group of two instances, with these hooks."""

    def group(**hooks):
        said = [{"LifecycleHookName": name, "LifecycleTransition": moment, "HeartbeatTimeout": 60} for name, moment in hooks.items()]
        places = {"TargetGroupARNs": [target_group], "LoadBalancerNames": [balancer]}
        made = make_group(LaunchTemplate=PIN, DesiredCapacity=2, LifecycleHookSpecificationList=said, **places)
        return [one["InstanceId"] for one in made["Instances"]]

    return group


def test_an_instance_that_ends_is_deregistered_first(account, autoscaling, group, known):
    """lifecycle-hooks-overview: "the terminating instance is first deregistered from the load balancer", then Terminating:Wait."""
    account.settings(hooks_hold=True)
    first, second = group(drain=TERMINATING)
    assert known() == {first, second}
    autoscaling.set_desired_capacity(DesiredCapacity=1, **WEB)
    assert known() == {second}
    autoscaling.complete_lifecycle_action(LifecycleHookName="drain", InstanceId=first, LifecycleActionResult="CONTINUE", **WEB)
    assert known() == {second}


def test_an_instance_is_registered_once_it_is_in_service(account, autoscaling, group, known):
    """lifecycle-hooks-overview: registered before it reaches the InService state, after Pending:Wait."""
    account.settings(hooks_hold=True)
    first, second = group(boot=LAUNCHING)
    assert known() == set()
    autoscaling.complete_lifecycle_action(LifecycleHookName="boot", InstanceId=first, LifecycleActionResult="CONTINUE", **WEB)
    assert known() == {first}
    autoscaling.complete_lifecycle_action(LifecycleHookName="boot", InstanceId=second, LifecycleActionResult="CONTINUE", **WEB)
    assert known() == {first, second}


def test_an_instance_on_standby_is_deregistered_until_it_comes_back(autoscaling, group, known):
    """as-enter-exit-standby: an instance on standby is deregistered, and an update does not register it."""
    first, second = group()
    autoscaling.enter_standby(InstanceIds=[first], ShouldDecrementDesiredCapacity=True, **WEB)
    assert known() == {second}
    autoscaling.update_auto_scaling_group(MaxSize=3, **WEB)
    assert known() == {second}
    autoscaling.exit_standby(InstanceIds=[first], **WEB)
    assert known() == {first, second}


def test_detached_instances_and_those_of_a_deleted_group_are_deregistered(autoscaling, group, known):
    """API_DetachInstances: "the instances are deregistered from the target groups"."""
    first, second = group()
    autoscaling.detach_instances(InstanceIds=[first], ShouldDecrementDesiredCapacity=True, **WEB)
    assert known() == {second}
    autoscaling.delete_auto_scaling_group(ForceDelete=True, **WEB)
    assert known() == set()


def test_an_instance_that_is_replaced_gives_its_place_to_the_new_one(account, autoscaling, group, known, see_group):
    """instance-refresh-overview: new instances serve as the refresh goes on."""
    account.advance(0)
    before = set(group())
    autoscaling.start_instance_refresh(Preferences={"MinHealthyPercentage": 50, "InstanceWarmup": 10}, **WEB)
    account.advance(0)
    assert known() == {one["InstanceId"] for one in see_group()["Instances"]} != before


def test_a_balancer_that_is_detached_loses_the_groups_instances_and_no_others(account, ec2, autoscaling, group, known, target_group):
    """API_DetachLoadBalancerTargetGroups, API_DetachLoadBalancers: what the group did not register stays."""
    group()
    other = ec2.run_instances(ImageId="ami-01e24be29428c15b2", InstanceType="t3.nano", MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    account.client("elbv2").register_targets(TargetGroupArn=target_group, Targets=[{"Id": other}])
    account.client("elb").register_instances_with_load_balancer(LoadBalancerName="web", Instances=[{"InstanceId": other}])
    autoscaling.detach_load_balancer_target_groups(TargetGroupARNs=[target_group], **WEB)
    autoscaling.detach_load_balancers(LoadBalancerNames=["web"], **WEB)
    assert known() == {other}


def test_two_groups_share_a_balancer(autoscaling, group, make_group, known, target_group, balancer):
    """autoscaling-load-balancer: a balancer may be attached to several groups."""
    shared = {"TargetGroupARNs": [target_group], "LoadBalancerNames": [balancer]}
    there = group()
    more = make_group(AutoScalingGroupName="other", LaunchTemplate=PIN, DesiredCapacity=1, **shared)["Instances"][0]["InstanceId"]
    assert known() == {*there, more}


def test_what_is_not_there_is_neither_attached_nor_made_with_a_group(autoscaling, template, make_group, see_group, refused):
    """API_AttachTrafficSources; the words are from memory."""
    arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef"
    told = ("ValidationError", "Provided Target Groups may not be valid. Please ensure they exist and try again.")
    asked = {"MinSize": 0, "MaxSize": 1, "AvailabilityZones": ["eu-west-1a"], "LaunchTemplate": PIN, "TrafficSources": [{"Identifier": arn}]}
    assert refused(autoscaling.create_auto_scaling_group, **asked, **WEB) == told
    assert autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"] == []
    make_group(LaunchTemplate=PIN)
    assert refused(autoscaling.attach_load_balancer_target_groups, TargetGroupARNs=[arn], **WEB) == told
    assert refused(autoscaling.attach_load_balancers, LoadBalancerNames=["nope"], **WEB)[1].startswith("Provided Load Balancers may not be valid.")
    assert see_group()["TrafficSources"] == []
