# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is decided about a group's notifications, scheduled actions and scaling policies."""

from __future__ import annotations

from datetime import datetime, timezone

import botocore.session
import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.kinds import (
    SCALING_POLICIES,
    SCHEDULED_ACTIONS,
    declared_notifications,
)
from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.named import declared
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.modules.asg_launch_with_profile import OPTIONS

MODEL = botocore.session.get_session().get_service_model("autoscaling")
NOTHING_SAID = {name: option.get("default") for name, option in OPTIONS.items()}
TOPIC, OTHER = "arn:aws:sns:eu-west-1:1:web", "arn:aws:sns:eu-west-1:1:other"
LAUNCH, END = "autoscaling:EC2_INSTANCE_LAUNCH", "autoscaling:EC2_INSTANCE_TERMINATE"
NIGHT = {"scheduled_action_name": "night", "recurrence": "0 1 * * *", "min_size": 0}
CPU = {"predefined_metric_specification": {"predefined_metric_type": "ASGAverageCPUUtilization"}, "target_value": 50}
SEEN_CPU = {
    "PolicyName": "cpu",
    "PolicyARN": "arn:aws:autoscaling:eu-west-1:1:scalingPolicy:1",
    "PolicyType": "TargetTrackingScaling",
    "StepAdjustments": [],
    "Alarms": [{"AlarmName": "high", "AlarmARN": "arn"}],
    "Enabled": True,
    "TargetTrackingConfiguration": {
        "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"},
        "TargetValue": 50.0,
        "DisableScaleIn": False,
    },
}


def at(year):
    return datetime(year, 1, 1, tzinfo=timezone.utc)


def notifications(**said):
    return declared_notifications({**NOTHING_SAID, **said}, MODEL)


def actions(*words):
    return declared(SCHEDULED_ACTIONS, {**NOTHING_SAID, "scheduled_actions": list(words)}, MODEL)


def policies(*words):
    return declared(SCALING_POLICIES, {**NOTHING_SAID, "scaling_policies": list(words)}, MODEL)


def made(want, *there):
    return [action.operation for action in want.changes("web", want.seen({want.kind.answered: list(there)}))]


def tracking(**said):
    return {"policy_name": "cpu", "policy_type": "TargetTrackingScaling", "target_tracking_configuration": {**CPU, **said}}


def told(topic, *types):
    return [{"TopicARN": topic, "NotificationType": one} for one in types]


def night(**said):
    return {"ScheduledActionName": "night", "Recurrence": "0 1 * * *", "MinSize": 0, "StartTime": at(2030), "Time": at(2030), **said}


def test_a_topic_that_is_told_of_the_same_events_in_any_order_is_left():
    want = notifications(notification_topic=TOPIC, notification_types=[END, LAUNCH])
    assert made(want, *told(TOPIC, LAUNCH, END)) == []
    assert made(want, *told(TOPIC, LAUNCH)) == ["put_notification_configuration"]


def test_one_topic_leaves_the_others_alone_and_all_topics_do_not():
    types = [LAUNCH]
    one = notifications(notification_topic=TOPIC, notification_types=types)
    every = notifications(notification_configurations=[{"topic_arn": TOPIC, "notification_types": types}])
    there = [*told(TOPIC, LAUNCH), *told(OTHER, LAUNCH)]
    assert (made(one, *there), made(every, *there)) == ([], ["delete_notification_configuration"])


def test_a_topic_that_is_told_of_nothing_goes_alone():
    want = notifications(notification_topic=TOPIC, notification_types=[])
    assert made(want, *told(TOPIC, LAUNCH), *told(OTHER, LAUNCH)) == ["delete_notification_configuration"]
    assert made(want, *told(OTHER, LAUNCH)) == []


def test_a_topic_without_types_is_told_of_what_amazon_aws_chooses():
    want = notifications(notification_topic=TOPIC)
    assert len(want.items[TOPIC]["NotificationTypes"]) == 4


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"notification_types": [LAUNCH]}, "notification_types: has an effect with notification_topic only"),
        ({"notification_topic": TOPIC, "notification_configurations": []}, "notification_topic: notification_configurations is given too"),
        (
            {"notification_configurations": [{"topic_arn": TOPIC, "notification_types": []}]},
            r"notification_configurations\[0\]\.notification_types: names no event",
        ),
    ],
)
def test_notifications_that_contradict_each_other_or_name_no_event_are_refused(said, why):
    with pytest.raises(Refused, match=why):
        notifications(**said)


