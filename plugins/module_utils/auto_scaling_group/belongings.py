# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What belongs to a group and is set by calls of its own, in one table. Pure. Private to this collection.

To join, a belonging tells in the table how its options declare it. What is not
declared is left alone, and costs no call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol

from ..core.plan import Step
from .kinds import LIFECYCLE_HOOKS, SCALING_POLICIES, SCHEDULED_ACTIONS, declared_notifications
from .named import declared
from .switches import declared_metrics, declared_processes, declared_protection
from .warm_pool import declared_pool


class Belonging(Protocol):
    """A belonging as a playbook declares it."""

    @property
    def option(self) -> str:
        """The option that declares it."""

    @property
    def read(self) -> str:
        """The operation that tells what is there; empty where the group's own answer does."""

    def reading(self, group: str) -> dict[str, Any]:
        """What to ask that operation."""

    def born(self) -> dict[str, Any]:
        """What the call that creates the group says of it already."""

    def seen(self, answer: Mapping[str, Any]) -> Any:
        """What is there, in API words; an empty answer tells of nothing."""

    def after(self, have: Any) -> Any:
        """What is there once the plan is done."""

    def changes(self, group: str, have: Any) -> Iterator[Step]:
        """The steps from what is there to what is declared."""

    def told(self, have: Any) -> Any:
        """What is there, for the diff."""


# In the order in which a new group gets them.
TABLE: tuple[Callable[[Mapping[str, Any], Any], Belonging | None], ...] = (
    declared_processes,
    partial(declared, LIFECYCLE_HOOKS),
    declared_metrics,
    declared_protection,
    declared_notifications,
    partial(declared, SCHEDULED_ACTIONS),
    declared_pool,
    partial(declared, SCALING_POLICIES),
)
OPTIONS = (
    "lifecycle_hooks",
    "metrics_collection",
    "notification_configurations",
    "notification_topic",
    "protect_running_instances",
    "scaling_policies",
    "scheduled_actions",
    "suspend_processes",
    "warm_pool",
)


def belongings(params: Mapping[str, Any], model: Any) -> tuple[Belonging, ...]:
    """What the options declare of all that may belong to a group."""
    return tuple(found for found in (one(params, model) for one in TABLE) if found is not None)
