# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scheduled actions are a group's own, keep what an update omits, and are refused where they could never happen. None ever happens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone as zone
from typing import Any

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import AutoScalingBackend, FakeScheduledAction

from ..mending import mends
from ..recurrences import can_be_read, is_zone

SIZES = ("min_size", "max_size", "desired_capacity")
ORDER = (
    ("min_size", "max_size", "Min size must be less than or equal to max size"),
    ("desired_capacity", "max_size", "Desired capacity must be less than or equal to max size"),
    ("min_size", "desired_capacity", "Desired capacity must be greater than or equal to min size"),
)
NO_ZONE = "Time zone specified does not conform to standardized time zones found in IANA Time Zone Database"

FakeScheduledAction.said = {}  # all that it was told until now


@mends(AutoScalingBackend)
def put_scheduled_update_group_action(
    self, name, desired_capacity, max_size, min_size, scheduled_action_name, start_time, end_time, recurrence, timezone
):
    group = self.autoscaling_groups[name]
    given = {
        "desired_capacity": desired_capacity,
        "max_size": max_size,
        "min_size": min_size,
        "start_time": start_time,
        "end_time": end_time,
        "recurrence": recurrence,
        "time_zone": timezone,
    }
    said = {member: value for member, value in given.items() if value is not None}
    key = f"{group.name}_{scheduled_action_name}"
    action = self.scheduled_actions.get(key) or new_action(self, group.name, scheduled_action_name)
    whole = {**action.said, **said}
    check(said)
    check_whole(whole)
    self.scheduled_actions[key] = action
    action.said = whole
    action.__dict__.update(said)
    action.start_time = action.time = action.start_time or coming_midnight()
    return action


def check(said: Mapping[str, Any]) -> None:
    if not said.keys() & set(SIZES):
        raise ValidationError("At least one of min size, max size or desired capacity must be specified.")
    for member in ("start_time", "end_time"):
        if member in said and moment(said[member]) < datetime.now(zone.utc):
            raise ValidationError(f"Given {member.replace('_', ' ')} is in the past")
    if "recurrence" in said and not can_be_read(said["recurrence"]):
        raise ValidationError(f"Given recurrence string: {said['recurrence']} is invalid")
    if "time_zone" in said and not is_zone(said["time_zone"]):
        raise ValidationError(NO_ZONE)


def check_whole(said: Mapping[str, Any]) -> None:
    """Of an action as it comes to be, with what it was told before."""
    if not {"start_time", "recurrence"} & said.keys():
        raise ValidationError("Scheduled start time must be specified for non-recurrent future group action")
    if {"start_time", "end_time"} <= said.keys() and moment(said["end_time"]) <= moment(said["start_time"]):
        raise ValidationError("Given end time must be after start time")
    for smaller, larger, words in ORDER:
        if {smaller, larger} <= said.keys() and said[smaller] > said[larger]:
            raise ValidationError(words)


def moment(given: Any) -> datetime:
    when = given if isinstance(given, datetime) else datetime.fromisoformat(str(given).replace("Z", "+00:00"))
    return when if when.tzinfo else when.replace(tzinfo=zone.utc)


def new_action(backend: AutoScalingBackend, group: str, name: str) -> FakeScheduledAction:
    action = FakeScheduledAction(group, None, None, None, name, None, None, None, None)
    where = f"arn:aws:autoscaling:{backend.region_name}:{backend.account_id}"
    action.scheduled_action_arn = f"{where}:scheduledUpdateGroupAction:autoScalingGroupName/{group}:scheduledActionName/{name}"
    return action


def coming_midnight() -> datetime:
    """A time to come: AWS would show the next one of the recurrence, which is not reckoned here."""
    return datetime.combine(datetime.now(zone.utc).date() + timedelta(days=1), datetime.min.time(), zone.utc)


@mends(AutoScalingBackend)
def delete_scheduled_action(self, auto_scaling_group_name, scheduled_action_name):
    if self.scheduled_actions.pop(f"{auto_scaling_group_name}_{scheduled_action_name}", None) is None:
        raise ValidationError("Scheduled action name not found")
