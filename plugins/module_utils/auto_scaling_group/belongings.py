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

from ..core.plan import NotYet, Step
from .named import Kind, declared
from .switches import declared_metrics, declared_processes, declared_protection


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

# In the order in which a new group gets them.
TABLE: tuple[Callable[[Mapping[str, Any], Any], Belonging | None], ...] = (
    declared_processes,
    partial(declared, LIFECYCLE_HOOKS),
    declared_metrics,
    declared_protection,
)
OPTIONS = (
    "lifecycle_hooks",
    "metrics_collection",
    "protect_running_instances",
    "suspend_processes",
)


def belongings(params: Mapping[str, Any], model: Any) -> tuple[Belonging, ...]:
    """What the options declare of all that may belong to a group."""
    return tuple(found for found in (one(params, model) for one in TABLE) if found is not None)
