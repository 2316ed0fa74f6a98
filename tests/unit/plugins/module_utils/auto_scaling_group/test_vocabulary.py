# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Words that no model lists are held against AWS's own lists, when a plan is about to say them."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.vocabulary import refuse_unknown_words
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.plan import Action, Plan

LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING"


class Aws:
    """Tells its words, and remembers who asked."""

    def __init__(self):
        self.asked = []

    def find(self, _service, operation):
        self.asked.append(operation)
        return {
            "LifecycleHookTypes": [LAUNCHING],
            "AutoScalingNotificationTypes": ["autoscaling:EC2_INSTANCE_LAUNCH"],
            "Metrics": [{"Metric": "GroupMinSize"}],
            "AdjustmentTypes": [{"AdjustmentType": "ExactCapacity"}],
        }


def plan_of(*said):
    return Plan(None, None, steps=tuple(Action("autoscaling", operation, params, "say it") for operation, params in said))


@pytest.mark.parametrize(
    ("operation", "params", "why"),
    [
        ("put_lifecycle_hook", {"LifecycleTransition": "LAUNCHING"}, "lifecycle_hooks: AWS knows no LAUNCHING"),
        ("create_auto_scaling_group", {"LifecycleHookSpecificationList": [{"LifecycleTransition": "x"}]}, "lifecycle_hooks: AWS knows no x"),
        ("put_notification_configuration", {"NotificationTypes": ["LAUNCH"]}, "notification_types: AWS knows no LAUNCH"),
        ("enable_metrics_collection", {"Metrics": ["GroupMinSise"]}, r"metrics_list: AWS knows no GroupMinSise; did you mean GroupMinSize\?"),
        ("put_scaling_policy", {"AdjustmentType": "Exact"}, "scaling_policies: AWS knows no Exact"),
    ],
)
def test_a_word_that_aws_does_not_know_is_refused_with_the_closest_it_knows(operation, params, why):
    with pytest.raises(Refused, match=why):
        refuse_unknown_words(plan_of((operation, params)), Aws().find)


def test_aws_is_asked_once_for_the_words_that_are_about_to_be_said_and_for_no_others():
    aws = Aws()
    hook = ("put_lifecycle_hook", {"LifecycleTransition": LAUNCHING})
    refuse_unknown_words(plan_of(hook, hook, ("put_scaling_policy", {}), ("create_auto_scaling_group", {})), aws.find)
    assert aws.asked == ["describe_lifecycle_hook_types"]
