# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide how a change reaches the running instances. Pure: no AWS, no Ansible. Private to this collection.

Where AWS rolls out, the group is not told of its new launch source before: AWS tells it at the end, and till then there is a way back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..core.errors import Refused
from ..core.permissions import Permission
from ..core.plan import Step
from .associating import association_steps, in_batches
from .refreshing import batches_of, effective, ended, refresh_steps, refuse_lasting, see_through, why_not
from .state import PROFILE, Behind, Desired, Observed, Refresh, Source, Target
from .verifying import late, until_associated, verification

Differs = Callable[[Source], tuple[str, ...]]


@dataclass(frozen=True)
class Course:
    """What a rollout adds to a plan: steps before all others and after them, and what is said of it.

    ``deferred`` is whether AWS itself gives the group its new launch source; ``joined`` is the rollout that does so already,
    ``unfinished`` whether it is still to do so when all is done.
    Once all is done, the instances in ``gone`` have been replaced, and those in ``freed`` no longer carry what they carried.
    """

    first: tuple[Step, ...] = ()
    steps: tuple[Step, ...] = ()
    deferred: bool = False
    joined: bool = False
    unfinished: bool = False
    told: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    swapped: tuple[str, ...] = ()

    @property
    def freed(self) -> tuple[str, ...]:
        return tuple(sorted({*self.gone, *self.swapped}))


@dataclass(frozen=True)
class Group:
    """The group that is rolled out to: its name and size, whether its launch source is to change, and what that asks for."""

    name: str
    size: int
    moves: bool
    warm: bool = False  # whether it has a warm pool
    needs: tuple[Permission, ...] = ()


def behind(seen: Observed, target: Target, differs: Differs) -> tuple[Behind, ...]:
    """The instances that do not run with what is declared: by the data that they were launched with, and by what they carry now."""
    found = (Behind(one, members_of(seen, target, differs(one.source), one.carried)) for one in seen.instances)
    return tuple(one for one in found if one.differs)


def members_of(seen: Observed, target: Target, differing: Iterable[str], carried: Any) -> tuple[str, ...]:
    if not seen.looked:
        return tuple(sorted(differing))
    right = seen.profile is not None and seen.profile.carried_by(carried)
    return tuple(sorted({*differing} - {PROFILE} | (set() if right else {PROFILE})))


def plan(want: Desired, seen: Observed, target: Target, group: Group, differs: Differs) -> Course:
    """What to do for the running instances, if anything."""
    found = behind(seen, target, differs)
    if want.begun:
        return finishing(want, want.begun, target, group, found)
    stale = tuple(one for one in found if {*one.differs} - want.ignored)
    strategy = decided(want, stale)
    if seen.active and is_towards(seen.active, target, group) and strategy == "refresh":
        return joining(want, seen, seen.active, target, group, found)
    first = cleared(want, seen.active, group, conflict=group.moves or bool(stale and strategy != "none"))
    course = COURSES[strategy](want, seen, target, group, found, stale)
    return replace(course, first=first)


def decided(want: Desired, stale: Sequence[Behind]) -> str:
    """The strategy, once it is known what differs."""
    if want.strategy != "associate":
        return want.strategy
    more = [one for one in stale if {*one.differs} - want.ignored != {PROFILE}]
    if not more:
        return "associate"
    if want.when_more_differs == "refresh":
        return "refresh"
    words = "; ".join(f"{one.instance.id} in {', '.join(one.as_words['differs'])}" for one in more)
    raise Refused(
        f"rollout.strategy: associate swaps the instance profile alone, and more differs: {words}. "
        "Say refresh, or when_more_differs: refresh, or ignore what may stay"
    )


def is_towards(active: Refresh, target: Target, group: Group) -> bool:
    """Whether a rollout under way brings what is declared."""
    if active.status not in ("Pending", "InProgress", "Baking") or target.source is None:
        return False
    if active.configuration is None:
        return not group.moves
    return launched_by(active.configuration) == target.source


def launched_by(configuration: Mapping[str, Any]) -> Source:
    policy = configuration.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {})
    named = configuration.get("LaunchTemplate") or policy.get("LaunchTemplateSpecification", {})
    return Source(named.get("LaunchTemplateId"), named.get("Version"))


def cleared(want: Desired, active: Refresh | None, group: Group, conflict: bool) -> tuple[Step, ...]:
    """Whatever else is under way is out of the way before anything is changed; AWS takes no change of the launch source meanwhile."""
    if active is None or not conflict:
        return ()
    if want.when_under_way == "refuse":
        raise Refused(
            f"rollout.when_under_way: group {group.name} is being rolled out otherwise by instance refresh {active.id} "
            f"({active.status}, {active.percentage} %); say cancel or wait, or run again when it has ended"
        )
    return ended(want, active, group.name)


