# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What lifecycle hooks and groups notify, in their own region: Auto Scaling publishes to it when it is named, to a hook's target as the role beside it."""

from __future__ import annotations

from collections.abc import Mapping

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import AutoScalingBackend
from moto.iam.models import Role, iam_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from .spreading import spread

UNABLE = (
    "Unable to publish test message to notification target {} using IAM role {}. "
    "Please check your target and role configuration and try putting lifecycle hook again."
)


def check_target(backend: AutoScalingBackend, hook: Mapping[str, str]) -> None:
    """Refuse a target that is not there, and a role that is not there or not known yet."""
    target, named = hook.get("NotificationTargetARN"), hook.get("RoleARN")
    role = find_role(backend, named)
    if target and not (is_there(backend, target) and role and spread(role.made_at, "hook_delay")):
        raise ValidationError(UNABLE.format(target, named))


def find_role(backend: AutoScalingBackend, arn: str | None) -> Role | None:
    roles = iam_backends[backend.account_id][backend.partition].roles.values()
    return next((role for role in roles if role.arn == arn), None)


def check_topic(backend: AutoScalingBackend, arn: str) -> None:
    if arn.split(":")[2:4] != ["sns", backend.region_name]:
        raise ValidationError("Invalid parameter: TopicArn")
    if not is_there(backend, arn):
        raise ValidationError("Topic does not exist")


def is_there(backend: AutoScalingBackend, target: str) -> bool:
    parts = target.split(":", 5)
    if len(parts) < 6 or parts[3] != backend.region_name:
        return False
    _arn, _partition, service, region, account, name = parts
    if service == "sns":
        return target in sns_backends[account][region].topics
    return service == "sqs" and name in sqs_backends[account][region].queues
