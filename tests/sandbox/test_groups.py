# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups, after Auto Scaling's API reference, service model and user guide, and refusals quoted in public issues (named below)."""

from __future__ import annotations

import botocore.session
import pytest

PIN = {"LaunchTemplateName": "web", "Version": "2"}
FORMED = "You must use a valid fully-formed launch template. "
MODEL = botocore.session.get_session().get_service_model("autoscaling")
ASKED = MODEL.operation_model("CreateAutoScalingGroup").input_shape.members
SHOWN = MODEL.shape_for("AutoScalingGroup").members
# What Describe does not give back as it was given: names, sizes, places, sources and tags have tests of their own.
APART = {
    "AutoScalingGroupName", "MinSize", "MaxSize", "DesiredCapacity", "AvailabilityZones", "AvailabilityZoneIds", "VPCZoneIdentifier", "Tags",
    "LaunchTemplate", "LaunchConfigurationName", "MixedInstancesPolicy", "LoadBalancerNames", "TargetGroupARNs", "TrafficSources",
}  # fmt: skip
# What Auto Scaling takes for a member of which the model does not tell all.
TAKEN = {
    "HealthCheckType": "EBS,VPC_LATTICE",
    "TerminationPolicies": "OldestInstance",
    "PlacementGroup": "near",
    "MaxInstanceLifetime": 86400,
    "MaxHealthyPercentage": 100,
}


def anything(shape, name):
    """A value for every leaf below a shape."""
    if shape.type_name == "structure":
        return {member: anything(below, member) for member, below in shape.members.items()}
    if shape.type_name == "list":
        return [anything(shape.member, name)]
    if shape.type_name == "string":
        return shape.enum[-1] if shape.enum else TAKEN.get(name, f"some-{name}")
    return TAKEN.get(name, {"integer": 7, "boolean": True}[shape.type_name])


def sizes(group):
    return group["MinSize"], group["DesiredCapacity"], group["MaxSize"], len(group["Instances"])


def sources(group):
    return {name for name in ("LaunchTemplate", "LaunchConfigurationName", "MixedInstancesPolicy") if group.get(name)}


def healthy(least, most):
    return {"MinHealthyPercentage": least, "MaxHealthyPercentage": most}


def mixed(version="1", **distribution):
    template = {"LaunchTemplateSpecification": {"LaunchTemplateName": "web", "Version": version}, "Overrides": [{"InstanceType": "t3.small"}]}
    return {"LaunchTemplate": template, **({"InstancesDistribution": distribution} if distribution else {})}


@pytest.mark.parametrize("member", sorted(ASKED.keys() & SHOWN.keys() - APART))
def test_every_member_given_on_create_and_on_update_is_given_back(autoscaling, ec2, template, make_group, see_group, member):
    """The service model: members of CreateAutoScalingGroup that AutoScalingGroup has too."""
    ec2.create_placement_group(GroupName="near")
    given = {member: anything(ASKED[member], member)}
    assert make_group(LaunchTemplate=PIN, **given)[member] == given[member]
    if member in MODEL.operation_model("UpdateAutoScalingGroup").input_shape.members:
        autoscaling.update_auto_scaling_group(AutoScalingGroupName="web", **given)
        assert see_group()[member] == given[member]


def test_what_is_not_given_has_auto_scalings_defaults(template, make_group):
    """API_CreateAutoScalingGroup: defaults."""
    group = make_group(LaunchTemplate=PIN, MinSize=1)
    assert sizes(group) == (1, 1, 4, 1)
    assert (group["DefaultCooldown"], group["HealthCheckType"], group["HealthCheckGracePeriod"]) == (300, "EC2", 0)
    assert (group["TerminationPolicies"], group["NewInstancesProtectedFromScaleIn"]) == (["Default"], False)


