# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A declaration of a part: of groups, templates and configurations that plain AWS calls made, nothing else is changed."""

from __future__ import annotations

import base64

import pytest

from tests.support.fleets import GROUPS, fleet, written
from tests.support.contracts.asg_launch_with_profile import IMAGE, profiles

SECRET = base64.b64encode(b"\x00\xffa secret of nobody's business").decode()
DATA = {
    "ImageId": IMAGE,
    "InstanceType": "t3.micro",
    "IamInstanceProfile": {"Name": "web"},
    "UserData": SECRET,
    "MetadataOptions": {"HttpTokens": "optional", "HttpPutResponseHopLimit": 2},
}
HARDENED = {"metadata_options": {"http_tokens": "required"}}


@pytest.fixture
def ec2(account):
    profiles(account)
    client = account.client("ec2")
    client.create_launch_template(LaunchTemplateName="one", LaunchTemplateData={**DATA, "InstanceType": "t2.micro"})
    client.create_launch_template_version(LaunchTemplateName="one", LaunchTemplateData=DATA)
    return client


def group(account, version="2", **more):
    account.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="group",
        LaunchTemplate={"LaunchTemplateName": "one", "Version": version},
        MinSize=0,
        MaxSize=3,
        AvailabilityZones=["eu-west-1a", "eu-west-1b"],
        HealthCheckGracePeriod=77,
        **more,
    )


def entry(**template):
    return {"name": "group", "adopt": True, "launch_template": {"name": "one", **template}}


def kept(account, *said, **way):
    result = fleet(GROUPS, said, account, **way)
    assert not result.get("failed"), result
    return [line for one in result["results"] for line in one.get("plan", [])]


def seen(account):
    (found,) = account.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    return found


def version(ec2, number):
    (found,) = ec2.describe_launch_template_versions(LaunchTemplateName="one", Versions=[str(number)])["LaunchTemplateVersions"]
    return found["LaunchTemplateData"]


def default(ec2):
    return ec2.describe_launch_templates(LaunchTemplateNames=["one"])["LaunchTemplates"][0]["DefaultVersionNumber"]


def test_one_member_is_mended_and_all_else_stays_as_it_is(account, ec2):
    group(account)
    before = seen(account)
    plan = kept(account, entry(source_version="latest", **HARDENED))
    assert plan[:3] == ["adopt launch template one", "add a version to launch template one: MetadataOptions", "update group group: LaunchTemplate"]
    assert version(ec2, 3) == {**DATA, "MetadataOptions": version(ec2, 3)["MetadataOptions"]}
    assert version(ec2, 3)["MetadataOptions"]["HttpTokens"] == "required"
    assert {**seen(account), "LaunchTemplate": {}} == {**before, "LaunchTemplate": {}}
    assert seen(account)["LaunchTemplate"]["Version"] == "3"
    assert default(ec2) == 1
    assert kept(account, entry(source_version="latest", **HARDENED)) == []


def test_a_check_tells_the_same_and_user_data_are_neither_sent_nor_told(account, ec2):
    group(account)
    foretold = fleet(GROUPS, [entry(source_version="latest", **HARDENED)], account, dry=True)
    account.run("for good")
    done = fleet(GROUPS, [entry(source_version="latest", **HARDENED)], account)
    assert done["results"][0]["plan"] == foretold["results"][0]["plan"]
    (made,) = (call for call in account.calls("for good") if call["operation"] == "CreateLaunchTemplateVersion")
    assert SECRET not in str(made) + str(done) + str(foretold)


@pytest.mark.parametrize(("moving", "source", "number"), [("$Latest", "latest", "2"), ("$Default", "default", "1")])
def test_a_group_of_a_moving_version_is_pinned_to_what_it_launches_now(account, ec2, moving, source, number):
    group(account, moving)
    plan = kept(account, entry(source_version=source))
    assert [line for line in plan if "launch template" in line] == ["adopt launch template one"]
    assert seen(account)["LaunchTemplate"]["Version"] == number
    assert default(ec2) == 1
    assert kept(account, entry(source_version=source)) == []


def test_a_version_by_its_number_is_what_others_are_based_on(account, ec2):
    group(account, "1")
    assert kept(account, {**entry(source_version=1), "adopt": False}) == []
    kept(account, entry(source_version=1, key_name="", default_version="latest", **HARDENED))
    assert version(ec2, 3)["InstanceType"] == "t2.micro"
    assert default(ec2) == 3
    assert kept(account, entry(source_version=1, **HARDENED)) == []


def test_a_member_that_is_declared_empty_leaves(account, ec2):
    kept(account, {"launch_template": {"name": "one", "source_version": "latest", "user_data": "", "metadata_options": {}}, "adopt": True})
    assert version(ec2, 3) == {name: value for name, value in DATA.items() if name not in ("UserData", "MetadataOptions")}


