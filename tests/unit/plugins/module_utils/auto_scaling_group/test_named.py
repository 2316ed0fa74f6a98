# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is decided about the hooks and other named things of a group."""

from __future__ import annotations

import botocore.session
import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.kinds import LIFECYCLE_HOOKS
from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.named import declared
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused

MODEL = botocore.session.get_session().get_service_model("autoscaling")
LAUNCHING = {"lifecycle_hook_name": "up", "lifecycle_transition": "autoscaling:EC2_INSTANCE_LAUNCHING"}
UP = {
    "LifecycleHookName": "up",
    "AutoScalingGroupName": "web",
    "LifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING",
    "HeartbeatTimeout": 3600,
    "GlobalTimeout": 172800,
    "DefaultResult": "ABANDON",
}


def hooks(*words, purge=True):
    return declared(LIFECYCLE_HOOKS, {"lifecycle_hooks": list(words), "purge_lifecycle_hooks": purge}, MODEL)


def changes(want, *there):
    have = want.seen({"LifecycleHooks": list(there)})
    return list(want.changes("web", have))


def told(want, *there):
    return [action.summary for action in changes(want, *there)]


def test_what_is_not_declared_is_not_looked_at():
    assert declared(LIFECYCLE_HOOKS, {"lifecycle_hooks": None}, MODEL) is None


def test_a_hook_that_says_nothing_beyond_awss_defaults_is_there_already():
    assert told(hooks(LAUNCHING), UP) == []
    assert told(hooks({**LAUNCHING, "heartbeat_timeout": "3600", "default_result": "ABANDON"}), UP) == []


def test_a_new_hook_is_given_and_a_changed_one_is_put_again():
    assert told(hooks(LAUNCHING)) == ["give lifecycle hook up to group web"]
    assert told(hooks({**LAUNCHING, "heartbeat_timeout": 60}), UP) == ["change lifecycle hook up of group web"]


def test_hooks_that_are_not_declared_go_unless_they_are_not_to_be_purged():
    other = {**UP, "LifecycleHookName": "other"}
    assert told(hooks(LAUNCHING), UP, other) == ["remove lifecycle hook other from group web"]
    assert told(hooks(LAUNCHING, purge=False), UP, other) == []
    assert told(hooks(), UP) == ["remove lifecycle hook up from group web"]


def test_what_is_taken_out_of_a_hook_goes_back_to_awss_default():
    (action,) = changes(hooks(LAUNCHING), {**UP, "HeartbeatTimeout": 60, "NotificationTargetARN": "arn:aws:sqs:eu-west-1:1:q"})
    assert (action.params["HeartbeatTimeout"], action.params["NotificationTargetARN"]) == (3600, "")


def test_what_aws_cannot_take_out_of_a_hook_goes_with_the_hook():
    first, second = changes(hooks(LAUNCHING), {**UP, "NotificationMetadata": "m"})
    assert (first.operation, second.operation) == ("delete_lifecycle_hook", "put_lifecycle_hook")
    assert "NotificationMetadata" not in second.params


def test_what_is_there_afterwards_is_what_was_there_and_what_is_declared():
    other = {**UP, "LifecycleHookName": "other"}
    want = hooks({**LAUNCHING, "heartbeat_timeout": 60}, purge=False)
    after = want.after(want.seen({"LifecycleHooks": [UP, other]}))
    assert (after.keys(), after["up"]["HeartbeatTimeout"]) == ({"up", "other"}, 60)


def test_a_hook_with_a_role_needs_the_role_passed():
    role = {"role_arn": "arn:aws:iam::1:role/hook", "notification_target_arn": "arn:aws:sqs:eu-west-1:1:q"}
    (action,) = changes(hooks({**LAUNCHING, **role}))
    assert [one.action for one in action.permissions] == ["autoscaling:PutLifecycleHook", "iam:PassRole"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ([{"lifecycle_hook_name": "up"}], r"lifecycle_hooks\[0\]\.lifecycle_transition: must be given"),
        ([{"lifecycle_transition": "x"}], r"lifecycle_hooks\[0\]\.lifecycle_hook_name: must be given"),
        ([LAUNCHING, LAUNCHING], r"lifecycle_hooks\[0\]\.lifecycle_hook_name: up is given twice"),
        ([{**LAUNCHING, "heartbeat": 60}], r"lifecycle_hooks\[0\]\.heartbeat: no such member .*; did you mean heartbeat_timeout\?"),
        ([{**LAUNCHING, "auto_scaling_group_name": "web"}], r"lifecycle_hooks\[0\]\.auto_scaling_group_name: no such member"),
    ],
)
def test_what_cannot_be_a_hook_is_refused_by_its_path(words, why):
    with pytest.raises(Refused, match=why):
        hooks(*words)
