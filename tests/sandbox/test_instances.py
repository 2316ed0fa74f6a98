# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What RunInstances launches and refuses, after EC2's API reference, and refusals quoted in public issues (named below)."""

from __future__ import annotations

import pytest

IMAGE = "ami-01e24be29428c15b2"
INTERFACE = {"NetworkInterfaces": [{"DeviceIndex": 0}]}
ONE = {"MinCount": 1, "MaxCount": 1}
NO_GROUP = "The security group 'sg-0123456789abcdef0' does not exist"
GHOST = "Value (ghost) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"


def launched(ec2, **asked):
    return ec2.run_instances(**{**ONE, **asked})["Instances"]


def tags(instance):
    return {tag["Key"]: tag["Value"] for tag in instance["Tags"]}


@pytest.mark.parametrize("named", [{"Name": "web"}, {"Arn": "arn:aws:iam::123456789012:instance-profile/app/web"}])
def test_every_instance_of_a_launch_carries_the_profile_with_its_own_id(ec2, make_profile, instances, named):
    """API_IamInstanceProfile: Id is the profile's, as IAM gives it."""
    profile = make_profile("web", path="/app/")
    launched(ec2, ImageId=IMAGE, MinCount=2, MaxCount=2, IamInstanceProfile=named)
    carried = {"Arn": profile["Arn"], "Id": profile["InstanceProfileId"]}
    assert [one["IamInstanceProfile"] for one in instances()] == [carried, carried]
    assert len(ec2.describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"]) == 2


def test_an_instance_is_what_its_templates_version_says(ec2, template, profile, instances):
    """EC2 user guide, launch-instances-from-launch-template; the tags aws:ec2launchtemplate:* are EC2's own."""
    launched(ec2, LaunchTemplate={"LaunchTemplateName": "web", "Version": "2"})
    seen = instances()[0]
    assert (seen["ImageId"], seen["InstanceType"]) == (IMAGE, "t3.micro")
    assert seen["IamInstanceProfile"]["Id"] == profile["InstanceProfileId"]
    assert seen["MetadataOptions"]["HttpTokens"] == "required"
    assert tags(seen) == {"aws:ec2launchtemplate:id": template["LaunchTemplateId"], "aws:ec2launchtemplate:version": "2"}


@pytest.mark.parametrize(("version", "kind"), [(None, "t2.micro"), ("$Default", "t2.micro"), ("$Latest", "t3.micro")])
def test_a_version_by_name_is_resolved_when_launching(ec2, template, instances, version, kind):
    """API_LaunchTemplateSpecification: the default version unless told."""
    launched(ec2, LaunchTemplate={"LaunchTemplateName": "web", **({"Version": version} if version else {})})
    assert instances()[0]["InstanceType"] == kind


def test_what_is_asked_on_the_spot_replaces_what_the_template_says(ec2, template, make_profile, instances):
    """API_RunInstances, LaunchTemplate: "Any parameters that you specify in RunInstances override the same parameters in the launch template"."""
    other = make_profile("other")
    launched(ec2, LaunchTemplate={"LaunchTemplateName": "web"}, InstanceType="t3.nano", IamInstanceProfile={"Name": "other"})
    seen = instances()[0]
    assert seen["InstanceType"] == "t3.nano"
    assert seen["IamInstanceProfile"]["Id"] == other["InstanceProfileId"]


def test_a_template_with_interfaces_and_volumes_can_be_launched(ec2, instances):
    """API_RequestLaunchTemplateData: these members have parts moto's launch cannot take."""
    said = {
        "ImageId": IMAGE,
        "NetworkInterfaces": [{"AssociatePublicIpAddress": False}],
        "BlockDeviceMappings": [
            {"DeviceName": "/dev/xvda", "Ebs": {"VolumeType": "io2", "Iops": 500}},
            {"DeviceName": "/dev/sdb", "VirtualName": "ephemeral0"},
        ],
        "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "a"}]}],
    }
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=said)
    launched(ec2, LaunchTemplate={"LaunchTemplateName": "web"})
    assert tags(instances()[0])["team"] == "a"


