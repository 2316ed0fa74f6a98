# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of named things that belong to a group, and what AWS makes of each. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ..core.errors import Refused
from ..core.plan import NotYet
from .named import Item, Kind, Named, declared, refuse_lack

LIFECYCLE_HOOKS = Kind(
    option="lifecycle_hooks",
    name="LifecycleHookName",
    put="put_lifecycle_hook",
    delete="delete_lifecycle_hook",
    read="describe_lifecycle_hooks",
    answered="LifecycleHooks",
    called="lifecycle hook",
    required=("LifecycleTransition",),
    defaults={"HeartbeatTimeout": 3600, "DefaultResult": "ABANDON", "NotificationTargetARN": ""},
    keeps=True,
    # AWS tries the target when the hook is put, and a new role may not be known yet.
    not_yet=(NotYet("ValidationError", "Unable to publish test message to notification target"),),
    born_with="LifecycleHookSpecificationList",
)


def by_topic(told: Iterable[Mapping[str, str]]) -> list[dict[str, Any]]:
    """AWS tells each type of notification apart; a put says all types of a topic."""
    types: dict[str, list[str]] = {}
    for one in told:
        types.setdefault(one["TopicARN"], []).append(one["NotificationType"])
    return [{"TopicARN": topic, "NotificationTypes": sorted(types[topic])} for topic in sorted(types)]


def refuse_no_events(item: Item, path: str) -> None:
    if not item["NotificationTypes"]:
        raise Refused(f"{path}.notification_types: names no event; leave the topic out to take it away")


NOTIFICATIONS = Kind(
    option="notification_configurations",
    name="TopicARN",
    put="put_notification_configuration",
    delete="delete_notification_configuration",
    read="describe_notification_configurations",
    answered="NotificationConfigurations",
    called="notification topic",
    by_group=lambda group: {"AutoScalingGroupNames": [group]},
    check=refuse_no_events,
    gather=by_topic,
)
# amazon.aws.autoscaling_group's own choice where none is made.
NOTIFICATION_TYPES = tuple(
    f"autoscaling:EC2_INSTANCE_{event}" for event in ("LAUNCH", "LAUNCH_ERROR", "TERMINATE", "TERMINATE_ERROR")
)


def declared_notifications(params: Mapping[str, Any], model: Any) -> Named | None:
    """All topics, or amazon.aws' one topic, beside which others are left alone."""
    topic, types = params["notification_topic"], params["notification_types"]
    if topic is None:
        if types is not None:
            raise Refused("notification_types: has an effect with notification_topic only, which must be given too")
        return declared(NOTIFICATIONS, params, model)
    if params["notification_configurations"] is not None:
        raise Refused("notification_topic: notification_configurations is given too, and says all topics already")
    said = {"topic_arn": topic, "notification_types": types or list(NOTIFICATION_TYPES)}
    named = declared(NOTIFICATIONS, {"notification_configurations": [said], "purge_notification_configurations": False}, model)
    return named if types != [] else replace(named, items={}, gone=(topic,))


def refuse_idle_action(item: Item, path: str) -> None:
    if not {"MinSize", "MaxSize", "DesiredCapacity"} & item.keys():
        raise Refused(f"{path}: changes nothing; min_size, max_size or desired_capacity must be given")
    if not {"StartTime", "Recurrence"} & item.keys():
        raise Refused(f"{path}: never happens; start_time or recurrence must be given")
    least, most = item.get("MinSize"), item.get("MaxSize")
    if least is not None and most is not None and least > most:
        raise Refused(f"{path}.min_size: {least} is more than max_size {most}")
    if "StartTime" in item and "EndTime" in item and item["EndTime"] <= item["StartTime"]:
        raise Refused(f"{path}.end_time: is not after start_time")


def next_time_is_a_time(have: Item, item: Item) -> Item:
    """AWS shows when a recurring action comes next; that it began before then cannot be seen any more."""
    began = item.get("StartTime")
    moved = isinstance(began, datetime) and "Recurrence" in item and have.get("StartTime", began) > began
    return {**have, "StartTime": began} if moved else have


SCHEDULED_ACTIONS = Kind(
    option="scheduled_actions",
    name="ScheduledActionName",
    put="put_scheduled_update_group_action",
    delete="delete_scheduled_action",
    read="describe_scheduled_actions",
    answered="ScheduledUpdateGroupActions",
    called="scheduled action",
    check=refuse_idle_action,
    defaults={"TimeZone": "UTC"},
    filled=("StartTime", "Time"),
    read_as=next_time_is_a_time,
    keeps=True,
    # Else the action would come once more at the time that AWS reckoned from the old recurrence.
    anew_for=("Recurrence", "TimeZone"),
)

NEEDED = {
    "SimpleScaling": ("AdjustmentType", "ScalingAdjustment"),
    "StepScaling": ("AdjustmentType", "StepAdjustments"),
    "TargetTrackingScaling": ("TargetTrackingConfiguration",),
    "PredictiveScaling": ("PredictiveScalingConfiguration",),
}


def refuse_incomplete_policy(item: Item, path: str) -> None:
    kind = item.get("PolicyType", "SimpleScaling")
    if kind not in NEEDED:
        raise Refused(f"{path}.policy_type: {kind} is none of {', '.join(NEEDED)}")
    refuse_lack(NEEDED[kind], item, path)


SCALING_POLICIES = Kind(
    option="scaling_policies",
    name="PolicyName",
    put="put_scaling_policy",
    delete="delete_policy",
    read="describe_policies",
    answered="ScalingPolicies",
    called="scaling policy",
    check=refuse_incomplete_policy,
    defaults={
        "PolicyType": "SimpleScaling",
        "Enabled": True,
        "MetricAggregationType": "Average",
        "DisableScaleIn": False,
        "ReturnData": True,
        "Period": 60,
        "Mode": "ForecastOnly",
        "MaxCapacityBreachBehavior": "HonorMaxCapacity",
        "SchedulingBufferTime": 0,
    },
)
