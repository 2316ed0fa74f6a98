# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWS asks of whoever makes a call, by the call alone."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.authorization import (
    FOR_ANY_INSTANCE,
    FOR_INSTANCES_HERE,
    ITS_SERVICE,
    SERVICE_LINKED_ROLE,
    TO_AUTO_SCALING,
    TO_EC2,
    asked,
    launch,
)
from ansible_collections.passrole.ec2.plugins.module_utils.core.permissions import ROLE_OF_PROFILE, Context, Permission, Resource
from ansible_collections.passrole.ec2.plugins.module_utils.core.plan import Later

ROLE, PROFILE, GROUP = Resource("role", "web"), Resource("instance-profile", "p"), Resource("group", "web")
BOUNDED = (Context("iam:PermissionsBoundary", "arn:b", "StringEquals"),)
ON_CREATION = (Context("ec2:CreateAction", "CreateLaunchTemplate", "StringEquals"),)
ON_LAUNCH = (Context("ec2:CreateAction", "RunInstances", "StringEquals"),)
ANY_LAUNCH = {Resource(kind) for kind in ("image", "instance", "network-interface", "security-group", "subnet", "volume")}


@pytest.mark.parametrize(
    ("service", "operation", "params", "permissions"),
    [
        ("sts", "get_caller_identity", {}, ()),
        ("iam", "get_role", {"RoleName": "web"}, (Permission("iam:GetRole", (ROLE,)),)),
        ("iam", "get_policy", {"PolicyArn": "arn:p"}, (Permission("iam:GetPolicy", (Resource("arn", "arn:p"),)),)),
        ("iam", "list_instance_profiles", {}, (Permission("iam:ListInstanceProfiles"),)),
        (
            "iam",
            "attach_role_policy",
            {"RoleName": "web", "PolicyArn": "arn:p"},
            (Permission("iam:AttachRolePolicy", (ROLE,), (Context("iam:PolicyARN", "arn:p", "ArnEquals"),)),),
        ),
        (
            "iam",
            "create_role",
            {"RoleName": "web", "PermissionsBoundary": "arn:b", "Tags": [{"Key": "t", "Value": "1"}]},
            (
                Permission("iam:CreateRole", (ROLE,), BOUNDED),
                Permission("iam:PutRolePermissionsBoundary", (ROLE,), BOUNDED),
                Permission("iam:TagRole", (ROLE,)),
            ),
        ),
        ("iam", "create_role", {"RoleName": "web"}, (Permission("iam:CreateRole", (ROLE,)),)),
        (
            "iam",
            "create_instance_profile",
            {"InstanceProfileName": "p", "Tags": [{"Key": "t", "Value": "1"}]},
            (Permission("iam:CreateInstanceProfile", (PROFILE,)), Permission("iam:TagInstanceProfile", (PROFILE,))),
        ),
        ("iam", "create_instance_profile", {"InstanceProfileName": "p", "Tags": []}, (Permission("iam:CreateInstanceProfile", (PROFILE,)),)),
        (
            "iam",
            "add_role_to_instance_profile",
            {"InstanceProfileName": "p", "RoleName": "web"},
            (Permission("iam:AddRoleToInstanceProfile", (PROFILE,)), Permission("iam:PassRole", (ROLE,), (TO_EC2, FOR_ANY_INSTANCE))),
        ),
        (
            "iam",
            "remove_role_from_instance_profile",
            {"InstanceProfileName": "p", "RoleName": "web"},
            (Permission("iam:RemoveRoleFromInstanceProfile", (PROFILE,)),),
        ),
        ("ec2", "describe_launch_template_versions", {"LaunchTemplateId": "lt-1"}, (Permission("ec2:DescribeLaunchTemplateVersions"),)),
        (
            "ec2",
            "create_launch_template",
            {"LaunchTemplateName": "web", "TagSpecifications": [{"ResourceType": "launch-template"}]},
            (
                Permission("ec2:CreateLaunchTemplate", (Resource("launch-template"),)),
                Permission("ec2:CreateTags", (Resource("launch-template"),), ON_CREATION),
            ),
        ),
        (
            "ec2",
            "modify_launch_template",
            {"LaunchTemplateId": "lt-1", "DefaultVersion": Later("create", "x")},
            (Permission("ec2:ModifyLaunchTemplate", (Resource("launch-template", "lt-1"),)),),
        ),
        (
            "ec2",
            "delete_launch_template",
            {"LaunchTemplateId": Later("create", "x")},
            (Permission("ec2:DeleteLaunchTemplate", (Resource("launch-template"),)),),
        ),
        ("ec2", "create_tags", {"Resources": ["lt-1"]}, (Permission("ec2:CreateTags", (Resource("launch-template", "lt-1"),)),)),
        ("autoscaling", "describe_policies", {"AutoScalingGroupName": "web"}, (Permission("autoscaling:DescribePolicies"),)),
        (
            "autoscaling",
            "delete_tags",
            {"Tags": [{"ResourceId": "web", "Key": "t"}]},
            (Permission("autoscaling:DeleteTags", (GROUP,)),),
        ),
        ("autoscaling", "put_warm_pool", {"AutoScalingGroupName": "web"}, (Permission("autoscaling:PutWarmPool", (GROUP,)),)),
        (
            "autoscaling",
            "create_launch_configuration",
            {"LaunchConfigurationName": "c", "IamInstanceProfile": "p"},
            (
                Permission("autoscaling:CreateLaunchConfiguration", (Resource("launch-configuration", "c"),)),
                Permission("iam:PassRole", (Resource(ROLE_OF_PROFILE, "p"),), (TO_EC2, FOR_INSTANCES_HERE)),
            ),
        ),
        (
            "autoscaling",
            "create_auto_scaling_group",
            {"AutoScalingGroupName": "web", "Tags": [{"Key": "t"}], "LifecycleHookSpecificationList": [{"RoleARN": "arn:h"}, {}]},
            (
                Permission("autoscaling:CreateAutoScalingGroup", (GROUP,)),
                Permission("autoscaling:CreateOrUpdateTags", (GROUP,)),
                Permission("iam:CreateServiceLinkedRole", (SERVICE_LINKED_ROLE,), (ITS_SERVICE,)),
                Permission("iam:PassRole", (Resource("arn", "arn:h"),), (TO_AUTO_SCALING,)),
            ),
        ),
        (
            "autoscaling",
            "create_auto_scaling_group",
            {"AutoScalingGroupName": "web", "ServiceLinkedRoleARN": "arn:s"},
            (
                Permission("autoscaling:CreateAutoScalingGroup", (GROUP,)),
                Permission("iam:PassRole", (Resource("arn", "arn:s"),), (TO_AUTO_SCALING,)),
            ),
        ),
        ("ssm", "get_parameter", {"Name": "/golden/web:3"}, (Permission("ssm:GetParameter", (Resource("parameter", "golden/web"),)),)),
        ("ssm", "get_parameter", {"Name": "/aws/x"}, (Permission("ssm:GetParameter", (Resource("parameter-of-aws", "aws/x"),)),)),
        ("ssm", "get_parameter", {"Name": "arn:x"}, (Permission("ssm:GetParameter", (Resource("arn", "arn:x"),)),)),
        ("sns", "get_topic_attributes", {"TopicArn": "arn:x"}, (Permission("sns:GetTopicAttributes", (Resource("arn", "arn:x"),)),)),
        ("sqs", "get_queue_url", {"QueueName": "q", "QueueOwnerAWSAccountId": "1"}, (Permission("sqs:GetQueueUrl", (Resource("queue", "q"),)),)),
        ("elb", "describe_instance_health", {}, (Permission("elasticloadbalancing:DescribeInstanceHealth"),)),
    ],
)
def test_a_call_asks_for_its_own_action_and_for_what_it_does_beside(service, operation, params, permissions):
    assert asked(service, operation, params) == permissions


