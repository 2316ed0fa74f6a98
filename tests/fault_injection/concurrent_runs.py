# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two runs at once: the other one runs whole between two calls of the first, whichever they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.fault_injection.faults import aws
from tests.fault_injection.scenarios import CHAIN, GONE, OTHER_ROLE, Scenario, Task, group, profile, role, template
from tests.fault_injection.runner import Account, Result, failed, plain_door, play, set_up


@dataclass(frozen=True)
class Pair:
    """What one run asks for, and what the other does meanwhile."""

    one: tuple[Task, ...]
    other: tuple[Task, ...]
    before: tuple[Task, ...] = ()


THIRD_ROLE = role("third", inline_policies=None)
PAIRS = {
    "the same playbook on an empty account": Pair(CHAIN, CHAIN),
    "the same change": Pair((group(**template(instance_type="t3.micro")),), (group(**template(instance_type="t3.micro")),), CHAIN),
    "two descriptions of a role": Pair(
        (role(description="A", tags={"by": "a"}),), (role(description="B", tags={"by": "b"}, managed_policies=[]),), (role(),)
    ),
    "two roles for a profile": Pair((profile(role="other"),), (profile(role="third"),), (role(), OTHER_ROLE, THIRD_ROLE, profile())),
    "two types in a template": Pair((group(**template(instance_type="t3.micro")),), (group(**template(instance_type="t3.small")),), CHAIN),
    "two sizes of a group": Pair((group(**template(), min_size=2, max_size=4),), (group(**template(), min_size=0, max_size=1),), CHAIN),
    "a change and the end of a group": Pair((group(**template(), max_size=3),), (group(**template(), **GONE),), CHAIN),
    "the end of a group and a change": Pair((group(**template(), **GONE),), (group(**template(), max_size=3),), CHAIN),
}
SCENARIOS_OF_PAIRS = {name: Scenario(pair.one, pair.before) for name, pair in PAIRS.items()}


@dataclass(frozen=True)
class Meeting:
    """What both runs told when the other ran before this call of the first, and what the first finds to do afterwards."""

    call: int
    told: tuple[Result, ...]
    others: tuple[Result, ...]
    left_to_do: bool
    again: tuple[Result, ...]
    looking: bool  # whether the first was at its last look by then


def meetings(name: str, account: Account) -> Iterator[Meeting]:
    calls, looks = alone(name, account)
    for number in range(1, calls + 1):
        yield meeting(name, number, number > calls - looks + 1, account)


def alone(name: str, account: Account) -> tuple[int, int]:
    """How many calls the first makes when nobody disturbs it, and how many of them are its last look."""
    scenario = SCENARIOS_OF_PAIRS[name]
    set_up(scenario, account)
    counts = []
    for run in ("alone", "unchanged"):
        account.run(run)
        assert not failed(play(scenario.tasks, aws(account)))
        counts.append(len(account.calls(run)))
    return counts[0], counts[1]


def meeting(name: str, number: int, looking: bool, account: Account) -> Meeting:
    scenario, others = SCENARIOS_OF_PAIRS[name], []
    set_up(scenario, account)

    def meanwhile(_send: Any) -> None:
        others.extend(play(PAIRS[name].other, plain_door(account)))

    told = play(scenario.tasks, aws(account, meanwhile, number))
    again = play(scenario.tasks, plain_door(account))
    return Meeting(number, told, tuple(others), any(one.get("plan") for one in again) or failed(again), again, looking)