def test_metadata_options_that_are_not_there_are_not_added(account, ec2):
    data = {"ImageId": IMAGE, "InstanceType": "t3.micro", "IamInstanceProfile": {"Name": "web"}}
    ec2.create_launch_template_version(LaunchTemplateName="one", LaunchTemplateData=data)
    kept(account, {"launch_template": {"name": "one", "source_version": "latest", "instance_type": "t3.small"}, "adopt": True})
    assert version(ec2, 4) == {**data, "InstanceType": "t3.small"}


def test_another_profile_is_all_that_needs_to_be_said(account, ec2):
    group(account)
    kept(account, {**entry(source_version="latest"), "instance_profile": "other"})
    assert version(ec2, 3) == {**version(ec2, 2), "IamInstanceProfile": {"Name": "other"}}


def test_a_template_keeps_its_mixed_group_and_may_leave_the_image_to_it(account, ec2):
    ec2.create_launch_template_version(LaunchTemplateName="one", LaunchTemplateData={"IamInstanceProfile": {"Name": "web"}})
    launch = {
        "LaunchTemplateSpecification": {"LaunchTemplateName": "one", "Version": "3"},
        "Overrides": [{"InstanceType": "t3.micro", "LaunchTemplateSpecification": {"LaunchTemplateName": "one", "Version": "2"}}],
    }
    account.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="group", MixedInstancesPolicy={"LaunchTemplate": launch}, MinSize=0, MaxSize=1, AvailabilityZones=["eu-west-1a"]
    )
    assert kept(account, {**entry(source_version="latest"), "adopt": False}) == []


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"name": "none", "source_version": "latest"}, "launch_template.source_version: there is no launch template none to take from what is not declared"),
        ({"name": "none", "source_version": 2, "image_id": IMAGE}, "launch_template.source_version: there is no launch template none"),
        ({"name": "one", "source_version": "7"}, "launch_template.source_version: launch template one has no version 7; its newest is 2"),
        ({"name": "one", "source_version": "newest"}, "launch_template.source_version: must be latest, default or the number of a version, not newest"),
        ({"name": "spare", "source_version": "latest", "iam_instance_profile": {}}, "instance_profile: must be given, as version 1 of launch template spare"),
    ],
)
def test_what_cannot_be_taken_from_there_is_refused(account, ec2, said, why):
    account.run("refused")
    refused = fleet(GROUPS, [{"launch_template": said}], account)
    assert refused["failed"] and why in str(refused)
    assert not [call for call in account.calls("refused") if not call["operation"].startswith("Describe")]


def test_a_whole_declaration_makes_the_template_that_is_not_there(account, ec2):
    said = {"launch_template": {"name": "new", "source_version": "latest", "image_id": IMAGE, "instance_type": "t3.micro"}, "instance_profile": "web"}
    assert kept(account, said) == ["create launch template new with instance profile web"]
    assert kept(account, said) == []


def configuration(account, name, **more):
    account.client("autoscaling").create_launch_configuration(
        LaunchConfigurationName=name,
        ImageId=IMAGE,
        InstanceType="t2.micro",
        IamInstanceProfile="web",
        UserData="#!/bin/sh\necho a secret\n",
        BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8}}],
        **more,
    )


def configured(account):
    return {one["LaunchConfigurationName"]: one for one in account.client("autoscaling").describe_launch_configurations()["LaunchConfigurations"]}


def said_of_configuration(**words):
    return {"name": "group", "launch_configuration": {"name": "lc", "source_version": "latest", **words}}


def configured_group(account):
    profiles(account)
    configuration(account, "lc")
    account.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="group", LaunchConfigurationName="lc", MinSize=0, MaxSize=1, AvailabilityZones=["eu-west-1a"]
    )


def test_one_member_of_a_configuration_is_mended_and_its_user_data_come_along(account):
    configured_group(account)
    (before,) = configured(account).values()
    assert kept(account, said_of_configuration()) == []
    kept(account, said_of_configuration(**HARDENED))
    (after,) = configured(account).values()
    assert seen(account)["LaunchConfigurationName"] == after["LaunchConfigurationName"] != "lc"
    assert after["MetadataOptions"]["HttpTokens"] == "required"
    named = ("LaunchConfigurationName", "LaunchConfigurationARN", "CreatedTime", "MetadataOptions")
    assert {word: value for word, value in after.items() if word not in named} == {word: value for word, value in before.items() if word not in named}
    assert kept(account, said_of_configuration(**HARDENED)) == []


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"name": "none", "source_version": "latest"}, "launch_configuration.source_version: there is no launch configuration none"),
        ({"name": "lc", "source_version": "1"}, "launch_configuration.source_version: must be latest, as launch configurations have no versions"),
        ({"name": "lc", "source_version": "latest", "instance_id": "i-1"}, "launch_configuration.instance_id: given beside source_version"),
    ],
)
def test_what_no_configuration_can_give_is_refused(account, said, why):
    configured_group(account)
    before = written(account)
    refused = fleet(GROUPS, [{"launch_configuration": said}], account)
    assert refused["failed"] and why in str(refused)
    assert written(account) == before