def launched(data, group):
    return {one.action: one for one in launch(data, group)}


def test_any_launch_asks_for_what_every_instance_has():
    assert set(launched({}, {})["ec2:RunInstances"].resources) == ANY_LAUNCH


def test_what_a_launch_names_takes_the_place_of_any():
    data = {
        "ImageId": "ami-1",
        "IamInstanceProfile": {"Arn": "arn:aws:iam::123456789012:instance-profile/x/p"},
        "KeyName": "k",
        "SecurityGroupIds": ["sg-1"],
        "BlockDeviceMappings": [{"Ebs": {"SnapshotId": "snap-1"}}, {"NoDevice": ""}],
        "NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "SubnetId": "subnet-0", "Groups": ["sg-2"]}],
        "Placement": {"GroupName": "near"},
        "CapacityReservationSpecification": {"CapacityReservationTarget": {"CapacityReservationId": "cr-1"}},
        "LicenseSpecifications": [{"LicenseConfigurationArn": "arn:l"}],
        "ElasticInferenceAccelerators": [{"Type": "eia1.medium"}],
    }
    group = {"VPCZoneIdentifier": "subnet-1, subnet-2", "LaunchTemplate": {"LaunchTemplateId": "lt-1"}}
    found = launched(data, group)
    assert set(found["ec2:RunInstances"].resources) == {
        Resource("instance"), Resource("volume"), Resource("elastic-inference"),
        *(Resource(kind, name) for kind, name in (
            ("image", "ami-1"), ("key-pair", "k"), ("security-group", "sg-1"), ("security-group", "sg-2"), ("snapshot", "snap-1"),
            ("network-interface", "eni-1"), ("subnet", "subnet-0"), ("subnet", "subnet-1"), ("subnet", "subnet-2"),
            ("placement-group", "near"), ("capacity-reservation", "cr-1"), ("arn", "arn:l"), ("launch-template", "lt-1"),
        )),
    }  # fmt: skip
    assert found["iam:PassRole"].resources == (Resource(ROLE_OF_PROFILE, "p"),)


