# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Words that no model lists, such as the events of a notification: asked of AWS before a plan uses them. Private to this collection.

AWS tells them by operations of their own, so that a new word needs no new release.
Only a plan that is about to say one asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..core.errors import Refused
from ..core.plan import Plan
from ..core.shapes import closest

Find = Callable[..., Any]


@dataclass(frozen=True)
class Vocabulary:
    """The operation that tells the words, where they are in its answer, and where an action says one."""

    option: str
    read: str
    known: Callable[[Any], Iterable[str]]
    said: Callable[[Mapping[str, Any]], Iterable[str]]


TRANSITIONS = Vocabulary(
    "lifecycle_hooks", "describe_lifecycle_hook_types", lambda answer: answer["LifecycleHookTypes"], lambda params: [params["LifecycleTransition"]]
)
EVENTS = Vocabulary(
    "notification_types",
    "describe_auto_scaling_notification_types",
    lambda answer: answer["AutoScalingNotificationTypes"],
    lambda params: params["NotificationTypes"],
)
METRICS = Vocabulary(
    "metrics_list",
    "describe_metric_collection_types",
    lambda answer: [one["Metric"] for one in answer["Metrics"]],
    lambda params: params["Metrics"],
)
ADJUSTMENTS = Vocabulary(
    "scaling_policies",
    "describe_adjustment_types",
    lambda answer: [one["AdjustmentType"] for one in answer["AdjustmentTypes"]],
    lambda params: [params["AdjustmentType"]] if "AdjustmentType" in params else [],
)


def transitions_at_birth(params: Mapping[str, Any]) -> list[str]:
    return [hook["LifecycleTransition"] for hook in params.get("LifecycleHookSpecificationList", [])]


# By the operation that says the words.
SAID_BY = {
    "create_auto_scaling_group": Vocabulary(TRANSITIONS.option, TRANSITIONS.read, TRANSITIONS.known, transitions_at_birth),
    "put_lifecycle_hook": TRANSITIONS,
    "put_notification_configuration": EVENTS,
    "enable_metrics_collection": METRICS,
    "put_scaling_policy": ADJUSTMENTS,
}


def refuse_unknown_words(planned: Plan, find: Find) -> None:
    """Refuse what AWS would refuse halfway."""
    words: dict[str, set[str]] = {}
    for step in planned:
        if vocabulary := SAID_BY.get(step.operation):
            words.setdefault(vocabulary.read, set()).update(vocabulary.said(step.params))
    for vocabulary in (TRANSITIONS, EVENTS, METRICS, ADJUSTMENTS):
        if said := words.get(vocabulary.read):
            refuse_unknown(vocabulary, said, set(vocabulary.known(find("autoscaling", vocabulary.read))))


def refuse_unknown(vocabulary: Vocabulary, said: set[str], known: set[str]) -> None:
    for word in sorted(said - known):
        hint = closest(word, known) or f"; AWS knows {', '.join(sorted(known))}"
        raise Refused(f"{vocabulary.option}: AWS knows no {word}{hint}")