def test_an_update_touches_only_what_it_is_given(autoscaling, template, make_group, see_group):
    """API_UpdateAutoScalingGroup: "all parameters that you don't specify stay the same"."""
    lasting = {"DefaultCooldown": 0, "HealthCheckGracePeriod": 9, "MaxInstanceLifetime": 86400, "DefaultInstanceWarmup": 5}
    before = make_group(LaunchTemplate=PIN, DesiredCapacity=1, Context="c", CapacityRebalance=True, TerminationPolicies=["OldestInstance"], **lasting)
    autoscaling.update_auto_scaling_group(AutoScalingGroupName="web", MaxSize=3)
    assert see_group() == {**before, "MaxSize": 3}


@pytest.mark.parametrize(
    ("member", "value", "clear", "then"),
    [
        ("MaxInstanceLifetime", 86400, 0, None),
        ("DefaultInstanceWarmup", 60, -1, None),
        ("PlacementGroup", "near", "", None),
        ("InstanceMaintenancePolicy", healthy(90, 120), healthy(-1, -1), None),
        ("TerminationPolicies", ["OldestInstance"], [], ["Default"]),
    ],
)
def test_the_value_that_clears_a_member_clears_it(autoscaling, ec2, template, make_group, see_group, member, value, clear, then):
    """API_UpdateAutoScalingGroup: each member's own words on how to remove it."""
    ec2.create_placement_group(GroupName="near")
    assert make_group(LaunchTemplate=PIN, **{member: value})[member] == value
    autoscaling.update_auto_scaling_group(AutoScalingGroupName="web", **{member: clear})
    assert see_group().get(member) == then


def test_zones_may_be_given_by_their_ids(ec2, autoscaling, template):
    """API_CreateAutoScalingGroup: AvailabilityZoneIds."""
    zone = ec2.describe_availability_zones()["AvailabilityZones"][0]
    asked = {"AutoScalingGroupName": "web", "MinSize": 0, "MaxSize": 1, "LaunchTemplate": PIN, "AvailabilityZoneIds": [zone["ZoneId"]]}
    autoscaling.create_auto_scaling_group(**asked)
    seen = autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"][0]
    assert (seen["AvailabilityZones"], seen["AvailabilityZoneIds"]) == ([zone["ZoneName"]], [zone["ZoneId"]])


def test_template_configuration_and_policy_replace_one_another(autoscaling, template, make_group, see_group):
    """API_UpdateAutoScalingGroup: a group launches from one of the three."""
    autoscaling.create_launch_configuration(LaunchConfigurationName="web", ImageId="ami-12c6146b", InstanceType="t3.nano")
    assert sources(make_group(LaunchConfigurationName="web")) == {"LaunchConfigurationName"}
    for name, value in (("LaunchTemplate", PIN), ("MixedInstancesPolicy", mixed()), ("LaunchTemplate", PIN), ("LaunchConfigurationName", "web")):
        autoscaling.update_auto_scaling_group(AutoScalingGroupName="web", **{name: value})
        assert sources(see_group()) == {name}


