# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What lifecycle hooks do to instances, after Auto Scaling's API reference and user guide, and refusals quoted in public issues (named below)."""

from __future__ import annotations

import pytest

WEB = {"AutoScalingGroupName": "web"}
LAUNCHING, TERMINATING = "autoscaling:EC2_INSTANCE_LAUNCHING", "autoscaling:EC2_INSTANCE_TERMINATING"
PIN = {"LaunchTemplateName": "web", "Version": "1"}


@pytest.fixture
def holding(account, template, make_group):
    """A group of some instances that has these hooks, each with its transition; nobody completes their actions."""

    def holding(size=1, **hooks):
        account.settings(hooks_hold=True)
        account.advance(0)
        said = [{"LifecycleHookName": name, "LifecycleTransition": moment, "HeartbeatTimeout": 60} for name, moment in hooks.items()]
        return make_group(DesiredCapacity=size, LaunchTemplate=PIN, LifecycleHookSpecificationList=said)

    return holding


@pytest.fixture
def states(see_group):
    return lambda: [one["LifecycleState"] for one in see_group()["Instances"]]


@pytest.fixture
def scale(autoscaling):
    return lambda size: autoscaling.update_auto_scaling_group(MinSize=0, DesiredCapacity=size, **WEB)


@pytest.fixture
def complete(autoscaling, see_group):
    """Complete the action of a hook for the group's first instance."""

    def complete(hook, result="CONTINUE"):
        instance = see_group()["Instances"][0]["InstanceId"]
        autoscaling.complete_lifecycle_action(LifecycleHookName=hook, InstanceId=instance, LifecycleActionResult=result, **WEB)

    return complete


def test_an_owner_that_completes_them_at_once_is_supposed_to_be_there(account, template, make_group, scale, states):
    """The sandbox's own default, as its other settings are AWS at its fastest."""
    said = [{"LifecycleHookName": moment[-9:], "LifecycleTransition": moment} for moment in (LAUNCHING, TERMINATING)]
    make_group(DesiredCapacity=1, LaunchTemplate=PIN, LifecycleHookSpecificationList=said)
    assert states() == ["InService"]
    scale(0)
    assert states() == []


def test_a_hook_holds_a_new_instance_until_its_action_is_completed(holding, states, complete):
    """User guide, lifecycle-hooks-overview: Pending:Wait, and InService after CONTINUE."""
    holding(boot=LAUNCHING)
    assert states() == ["Pending:Wait"]
    complete("boot")
    assert states() == ["InService"]


def test_a_hook_holds_an_ending_instance_which_goes_on_running(holding, ec2, scale, states, complete, instances):
    """User guide, lifecycle-hooks-overview: Terminating:Wait."""
    holding(drain=TERMINATING)
    scale(0)
    assert states() == ["Terminating:Wait"]
    assert len(instances()) == 1
    complete("drain")
    assert states() == instances() == []


def test_a_held_termination_is_told_as_such_until_it_is_over(autoscaling, holding, scale, complete):
    """pinterest/teletraan#22: the status Mid…LifecycleAction, until the action is completed."""
    ending = f"Terminating EC2 instance: {holding(drain=TERMINATING)['Instances'][0]['InstanceId']}"

    def told():
        return [(one["StatusCode"], "EndTime" in one) for one in autoscaling.describe_scaling_activities(**WEB)["Activities"] if one["Description"] == ending]

    scale(0)
    assert told() == [("MidTerminatingLifecycleAction", False)]
    complete("drain")
    assert told() == [("Successful", True)]


def test_a_held_instance_counts_while_it_comes_and_no_longer_when_it_goes(autoscaling, holding, scale, states):
    """User guide, ec2-auto-scaling-lifecycle."""
    holding(boot=LAUNCHING)
    scale(2)
    assert states() == ["Pending:Wait", "Pending:Wait"]
    autoscaling.delete_lifecycle_hook(LifecycleHookName="boot", **WEB)
    autoscaling.put_lifecycle_hook(LifecycleHookName="drain", LifecycleTransition=TERMINATING, **WEB)
    scale(1)
    scale(2)
    assert sorted(states()) == ["InService", "InService", "Terminating:Wait"]


def test_an_abandoned_launch_ends_and_another_is_made(autoscaling, holding, see_group, complete):
    """User guide, completing-lifecycle-hooks; the words are quoted in Jaeminst/devops-01-Final-TeamG#90."""
    before = holding(boot=LAUNCHING)["Instances"][0]["InstanceId"]
    complete("boot", "ABANDON")
    (after,) = see_group()["Instances"]
    assert after["InstanceId"] != before
    assert after["LifecycleState"] == "Pending:Wait"
    told = [one for one in autoscaling.describe_scaling_activities(**WEB)["Activities"] if one["StatusCode"] == "Cancelled"]
    assert [one["Description"] for one in told] == [f"Launching a new EC2 instance: {before}"]
    assert told[0]["StatusMessage"].startswith("Instance failed to complete user's Lifecycle Action: Lifecycle Action with token ")
    assert told[0]["StatusMessage"].endswith(" was abandoned: Lifecycle Action Completed with ABANDON Result")