def test_instances_are_found_by_the_template_they_were_launched_from(ec2, template):
    """EC2 user guide, launch-templates: EC2 tags instances with aws:ec2launchtemplate:id and :version."""
    launched(ec2, LaunchTemplate={"LaunchTemplateName": "web", "Version": "2"})
    launched(ec2, ImageId=IMAGE)
    by_template = [{"Name": "tag:aws:ec2launchtemplate:id", "Values": [template["LaunchTemplateId"]]}]
    (found,) = ec2.describe_instances(Filters=by_template)["Reservations"]
    assert tags(found["Instances"][0])["aws:ec2launchtemplate:version"] == "2"


def test_an_image_by_parameter_is_resolved(ec2, account, instances):
    """API_RequestLaunchTemplateData, ImageId: resolve:ssm:parameter-name."""
    account.client("ssm").put_parameter(Name="/images/web", Value=IMAGE, Type="String")
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"ImageId": "resolve:ssm:/images/web"})
    launched(ec2, LaunchTemplate={"LaunchTemplateName": "web"})
    assert instances()[0]["ImageId"] == IMAGE


@pytest.mark.parametrize("dry", [False, True])
@pytest.mark.parametrize(
    ("asked", "code", "message"),
    [
        ({"ImageId": "ami-0123456789abcdef0"}, "InvalidAMIID.NotFound", "The image id '[ami-0123456789abcdef0]' does not exist"),
        ({"ImageId": "ami-web"}, "InvalidAMIID.Malformed", 'Invalid id: "ami-web" (expecting "ami-...")'),
        ({}, "MissingParameter", "The request must contain the parameter ImageId"),
        ({"ImageId": IMAGE, "InstanceType": "t2.mikro"}, "InvalidParameterValue", "Invalid value 't2.mikro' for InstanceType."),
        ({"ImageId": IMAGE, "IamInstanceProfile": {"Name": "ghost"}}, "InvalidParameterValue", GHOST),
        ({"ImageId": IMAGE, "SubnetId": "subnet-0"}, "InvalidSubnetID.NotFound", "The subnet ID 'subnet-0' does not exist"),
        ({"LaunchTemplate": {"LaunchTemplateName": "web", "Version": "77"}}, "InvalidLaunchTemplateId.VersionNotFound", "version 77"),
        ({"ImageId": IMAGE, "SecurityGroupIds": ["sg-0123456789abcdef0"]}, "InvalidGroup.NotFound", NO_GROUP),
        ({"ImageId": IMAGE, "SecurityGroups": ["nobody"]}, "InvalidGroup.NotFound", "The security group 'nobody' does not exist"),
        ({"ImageId": IMAGE, "KeyName": "nobody"}, "InvalidKeyPair.NotFound", "The key pair 'nobody' does not exist"),
        ({"ImageId": IMAGE, "SecurityGroupIds": ["sg-0"], **INTERFACE}, "InvalidParameterCombination", "security groups may not be specified"),
    ],
)
def test_what_does_not_exist_is_refused_in_a_dry_run_too(ec2, refused, template, instances, asked, code, message, dry):
    """EC2's errors-overview; profile: terraform#5217 and others; image: doccano#190."""
    told = refused(ec2.run_instances, DryRun=dry, **ONE, **asked)
    assert told[0] == code
    assert message in told[1]
    assert instances() == []


@pytest.mark.parametrize(
    ("operation", "asked", "code", "message"),
    [
        ("describe_security_groups", {"GroupIds": ["sg-0123456789abcdef0"]}, "InvalidGroup.NotFound", NO_GROUP),
        ("describe_security_groups", {"GroupIds": ["sg-2", "sg-1"]}, "InvalidGroup.NotFound", "The security groups 'sg-1, sg-2' do not exist"),
        ("describe_key_pairs", {"KeyNames": ["nobody"]}, "InvalidKeyPair.NotFound", "The key pair 'nobody' does not exist"),
    ],
)
def test_what_is_described_and_not_there_is_named(ec2, refused, operation, asked, code, message):
    """EC2's errors-overview: InvalidGroup.NotFound, InvalidKeyPair.NotFound; the words are from memory."""
    assert refused(getattr(ec2, operation), **asked) == (code, message)


def test_a_dry_run_that_would_succeed_says_so_and_launches_nothing(ec2, refused, template, instances):
    """API_RunInstances, DryRun."""
    assert refused(ec2.run_instances, DryRun=True, LaunchTemplate={"LaunchTemplateName": "web"}, **ONE)[0] == "DryRunOperation"
    assert instances() == []


