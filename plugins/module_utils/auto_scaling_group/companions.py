# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Members of a group that an update does not take: each has calls of its own. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from ..core.plan import Action
from .members import kind_of

AT_ONCE = 10  # the most that one attach or detach call takes, by the quotas page


def swap(words: tuple[str, str, str], group: str, have: Sequence[Any], want: Sequence[Any]) -> Iterator[Action]:
    """Attach what is new, then detach what is gone, so that the group is never without."""
    operation, member, said = words
    yield from calls(f"attach_{operation}", member, group, less(want, have), f"attach {said} to group {group}")
    yield from calls(f"detach_{operation}", member, group, less(have, want), f"detach {said} from group {group}")


def beside(have: Sequence[Any], want: Sequence[Any]) -> list[Any]:
    """What is wanted, with what is there besides."""
    return [*want, *less(have, want)]


def less(some: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    """The first items beside the others, each once."""
    known = {named(other) for other in others}
    return list({named(item): item for item in some if named(item) not in known}.values())


def named(item: Any) -> tuple[str, ...]:
    """What AWS knows a companion by; it tells a traffic source's type also where nobody said it."""
    return (item["Identifier"], kind_of(item)) if isinstance(item, Mapping) else (item,)


def calls(operation: str, member: str, group: str, items: Sequence[Any], summary: str) -> Iterator[Action]:
    for start in range(0, len(items), AT_ONCE):
        some = list(items[start : start + AT_ONCE])
        params: Mapping[str, Any] = {"AutoScalingGroupName": group, member: some}
        yield Action("autoscaling", operation, params, f"{summary}: {', '.join(called(item) for item in some)}")


def called(item: Any) -> str:
    """A companion as a sentence names it; the rest of an ARN says where the account is."""
    return named(item)[0].rpartition(":")[2]


COMPANIONS = {
    "LoadBalancerNames": partial(swap, ("load_balancers", "LoadBalancerNames", "load balancers")),
    "TargetGroupARNs": partial(swap, ("load_balancer_target_groups", "TargetGroupARNs", "target groups")),
    "TrafficSources": partial(swap, ("traffic_sources", "TrafficSources", "traffic sources")),
}
