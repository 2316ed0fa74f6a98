# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""On demand or spot: how many instances of a mixed instances group are of which, by its InstancesDistribution."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from moto.autoscaling.models import FakeAutoScalingGroup, InstanceState

from .launch_sources import Source, first_weight

SPOT = {"InstanceMarketOptions": {"MarketType": "spot"}}


def on_demand_wanted(group: FakeAutoScalingGroup) -> int:
    """How many instances are to be on demand; where percentages make fractions, these are rounded up."""
    distribution = group.mixed_instances_policy["InstancesDistribution"]
    base = min(group.desired_capacity, distribution["OnDemandBaseCapacity"])
    above = (group.desired_capacity - base) * distribution["OnDemandPercentageAboveBaseCapacity"] / 100
    return math.ceil((base + math.ceil(above)) / int(first_weight(group.mixed_instances_policy) or 1))


def purchases(group: FakeAutoScalingGroup, source: Source, count: int) -> list[tuple[Source, int]]:
    """What to launch of so many instances, on demand first."""
    if not group.mixed_instances_policy:
        return [(source, count)]
    there = [state for state in group.instance_states if not state.lifecycle_state.startswith("Terminating")]
    on_demand = min(count, max(0, on_demand_wanted(group) - sum(not is_spot(state) for state in there)))
    return [(source, on_demand), (as_spot(source), count - on_demand)]


def surplus_first(group: FakeAutoScalingGroup, states: Sequence[InstanceState]) -> list[InstanceState]:
    """The instances in the order in which a group that scales in ends them: those beyond their share before all others."""
    if not group.mixed_instances_policy:
        return list(states)
    on_demand = [state for state in states if not is_spot(state)]
    beyond = on_demand[: max(0, len(on_demand) - on_demand_wanted(group))]
    spot = [state for state in states if is_spot(state)]
    return [*beyond, *spot, *(state for state in on_demand if state not in beyond)]


def is_spot(state: InstanceState) -> bool:
    return state.instance.lifecycle == "spot"


def as_spot(source: Source) -> Source:
    return replace(source, launch=replace(source.launch, asked={**source.launch.asked, **SPOT}))
