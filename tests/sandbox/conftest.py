# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the sandbox's tests share: an account with a role, a profile and a template, and how a refusal is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.policies import document

IMAGE = "ami-01e24be29428c15b2"


@pytest.fixture
def trust() -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def refused() -> Callable[..., tuple[str, str]]:
    """Make a call that must be refused; the answer is its code and its message."""

    def refused(call: Callable[..., Any], **params: Any) -> tuple[str, str]:
        with pytest.raises(ClientError) as refusal:
            call(**params)
        error = refusal.value.response["Error"]
        return error["Code"], error["Message"]

    return refused


@pytest.fixture
def iam(account: Any) -> Any:
    return account.client("iam")


@pytest.fixture
def ec2(account: Any) -> Any:
    return account.client("ec2")


@pytest.fixture
def autoscaling(account: Any) -> Any:
    return account.client("autoscaling")


@pytest.fixture
def make_profile(iam: Any, trust: str) -> Callable[..., dict[str, Any]]:
    """A profile with a role of its own in it."""

    def make_profile(name: str, path: str = "/") -> dict[str, Any]:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
        profile = iam.create_instance_profile(InstanceProfileName=name, Path=path)["InstanceProfile"]
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
        return profile

    return make_profile


@pytest.fixture
def profile(make_profile: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return make_profile("web")


@pytest.fixture
def template(ec2: Any, profile: dict[str, Any]) -> dict[str, Any]:
    """A template whose version 1 is t2.micro and whose version 2 is t3.micro; version 1 stays the default."""
    said = {"ImageId": IMAGE, "InstanceType": "t2.micro", "IamInstanceProfile": {"Name": "web"}, "MetadataOptions": {"HttpTokens": "required"}}
    made = ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=said)["LaunchTemplate"]
    ec2.create_launch_template_version(LaunchTemplateName="web", SourceVersion="1", LaunchTemplateData={"InstanceType": "t3.micro"})
    return made


@pytest.fixture
def make_group(autoscaling: Any) -> Callable[..., dict[str, Any]]:
    """A group in two zones, of no instance and at most four unless told."""

    def make_group(**params: Any) -> dict[str, Any]:
        places = {} if "VPCZoneIdentifier" in params else {"AvailabilityZones": ["eu-west-1a", "eu-west-1b"]}
        asked = {"AutoScalingGroupName": "web", "MinSize": 0, "MaxSize": 4, **places, **params}
        autoscaling.create_auto_scaling_group(**asked)
        return autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[asked["AutoScalingGroupName"]])["AutoScalingGroups"][0]

    return make_group


@pytest.fixture
def see_group(autoscaling: Any) -> Callable[[], dict[str, Any]]:
    return lambda: autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=["web"])["AutoScalingGroups"][0]


@pytest.fixture
def instances(ec2: Any) -> Callable[..., list[dict[str, Any]]]:
    """The running instances, as EC2 tells of them."""

    def instances(**filters: str) -> list[dict[str, Any]]:
        asked = [{"Name": name, "Values": [value]} for name, value in {"instance-state-name": "running", **filters}.items()]
        return [one for reservation in ec2.describe_instances(Filters=asked)["Reservations"] for one in reservation["Instances"]]

    return instances


@pytest.fixture
def make_user(account: Any, iam: Any) -> Callable[..., Callable[..., Any]]:
    """A user with these statements and nothing else; the answer makes clients with the user's key."""

    def make_user(*statements: dict[str, Any], name: str = "deployer", path: str = "/") -> Callable[..., Any]:
        iam.create_user(UserName=name, Path=path)
        if statements:
            iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document(*statements))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return lambda service, region="eu-west-1": account.client(service, region, key=(key["AccessKeyId"], key["SecretAccessKey"]))

    return make_user
