# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is waited for until a group serves, and what ends the wait."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.capacity import (
    PASSING,
    capacity,
    first_launch,
    is_in_service,
    why_none_came,
)
from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.state import Desired, Group
from ansible_collections.passrole.ec2.plugins.module_utils.core.apply import apply
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import StoppedHalfway
from ansible_collections.passrole.ec2.plugins.module_utils.core.permissions import Permission
from ansible_collections.passrole.ec2.plugins.module_utils.core.plan import Plan

SERVING = {"InstanceId": "i-1", "LifecycleState": "InService", "HealthStatus": "Healthy"}
NO_IMAGE = "The image id '[ami-1]' does not exist. Launching EC2 instance failed."
NOT_SPREAD = "Value (web) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name. Launching EC2 instance failed."


def group(*instances, desired=1, **more):
    return {"AutoScalingGroups": [{"DesiredCapacity": desired, "Instances": list(instances), **more}]}


def activity(number, status, why="", doing="Launching a new EC2 instance"):
    return {"ActivityId": str(number), "StatusCode": status, "StatusMessage": why, "Cause": "c", "Description": doing}


def reasons(*activities, known=()):
    return why_none_came({"Activities": list(activities)}, known)


@pytest.mark.parametrize(
    "answer",
    [
        group(SERVING),
        group(desired=0),
        group(SERVING, desired=0),
        group({**SERVING, "WeightedCapacity": "4"}, desired=3),
        group(SuspendedProcesses=[{"ProcessName": "Launch"}]),
    ],
)
def test_a_group_serves_with_as_much_as_it_is_to_have_or_when_it_launches_nothing(answer):
    assert is_in_service(answer)


@pytest.mark.parametrize(
    "answer",
    [
        {"AutoScalingGroups": []},
        group(),
        group(SERVING, desired=2),
        group({**SERVING, "LifecycleState": "Pending:Wait"}),
        group({**SERVING, "HealthStatus": "Unhealthy"}),
    ],
)
def test_a_group_does_not_serve_with_less(answer):
    assert not is_in_service(answer)


def test_failed_launches_tell_why_the_latest_first():
    assert reasons(activity(3, "Failed", "c"), activity(2, "InProgress"), activity(1, "Failed", "a")) == ["c", "a"]


def test_an_ending_that_succeeded_hides_no_launch_that_failed_before_it():
    assert reasons(activity(2, "Successful", doing="Terminating EC2 instance: i-1"), activity(1, "Failed", "a")) == ["a"]


def test_a_launch_that_a_hook_abandoned_is_a_failed_one():
    abandoned = "Instance failed to complete user's Lifecycle Action: Lifecycle Action with token t was abandoned"
    assert reasons(activity(1, "Cancelled", abandoned)) == [abandoned]


def test_failures_before_a_success_or_before_this_run_or_of_endings_are_no_news():
    assert reasons(activity(2, "Successful"), activity(1, "Failed", "a")) == []
    assert reasons(activity(1, "Failed", "a"), known=[activity(1, "Failed", "a")]) == []
    assert reasons(activity(1, "Failed", "a", doing="Terminating EC2 instance: i-1")) == []


@pytest.mark.parametrize(
    ("reason", "passes"),
    [
        (NOT_SPREAD, True),
        ('IAM Instance Profile "web" has no associated IAM Roles', True),
        ("InsufficientInstanceCapacity - We currently do not have sufficient m5.large capacity in the Availability Zone you requested", True),
        ("Could not launch Spot Instances. UnfulfillableCapacity - There is no Spot capacity available that matches your request.", True),
        (NO_IMAGE, False),
        ("You have requested more instances (7) than your current instance limit of 6 allows", False),
        ("The requested configuration is currently not supported.", False),
    ],
)
def test_time_mends_some_reasons_only(reason, passes):
    assert any(saying in reason for saying in PASSING) == passes


class Aws:
    """A group that comes to serve, or not, while its launches fail for a reason."""

    def __init__(self, *groups, reason):
        self.groups, self.reason, self.pauses = list(groups), reason, []

    def call(self, _service, operation, **_params):
        if operation == "describe_scaling_activities":
            return {"Activities": [activity(1, "Failed", self.reason)]}
        return self.groups.pop(0) if len(self.groups) > 1 else self.groups[0]

    def wait(self):
        steps = tuple(capacity(Desired("web"), None, known=False))
        return apply(Plan(None, None, steps=steps), self.call, self.pauses.append)


def test_a_profile_that_is_not_spread_yet_is_waited_out():
    aws = Aws(group(), group(), group(SERVING), reason=NOT_SPREAD)
    aws.wait()
    assert len(aws.pauses) == 2


def test_a_launch_that_can_never_be_ends_the_wait_with_awss_own_words():
    aws = Aws(group(), reason=NO_IMAGE)
    with pytest.raises(StoppedHalfway, match="Could not wait until group web has its capacity in service: The image id .* does not exist"):
        aws.wait()
    assert aws.pauses == []


