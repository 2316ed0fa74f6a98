# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launch configurations, after Auto Scaling's API reference, and refusals quoted in public sources (named below)."""

from __future__ import annotations

import base64

import pytest

IMAGE = "ami-01e24be29428c15b2"
ASKED = {"LaunchConfigurationName": "web", "ImageId": IMAGE, "InstanceType": "t3.nano"}


@pytest.mark.parametrize("named", ["web", "arn:aws:iam::123456789012:instance-profile/web"])
def test_instances_carry_the_configurations_profile_and_metadata_options(autoscaling, profile, make_group, instances, named):
    """API_CreateLaunchConfiguration: IamInstanceProfile is a name or an ARN."""
    autoscaling.create_launch_configuration(IamInstanceProfile=named, MetadataOptions={"HttpTokens": "required"}, **ASKED)
    group = make_group(LaunchConfigurationName="web", DesiredCapacity=1)
    assert group["Instances"][0]["LaunchConfigurationName"] == "web"
    assert instances()[0]["IamInstanceProfile"] == {"Arn": profile["Arn"], "Id": profile["InstanceProfileId"]}
    assert instances()[0]["MetadataOptions"]["HttpTokens"] == "required"
    assert instances()[0]["InstanceType"] == "t3.nano"


@pytest.mark.parametrize("said", [True, False])
def test_instances_have_a_public_address_or_none_as_it_says_and_their_interfaces_security_groups(autoscaling, ec2, make_group, instances, said):
    """API_CreateLaunchConfiguration: AssociatePublicIpAddress; API_Instance: the groups are told of the instance, too."""
    security_group = ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]
    autoscaling.create_launch_configuration(AssociatePublicIpAddress=said, SecurityGroups=[security_group], **ASKED)
    make_group(LaunchConfigurationName="web", DesiredCapacity=1)
    assert ("PublicIpAddress" in instances()[0]) is said
    assert [one["GroupId"] for one in instances()[0]["SecurityGroups"]] == [security_group]


def test_a_ghost_profile_is_refused(autoscaling, refused):
    """terraform's launch_configuration.go: "Invalid IamInstanceProfile"."""
    told = refused(autoscaling.create_launch_configuration, IamInstanceProfile="ghost", **ASKED)
    assert told == ("ValidationError", "Invalid IamInstanceProfile: ghost")


def test_an_image_that_is_not_there_is_refused(autoscaling, refused):
    """lamp-aws-cloudformation#1."""
    told = refused(autoscaling.create_launch_configuration, **{**ASKED, "ImageId": "ami-0123456789abcdef0"})
    assert told == ("ValidationError", "AMI ami-0123456789abcdef0 is invalid: The image id '[ami-0123456789abcdef0]' does not exist")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"KeyName": "nobody"}, "The key pair 'nobody' does not exist"),
        ({"SecurityGroups": ["sg-0123456789abcdef0"]}, "The security group 'sg-0123456789abcdef0' does not exist"),
        ({"SecurityGroups": ["default", "nobody"]}, "The security group 'nobody' does not exist"),
        ({"InstanceType": "t9.huge"}, "The specified instance type t9.huge is not valid"),
    ],
)
def test_a_key_pair_a_security_group_and_a_type_must_be_there(autoscaling, refused, said, why):
    """magma/magma#929; alienfast/elastic-beanstalk#53; aws/amazon-ecs-ami#188."""
    assert refused(autoscaling.create_launch_configuration, **{**ASKED, **said}) == ("ValidationError", why)
    assert autoscaling.describe_launch_configurations()["LaunchConfigurations"] == []


def test_a_launch_tells_what_is_gone_since(autoscaling, ec2, make_group, see_group):
    """User guide, ts-as-instancelaunchfailure: "The key pair <key pair associated with your EC2 instance> does not exist"."""
    ec2.create_key_pair(KeyName="key")
    autoscaling.create_launch_configuration(KeyName="key", **ASKED)
    make_group(LaunchConfigurationName="web")
    ec2.delete_key_pair(KeyName="key")
    autoscaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=1)
    latest = autoscaling.describe_scaling_activities(AutoScalingGroupName="web")["Activities"][0]
    assert (latest["StatusCode"], latest["StatusMessage"]) == ("Failed", "The key pair 'key' does not exist. Launching EC2 instance failed.")
    assert see_group()["Instances"] == []


def test_a_name_is_taken_once(autoscaling, refused):
    """API_CreateLaunchConfiguration: AlreadyExists."""
    autoscaling.create_launch_configuration(**ASKED)
    assert refused(autoscaling.create_launch_configuration, **ASKED)[0] == "AlreadyExists"