def test_a_policy_is_completed_with_defaults_and_changed_in_part(autoscaling, template, make_group, see_group):
    """API_InstancesDistribution: defaults; API_UpdateAutoScalingGroup: what the policy omits stays."""
    policy = make_group(MixedInstancesPolicy=mixed(OnDemandBaseCapacity=1))["MixedInstancesPolicy"]
    assert policy["InstancesDistribution"]["OnDemandPercentageAboveBaseCapacity"] == 100
    half = {"InstancesDistribution": {"OnDemandPercentageAboveBaseCapacity": 50}}
    autoscaling.update_auto_scaling_group(AutoScalingGroupName="web", MixedInstancesPolicy=half)
    after = see_group()["MixedInstancesPolicy"]
    assert after["LaunchTemplate"] == policy["LaunchTemplate"]
    assert after["InstancesDistribution"] == {**policy["InstancesDistribution"], "OnDemandPercentageAboveBaseCapacity": 50}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"MinSize": 3, "MaxSize": 2}, "Max bound, 2, must be greater than or equal to min bound, 3"),
        ({"MinSize": 1, "MaxSize": 2, "DesiredCapacity": 3}, "Desired capacity:3 must be between the specified min size:1 and max size:2"),
        ({"HealthCheckType": "EC2,HTTP"}, "Invalid Health Check Type HTTP."),
        ({"VPCZoneIdentifier": "subnet-0"}, "The subnet ID 'subnet-0' does not exist"),
        ({"AvailabilityZones": ["eu-west-1z"]}, "Invalid availability zones: [eu-west-1z]"),
        ({"LaunchTemplate": {"LaunchTemplateName": "nope"}}, FORMED + "The specified launch template, with template name nope, does not exist."),
        ({"LaunchTemplate": {"LaunchTemplateName": "web", "Version": "77"}}, FORMED + "Could not find the specified version 77 for the launch template"),
    ],
)
def test_what_cannot_be_is_refused_on_create_and_on_update(autoscaling, refused, template, make_group, see_group, params, message):
    """Desired: convox/praxis#258; subnet: ansible#12905; template: eksctl#1293 for its first words. The words on bounds and health checks are from memory."""
    asked = {"AutoScalingGroupName": "web", "MinSize": 0, "MaxSize": 4, "AvailabilityZones": ["eu-west-1a"], "LaunchTemplate": PIN, **params}
    if "VPCZoneIdentifier" in params:
        del asked["AvailabilityZones"]
    code, told = refused(autoscaling.create_auto_scaling_group, **asked)
    assert (code, message in told) == ("ValidationError", True)
    before = make_group(LaunchTemplate=PIN)
    assert refused(autoscaling.update_auto_scaling_group, AutoScalingGroupName="web", **params) == (code, told)
    assert see_group() == before


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"ImageId": "ami-0123456789abcdef0"}, "The image id '[ami-0123456789abcdef0]' does not exist"),
        ({"InstanceType": "t3.nano"}, "The request must contain the parameter ImageId"),
        (
            {"ImageId": "ami-12c6146b", "IamInstanceProfile": {"Name": "ghost"}},
            "Value (ghost) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name",
        ),
        (
            {"ImageId": "ami-12c6146b", "IamInstanceProfile": {"Arn": "arn:aws:iam::123456789012:instance-profile/ghost"}},
            "for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN",
        ),
    ],
)
def test_a_template_that_could_not_launch_is_refused(autoscaling, ec2, refused, template, make_group, said, message):
    """Auto Scaling user guide, ts-as-launch-template; terraform#5217, #24910 (update), #29866 (ARN)."""
    ec2.create_launch_template(LaunchTemplateName="bad", LaunchTemplateData=said)
    bad = {"LaunchTemplateName": "bad", "Version": "1"}
    asked = {"AutoScalingGroupName": "bad", "MinSize": 0, "MaxSize": 1, "AvailabilityZones": ["eu-west-1a"], "LaunchTemplate": bad}
    code, told = refused(autoscaling.create_auto_scaling_group, **asked)
    assert code == "ValidationError"
    assert told.startswith(FORMED)
    assert message in told
    make_group(LaunchTemplate=PIN)
    assert refused(autoscaling.update_auto_scaling_group, AutoScalingGroupName="web", LaunchTemplate=bad) == (code, told)


def test_a_profile_auto_scaling_has_not_heard_of_yet_is_refused(account, autoscaling, refused, template, make_group):
    """eksctl#8039: refused 3 seconds after CreateInstanceProfile, taken 31 seconds later."""
    account.settings(profile_delay=60)
    asked = {"AutoScalingGroupName": "web", "MinSize": 0, "MaxSize": 1, "AvailabilityZones": ["eu-west-1a"], "LaunchTemplate": PIN}
    assert "Invalid IAM Instance Profile name" in refused(autoscaling.create_auto_scaling_group, **asked)[1]
    account.settings(profile_delay=0)
    assert make_group(LaunchTemplate=PIN)


