# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The instances of a warm pool: launched, stopped where the pool says so, taken into service first, put back where it reuses them.

Auto Scaling's user guide, ec2-auto-scaling-warm-pools and warm-pool-instance-lifecycle. No lifecycle hook holds them on their way.
"""

from __future__ import annotations

from collections.abc import Iterable

from moto.autoscaling.models import FakeAutoScalingGroup, InstanceState

from .launch_sources import Source
from .launches import Launch, run

FakeAutoScalingGroup.warm_pool = None
FakeAutoScalingGroup.warm_states = ()


def wanted(group: FakeAutoScalingGroup) -> int:
    """As many as there could be prepared beside the desired ones, and no fewer than the pool's least."""
    pool = group.warm_pool
    if pool is None or pool.leaving:
        return 0
    most = group.max_size if pool.max_group_prepared_capacity is None else pool.max_group_prepared_capacity
    return max(pool.min_size or 0, most - (group.desired_capacity or 0))


def add(group: FakeAutoScalingGroup, source: Source, subnet: str, count: int) -> list[InstanceState]:
    """Launch into the pool."""
    made = []
    asked = {**source.launch.asked, "SubnetId": subnet}
    for instance in run(group.ec2_backend, Launch(asked, source.launch.version, source.launch.tags), count).instances:
        instance.autoscaling_group = group
        state = InstanceState(instance)
        state.source = source
        rest(group, state)
        made.append(state)
    group.warm_states = (*group.warm_states, *made)
    return made


def rest(group: FakeAutoScalingGroup, state: InstanceState) -> None:
    """Be in the state that the pool keeps its instances in."""
    state.lifecycle_state = f"Warmed:{group.warm_pool.pool_state}"
    if group.warm_pool.pool_state != "Running":
        state.instance.stop()


def take(group: FakeAutoScalingGroup, count: int) -> list[InstanceState]:
    """Bring some into service."""
    taken, group.warm_states = list(group.warm_states[:count]), tuple(group.warm_states[count:])
    for state in taken:
        state.instance.start()
        state.lifecycle_state = "InService"
    return taken


def takes_back(group: FakeAutoScalingGroup) -> bool:
    pool = group.warm_pool
    return bool(pool and not pool.leaving and (pool.instance_reuse_policy or {}).get("ReuseOnScaleIn") and len(group.warm_states) < wanted(group))


def put_back(group: FakeAutoScalingGroup, state: InstanceState) -> None:
    rest(group, state)
    group.warm_states = (*group.warm_states, state)


def let_warm_go(group: FakeAutoScalingGroup, states: Iterable[InstanceState]) -> None:
    leaving = list(states)
    group.warm_states = tuple(state for state in group.warm_states if state not in leaving)
    if leaving:
        group.ec2_backend.terminate_instances([state.instance.id for state in leaving])
