# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came of one want from one state: foretold, done, and done again, with every call that was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws

from tests.support.contracts.principals import allowed
from tests.support.contracts.clients import Door, Watched
from tests.support.contracts.contract import Account, Case

FORETOLD = ("changed", "plan", "diff", "permissions", "policy", "outcome", "msg", "findings")


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
    """The check is the root's; what is done, and done again, is done by a user who may do what the check told, and nothing else."""
    case.set_up(account)
    checked, before = seen(case, account, "checked", dry=True)
    door = allowed(account, checked["policy"]) if "policy" in checked else Door(account)
    watched = Watched(door)
    done, meanwhile = seen(case, account, "done", aws=watched)
    again, after = seen(case, account, "again", aws=Aws(door))
    recorded = {"checked": before, "done": meanwhile, "again": after}
    return Story(case, checked, done, again, recorded, tuple(watched.made))


def seen(case: Case, account: Account, run: str, **how: Any) -> tuple[dict[str, Any], list[Mapping[str, Any]]]:
    """What one run returned, and the calls that the sandbox recorded of it."""
    account.run(run)
    result = case.run(account, **how)
    return result, account.calls(run)