def test_one_source_and_no_more_is_taken(autoscaling, refused, template, make_group):
    """API_CreateAutoScalingGroup and API_UpdateAutoScalingGroup: one of the launch sources."""
    asked = {"AutoScalingGroupName": "web", "MinSize": 0, "MaxSize": 1, "AvailabilityZones": ["eu-west-1a"]}
    both = {"LaunchTemplate": PIN, "MixedInstancesPolicy": mixed()}
    assert "Valid requests must contain either" in refused(autoscaling.create_auto_scaling_group, **asked)[1]
    assert "Valid requests must contain either" in refused(autoscaling.create_auto_scaling_group, **asked, **both)[1]
    make_group(LaunchTemplate=PIN)
    assert "Valid requests must contain either" in refused(autoscaling.update_auto_scaling_group, AutoScalingGroupName="web", **both)[1]


def test_a_name_is_taken_once(autoscaling, refused, template, make_group, see_group):
    """API_CreateAutoScalingGroup: AlreadyExists."""
    before = make_group(LaunchTemplate=PIN, DesiredCapacity=1)
    asked = {"AutoScalingGroupName": "web", "MinSize": 0, "MaxSize": 1, "AvailabilityZones": ["eu-west-1a"], "LaunchTemplate": PIN}
    told = refused(autoscaling.create_auto_scaling_group, **asked)
    assert told == ("AlreadyExists", "AutoScalingGroup by this name already exists - A group with the name web already exists")
    assert see_group() == before


def test_a_target_group_must_exist(autoscaling, refused, template):
    """API_CreateAutoScalingGroup: TargetGroupARNs; the words are from memory."""
    asked = {"AutoScalingGroupName": "web", "MinSize": 0, "MaxSize": 1, "AvailabilityZones": ["eu-west-1a"], "LaunchTemplate": PIN}
    arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef"
    code, message = refused(autoscaling.create_auto_scaling_group, TargetGroupARNs=[arn], **asked)
    assert (code, message) == ("ValidationError", "Provided Target Groups may not be valid. Please ensure they exist and try again.")
    assert autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"] == []


def test_a_group_with_instances_is_deleted_by_force_only(autoscaling, refused, template, make_group, instances):
    """API_DeleteAutoScalingGroup: ResourceInUse, ForceDelete."""
    make_group(LaunchTemplate=PIN, DesiredCapacity=2, NewInstancesProtectedFromScaleIn=True)
    told = refused(autoscaling.delete_auto_scaling_group, AutoScalingGroupName="web")
    assert told == ("ResourceInUse", "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.")
    autoscaling.delete_auto_scaling_group(AutoScalingGroupName="web", ForceDelete=True)
    assert autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"] == []
    assert instances() == []


def test_an_empty_group_is_deleted_with_its_hooks(autoscaling, template, make_group):
    """API_DeleteAutoScalingGroup."""
    hook = {"LifecycleHookName": "drain", "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING"}
    make_group(LaunchTemplate=PIN, LifecycleHookSpecificationList=[hook])
    autoscaling.delete_auto_scaling_group(AutoScalingGroupName="web")
    make_group(LaunchTemplate=PIN)
    assert autoscaling.describe_lifecycle_hooks(AutoScalingGroupName="web")["LifecycleHooks"] == []


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("update_auto_scaling_group", {"MaxSize": 1}),
        ("delete_auto_scaling_group", {}),
        ("set_desired_capacity", {"DesiredCapacity": 1}),
        ("disable_metrics_collection", {}),
        ("describe_traffic_sources", {}),
        ("suspend_processes", {}),
    ],
)
def test_a_group_that_is_not_there_is_told_by_name(autoscaling, refused, operation, params):
    """CommonErrors: ValidationError."""
    told = refused(getattr(autoscaling, operation), AutoScalingGroupName="nope", **params)
    assert told == ("ValidationError", "AutoScalingGroup name not found - AutoScalingGroup 'nope' not found")


