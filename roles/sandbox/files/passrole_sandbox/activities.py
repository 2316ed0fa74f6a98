# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of a group's launches, as DescribeScalingActivities tells it."""

from __future__ import annotations

from moto.autoscaling.models import Activity, FakeAutoScalingGroup


def succeed(group: FakeAutoScalingGroup, instance: str) -> None:
    note(group, f"Launching a new EC2 instance: {instance}", "Successful", None)


def fail(group: FakeAutoScalingGroup, reason: str) -> None:
    note(group, "Launching a new EC2 instance", "Failed", f"{reason}. Launching EC2 instance failed.".replace("..", "."))


def last_launch_failed(group: FakeAutoScalingGroup) -> bool:
    return any(activity.status_code == "Failed" for activity in activities_of(group)[:1])


def abandon(group: FakeAutoScalingGroup, instance: str, reason: str) -> None:
    note(group, f"Launching a new EC2 instance: {instance}", "Cancelled", f"Instance failed to complete user's Lifecycle Action: {reason}")


def note(group: FakeAutoScalingGroup, description: str, status: str, message: str | None) -> None:
    cause = "an instance was started in response to a difference between desired and actual capacity"
    activity = Activity(description, cause, group, status_code=status)
    activity.status_message = message
    activity.progress = 100
    activities_of(group).insert(0, activity)


def activities_of(group: FakeAutoScalingGroup) -> list[Activity]:
    """The latest first."""
    return group.__dict__.setdefault("told_activities", [])
