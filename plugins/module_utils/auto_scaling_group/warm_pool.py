# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The warm pool of a group: instances made ready before they are needed. Pure. Private to this collection.

A pool is declared whole, and put with all it may say: what a put leaves out, AWS may keep.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..core.plan import Action, Step, Wait
from ..core.shapes import to_api, to_words, within
from .named import Unowned
from .waits import has_no, watch

UNSAID = {
    "MaxGroupPreparedCapacity": -1,
    "MinSize": 0,
    "PoolState": "Stopped",
    "InstanceReusePolicy": {"ReuseOnScaleIn": False},
}
EMPTIED = {"MaxGroupPreparedCapacity": 0, "MinSize": 0}


@dataclass(frozen=True)
class WarmPool:
    """The wanted pool in API words; an empty one stands for none."""

    wanted: Mapping[str, Any]
    shape: Any
    timeout: float
    force: bool = False
    option = "warm_pool"
    read = ""

    def reading(self, group: str) -> dict[str, Any]:
        return {}

    def born(self) -> dict[str, Any]:
        return {}

    def seen(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        pool = answer.get("WarmPoolConfiguration") or {}
        return {**whole(within(pool, self.shape)), **({"Status": pool["Status"]} if "Status" in pool else {})} if pool else {}

    def after(self, have: Mapping[str, Any]) -> dict[str, Any]:
        return whole(self.wanted) if self.wanted else {}

    def changes(self, group: str, have: Mapping[str, Any]) -> Iterator[Step]:
        if not self.wanted:
            yield from removal(group, have, self.timeout, self.force) if have else ()
            return
        if "Status" in have:
            yield gone(group, self.timeout)
        if have != whole(self.wanted):
            yield put(group, whole(self.wanted), f"{'change' if have else 'give'} the warm pool {'of' if have else 'to'} group {group}")

    def told(self, have: Mapping[str, Any]) -> dict[str, Any]:
        return to_words(have, self.shape)


def whole(pool: Mapping[str, Any]) -> dict[str, Any]:
    """The pool with all that it may say; an empty structure in it says nothing."""
    return {**UNSAID, **{name: value for name, value in pool.items() if value != {}}}


def removal(group: str, have: Mapping[str, Any], timeout: float, force: bool) -> Iterator[Step]:
    """Empty it, so that its instances end as their hooks will; then take it away, until it is gone."""
    if "Status" not in have:
        if not force and any(have.get(name) != size for name, size in EMPTIED.items()):
            yield put(group, EMPTIED, f"empty the warm pool of group {group}")
        if not force:
            yield watch(group, f"wait until the warm pool of group {group} is empty", has_no("WarmPoolSize"), timeout)
        yield delete(group, force)
    yield gone(group, timeout)


def put(group: str, pool: Mapping[str, Any], summary: str) -> Action:
    return Action("autoscaling", "put_warm_pool", {"AutoScalingGroupName": group, **pool}, summary)


def delete(group: str, force: bool) -> Action:
    forced = {"ForceDelete": True} if force else {}
    return Action("autoscaling", "delete_warm_pool", {"AutoScalingGroupName": group, **forced}, f"delete the warm pool of group {group}")


def gone(group: str, timeout: float) -> Wait:
    # Not describe_warm_pool: its pages lose the configuration.
    return watch(group, f"wait until the warm pool of group {group} is gone", has_no("WarmPoolConfiguration"), timeout)


def declared_pool(params: Mapping[str, Any], model: Any) -> WarmPool | None:
    words = params["warm_pool"]
    if words is None:
        return None
    shape = Unowned(model.operation_model("PutWarmPool").input_shape)
    return WarmPool(to_api(words, shape, "warm_pool"), shape, params["wait_timeout"], params["force_delete"])
