# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask IAM's simulator who may pass which roles. Reading never changes anything. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..core.errors import CallRefused, Refused
from ..core.permissions import Known
from ..core.simulation import UNKNOWN, Caller, Verdict, caller_of, principal_of, simulate
from .state import ROLE, Passing, permission, told

Find = Callable[..., Any]


def observe(asked: Passing, find: Find, known: Known) -> dict[str, Any]:
    """One answer for each role, in the order they are asked about; all of them in one question."""
    caller = whoever_passes(asked, find)
    if not caller.principal:
        raise Refused(f"principal: {caller.why_none}; name a user or a role")
    roles = tuple(find_role(role, f"roles[{index}]", find) for index, role in enumerate(asked.roles))
    here = replace(known, account=caller.account)
    verdicts = {one.resource: one for one in verdicts_on(roles, asked, caller, here, find)}
    return {"principal": caller.principal, "roles": [told(verdicts[role], asked, here) for role in roles]}


def verdicts_on(roles: tuple[str, ...], asked: Passing, caller: Caller, here: Known, find: Find) -> list[Verdict]:
    if not roles:
        return []
    try:
        return simulate(caller.principal, [permission(asked, roles)], here, find)
    except CallRefused as why:
        if why.code != UNKNOWN:
            raise
        raise Refused(f"principal: IAM's simulator does not know {caller.principal}: {caller.unknown()}; name a user or a role by its whole ARN") from why


def whoever_passes(asked: Passing, find: Find) -> Caller:
    return principal_of(asked.principal, asked.principal.split(":")[4], find) if asked.principal else caller_of(find)


def find_role(role: str, path: str, find: Find) -> str:
    """The ARN of a role; one that is given needs no call."""
    if ROLE.fullmatch(role):
        return role
    answer = find("iam", "get_role", absent="NoSuchEntity", RoleName=role)
    if answer is None:
        raise Refused(f"{path}: there is no role {role}")
    return answer["Role"]["Arn"]
