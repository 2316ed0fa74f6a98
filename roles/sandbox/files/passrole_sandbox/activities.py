# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of a group's launches and terminations, as DescribeScalingActivities tells it."""

from __future__ import annotations

from moto.autoscaling.models import Activity, FakeAutoScalingGroup
from moto.core.utils import utcnow

LAUNCHING, TERMINATING = "Launching a new EC2 instance", "Terminating EC2 instance"
HELD = "MidTerminatingLifecycleAction"
STARTED = "an instance was started in response to a difference between desired and actual capacity"
SURPLUS = "an instance was taken out of service in response to a difference between desired and actual capacity"
BROKEN = "an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped"
ABANDONED = "an instance was taken out of service in response to a launch failure"
ABANDONED_BY_HOOK = "Instance failed to complete user's Lifecycle Action: {}"
REQUESTED = "instance {} was taken out of service in response to a user request"


def succeed(group: FakeAutoScalingGroup, instance: str) -> None:
    note(group, f"{LAUNCHING}: {instance}", "Successful", STARTED)


def fail(group: FakeAutoScalingGroup, reason: str) -> None:
    note(group, LAUNCHING, "Failed", STARTED, f"{reason}. Launching EC2 instance failed.".replace("..", "."))


def last_launch_failed(group: FakeAutoScalingGroup) -> bool:
    launches = [activity for activity in activities_of(group) if activity.description.startswith(LAUNCHING)]
    return any(activity.status_code == "Failed" for activity in launches[:1])


def abandon(group: FakeAutoScalingGroup, instance: str, reason: str) -> None:
    note(group, f"{LAUNCHING}: {instance}", "Cancelled", STARTED, ABANDONED_BY_HOOK.format(reason))


def hold_back(group: FakeAutoScalingGroup, instance: str, why: str) -> None:
    """A termination that waits for a lifecycle hook."""
    note(group, f"{TERMINATING}: {instance}", HELD, why).end_time = None


def retain(group: FakeAutoScalingGroup, instance: str, reason: str) -> None:
    """The instance of a termination that was held does not end."""
    release(group, instance, "Cancelled", ABANDONED_BY_HOOK.format(reason))


def ended(group: FakeAutoScalingGroup, instance: str, why: str) -> None:
    """A termination, be it one that was held until now."""
    if not release(group, instance, "Successful", None):
        note(group, f"{TERMINATING}: {instance}", "Successful", why)


def release(group: FakeAutoScalingGroup, instance: str, status: str, message: str | None) -> bool:
    """Bring the termination that is held to its end; whether there is one."""
    held = [activity for activity in activities_of(group) if activity.status_code == HELD and activity.description.endswith(instance)]
    for activity in held:
        activity.status_code, activity.status_message, activity.end_time = status, message, utcnow()
    return bool(held)


def note(group: FakeAutoScalingGroup, description: str, status: str, why: str, message: str | None = None) -> Activity:
    activity = Activity(description, f"At {utcnow():%Y-%m-%dT%H:%M:%SZ} {why}.", group, status_code=status)
    activity.status_message = message
    activity.progress = 100
    activities_of(group).insert(0, activity)
    return activity


def activities_of(group: FakeAutoScalingGroup) -> list[Activity]:
    """The latest first."""
    return group.__dict__.setdefault("told_activities", [])
