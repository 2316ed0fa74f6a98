# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide which instances of a fleet are given the profile, or are rid of theirs, a few at a time. Pure: no AWS, no Ansible. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..core.authorization import asked
from ..core.errors import Refused
from ..core.plan import Plan, Step
from ..rollout.associating import association_steps, disassociate, in_batches, until_rid
from ..rollout.state import PROFILE, Behind, Target
from ..rollout.state import Desired as RolledOut
from ..rollout.verifying import ASSOCIATED, DISASSOCIATING, until_associated
from .state import Desired, Member, Observed

KIND = "instance_profile_association"


def plan(want: Desired, seen: Observed) -> Plan:
    changing = [one for one in seen.members if not is_as_wanted(one, want, seen)]
    if want.gate.is_exceeded(len(changing), len(seen.members)):
        raise Refused(want.gate.said_of(len(changing), len(seen.members)).replace("members", "instances"))
    batches = [changing[start : start + want.batch_size] for start in range(0, len(changing), want.batch_size)]
    return Plan(
        before={"instances": {one.id: carried(one) for one in seen.members}},
        after={"instances": {one.id: wanted(one, want, seen) for one in seen.members}},
        steps=tuple(given(batches, want, seen) if want.present else taken(batches, want)),
        result={"instances": [told(one, want, seen, one in changing) for one in seen.members], "batches": [[one.id for one in batch] for batch in batches]},
        outcome={KIND: {one.id: {"instance_profile": wanted(one, want, seen)["instance_profile"]} for one in seen.members}},
        warnings=tuple(warnings(changing)),
        looks=asked("iam", "get_instance_profile", {"InstanceProfileName": want.profile}) if want.present else (),
    )


def is_as_wanted(one: Member, want: Desired, seen: Observed) -> bool:
    if one.carried is None or one.carried.state == DISASSOCIATING:
        return not want.present
    if want.present:
        return seen.profile is not None and seen.profile.carried_by(one.carried)
    return want.profile not in (None, one.carried.name)


def given(batches: Sequence[Sequence[Member]], want: Desired, seen: Observed) -> Iterator[Step]:
    """Batch after batch, and those last that are on their way already."""
    target = Target(str(want.profile), {}, {}, None)
    rolled_out = RolledOut(batch_size=want.batch_size, wait=want.wait, wait_timeout=want.wait_timeout)
    behind = [Behind(one, (PROFILE,)) for batch in batches for one in batch]
    yield from association_steps(in_batches(behind, want.batch_size), target, rolled_out)
    late = [one for one in seen.members if is_as_wanted(one, want, seen) and one.carried.state != ASSOCIATED]
    if late and want.wait:
        yield until_associated(late, target, rolled_out)


def taken(batches: Sequence[Sequence[Member]], want: Desired) -> Iterator[Step]:
    for number, batch in enumerate(batches, 1):
        yield from (disassociate(one.id, one.carried) for one in batch)
        if want.wait or number < len(batches):
            yield until_rid([one.id for one in batch], want.wait_timeout)


def carried(one: Member) -> dict[str, Any]:
    here = one.carried if one.carried and one.carried.state != DISASSOCIATING else None
    return {"instance_profile": here.name if here else None, "instance_profile_id": here.id if here else None}


def wanted(one: Member, want: Desired, seen: Observed) -> dict[str, Any]:
    if is_as_wanted(one, want, seen):
        return carried(one)
    if not want.present:
        return {"instance_profile": None, "instance_profile_id": None}
    return {"instance_profile": want.profile, "instance_profile_id": (seen.profile.id if seen.profile else None) or "(known after apply)"}


def told(one: Member, want: Desired, seen: Observed, changes: bool) -> dict[str, Any]:
    """What the task returns of an instance."""
    return {
        "instance_id": one.id,
        "state": one.state,
        "auto_scaling_group_name": one.group,
        "instance_profile": wanted(one, want, seen)["instance_profile"],
        "instance_profile_before": carried(one)["instance_profile"],
        "changed": changes,
    }


def warnings(changing: Sequence[Member]) -> Iterator[str]:
    if groups := sorted({one.group for one in changing if one.group}):
        named = ", ".join(f"{one.id} of group {one.group}" for one in changing if one.group)
        yield (
            f"instances: {named}: whatever {'these groups launch' if len(groups) > 1 else 'this group launches'} next carries the instance profile "
            "of its launch source; asg_launch_with_profile changes that, and its rollout reaches those that run"
        )
