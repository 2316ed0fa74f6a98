# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a group launches is the same, field by field, before and after it leaves its launch configuration; what a template cannot say is told."""

from __future__ import annotations

import base64

import pytest

from tests.support.fleets import GROUPS, fleet
from tests.support.service_models import input_shape
from tests.support.contracts.asg_launch_with_profile import IMAGE, profiles

SCRIPT = "#!/bin/sh\nprintf 'größe \\0\\n' # {{ not a template }}\n"
# Each member of CreateLaunchConfiguration, but what the account says of itself.
WHOLE = {
    "LaunchConfigurationName": "legacy-2019",
    "ImageId": IMAGE,
    "KeyName": "key",
    "ClassicLinkVPCId": "vpc-0a1b2c3d",
    "UserData": SCRIPT,
    "InstanceType": "t2.micro",
    "KernelId": "aki-0a1b2c3d",
    "RamdiskId": "ari-0a1b2c3d",
    "BlockDeviceMappings": [
        {
            "DeviceName": "/dev/xvda",
            "Ebs": {"VolumeSize": 9, "VolumeType": "gp3", "Iops": 3000, "Throughput": 125, "DeleteOnTermination": False, "Encrypted": True},
        },
        {"DeviceName": "/dev/sdb", "VirtualName": "ephemeral0"},
        {"DeviceName": "/dev/sdc", "NoDevice": True},
    ],
    "InstanceMonitoring": {"Enabled": True},
    "SpotPrice": "0.05",
    "IamInstanceProfile": "web",
    "EbsOptimized": True,
    "AssociatePublicIpAddress": True,
    "PlacementTenancy": "default",
    "MetadataOptions": {"HttpTokens": "optional", "HttpPutResponseHopLimit": 2, "HttpEndpoint": "enabled"},
}
SPARSE = {"LaunchConfigurationName": "legacy-2019", "ImageId": IMAGE, "InstanceType": "t2.micro", "IamInstanceProfile": "web"}
NOT_PUBLIC = {**WHOLE, "AssociatePublicIpAddress": False, "InstanceMonitoring": {"Enabled": False}, "PlacementTenancy": "dedicated"}
# What AWS tells beside what was said.
OF_AWS = {"State": "pending", "HttpProtocolIpv6": "disabled", "InstanceMetadataTags": "disabled"}
# Every instance has its own.
OF_EACH = {
    "AttachTime", "AttachmentId", "InstanceId", "LaunchTime", "MacAddress", "NetworkInterfaceId", "PrivateDnsName", "PrivateIpAddress", "PublicDnsName",
    "PublicIp", "PublicIpAddress", "VolumeId", "CreateTime",
}  # fmt: skip


@pytest.fixture
def legacy(account):
    profiles(account)
    account.client("ec2").create_key_pair(KeyName="key")
    return account


def groups_of(account):
    return [account.client("ec2").describe_security_groups()["SecurityGroups"][0]["GroupId"]]


def made(account, said):
    account.client("autoscaling").create_launch_configuration(**said)
    account.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="legacy", LaunchConfigurationName=said["LaunchConfigurationName"], MinSize=1, MaxSize=2, AvailabilityZones=["eu-west-1a"]
    )


def moved(account, **more):
    return fleet(GROUPS, [{"name": "legacy", "launch_template": {"source_launch_configuration": "legacy-2019"}, **more}], account)


def launched(account):
    """What the group's newest instance is, less what every instance has for itself."""
    ec2 = account.client("ec2")
    [group] = account.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=["legacy"])["AutoScalingGroups"]
    newest = group["Instances"][-1]["InstanceId"]
    [instance] = ec2.describe_instances(InstanceIds=[newest])["Reservations"][0]["Instances"]
    volumes = ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [newest]}])["Volumes"]
    user_data = ec2.describe_instance_attribute(InstanceId=newest, Attribute="userData")["UserData"]
    return shared({"instance": instance, "volumes": volumes, "user_data": user_data})


def shared(told):
    if isinstance(told, dict):
        tags = {"Tags": [tag for tag in told["Tags"] if not tag["Key"].startswith("aws:ec2launchtemplate")]} if "Tags" in told else {}
        return {name: shared(value) for name, value in {**told, **tags}.items() if name not in OF_EACH}
    return [shared(one) for one in told] if isinstance(told, list) else told


@pytest.mark.parametrize("said", [WHOLE, NOT_PUBLIC, SPARSE], ids=["whole", "otherwise", "sparse"])
def test_an_instance_launched_after_is_what_one_launched_before_was_field_by_field(legacy, said):
    made(legacy, {**said, **({"SecurityGroups": groups_of(legacy)} if said is not SPARSE else {})})
    before = launched(legacy)
    assert moved(legacy, desired_capacity=2)["changed"]
    after = launched(legacy)
    assert after == before
    assert base64.b64decode(after["user_data"].get("Value", "")).decode() == said.get("UserData", "")


def test_each_of_the_members_is_tried():
    """An instance is told of when a configuration is made of it, and by no configuration."""
    members = {*input_shape("autoscaling", "create_launch_configuration").members}
    assert members - {"InstanceId"} == {*WHOLE, "SecurityGroups", "ClassicLinkVPCSecurityGroups"}
    assert len(members) == 19


def test_the_template_says_all_that_it_can(legacy):
    made(legacy, {**WHOLE, "SecurityGroups": groups_of(legacy)})
    moved(legacy)
    [version] = legacy.client("ec2").describe_launch_template_versions(LaunchTemplateName="legacy")["LaunchTemplateVersions"]
    assert version["LaunchTemplateData"] == {
        "BlockDeviceMappings": [{**WHOLE["BlockDeviceMappings"][0]}, {**WHOLE["BlockDeviceMappings"][1]}, {"DeviceName": "/dev/sdc", "NoDevice": ""}],
        "EbsOptimized": True,
        "IamInstanceProfile": {"Name": "web"},
        "ImageId": IMAGE,
        "InstanceMarketOptions": {"MarketType": "spot", "SpotOptions": {"MaxPrice": "0.05"}},
        "InstanceType": "t2.micro",
        "KernelId": "aki-0a1b2c3d",
        "KeyName": "key",
        "MetadataOptions": OF_AWS | WHOLE["MetadataOptions"],
        "Monitoring": {"Enabled": True},
        "NetworkInterfaces": [{"AssociatePublicIpAddress": True, "DeviceIndex": 0, "Groups": groups_of(legacy)}],
        "Placement": {"Tenancy": "default"},
        "RamDiskId": "ari-0a1b2c3d",
        "UserData": base64.b64encode(SCRIPT.encode()).decode(),
    }


def test_what_a_template_cannot_say_is_told(legacy):
    made(legacy, {**WHOLE, "ClassicLinkVPCSecurityGroups": groups_of(legacy)})
    [warning] = [line for line in moved(legacy)["warnings"] if "legacy-2019" in line]
    assert f"classic_link_vpc_id vpc-0a1b2c3d; classic_link_vpc_security_groups {groups_of(legacy)[0]}" in warning
    assert not any("legacy-2019" in line for line in moved(legacy).get("warnings", []))
