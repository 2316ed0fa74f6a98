# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came of one want from one state: foretold, done, and done again, with every call that was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .doors import Door, Watched
from .promise import Account, Case

FORETOLD = ("changed", "plan", "diff", "permissions", "outcome", "msg")


@dataclass(frozen=True)
class Story:
    """What came of one case: foretold, done, and done again."""

    case: Case
    checked: Mapping[str, Any]
    done: Mapping[str, Any]
    again: Mapping[str, Any]
    recorded: Mapping[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    made: tuple[tuple[str, str, Mapping[str, Any]], ...] = ()

    def written(self, run: str) -> list[str]:
        """The changing calls that the sandbox recorded during a run."""
        return [call["operation"] for call in self.recorded[run] if call["mutates"]]


def story_of(case: Case, account: Account) -> Story:
    case.set_up(account)
    watched = Watched(Door(account))
    told, recorded = {}, {}
    for run, aws in (("checked", None), ("done", watched), ("again", None)):
        account.run(run)
        told[run] = case.run(account, dry=run == "checked", aws=aws)
        recorded[run] = account.calls(run)
    return Story(case, recorded=recorded, made=tuple(watched.made), **told)
