# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Replace some of a group's instances by others: those in service, those in the warm pool, or the root volume alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from moto.autoscaling.models import FakeAutoScalingGroup, InstanceState

from .launch_sources import Source
from .mends.group_instances import end, launch
from .purchases import as_spot, is_spot
from .warm_instances import add, let_warm_go

ROOT_VOLUME = "ReplaceRootVolume"
LASTING = {"Refresh": "", "Terminate": ""}


@dataclass(frozen=True)
class Batch:
    """Instances that leave, those that come in their place, and whether the first are still there."""

    leaving: tuple[InstanceState, ...]
    coming: tuple[InstanceState, ...]
    overlapping: bool = False


def refreshable(states: Iterable[InstanceState]) -> list[InstanceState]:
    return [state for state in states if not state.lifecycle_state.startswith("Terminating")]


def matches(state: InstanceState, source: Source, strategy: str) -> bool:
    """asg-instance-refresh-skip-matching: the same template, version and type; instance-refresh-overview: for root volumes, the same image."""
    if strategy == ROOT_VOLUME:
        return state.image_id == source.launch.asked.get("ImageId")
    same = state.source and state.source.shown == source.shown and state.source.configuration == source.configuration
    return bool(same) and state.instance_type == source.launch.asked.get("InstanceType", state.instance_type)


def is_lasting(state: InstanceState, preferences: Mapping[str, Any]) -> str:
    """What is to be done about an instance that is not to be replaced just so: Wait or Ignore; nothing for any other."""
    if state.lifecycle_state == "Standby":
        said = preferences["StandbyInstances"]
    elif state.protected_from_scale_in:
        said = preferences["ScaleInProtectedInstances"]
    else:
        return ""
    return LASTING.get(said, said)


def begin(group: FakeAutoScalingGroup, source: Source, states: Sequence[InstanceState], strategy: str, launch_first: bool) -> Batch:
    if strategy == ROOT_VOLUME:
        for state in states:
            state.instance.image_id = source.launch.asked["ImageId"]
            state.source = source
        return Batch((), tuple(states))
    warm = states[0] in group.warm_states
    coming = tuple(new for state in states for new in made(group, like(state, source), state, warm))
    if launch_first and not warm:
        group.surge += len(states)
    else:
        leave(group, states)
    return Batch(tuple(states), coming, launch_first and not warm)


def like(state: InstanceState, source: Source) -> Source:
    return as_spot(source) if is_spot(state) else source


def made(group: FakeAutoScalingGroup, source: Source, state: InstanceState, warm: bool) -> list[InstanceState]:
    subnet = state.instance.subnet_id
    return add(group, replace(source), subnet, 1) if warm else launch(group, source, subnet, 1)


def settled(batch: Batch) -> bool:
    """Whether what came is through its launch hooks."""
    return not any(state.lifecycle_state.startswith("Pending") for state in batch.coming)


def put_in_place(group: FakeAutoScalingGroup, batch: Batch) -> None:
    """The old instances go, if they are still there."""
    if batch.overlapping:
        leave(group, [state for state in batch.leaving if state in group.instance_states])
        group.surge = max(0, group.surge - len(batch.leaving))


def give_up(group: FakeAutoScalingGroup, batch: Batch) -> None:
    """The new instances go, where the old ones are still there."""
    if batch.overlapping:
        leave(group, [state for state in batch.coming if state in group.instance_states])
        group.surge = max(0, group.surge - len(batch.leaving))


def leave(group: FakeAutoScalingGroup, states: Iterable[InstanceState]) -> None:
    leaving = list(states)
    let_warm_go(group, [state for state in leaving if state in group.warm_states])
    end(group, [state for state in leaving if state in group.instance_states])
