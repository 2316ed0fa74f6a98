# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a group launches, what each of its instances shows, and when they end, after Auto Scaling's API reference and user guide."""

from __future__ import annotations

from collections import Counter

import pytest

PIN = {"LaunchTemplateName": "web", "Version": "2"}


def launched_from(group):
    return [one.get("LaunchTemplate", {}).get("Version") for one in group["Instances"]]


def tags(instance):
    return {tag["Key"]: tag["Value"] for tag in instance["Tags"]}


@pytest.mark.parametrize(
    ("pin", "number", "kind"),
    [("1", "1", "t2.micro"), ("2", "2", "t3.micro"), ("$Latest", "2", "t3.micro"), ("$Default", "1", "t2.micro"), (None, "1", "t2.micro")],
)
def test_a_group_launches_the_version_it_is_pinned_to_and_tells_its_number(template, make_group, instances, pin, number, kind):
    """API_LaunchTemplateSpecification: Version, $Default unless told; API_Instance: the version each was launched from."""
    group = make_group(DesiredCapacity=1, LaunchTemplate={"LaunchTemplateName": "web", **({"Version": pin} if pin else {})})
    assert group["LaunchTemplate"].get("Version") == pin
    assert launched_from(group) == [number]
    assert group["Instances"][0]["InstanceType"] == instances()[0]["InstanceType"] == kind
    assert tags(instances()[0])["aws:ec2launchtemplate:version"] == number


def test_its_instances_carry_the_templates_profile_and_metadata_options(ec2, template, profile, make_group, instances):
    """Auto Scaling user guide, us-iam-role."""
    make_group(DesiredCapacity=2, LaunchTemplate=PIN)
    carried = {"Arn": profile["Arn"], "Id": profile["InstanceProfileId"]}
    assert [one["IamInstanceProfile"] for one in instances()] == [carried, carried]
    assert {one["MetadataOptions"]["HttpTokens"] for one in instances()} == {"required"}
    associated = ec2.describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"]
    assert {one["InstanceId"] for one in associated} == {one["InstanceId"] for one in instances()}


def test_instances_show_what_they_were_launched_from_when_the_group_moves_on(autoscaling, template, make_group, see_group):
    """Auto Scaling user guide: an update applies to new instances only."""
    make_group(DesiredCapacity=1, LaunchTemplate={"LaunchTemplateName": "web", "Version": "1"})
    autoscaling.update_auto_scaling_group(AutoScalingGroupName="web", LaunchTemplate=PIN, DesiredCapacity=2)
    assert launched_from(see_group()) == ["1", "2"]
    told = autoscaling.describe_auto_scaling_instances()["AutoScalingInstances"]
    assert sorted(one["LaunchTemplate"]["Version"] for one in told) == ["1", "2"]


def test_latest_is_resolved_when_launching(autoscaling, ec2, template, make_group, see_group):
    """API_LaunchTemplateSpecification: $Latest."""
    make_group(DesiredCapacity=1, LaunchTemplate={"LaunchTemplateName": "web", "Version": "$Latest"})
    ec2.create_launch_template_version(LaunchTemplateName="web", SourceVersion="2", LaunchTemplateData={"InstanceType": "t3.nano"})
    autoscaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=2)
    assert launched_from(see_group()) == ["2", "3"]


def test_a_group_scaled_to_zero_ends_its_instances(autoscaling, ec2, template, make_group, see_group, instances):
    """API_UpdateAutoScalingGroup."""
    make_group(MinSize=1, DesiredCapacity=3, LaunchTemplate=PIN)
    autoscaling.update_auto_scaling_group(AutoScalingGroupName="web", MinSize=0, MaxSize=0, DesiredCapacity=0)
    assert see_group()["Instances"] == instances() == []
    assert ec2.describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"] == []


@pytest.mark.parametrize(("change", "size"), [({"MinSize": 3}, 3), ({"MaxSize": 1}, 1), ({"MaxSize": 3}, 2)])
def test_new_bounds_move_the_desired_capacity_inside_them(autoscaling, template, make_group, see_group, change, size):
    """API_UpdateAutoScalingGroup: what a new MinSize or MaxSize does to the group's size."""
    make_group(DesiredCapacity=2, LaunchTemplate=PIN)
    autoscaling.update_auto_scaling_group(AutoScalingGroupName="web", **change)
    assert (see_group()["DesiredCapacity"], len(see_group()["Instances"])) == (size, size)


