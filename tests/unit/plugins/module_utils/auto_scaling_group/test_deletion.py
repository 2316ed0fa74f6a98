# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is decided about the deletion of a group."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.deletion import deletion
from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.state import Desired, Group, Tag
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused

WANT = Desired("web", present=False)
COMPLETING = Desired("web", present=False, complete_lifecycle_actions=True)
HOOKS = {
    "boot": {"LifecycleHookName": "boot", "LifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING"},
    "drain": {"LifecycleHookName": "drain", "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING"},
    "save": {"LifecycleHookName": "save", "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING"},
}
FORCED = Desired("web", present=False, force_delete=True)
RUNNING = {"InstanceId": "i-1", "LifecycleState": "InService", "ProtectedFromScaleIn": False}


def group(*instances, protection="none", deleting=False, hooks=None, **answer):
    return Group(
        "web",
        {"MaxSize": 2 if instances else 0, "DeletionProtection": protection},
        instances=tuple(one["InstanceId"] for one in instances),
        deleting=deleting,
        hooks=hooks or {},
        answer={**answer, "Instances": list(instances)},
    )


def told(now, want=WANT):
    return [step.summary for step in deletion(want, now)]


def test_instances_go_before_their_group():
    assert told(group(RUNNING)) == [
        "scale group web to no instances",
        "wait until group web has no instances",
        "delete group web",
        "wait until group web is gone",
    ]


def test_every_size_becomes_zero_before_the_group_is_deleted():
    first, *_rest = deletion(WANT, group(RUNNING))
    assert (first.operation, first.params) == (
        "update_auto_scaling_group",
        {"AutoScalingGroupName": "web", "MinSize": 0, "MaxSize": 0, "DesiredCapacity": 0},
    )


def test_a_group_of_no_instances_and_no_size_goes_at_once():
    assert told(group()) == ["delete group web", "wait until group web is gone"]


def test_a_group_that_something_else_keeps_is_left_to_it_unless_adopted():
    kept = replace(group(), tags={"eks:cluster-name": Tag("prod"), "eks:nodegroup-name": Tag("workers")})
    with pytest.raises(Refused, match="group web is kept by EKS cluster prod; delete it there, or set adopt: true"):
        told(kept)
    assert told(kept, replace(WANT, adopt=True)) == told(group())


def test_a_group_that_goes_already_is_waited_for():
    assert told(group(RUNNING, deleting=True)) == ["wait until group web is gone"]


def test_the_warm_pool_goes_before_instances_that_could_return_to_it():
    found = told(group(RUNNING, WarmPoolConfiguration={"MinSize": 1}))
    assert found.index("delete the warm pool of group web") < found.index("scale group web to no instances")


def test_a_suspended_terminate_is_resumed_as_nothing_would_end_else():
    found = told(group(RUNNING, SuspendedProcesses=[{"ProcessName": "Terminate"}]))
    assert found[:2] == ["resume Terminate of group web", "scale group web to no instances"]


def test_hooks_of_termination_go_before_they_hold_and_those_of_launches_once_nothing_is_launched_any_more():
    assert told(group(RUNNING, hooks=HOOKS), COMPLETING)[:5] == [
        "complete the actions of lifecycle hook drain of group web by removing it",
        "complete the actions of lifecycle hook save of group web by removing it",
        "scale group web to no instances",
        "complete the actions of lifecycle hook boot of group web by removing it",
        "wait until group web has no instances",
    ]


def test_hooks_of_a_group_of_no_instances_go_with_it():
    assert told(group(hooks=HOOKS), COMPLETING) == ["delete group web", "wait until group web is gone"]


def test_who_completes_actions_does_not_wait_for_those_of_the_warm_pool():
    first, *_rest = deletion(COMPLETING, group(RUNNING, WarmPoolConfiguration={"MinSize": 1}))
    assert first.params == {"AutoScalingGroupName": "web", "ForceDelete": True}
    assert first.operation == "delete_warm_pool"


@pytest.mark.parametrize(("state", "explained"), [("Terminating:Wait", True), ("Terminating", False)])
def test_a_wait_in_vain_tells_who_holds_what_waits(state, explained):
    wait = next(step for step in deletion(WANT, group(RUNNING)) if step.summary.startswith("wait"))
    told = wait.lacks({"AutoScalingGroups": [{"Instances": [{**RUNNING, "LifecycleState": state, "HealthStatus": "Healthy"}]}]})
    assert told.startswith(f"i-1 is {state} and Healthy")
    assert ("complete_lifecycle_actions" in told) is explained


def test_force_ends_all_in_one_call():
    first, _wait = deletion(FORCED, group(RUNNING, WarmPoolConfiguration={"MinSize": 1}))
    assert first.params == {"AutoScalingGroupName": "web", "ForceDelete": True}


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ({"ProtectedFromScaleIn": True}, r"state: group web keeps instances that no scaling in ends: i-1 \(protected from scale in\)"),
        ({"LifecycleState": "Standby"}, r"i-1 \(in standby\)"),
        ({"LifecycleState": "Terminating:Retained"}, r"i-1 \(retained, as the action of its termination hook was abandoned\)"),
    ],
)
def test_instances_that_no_scaling_in_ends_are_named_and_force_ends_them(state, why):
    now = group({**RUNNING, **state})
    with pytest.raises(Refused, match=why):
        told(now)
    assert told(now, FORCED) == ["delete group web with its instances", "wait until group web is gone"]


def test_a_group_protected_from_deletion_stays():
    for want in (WANT, FORCED):
        with pytest.raises(Refused, match="state: group web is protected from deletion; set auto_scaling_group.deletion_protection to none"):
            told(group(protection="prevent-all-deletion"), want)


def test_a_group_protected_from_force_goes_without():
    now = group(protection="prevent-force-deletion")
    with pytest.raises(Refused, match="force_delete: group web is protected from it"):
        told(now, FORCED)
    assert told(now)[0] == "delete group web"
