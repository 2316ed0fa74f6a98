# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Auto Scaling refuses although its service model lets it through, after its API's reference and refusals quoted in public sources (named below)."""

from __future__ import annotations

import pytest

WEB = {"AutoScalingGroupName": "web"}
PIN = {"LaunchTemplateName": "web", "Version": "1"}
LIFETIME = (
    "maxInstanceLifetime must be either equal to 0 or between 86400 and 31536000 seconds (inclusive). "
    "A value of 0 is used to remove a previously set value."
)
BOTH = "MinHealthyPercentage and MaxHealthyPercentage of an InstanceMaintenancePolicy must be specified both, and be -1 both or neither."
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:choose:live"


def healthy(**percentages):
    return {"InstanceMaintenancePolicy": {f"{end}HealthyPercentage": value for end, value in percentages.items()}}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"MaxInstanceLifetime": 1}, LIFETIME),
        ({"MaxInstanceLifetime": 86399}, LIFETIME),
        ({"MaxInstanceLifetime": 31536001}, LIFETIME),
        (
            {"DefaultCooldown": -1},
            "1 validation error detected: Value '-1' at 'defaultCooldown' failed to satisfy constraint: Member must have value greater than or equal to 0",
        ),
        ({"HealthCheckGracePeriod": -1}, "Grace period must be a positive integer."),
        (
            {"TerminationPolicies": ["Default", "Random"]},
            "[Random] is not a valid termination policy. Valid termination policies are: [AllocationStrategy, ClosestToNextInstanceHour, Default, Lambda, "
            "NewestInstance, OldestInstance, OldestLaunchConfiguration, OldestLaunchTemplate].",
        ),
        (healthy(Min=0, Max=101), "The difference between MaxHealthyPercentage and MinHealthyPercentage must be less than or equal to 100."),
        (healthy(Min=90), BOTH),
        (healthy(Max=110), BOTH),
        (healthy(Min=-1, Max=100), BOTH),
        (healthy(Min=90, Max=-1), BOTH),
        (healthy(Min=50, Max=99), "MaxHealthyPercentage must be between 100 and 200, or -1."),
        ({"PlacementGroup": "near"}, "The Placement Group 'near' is unknown."),
    ],
)
def test_a_member_that_cannot_be_is_refused_on_create_and_on_update(autoscaling, template, make_group, see_group, refused, said, why):
    """Lifetime: terraform-provider-aws#20844, where a creation's words are shorter. Cooldown, grace period, termination policies, the difference of
    percentages: badmintoncryer/cdk-preflight, measured. Placement group: EC2's words, bcbio/bcbio-nextgen-vm#37. Both percentages, and the least of the
    larger: API_InstanceMaintenancePolicy, in the sandbox's own words."""
    asked = {"MinSize": 0, "MaxSize": 1, "AvailabilityZones": ["eu-west-1a"], "LaunchTemplate": PIN, **WEB}
    assert refused(autoscaling.create_auto_scaling_group, **asked, **said) == ("ValidationError", why)
    before = make_group(LaunchTemplate=PIN)
    assert refused(autoscaling.update_auto_scaling_group, **said, **WEB) == ("ValidationError", why)
    assert see_group() == before


@pytest.mark.parametrize(
    "said",
    [{"MaxInstanceLifetime": 0}, {"TerminationPolicies": [FUNCTION, "Default"]}, healthy(Min=100, Max=200), healthy(Min=-1, Max=-1)],
)
def test_what_can_be_at_the_edge_is_taken(template, make_group, said):
    """API_CreateAutoScalingGroup, API_InstanceMaintenancePolicy."""
    assert make_group(LaunchTemplate=PIN, **said)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"Granularity": "5Minutes"}, "Valid metrics granularity type is: [1Minute]."),
        ({"Granularity": "1Minute", "Metrics": ["GroupMinSize", "GroupMood"]}, "Valid metrics collection types are: [GroupMinSize, GroupMaxSize, "),
    ],
)
def test_metrics_are_those_that_there_are_once_a_minute(autoscaling, template, make_group, see_group, refused, said, why):
    """badmintoncryer/cdk-preflight, pf-asg-metrics-granularity-enum and -name-enum: measured."""
    make_group(LaunchTemplate=PIN)
    code, words = refused(autoscaling.enable_metrics_collection, **said, **WEB)
    assert (code, words[: len(why)]) == ("ValidationError", why)
    assert see_group()["EnabledMetrics"] == []


def test_metrics_that_there_are_not_cannot_be_disabled_either(autoscaling, template, make_group, refused):
    """API_DisableMetricsCollection; that it refuses in the same words is the sandbox's guess."""
    make_group(LaunchTemplate=PIN)
    assert refused(autoscaling.disable_metrics_collection, Metrics=["GroupMood"], **WEB)[0] == "ValidationError"


def test_protection_is_of_instances_that_are_in_the_group(autoscaling, ec2, template, make_group, see_group, refused):
    """reproio/ecs_deploy#56; terraform-provider-aws#35071 (SetInstanceProtection)."""
    (inside,) = (one["InstanceId"] for one in make_group(LaunchTemplate=PIN, DesiredCapacity=1)["Instances"])
    outside = ec2.run_instances(ImageId="ami-01e24be29428c15b2", InstanceType="t3.nano", MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    told = refused(autoscaling.set_instance_protection, InstanceIds=[inside, outside], ProtectedFromScaleIn=True, **WEB)
    assert told == ("ValidationError", f"The instance {outside} is not part of Auto Scaling group web.")
    assert [one["ProtectedFromScaleIn"] for one in see_group()["Instances"]] == [False]


def test_protection_is_of_instances_in_service_or_on_standby(account, autoscaling, template, make_group, see_group, refused):
    """guardian/riff-raff#510; API_SetInstanceProtection: "This operation cannot be called on instances in a warm pool"."""
    account.settings(hooks_hold=True)
    hook = {"LifecycleHookName": "drain", "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING"}
    ending, standing = (one["InstanceId"] for one in make_group(LaunchTemplate=PIN, DesiredCapacity=2, LifecycleHookSpecificationList=[hook])["Instances"])
    autoscaling.set_desired_capacity(DesiredCapacity=1, **WEB)
    autoscaling.put_warm_pool(MaxGroupPreparedCapacity=2, **WEB)
    (warm,) = (one["InstanceId"] for one in autoscaling.describe_warm_pool(**WEB)["Instances"])
    for instance in (ending, warm):
        told = refused(autoscaling.set_instance_protection, InstanceIds=[instance], ProtectedFromScaleIn=True, **WEB)
        assert told == ("ValidationError", f"The instance {instance} is not in InService or EnteringStandby or Standby.")
    autoscaling.enter_standby(InstanceIds=[standing], ShouldDecrementDesiredCapacity=True, **WEB)
    autoscaling.set_instance_protection(InstanceIds=[standing], ProtectedFromScaleIn=True, **WEB)
    assert {one["InstanceId"]: one["ProtectedFromScaleIn"] for one in see_group()["Instances"]} == {ending: False, standing: True}