def test_one_in_use_is_not_deleted(autoscaling, refused, make_group):
    """API_DeleteLaunchConfiguration: ResourceInUse."""
    autoscaling.create_launch_configuration(**ASKED)
    make_group(LaunchConfigurationName="web")
    told = refused(autoscaling.delete_launch_configuration, LaunchConfigurationName="web")
    assert told == ("ResourceInUse", "Cannot delete launch configuration web because it is attached to AutoScalingGroup web")


def test_one_that_is_not_there_is_told_by_name(autoscaling, refused):
    """CommonErrors: ValidationError; the words are from memory."""
    told = ("ValidationError", "Launch configuration name not found - Launch configuration nope not found")
    group = {"AutoScalingGroupName": "web", "MinSize": 0, "MaxSize": 1, "AvailabilityZones": ["eu-west-1a"]}
    assert refused(autoscaling.delete_launch_configuration, LaunchConfigurationName="nope") == told
    assert refused(autoscaling.create_auto_scaling_group, LaunchConfigurationName="nope", **group) == told


def test_what_was_said_is_told_and_detailed_monitoring_is_the_default(autoscaling, ec2, profile):
    """API_LaunchConfiguration; API_CreateLaunchConfiguration: "The default value is true (enabled)" of InstanceMonitoring."""
    ec2.create_key_pair(KeyName="key")
    groups = [ec2.create_security_group(GroupName=name, Description=name)["GroupId"] for name in ("web", "ssh")]
    devices = [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8, "Encrypted": False}}, {"DeviceName": "/dev/xvdb", "NoDevice": True}]
    said = {
        "IamInstanceProfile": "web",
        "KeyName": "key",
        "SecurityGroups": groups,
        "BlockDeviceMappings": devices,
        "SpotPrice": "0.05",
        "EbsOptimized": False,
        "AssociatePublicIpAddress": False,
        "PlacementTenancy": "dedicated",
        "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 2},
    }
    autoscaling.create_launch_configuration(UserData="#!/bin/sh", **said, **ASKED)
    (told,) = autoscaling.describe_launch_configurations()["LaunchConfigurations"]
    said["UserData"] = base64.b64encode(b"#!/bin/sh").decode()  # botocore encodes them
    assert {**told, **said, **ASKED, "InstanceMonitoring": {"Enabled": True}} == told


def test_what_is_not_said_of_a_public_address_is_not_told(autoscaling):
    """API_CreateLaunchConfiguration: without AssociatePublicIpAddress the subnet decides."""
    autoscaling.create_launch_configuration(**ASKED)
    assert "AssociatePublicIpAddress" not in autoscaling.describe_launch_configurations()["LaunchConfigurations"][0]


def test_an_instance_gives_what_is_not_said(autoscaling, ec2):
    """API_CreateLaunchConfiguration: InstanceId, "derives attributes from the instance", which other members override."""
    instance = ec2.run_instances(ImageId=IMAGE, InstanceType="t3.nano", MinCount=1, MaxCount=1)["Instances"][0]
    autoscaling.create_launch_configuration(LaunchConfigurationName="web", InstanceId=instance["InstanceId"], InstanceType="t3.micro")
    (told,) = autoscaling.describe_launch_configurations()["LaunchConfigurations"]
    assert (told["ImageId"], told["InstanceType"]) == (IMAGE, "t3.micro")
    assert told["SecurityGroups"] == [group["GroupId"] for group in instance["SecurityGroups"]]


def test_an_account_that_came_too_late_makes_none_and_keeps_what_it_has(account, autoscaling, refused):
    """terraform-aws-bastion#123; asked for by the setting launch_configurations."""
    autoscaling.create_launch_configuration(**ASKED)
    assert account.settings(launch_configurations=False)["launch_configurations"] is False
    code, words = refused(autoscaling.create_launch_configuration, **{**ASKED, "LaunchConfigurationName": "other"})
    assert (code, words[:64]) == ("UnsupportedOperation", "The Launch Configuration creation operation is not available in ")
    assert autoscaling.describe_launch_configurations()["LaunchConfigurations"]
    autoscaling.delete_launch_configuration(LaunchConfigurationName="web")


def test_a_spot_price_asks_for_spot_instances(autoscaling, make_group, instances):
    """API_CreateLaunchConfiguration: SpotPrice."""
    autoscaling.create_launch_configuration(SpotPrice="0.05", **ASKED)
    make_group(LaunchConfigurationName="web", DesiredCapacity=1)
    assert [instance["InstanceLifecycle"] for instance in instances()] == ["spot"]
