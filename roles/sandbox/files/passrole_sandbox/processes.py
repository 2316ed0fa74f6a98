# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The processes of a group, of which Launch and Terminate do something here: what a suspended one does not do, it makes up for when it is resumed."""

from __future__ import annotations

from moto.autoscaling.models import FakeAutoScalingGroup

LAUNCH, TERMINATE, REFRESH = "Launch", "Terminate", "InstanceRefresh"
NAMES = (
    LAUNCH,
    TERMINATE,
    "AddToLoadBalancer",
    "AlarmNotification",
    "AZRebalance",
    "HealthCheck",
    REFRESH,
    "ReplaceUnhealthy",
    "ScheduledActions",
)


def suspended(group: FakeAutoScalingGroup, *names: str) -> list[str]:
    """Those of these processes that somebody has suspended."""
    return [process["ProcessName"] for process in group.suspended_processes if process["ProcessName"] in names]