@pytest.mark.parametrize("result", ["CONTINUE", "ABANDON"])
def test_an_ending_instance_ends_whatever_the_result(holding, scale, states, complete, result):
    """User guide, completing-lifecycle-hooks: both results let the instance terminate."""
    holding(drain=TERMINATING)
    scale(0)
    complete("drain", result)
    assert states() == []


def test_to_continue_lets_other_hooks_go_on_and_to_abandon_ends_them(holding, scale, states, complete):
    """User guide, completing-lifecycle-hooks."""
    holding(drain=TERMINATING, save=TERMINATING)
    scale(0)
    complete("drain")
    assert states() == ["Terminating:Wait"]
    complete("save")
    assert states() == []
    scale(1)
    scale(0)
    complete("drain", "ABANDON")
    assert states() == []


def test_an_abandoned_termination_retains_the_instance_of_a_group_that_asks_for_it(autoscaling, holding, scale, states, see_group, complete):
    """User guide, manage-retained-instances: a termination that is Cancelled; retained until TerminateInstanceInAutoScalingGroup."""
    holding(drain=TERMINATING)
    autoscaling.update_auto_scaling_group(InstanceLifecyclePolicy={"RetentionTriggers": {"TerminateHookAbandon": "retain"}}, **WEB)
    scale(0)
    complete("drain", "ABANDON")
    assert states() == ["Terminating:Retained"]
    latest = autoscaling.describe_scaling_activities(**WEB)["Activities"][0]
    assert (latest["Description"].partition(":")[0], latest["StatusCode"]) == ("Terminating EC2 instance", "Cancelled")
    assert latest["StatusMessage"].startswith("Instance failed to complete user's Lifecycle Action: ")
    retained = see_group()["Instances"][0]["InstanceId"]
    autoscaling.terminate_instance_in_auto_scaling_group(InstanceId=retained, ShouldDecrementDesiredCapacity=False)
    assert states() == []


def test_its_time_over_a_hook_takes_its_default_result(account, autoscaling, holding, scale, states):
    """API_PutLifecycleHook, HeartbeatTimeout and DefaultResult: ABANDON unless told."""
    before = holding(boot=LAUNCHING)["Instances"][0]["InstanceId"]
    autoscaling.put_lifecycle_hook(LifecycleHookName="boot", DefaultResult="CONTINUE", **WEB)
    account.advance(59.5)
    assert states() == ["Pending:Wait"]
    account.advance(0.5)
    assert states() == ["InService"]
    assert [one["InstanceId"] for one in autoscaling.describe_auto_scaling_instances()["AutoScalingInstances"]] == [before]


def test_a_launch_whose_time_is_over_is_abandoned(account, autoscaling, holding):
    """API_PutLifecycleHook: the default result is ABANDON."""
    holding(boot=LAUNCHING)
    account.advance(60)
    _anew, ended, launch = autoscaling.describe_scaling_activities(**WEB)["Activities"][:3]
    assert (launch["StatusCode"], launch["StatusMessage"].rpartition(": ")[2]) == ("Cancelled", "Heartbeat Timeout")
    assert ended["Cause"].endswith(" an instance was taken out of service in response to a launch failure.")


def test_a_heartbeat_gives_the_same_time_again(account, autoscaling, holding, scale, states, see_group):
    """API_RecordLifecycleActionHeartbeat."""
    holding(drain=TERMINATING)
    scale(0)
    account.advance(50)
    instance = see_group()["Instances"][0]["InstanceId"]
    autoscaling.record_lifecycle_action_heartbeat(LifecycleHookName="drain", InstanceId=instance, **WEB)
    account.advance(50)
    assert states() == ["Terminating:Wait"]
    account.advance(10)
    assert states() == []


def test_heartbeats_hold_an_instance_for_a_hundred_times_the_timeout_at_most(account, autoscaling, holding, scale, states, see_group):
    """User guide, lifecycle-hooks-considerations: 48 hours or 100 times the heartbeat timeout, whichever is smaller."""
    holding(drain=TERMINATING)
    scale(0)
    instance = see_group()["Instances"][0]["InstanceId"]
    for _heartbeat in range(119):
        account.advance(50)
        autoscaling.record_lifecycle_action_heartbeat(LifecycleHookName="drain", InstanceId=instance, **WEB)
    account.advance(49)
    assert states() == ["Terminating:Wait"]
    account.advance(1)
    assert states() == []


def test_a_deleted_hook_completes_its_actions_terminations_by_going_on(autoscaling, holding, scale, states):
    """API_DeleteLifecycleHook: "completed first (ABANDON for launching instances, CONTINUE for terminating instances)"."""
    holding(drain=TERMINATING, save=TERMINATING)
    scale(0)
    autoscaling.delete_lifecycle_hook(LifecycleHookName="drain", **WEB)
    assert states() == ["Terminating:Wait"]
    autoscaling.delete_lifecycle_hook(LifecycleHookName="save", **WEB)
    assert states() == []