def test_when_a_recurring_action_comes_next_is_no_change():
    assert made(actions(NIGHT), night()) == []


def test_a_recurring_action_that_began_long_ago_is_no_change():
    assert made(actions({**NIGHT, "start_time": "2029-01-01T00:00:00Z"}), night()) == []
    assert made(actions({**NIGHT, "start_time": "2031-01-01T00:00:00Z"}), night()) == ["put_scheduled_update_group_action"]


def test_another_recurrence_makes_the_action_anew_so_that_the_old_one_does_not_come_once_more():
    assert made(actions({**NIGHT, "recurrence": "0 2 * * *"}), night()) == ["delete_scheduled_action", "put_scheduled_update_group_action"]


def test_another_size_changes_the_action_and_one_taken_out_makes_it_anew():
    assert made(actions({**NIGHT, "min_size": 1}), night()) == ["put_scheduled_update_group_action"]
    assert made(actions(NIGHT), night(MaxSize=4)) == ["delete_scheduled_action", "put_scheduled_update_group_action"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"scheduled_action_name": "night", "recurrence": "0 1 * * *"}, r"scheduled_actions\[0\]: changes nothing"),
        ({"scheduled_action_name": "night", "min_size": 0}, r"scheduled_actions\[0\]: never happens"),
        ({**NIGHT, "min_size": 3, "max_size": 2}, r"scheduled_actions\[0\]\.min_size: 3 is more than max_size 2"),
        ({**NIGHT, "start_time": "2099-01-02", "end_time": "2099-01-01"}, r"scheduled_actions\[0\]\.end_time: is not after start_time"),
        ({**NIGHT, "end_time": "tomorrow"}, r"scheduled_actions\[0\]\.end_time: must be a time"),
    ],
)
def test_an_action_that_cannot_be_is_refused(words, why):
    with pytest.raises(Refused, match=why):
        actions(words)


@pytest.mark.parametrize(("least", "most"), [(2, 2), (0, 0), (1, 2), (None, 0), (3, None)])
def test_an_action_may_set_sizes_that_fit_each_other(least, most):
    sizes = {name: size for name, size in (("min_size", least), ("max_size", most)) if size is not None}
    night = {name: value for name, value in NIGHT.items() if name not in ("min_size", "max_size")}
    [item] = actions({**night, **sizes}).items.values()
    assert (item.get("MinSize"), item.get("MaxSize")) == (least, most)


def test_what_aws_adds_to_a_policy_is_no_change():
    assert made(policies(tracking()), SEEN_CPU) == []


@pytest.mark.parametrize("said", [{"target_value": 60}, {"disable_scale_in": True}])
def test_a_changed_policy_is_put_again(said):
    assert made(policies(tracking(**said)), SEEN_CPU) == ["put_scaling_policy"]


def test_what_is_taken_out_of_a_policy_is_put_without_it():
    assert made(policies(tracking()), {**SEEN_CPU, "EstimatedInstanceWarmup": 30}) == ["put_scaling_policy"]


def test_a_policy_that_is_not_declared_goes_before_the_one_that_takes_its_metric():
    assert made(policies(tracking()), {**SEEN_CPU, "PolicyName": "old"}) == ["delete_policy", "put_scaling_policy"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"adjustment_type": "ChangeInCapacity"}, r"scaling_policies\[0\]\.scaling_adjustment: must be given"),
        ({"policy_type": "StepScaling", "adjustment_type": "ExactCapacity"}, r"scaling_policies\[0\]\.step_adjustments: must be given"),
        ({"policy_type": "PredictiveScaling"}, r"scaling_policies\[0\]\.predictive_scaling_configuration: must be given"),
        ({"policy_type": "Target"}, r"scaling_policies\[0\]\.policy_type: Target is none of SimpleScaling, StepScaling"),
    ],
)
def test_a_policy_that_is_not_whole_is_refused(words, why):
    with pytest.raises(Refused, match=why):
        policies({"policy_name": "cpu", **words})
