# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said of a rollout while it goes on, by what AWS tells of it. Pure: no AWS, no Ansible. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def beginning(group: str, handed_over: Mapping[str, Any]) -> str:
    """Said once, as nobody is there to say it when the play is interrupted."""
    if "instance_refresh_id" not in handed_over:
        return f"{group}: when the play is interrupted, instances keep what they carry by then; the next run goes on with the others"
    what = f"instance refresh {handed_over['instance_refresh_id']}"
    if handed_over["until"] == "end":
        return f"{group}: {what} is in the way and waited for"
    return f"{group}: {what} is AWS's own and goes on when the play is interrupted; the next run joins it"


def associated(group: str, done: int, total: int) -> str:
    return f"{group}: associate {100 * done // total} %, {done} of {total} associated, {total - done} to go"


def standing(group: str, refresh: Mapping[str, Any], total: int) -> str:
    """How far an instance refresh is."""
    to_go = refresh.get("instances_to_update", 0)
    going = f"{total - to_go} of {total} replaced, {to_go} to go" if total else f"{to_go} to go"
    return f"{group}: refresh {refresh.get('percentage_complete', 0)} %, {going}{in_which_state(refresh)}"


def in_which_state(refresh: Mapping[str, Any]) -> str:
    """What there is to say beside the numbers."""
    state = "at a checkpoint" if refresh.get("at_checkpoint") else STATES.get(refresh["status"], refresh["status"])
    return f" ({state})" if state else ""


STATES = {
    "Pending": "not begun yet",
    "InProgress": "",
    "Successful": "",
    "Baking": "baking",
    "Cancelling": "cancelling",
    "RollbackInProgress": "rolling back",
    "RollbackSuccessful": "rolled back",
    "RollbackFailed": "rollback failed",
}


def total_of(refresh: Mapping[str, Any], before: int) -> int:
    """How many instances a refresh replaces, as AWS tells no total: the most that it ever had to go; not known where its beginning was not seen."""
    begins = not refresh.get("percentage_complete")
    return max(before, refresh.get("instances_to_update", 0)) if before or begins else 0
