# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The group's module as a whole, where lifecycle hooks really hold the instances of a group that is to go."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import StoppedHalfway
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import one

from tests.support.contracts.asg_launch_with_profile import GROUP, PROMISED
from tests.support.contracts.clients import Door

WEB = {"AutoScalingGroupName": "web"}
DRAIN = {"lifecycle_hook_name": "drain", "lifecycle_transition": "autoscaling:EC2_INSTANCE_TERMINATING"}
BOOT = {"lifecycle_hook_name": "boot", "lifecycle_transition": "autoscaling:EC2_INSTANCE_LAUNCHING"}
ENDED = [
    "complete the actions of lifecycle hook drain of group web by removing it",
    "scale group web to no instances",
    "delete group web",
    "delete launch template web",
]


@pytest.fixture
def web(account):
    """A group with an instance in service, whose hook nobody answers."""
    PROMISED.stage(account)
    run(account, lifecycle_hooks=[DRAIN])
    account.settings(hooks_hold=True)
    return account


def run(account, dry=False, **said):
    return one(PROMISED.params({**GROUP, **said}), PROMISED.make_plan, Aws(Door(account)), dry=dry)[0]


def end(account, dry=False, **said):
    params = PROMISED.params({"name": "web", "state": "absent", "wait_timeout": 0, **said})
    return one(params, PROMISED.make_plan, Aws(Door(account)), dry=dry)[0]


def states(account):
    groups = account.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=["web"])["AutoScalingGroups"]
    return [one["LifecycleState"] for group in groups for one in group["Instances"]]


def held(account):
    """A first try that nobody's answer ends."""
    with pytest.raises(StoppedHalfway, match=r"i-\w+ is Terminating:Wait and Healthy; a lifecycle hook holds .* complete_lifecycle_actions") as stopped:
        end(account)
    return stopped.value


def test_the_end_waits_for_who_owns_the_hook_and_tells_what_it_waits_for(web):
    stopped = held(web)
    assert stopped.done == ["scale group web to no instances"]
    assert stopped.left == ["wait until group web has no instances", "delete group web", "wait until group web is gone", "delete launch template web"]
    assert states(web) == ["Terminating:Wait"]


def test_once_the_owner_has_answered_a_second_run_finishes(web):
    held(web)
    autoscaling = web.client("autoscaling")
    waiting = autoscaling.describe_auto_scaling_instances()["AutoScalingInstances"][0]["InstanceId"]
    autoscaling.complete_lifecycle_action(LifecycleHookName="drain", InstanceId=waiting, LifecycleActionResult="CONTINUE", **WEB)
    assert end(web)["plan"] == ["delete group web", "delete launch template web"]


def test_asked_to_it_completes_the_actions_foretold_and_done(web):
    foretold = end(web, dry=True, complete_lifecycle_actions=True)
    done = end(web, complete_lifecycle_actions=True)
    assert foretold["plan"] == done["plan"] == ENDED
    assert foretold["permissions"] == done["permissions"]
    assert {"autoscaling:DescribeLifecycleHooks", "autoscaling:DeleteLifecycleHook"} <= set(done["permissions"])
    assert not end(web, complete_lifecycle_actions=True)["changed"]


def test_asked_to_it_ends_what_waits_already(web):
    held(web)
    assert end(web, complete_lifecycle_actions=True)["plan"] == ENDED
    assert states(web) == []


def test_an_instance_held_on_its_way_in_ends_too_and_none_comes_in_its_place(account):
    PROMISED.stage(account)
    account.settings(hooks_hold=True)
    run(account, lifecycle_hooks=[BOOT], wait_for_instances=False)
    assert states(account) == ["Pending:Wait"]
    end(account, complete_lifecycle_actions=True)
    launched = account.client("ec2").describe_instances()["Reservations"]
    assert [one["State"]["Name"] for reservation in launched for one in reservation["Instances"]] == ["terminated"]


def test_who_does_not_ask_reads_no_hooks(web):
    web.run("unasked")
    end(web, dry=True)
    end(web, dry=True, force_delete=True, complete_lifecycle_actions=True)
    assert "DescribeLifecycleHooks" not in [call["operation"] for call in web.calls("unasked")]