def test_groups_come_in_pages_of_a_hundred_at_most(autoscaling, refused, template, make_group):
    """API_DescribeAutoScalingGroups: MaxRecords up to 100."""
    for number in range(5):
        make_group(AutoScalingGroupName=f"web-{number}", LaunchTemplate=PIN)
    pages = list(autoscaling.get_paginator("describe_auto_scaling_groups").paginate(PaginationConfig={"PageSize": 2}))
    assert [len(page["AutoScalingGroups"]) for page in pages] == [2, 2, 1]
    assert refused(autoscaling.describe_auto_scaling_groups, MaxRecords=101)[0] == "ValidationError"


def test_metrics_are_enabled_and_disabled_by_name_or_all_at_once(autoscaling, template, make_group, see_group):
    """API_EnableMetricsCollection, API_DisableMetricsCollection: all metrics when none is named; those of manage-retained-instances are among them."""
    make_group(LaunchTemplate=PIN)

    def enabled():
        return {metric["Metric"] for metric in see_group()["EnabledMetrics"]}

    autoscaling.enable_metrics_collection(AutoScalingGroupName="web", Granularity="1Minute")
    there = {one["Metric"] for one in autoscaling.describe_metric_collection_types()["Metrics"]}
    assert {"GroupMinSize", "GroupTerminatingRetainedInstances"} < enabled() == there
    autoscaling.disable_metrics_collection(AutoScalingGroupName="web", Metrics=["GroupMinSize"])
    assert "GroupMinSize" not in enabled()
    autoscaling.disable_metrics_collection(AutoScalingGroupName="web")
    assert enabled() == set()


def test_a_hook_keeps_what_it_is_given(account, autoscaling, template, make_group):
    """API_PutLifecycleHook, API_LifecycleHookSpecification."""
    given = {
        "LifecycleHookName": "drain", "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING", "HeartbeatTimeout": 60, "DefaultResult": "CONTINUE",
        "NotificationMetadata": "m", "NotificationTargetARN": "arn:aws:sqs:eu-west-1:123456789012:web", "RoleARN": "arn:aws:iam::123456789012:role/web",
    }  # fmt: skip
    account.client("sqs").create_queue(QueueName="web")
    make_group(LaunchTemplate=PIN, LifecycleHookSpecificationList=[given])
    autoscaling.put_lifecycle_hook(AutoScalingGroupName="web", LifecycleHookName="drain", HeartbeatTimeout=90)
    seen = autoscaling.describe_lifecycle_hooks(AutoScalingGroupName="web")["LifecycleHooks"]
    assert seen == [{**given, "HeartbeatTimeout": 90, "AutoScalingGroupName": "web", "GlobalTimeout": 172800}]


def test_traffic_sources_come_and_go(autoscaling, account, ec2, template, make_group, see_group):
    """API_AttachTrafficSources, API_DetachTrafficSources, API_DescribeTrafficSources."""
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    made = account.client("elbv2").create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)
    target = {"Identifier": made["TargetGroups"][0]["TargetGroupArn"], "Type": "elbv2"}
    lattice = {"Identifier": "arn:aws:vpc-lattice:eu-west-1:123456789012:targetgroup/tg-0123456789abcdef0", "Type": "vpc-lattice"}
    assert make_group(LaunchTemplate=PIN, TrafficSources=[lattice])["TrafficSources"] == [lattice]
    autoscaling.attach_traffic_sources(AutoScalingGroupName="web", TrafficSources=[target])
    assert see_group()["TargetGroupARNs"] == [target["Identifier"]]
    told = autoscaling.describe_traffic_sources(AutoScalingGroupName="web")["TrafficSources"]
    assert [(one["Type"], one["State"]) for one in told] == [("elbv2", "InService"), ("vpc-lattice", "InService")]
    autoscaling.detach_traffic_sources(AutoScalingGroupName="web", TrafficSources=[target, lattice])
    assert see_group()["TrafficSources"] == []