def test_a_deleted_hook_abandons_launches_and_does_not_hold_the_next(autoscaling, holding, see_group):
    """API_DeleteLifecycleHook."""
    before = holding(boot=LAUNCHING)["Instances"][0]["InstanceId"]
    autoscaling.delete_lifecycle_hook(LifecycleHookName="boot", **WEB)
    (after,) = see_group()["Instances"]
    assert (after["LifecycleState"], after["InstanceId"] == before) == ("InService", False)


def test_no_scaling_in_ends_an_instance_before_its_launch_is_completed(holding, scale, states, complete):
    """User guide, lifecycle-hooks-overview: an instance stays in a wait state until its actions are completed; what scaling in does then is from memory."""
    holding(boot=LAUNCHING)
    scale(0)
    assert states() == ["Pending:Wait"]
    complete("boot")
    assert states() == []


def test_a_group_with_held_instances_is_deleted_by_force_only(autoscaling, holding, scale, refused, instances):
    """API_DeleteAutoScalingGroup, ForceDelete: "This parameter also deletes any outstanding lifecycle actions associated with the group"."""
    holding(drain=TERMINATING)
    scale(0)
    assert refused(autoscaling.delete_auto_scaling_group, **WEB)[0] == "ResourceInUse"
    autoscaling.delete_auto_scaling_group(ForceDelete=True, **WEB)
    assert instances() == []


@pytest.mark.parametrize("asked", [{"InstanceId": "i-0123456789abcdef0"}, {"LifecycleActionToken": "0" * 36}])
@pytest.mark.parametrize("operation", ["complete_lifecycle_action", "record_lifecycle_action_heartbeat"])
def test_an_action_that_is_not_there_is_refused(autoscaling, holding, refused, operation, asked):
    """convox/rack#2432; spacelift-io/terraform-aws-spacelift-workerpool-on-ec2#197."""
    holding(boot=LAUNCHING)
    result = {"LifecycleActionResult": "CONTINUE"} if operation == "complete_lifecycle_action" else {}
    ((kind, value),) = asked.items()
    said = f"instance ID {value}" if kind == "InstanceId" else f"token {value}"
    told = refused(getattr(autoscaling, operation), LifecycleHookName="boot", **result, **asked, **WEB)
    assert told == ("ValidationError", f"No active Lifecycle Action found with {said}")


def test_a_result_that_is_none_is_refused(autoscaling, holding, see_group, refused):
    """API_CompleteLifecycleAction: CONTINUE or ABANDON; the words are from memory."""
    instance = holding(boot=LAUNCHING)["Instances"][0]["InstanceId"]
    told = refused(autoscaling.complete_lifecycle_action, LifecycleHookName="boot", InstanceId=instance, LifecycleActionResult="STOP", **WEB)
    assert (told[0], "STOP" in told[1]) == ("ValidationError", True)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"HeartbeatTimeout": 29}, "HeartbeatTimeout must be between 30 and 7200 seconds"),
        ({"HeartbeatTimeout": 7201}, "HeartbeatTimeout must be between 30 and 7200 seconds"),
        ({"DefaultResult": "STOP"}, "'DefaultResult' must be one of: CONTINUE, ABANDON"),
        (
            {"LifecycleTransition": "autoscaling:EC2_INSTANCE_REBOOTING"},
            "'LifecycleTransition' must be one of: autoscaling:EC2_INSTANCE_LAUNCHING, autoscaling:EC2_INSTANCE_TERMINATING",
        ),
    ],
)
def test_what_no_hook_can_say_is_refused_of_its_own_and_with_its_group(autoscaling, template, make_group, refused, said, why):
    """badmintoncryer/cdk-preflight, pf-asg-lh-heartbeat-timeout-range, -default-result-enum and -transition-enum: measured."""
    hook = {"LifecycleHookName": "boot", "LifecycleTransition": LAUNCHING, **said}
    asked = {"MinSize": 0, "MaxSize": 1, "AvailabilityZones": ["eu-west-1a"], "LaunchTemplate": PIN, **WEB}
    assert refused(autoscaling.create_auto_scaling_group, LifecycleHookSpecificationList=[hook], **asked) == ("ValidationError", why)
    make_group(LaunchTemplate=PIN)
    assert refused(autoscaling.put_lifecycle_hook, **hook, **WEB) == ("ValidationError", why)
    assert autoscaling.describe_lifecycle_hooks(**WEB)["LifecycleHooks"] == []


def test_an_empty_account_holds_nothing(account, holding, see_group, make_group):
    """What was due in the account before happens to nobody."""
    holding(boot=LAUNCHING)
    account.reset()
    account.advance(60)
    assert account.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"] == []
