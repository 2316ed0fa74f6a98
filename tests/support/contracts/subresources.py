# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A group whose launch and whose load balancers are named one by one, which asks for permissions that no other want does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.support.contracts.asg_launch_with_profile import GROUP, PROMISED, TEMPLATE, group, profiles
from tests.support.contracts.contract import Account

BALANCER, TARGETS = "web", "web"
STEP = {"policy_name": "step", "adjustment_type": "ChangeInCapacity", "scaling_adjustment": 1}


def stage(account: Account) -> None:
    profiles(account)
    ec2 = account.client("ec2")
    ec2.create_key_pair(KeyName="web")
    ec2.create_placement_group(GroupName="near", Strategy="cluster")
    account.client("elb").create_load_balancer(
        LoadBalancerName=BALANCER, Listeners=[{"Protocol": "tcp", "LoadBalancerPort": 80, "InstancePort": 80}], AvailabilityZones=["eu-west-1a"]
    )
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    account.client("elbv2").create_target_group(Name=TARGETS, Protocol="HTTP", Port=80, VpcId=vpc)


def wanted(account: Account) -> dict[str, Any]:
    """The want, by the ids that this account has given."""
    ec2 = account.client("ec2")
    subnet = ec2.describe_subnets(Filters=[{"Name": "availability-zone", "Values": ["eu-west-1a"]}])["Subnets"][0]["SubnetId"]
    security_group = ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]
    said = {key: value for key, value in GROUP.items() if key != "availability_zones"}
    return {
        **said,
        "launch_template": {**TEMPLATE, "key_name": "web", "security_group_ids": [security_group]},
        "vpc_zone_identifier": [subnet],
        "target_group_arns": [target_group(account)],
        "load_balancers": [BALANCER],
        "placement_group": "near",
        "health_check_type": "ELB",
        "scaling_policies": [STEP],
        "wait_timeout": 5,
    }


def target_group(account: Account) -> str:
    return account.client("elbv2").describe_target_groups(Names=[TARGETS])["TargetGroups"][0]["TargetGroupArn"]


def behind_balancers(account: Account) -> None:
    group(account)
    autoscaling = account.client("autoscaling")
    autoscaling.attach_load_balancers(AutoScalingGroupName="web", LoadBalancerNames=[BALANCER])
    autoscaling.attach_load_balancer_target_groups(AutoScalingGroupName="web", TargetGroupARNs=[target_group(account)])
    lattice = {"Identifier": "arn:aws:vpc-lattice:eu-west-1:123456789012:targetgroup/tg-1", "Type": "vpc-lattice"}
    autoscaling.attach_traffic_sources(AutoScalingGroupName="web", TrafficSources=[lattice])


BY_NAME = "a group that names its parts"
ALONE = "a group behind nothing"
PROMISED_BY_NAME = replace(
    PROMISED,
    wants={BY_NAME: wanted, ALONE: {**GROUP, "target_group_arns": [], "load_balancers": [], "auto_scaling_group": {"traffic_sources": []}}},
    haves={"a group": group, "a group behind balancers": behind_balancers},
    stage=stage,
)