def test_tags_that_instances_are_born_with_are_asked_for_by_what_they_are_on():
    data = {"TagSpecifications": [{"ResourceType": "volume"}, {"ResourceType": "instance"}]}
    assert launched(data, {})["ec2:CreateTags"] == Permission("ec2:CreateTags", (Resource("instance"), Resource("volume")), ON_LAUNCH)


def test_an_image_that_a_parameter_names_at_each_launch_may_be_any_and_is_asked_for():
    found = launched({"ImageId": "resolve:ssm:/golden/web:2"}, {})
    assert found["ssm:GetParameters"].resources == (Resource("parameter", "golden/web"),)
    assert Resource("image") in found["ec2:RunInstances"].resources


def test_what_the_overrides_of_a_mixed_group_name_is_launched_too():
    overrides = [
        {"InstanceType": "t3.micro"},
        {"ImageId": "ami-2"},
        {"LaunchTemplateSpecification": {"LaunchTemplateId": "lt-2"}},
    ]
    template = {"LaunchTemplateSpecification": {"LaunchTemplateId": Later("create", "x")}, "Overrides": overrides}
    found = set(launched({"ImageId": "ami-1"}, {"MixedInstancesPolicy": {"LaunchTemplate": template}})["ec2:RunInstances"].resources)
    # What another template launches from is not known.
    assert {one for one in found if one.kind in ("image", "launch-template")} == {Resource("image"), Resource("launch-template")}


def test_an_override_names_an_image_beside_the_templates():
    policy = {"LaunchTemplate": {"Overrides": [{"ImageId": "ami-2"}, {"InstanceType": "t3.micro"}]}}
    found = launched({"ImageId": "ami-1"}, {"MixedInstancesPolicy": policy})["ec2:RunInstances"].resources
    assert {one for one in found if one.kind == "image"} == {Resource("image", "ami-1"), Resource("image", "ami-2")}


def test_security_groups_by_their_names_may_be_any():
    found = launched({"SecurityGroups": ["web"], "SecurityGroupIds": ["sg-1"]}, {})["ec2:RunInstances"].resources
    assert {one for one in found if one.kind == "security-group"} == {Resource("security-group")}


def test_a_trial_launch_asks_for_what_the_launch_asks_for():
    params = {"DryRun": True, "ImageId": "ami-1", "IamInstanceProfile": {"Name": "p"}}
    assert asked("ec2", "run_instances", params) == tuple(launch(params, {}))