def test_who_waited_in_vain_is_told_what_the_instances_do():
    wait = next(capacity(Desired("web"), None, known=False))
    assert wait.lacks(group({**SERVING, "LifecycleState": "Pending:Wait"})) == "i-1 is Pending:Wait and Healthy"
    assert wait.lacks(group()) == "it has no instance"


def test_load_balancers_are_asked_only_where_their_health_is_the_groups():
    behind = {"TargetGroupARNs": ["arn:tg"], "LoadBalancerNames": ["lb"]}
    assert len(list(capacity(Desired("web", behind), None, known=False))) == 1
    asked = [wait.operation for wait in capacity(Desired("web", {**behind, "HealthCheckType": "EC2,ELB"}), None, known=False)]
    assert asked[1:] == ["describe_target_health", "describe_instance_health"]


def test_only_the_groups_own_instances_count_behind_a_load_balancer():
    want = Desired("web", {"TargetGroupARNs": ["arn:tg"], "HealthCheckType": "ELB"})
    _capacity, healthy = capacity(want, None, known=False)
    assert healthy.params["Targets"].through([SERVING]) == [{"Id": "i-1"}]
    assert healthy.permissions == (Permission("elasticloadbalancing:DescribeTargetHealth"),)
    assert healthy.until({"TargetHealthDescriptions": [{"TargetHealth": {"State": "healthy"}}]})
    assert not healthy.until({"TargetHealthDescriptions": [{"TargetHealth": {"State": "initial"}}]})


@pytest.mark.parametrize("state", ["Terminating:Wait", "Standby", "Pending"])
def test_an_instance_that_aws_does_not_register_is_not_asked_about(state):
    _capacity, healthy = capacity(Desired("web", {"TargetGroupARNs": ["arn:tg"], "HealthCheckType": "ELB"}), None, known=False)
    assert healthy.params["Targets"].through([SERVING, {**SERVING, "InstanceId": "i-2", "LifecycleState": state}]) == [{"Id": "i-1"}]


def waits_of(want, now=None):
    return [(wait.operation, wait.summary) for wait in capacity(want, now, known=False)][1:]


def test_load_balancers_are_waited_for_however_they_are_declared():
    sources = [{"Identifier": "arn:tg"}, {"Identifier": "lb", "Type": "elb"}, {"Identifier": "arn:aws:vpc-lattice:eu-west-1:1:targetgroup/tg"}]
    want = Desired("web", {"TrafficSources": sources, "HealthCheckType": "ELB,VPC_LATTICE"})
    assert [operation for operation, _summary in waits_of(want)] == ["describe_target_health", "describe_instance_health", "describe_traffic_sources"]


def test_load_balancers_that_the_group_has_already_are_waited_for_too():
    there = Group("web", {"TargetGroupARNs": ["arn:old"], "HealthCheckType": "ELB"})
    assert [summary.rpartition(" ")[2] for _operation, summary in waits_of(Desired("web"), there)] == ["arn:old"]
    beside = Desired("web", {"TargetGroupARNs": ["arn:new"]}, kept=frozenset({"TargetGroupARNs"}))
    assert [summary.rpartition(" ")[2] for _operation, summary in waits_of(beside, there)] == ["arn:new", "arn:old"]


def test_a_target_group_of_vpc_lattice_is_in_service_by_what_the_group_says_of_it():
    arn = "arn:aws:vpc-lattice:eu-west-1:1:targetgroup/tg"
    want = Desired("web", {"TrafficSources": [{"Identifier": arn}], "HealthCheckType": "VPC_LATTICE"})
    _capacity, lattice = capacity(want, None, known=False)
    assert lattice.until({"TrafficSources": [{"Identifier": arn, "State": "InService"}, {"Identifier": "another", "State": "Adding"}]})
    waiting = {"TrafficSources": [{"Identifier": arn, "State": "Adding"}]}
    assert (lattice.until(waiting), lattice.lacks(waiting)) == (False, f"{arn} is Adding")


def begun(*activities):
    """Whether a first launch needs no more looking at, what it lacks until then, and what is warned of."""
    wait, answer = first_launch("web"), {"Activities": list(activities)}
    return wait.until(answer), wait.lacks(answer), list(wait.warns(answer)) if wait.until(answer) else []


def test_a_first_launch_is_seen_through_news_that_spreads_late():
    assert begun() == (False, "it has begun no launch", [])
    assert begun(activity(1, "InProgress")) == (False, "it has begun no launch", [])
    assert begun(activity(2, "InProgress"), activity(1, "Failed", NOT_SPREAD)) == (False, NOT_SPREAD, [])


def test_a_first_launch_is_over_once_it_has_an_instance_or_another_reason_to_fail():
    assert begun(activity(1, "InProgress", doing="Launching a new EC2 instance: i-1"))[::2] == (True, [])
    assert begun(activity(2, "Failed", NO_IMAGE), activity(1, "Failed", NOT_SPREAD)) == (
        True, NO_IMAGE, [f"group web goes on trying to launch its first instance: {NO_IMAGE}"]
    )  # fmt: skip
