# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Notifications of a group: which of its events which topics are told of. Nobody is told in fact."""

from __future__ import annotations

from moto.autoscaling.exceptions import AutoscalingClientError, ValidationError
from moto.autoscaling.models import FakeAutoScalingGroup
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult

from ..hook_targets import check_topic
from ..mending import mends
from ..paging import page

EVENTS = ("INSTANCE_LAUNCH", "INSTANCE_LAUNCH_ERROR", "INSTANCE_TERMINATE", "INSTANCE_TERMINATE_ERROR")
TYPES = (*(f"autoscaling:EC2_{event}" for event in EVENTS), "autoscaling:TEST_NOTIFICATION")
MOST_TOPICS = 10


def topics_of(group: FakeAutoScalingGroup) -> dict[str, list[str]]:
    return group.__dict__.setdefault("topics", {})


@mends(AutoScalingResponse)
def put_notification_configuration(self):
    topics = topics_of(self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")])
    topic, types = self._get_param("TopicARN"), self._get_param("NotificationTypes", [])
    for unknown in [one for one in types if one not in TYPES]:
        raise ValidationError(f'"{unknown}" is not a valid Notification Type')
    check_topic(self.autoscaling_backend, topic)
    if topic not in topics and len(topics) == MOST_TOPICS:
        name = self._get_param("AutoScalingGroupName")
        raise AutoscalingClientError("LimitExceeded", f"Your AutoScaling Group:{name} can't have more than {MOST_TOPICS} topics")
    topics[topic] = types
    return EmptyResult()


@mends(AutoScalingResponse)
def delete_notification_configuration(self):
    topics = topics_of(self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")])
    topics.pop(self._get_param("TopicARN"), None)
    return EmptyResult()


@mends(AutoScalingResponse)
def describe_notification_configurations(self):
    names = self._get_param("AutoScalingGroupNames", [])
    groups = [group for name, group in self.autoscaling_backend.autoscaling_groups.items() if not names or name in names]
    shown = page([one for group in groups for one in told(group)], self._get_int_param("MaxRecords", 50), self._get_param("NextToken"))
    return ActionResult({"NotificationConfigurations": shown.items, "NextToken": shown.token})


def told(group: FakeAutoScalingGroup) -> list[dict[str, str]]:
    """Each type of each topic apart."""
    return [
        {"AutoScalingGroupName": group.name, "TopicARN": topic, "NotificationType": one}
        for topic, types in topics_of(group).items()
        for one in types
    ]