@pytest.mark.parametrize(
    ("size", "message"),
    [(9, "New SetDesiredCapacity value 9 is above max value 4"), (0, "New SetDesiredCapacity value 0 is below min value 1")],
)
def test_a_size_outside_the_bounds_is_refused(autoscaling, refused, template, make_group, size, message):
    """API_SetDesiredCapacity; the words are from memory."""
    make_group(MinSize=1, LaunchTemplate=PIN)
    code, told = refused(autoscaling.set_desired_capacity, AutoScalingGroupName="web", DesiredCapacity=size)
    assert (code, message in told) == ("ValidationError", True)


def test_protected_instances_stay(autoscaling, template, make_group, see_group):
    """Auto Scaling user guide, ec2-auto-scaling-instance-protection."""
    make_group(DesiredCapacity=2, LaunchTemplate=PIN, NewInstancesProtectedFromScaleIn=True)
    autoscaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=0)
    assert len(see_group()["Instances"]) == 2


def test_termination_protection_does_not_hold_auto_scaling_back(autoscaling, ec2, template, make_group, instances):
    """Auto Scaling user guide, ec2-auto-scaling-instance-protection: it does not stop Auto Scaling."""
    ec2.create_launch_template_version(LaunchTemplateName="web", SourceVersion="1", LaunchTemplateData={"DisableApiTermination": True})
    make_group(DesiredCapacity=1, LaunchTemplate={"LaunchTemplateName": "web", "Version": "3"})
    autoscaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=0)
    assert instances() == []


def test_an_instance_that_is_terminated_is_replaced(ec2, template, make_group, see_group):
    """Auto Scaling user guide, ec2-auto-scaling-health-checks."""
    before = make_group(DesiredCapacity=1, LaunchTemplate=PIN)["Instances"][0]["InstanceId"]
    ec2.terminate_instances(InstanceIds=[before])
    after = see_group()["Instances"]
    assert len(after) == 1
    assert after[0]["InstanceId"] != before


def test_instances_are_spread_over_the_groups_zones_and_subnets(autoscaling, ec2, template, make_group, instances):
    """Auto Scaling user guide, auto-scaling-benefits: instances are distributed evenly."""
    make_group(DesiredCapacity=4, LaunchTemplate=PIN)
    assert Counter(one["Placement"]["AvailabilityZone"] for one in instances()) == {"eu-west-1a": 2, "eu-west-1b": 2}
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]]
    group = make_group(AutoScalingGroupName="other", DesiredCapacity=3, LaunchTemplate=PIN, VPCZoneIdentifier=",".join(subnets))
    assert len({one["AvailabilityZone"] for one in group["Instances"]}) == 3