def leave(want: Desired, seen: Observed, target: Target, group: Group, found: Sequence[Behind], stale: Sequence[Behind]) -> Course:
    """Running instances stay as they are; say which are behind."""
    return Course(told=told("none", behind=found))


def associate(want: Desired, seen: Observed, target: Target, group: Group, found: Sequence[Behind], stale: Sequence[Behind]) -> Course:
    batches = in_batches(stale, want.batch_size)[: want.max_batches]
    doing = [one for batch in batches for one in batch]
    waiting = late(seen, target)
    steps = (*association_steps(batches, target, want), *((until_associated(waiting, target, want),) if waiting and want.wait else ()))
    return Course(
        steps=(*steps, *verified(want, steps, target, group)),
        told=told("associate", behind=[one for one in found if one not in doing], batches=batches),
        swapped=ids(doing),
    )


def refresh(want: Desired, seen: Observed, target: Target, group: Group, found: Sequence[Behind], stale: Sequence[Behind]) -> Course:
    """Those that only carry another profile than their version says are skipped by AWS as matching: they are swapped in place."""
    strayed = [one for one in stale if one.only_its_profile and one.instance.source == target.source]
    replaced = [one for one in stale if one not in strayed]
    swapped = associate(want, seen, target, group, found, strayed)
    if not replaced:
        return replace(swapped, told={**swapped.told, "strategy": "refresh"})
    preferences, warnings = effective(want, target)
    refuse_lasting(replaced, preferences)
    steps = refresh_steps(want, preferences, target, group.name, group.needs, [one.instance.id for one in replaced])
    batches = batches_of(replaced, preferences, target, group.size)
    going = [one for batch in batches for one in batch]
    return Course(
        steps=(*swapped.steps, *steps, *verified(want, steps, target, group)),
        deferred=target.in_place,
        unfinished=target.in_place and not is_seen_through(want),
        told=told("refresh", behind=[one for one in found if one not in going and one not in strayed], batches=batches, swapped=strayed),
        warnings=(*warnings, *tried_before(seen, target)),
        gone=ids(going) if is_seen_through(want) else (),
        swapped=swapped.swapped,
    )


def tried_before(seen: Observed, target: Target) -> tuple[str, ...]:
    """Tell of the latest rollout, if it was to the same and came to another end than to succeed."""
    latest = seen.refreshes[0] if seen.refreshes else None
    if latest is None or latest.active or latest.status == "Successful" or launched_by(latest.configuration or {}) != target.source:
        return ()
    return (f"rollout: {why_not({'InstanceRefreshes': [latest.answer]})}; it is tried again",)


def joining(want: Desired, seen: Observed, active: Refresh, target: Target, group: Group, found: Sequence[Behind]) -> Course:
    """What brings the same is not begun again, but seen through."""
    steps = see_through(want, active.id, group.name) if want.wait else ()
    return Course(
        steps=(*steps, *verified(want, steps, target, group)),
        joined=True,
        unfinished=not is_seen_through(want),
        told={**told("refresh", behind=[] if want.wait else found), "joined": active.id},
        warnings=(f"group {group.name} is being rolled out by instance refresh {active.id} already ({active.percentage} %); it is not begun again",),
        gone=ids(found) if is_seen_through(want) else (),
    )


def finishing(want: Desired, refresh_id: str, target: Target, group: Group, found: Sequence[Behind]) -> Course:
    """What was begun and waited for elsewhere is judged by its end; whoever is still behind then is told, and no other rollout begun."""
    steps = see_through(want, refresh_id, group.name)
    return Course(
        steps=(*steps, *verified(want, steps, target, group)),
        joined=True,
        unfinished=not is_seen_through(want),
        told=told("refresh", behind=found),
    )


def is_seen_through(want: Desired) -> bool:
    return want.wait and want.wait_for == "completion"


COURSES: Mapping[str, Callable[..., Course]] = {"none": leave, "associate": associate, "refresh": refresh}


def verified(want: Desired, steps: Sequence[Step], target: Target, group: Group) -> tuple[Step, ...]:
    return verification(target, group.name, group.warm, want.wait_timeout) if want.verify and steps and is_seen_through(want) else ()


def ids(some: Iterable[Behind]) -> tuple[str, ...]:
    return tuple(sorted(one.instance.id for one in some))


def told(
    strategy: str, behind: Iterable[Behind], batches: Sequence[Sequence[Behind]] = (), swapped: Iterable[Behind] = ()
) -> dict[str, Any]:
    """What the task returns about the rollout, in check mode too."""
    words = {
        "none": {},
        "associate": {"associated": named(batches)},
        "refresh": {"replaced": named(batches), "associated": named([list(swapped)] if swapped else [])},
    }
    return {"strategy": strategy, "behind": [one.as_words for one in behind], **words[strategy]}


def named(batches: Sequence[Iterable[Behind]]) -> list[list[str]]:
    return [[one.instance.id for one in batch] for batch in batches]