def test_a_profile_without_role_is_refused(ec2, iam, refused):
    """terraform's ec2_instance.go waits this refusal out: role not yet in the profile."""
    arn = iam.create_instance_profile(InstanceProfileName="empty")["InstanceProfile"]["Arn"]
    told = refused(ec2.run_instances, ImageId=IMAGE, IamInstanceProfile={"Name": "empty"}, **ONE)
    assert told == ("InvalidParameterValue", f'IAM Instance Profile "{arn}" has no associated IAM Roles')


def test_a_new_profile_stays_invisible_for_a_while(account, ec2, iam, refused, make_profile):
    """IAM user guide, troubleshoot_general_eventual-consistency; eksctl#8039: GetInstanceProfile finds it before EC2 does."""
    account.settings(profile_delay=60)
    make_profile("web")
    asked = {"ImageId": IMAGE, "IamInstanceProfile": {"Name": "web"}, **ONE}
    assert iam.get_instance_profile(InstanceProfileName="web")
    assert refused(ec2.run_instances, **asked) == ("InvalidParameterValue", GHOST.replace("ghost", "web"))
    account.settings(profile_delay=0)
    assert launched(ec2, **asked)


def test_a_profile_given_another_role_is_invisible_again(account, ec2, iam, refused, profile):
    """API_AddRoleToInstanceProfile: the change is eventually consistent."""
    account.settings(profile_delay=3600)
    iam.remove_role_from_instance_profile(InstanceProfileName="web", RoleName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    asked = {"ImageId": IMAGE, "IamInstanceProfile": {"Name": "web"}, **ONE}
    assert refused(ec2.run_instances, **asked)[0] == "InvalidParameterValue"
    account.settings(profile_delay=0)
    assert launched(ec2, **asked)


def test_instances_are_filtered_by_their_profile(ec2, profile, make_profile, instances):
    """API_DescribeInstances: filters iam-instance-profile.arn, .id and .name."""
    make_profile("other")
    for name in ("web", "other"):
        launched(ec2, ImageId=IMAGE, IamInstanceProfile={"Name": name})
    launched(ec2, ImageId=IMAGE)
    values = {"arn": profile["Arn"], "id": profile["InstanceProfileId"], "name": "web"}
    for member, value in values.items():
        found = instances(**{f"iam-instance-profile.{member}": value})
        assert [one["IamInstanceProfile"]["Arn"] for one in found] == [profile["Arn"]]


def test_a_filter_takes_a_star_for_anything(ec2, make_profile, instances):
    """Using_Filtering: wildcards with filter values, \\ before a sign that is meant as it is."""
    make_profile("web", path="/team/")
    make_profile("webs", path="/team/")
    for name in ("web", "webs"):
        launched(ec2, ImageId=IMAGE, IamInstanceProfile={"Name": name})
    found = instances(**{"iam-instance-profile.arn": "arn:*:iam::*:instance-profile/team/web"})
    assert [one["IamInstanceProfile"]["Arn"] for one in found] == ["arn:aws:iam::123456789012:instance-profile/team/web"]
    assert instances(**{"iam-instance-profile.arn": "arn:*:iam::*:instance-profile/\\*/web"}) == []


@pytest.mark.parametrize(
    ("ids", "code"),
    [(["ami-0123456789abcdef0", IMAGE], "InvalidAMIID.NotFound"), (["web"], "InvalidAMIID.Malformed")],
)
def test_an_image_that_is_not_there_is_not_left_out(ec2, refused, ids, code):
    """API_DescribeImages: errors-overview, InvalidAMIID."""
    assert refused(ec2.describe_images, ImageIds=ids)[0] == code


def test_an_image_that_was_deregistered_launches_nothing(ec2, refused):
    """API_RunInstances: InvalidAMIID.NotFound."""
    ec2.deregister_image(ImageId=IMAGE)
    assert refused(ec2.run_instances, ImageId=IMAGE, MinCount=1, MaxCount=1)[0] == "InvalidAMIID.NotFound"


def test_the_guides_image_and_amazons_are_known(ec2):
    """The EC2 user guide's example image."""
    assert ec2.describe_images(ImageIds=[IMAGE, "ami-12c6146b"])["Images"][0]["OwnerId"] == "137112412989"
    assert len(ec2.describe_images(Owners=["amazon"])["Images"]) > 100