def test_tags_come_from_the_template_and_over_them_from_the_group(ec2, template, make_group, instances):
    """Auto Scaling user guide, ec2-auto-scaling-tagging: the group's tag wins; aws:autoscaling:groupName is its own."""
    said = [{"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "template's"}, {"Key": "app", "Value": "web"}]}]
    ec2.create_launch_template_version(LaunchTemplateName="web", SourceVersion="1", LaunchTemplateData={"TagSpecifications": said})
    told = [{"Key": "team", "Value": "group's", "PropagateAtLaunch": True}, {"Key": "quiet", "Value": "yes", "PropagateAtLaunch": False}]
    make_group(DesiredCapacity=1, LaunchTemplate={"LaunchTemplateName": "web", "Version": "$Latest"}, Tags=told)
    assert tags(instances()[0]) == {
        "app": "web",
        "team": "group's",
        "aws:autoscaling:groupName": "web",
        "aws:ec2launchtemplate:id": template["LaunchTemplateId"],
        "aws:ec2launchtemplate:version": "3",
    }


def test_a_policy_launches_its_first_override_and_no_fewer_for_the_share_of_spot(template, make_group, instances):
    """API_InstancesDistribution: percentages are rounded up to whole instances."""
    spec = {"LaunchTemplateSpecification": PIN, "Overrides": [{"InstanceType": "t3.large"}, {"InstanceType": "t3.small"}]}
    policy = {"LaunchTemplate": spec, "InstancesDistribution": {"OnDemandPercentageAboveBaseCapacity": 50}}
    group = make_group(DesiredCapacity=1, MixedInstancesPolicy=policy)
    assert launched_from(group) == ["2"]
    assert [one["InstanceType"] for one in instances()] == ["t3.large"]


@pytest.fixture
def mixed(template, make_group, instances):
    """Make a group of so much on demand, and tell how many instances are on demand, and how many spot."""

    def mixed(desired, base, percentage, weight="1"):
        spec = {"LaunchTemplateSpecification": PIN, "Overrides": [{"InstanceType": "t3.large", "WeightedCapacity": weight}]}
        share = {"OnDemandBaseCapacity": base, "OnDemandPercentageAboveBaseCapacity": percentage}
        make_group(MaxSize=20, DesiredCapacity=desired, MixedInstancesPolicy={"LaunchTemplate": spec, "InstancesDistribution": share})
        return bought(instances)

    return mixed


def bought(instances):
    found = [one.get("InstanceLifecycle", "on demand") for one in instances()]
    return found.count("on demand"), found.count("spot")


@pytest.mark.parametrize(
    ("desired", "base", "percentage", "weight", "expected"),
    [
        (4, 0, 100, "1", (4, 0)),
        (4, 0, 0, "1", (0, 4)),
        (4, 1, 0, "1", (1, 3)),
        (2, 5, 0, "1", (2, 0)),
        (10, 2, 25, "1", (4, 6)),
        (3, 0, 50, "1", (2, 1)),
        (8, 4, 50, "2", (3, 1)),
    ],
)
def test_a_mixed_group_buys_its_base_and_its_share_on_demand_and_the_rest_as_spot(mixed, desired, base, percentage, weight, expected):
    """API_InstancesDistribution; the user guide's table of allocations, which rounds up to on demand, in units of the desired capacity."""
    assert mixed(desired, base, percentage, weight) == expected


def test_a_mixed_group_keeps_its_share_as_it_scales(autoscaling, mixed, instances):
    """API_InstancesDistribution: the base is launched first as the group scales."""
    mixed(2, 1, 50)
    for size, expected in ((6, (4, 2)), (3, (2, 1)), (1, (1, 0))):
        autoscaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=size)
        assert bought(instances) == expected


def test_weights_count_towards_the_desired_capacity(template, make_group):
    """Auto Scaling user guide, ec2-auto-scaling-mixed-instances-groups-instance-weighting."""
    spec = {"LaunchTemplateSpecification": PIN, "Overrides": [{"InstanceType": "t3.large", "WeightedCapacity": "2"}]}
    group = make_group(DesiredCapacity=3, MixedInstancesPolicy={"LaunchTemplate": spec})
    assert [one["WeightedCapacity"] for one in group["Instances"]] == ["2", "2"]


def test_a_launch_that_fails_later_is_told_in_the_activities(autoscaling, iam, template, make_group, see_group):
    """terraform#29866: the group stands, and its scaling activities say why it has no instance."""
    make_group(LaunchTemplate=PIN)
    iam.remove_role_from_instance_profile(InstanceProfileName="web", RoleName="web")
    iam.delete_instance_profile(InstanceProfileName="web")
    autoscaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=1)
    latest = autoscaling.describe_scaling_activities(AutoScalingGroupName="web")["Activities"][0]
    assert see_group()["Instances"] == []
    assert latest["StatusCode"] == "Failed"
    assert latest["StatusMessage"].endswith("Invalid IAM Instance Profile name. Launching EC2 instance failed.")


def told(autoscaling):
    """The activities that end instances, without their moment."""
    found = autoscaling.describe_scaling_activities(AutoScalingGroupName="web")["Activities"]
    return [(one["Description"], one["StatusCode"], one["Cause"].partition("Z ")[2]) for one in found if one["Description"].startswith("Terminating")]


def test_an_end_is_told_in_the_activities_with_its_cause(autoscaling, ec2, template, make_group):
    """watchamcb's gist fc686c70e8c2660ee7ef (health check); API_TerminateInstanceInAutoScalingGroup (request). AWS goes on with the sizes, left out here."""
    first, second, third = (one["InstanceId"] for one in make_group(DesiredCapacity=3, LaunchTemplate=PIN)["Instances"])
    autoscaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=2)
    autoscaling.terminate_instance_in_auto_scaling_group(InstanceId=second, ShouldDecrementDesiredCapacity=True)
    ec2.terminate_instances(InstanceIds=[third])
    out = "an instance was taken out of service in response to"
    assert told(autoscaling) == [
        (f"Terminating EC2 instance: {third}", "Successful", f"{out} an EC2 health check indicating it has been terminated or stopped."),
        (f"Terminating EC2 instance: {second}", "Successful", f"instance {second} was taken out of service in response to a user request."),
        (f"Terminating EC2 instance: {first}", "Successful", f"{out} a difference between desired and actual capacity."),
    ]


def test_instances_keep_the_id_of_a_profile_that_was_made_anew(iam, template, profile, make_group, instances):
    """IAM user guide, troubleshoot_iam-ec2: a profile of the same name made anew is another one."""
    make_group(DesiredCapacity=1, LaunchTemplate=PIN)
    iam.remove_role_from_instance_profile(InstanceProfileName="web", RoleName="web")
    iam.delete_instance_profile(InstanceProfileName="web")
    anew = iam.create_instance_profile(InstanceProfileName="web")["InstanceProfile"]
    assert instances()[0]["IamInstanceProfile"]["Id"] == profile["InstanceProfileId"] != anew["InstanceProfileId"]
