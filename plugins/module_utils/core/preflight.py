# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask before the first write whether the caller may make every call of a plan. It only reads. Private to this collection.

Where IAM's simulator does not know, it is not taken for a no: the run goes on, and the task warns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from .authorization import SERVICE_LINKED_ROLE
from .errors import CallRefused, Denied, Refused
from .least_privilege import as_statements, policy_of
from .permissions import Known, Permission, arn_of, rules
from .simulation import UNKNOWN, Call, Caller, Verdict, caller_of, obstacles, simulate

PREFLIGHT = {"type": "bool", "default": False}
ON_FIRST_GROUP = "iam:CreateServiceLinkedRole"


def preflight(needed: Iterable[Permission], spare: Iterable[Permission], known: Known, call: Call) -> tuple[Known, tuple[str, ...]]:
    """Refuse what the caller may not do; what to warn of, and what is now known of the account.

    ``spare`` is needed only if AWS refuses a call that the caller may make.
    """
    caller = caller_of(call)
    here = replace(known, account=caller.account)
    if not caller.principal:
        return here, (f"preflight: not made, as {caller.why_none}",)
    try:
        verdicts = simulate(caller.principal, {*needed, *spare}, here, call)
    except CallRefused as refusal:
        return here, (not_asked(caller, refusal),)
    return here, tuple(judged(verdicts, sorted({*needed}), caller, here, call))


def not_asked(caller: Caller, refusal: CallRefused) -> str:
    if refusal.is_denial:
        return f"preflight: not made, as {caller.arn} may not ask IAM's simulator: iam:SimulatePrincipalPolicy on {caller.principal} is not allowed"
    if refusal.code == UNKNOWN:
        return f"preflight: not made, as IAM's simulator does not know {caller.principal}: {caller.unknown()}"
    return f"preflight: not made, as IAM's simulator did not answer about {caller.principal}: {refusal}"


def judged(verdicts: Sequence[Verdict], needed: Sequence[Permission], caller: Caller, known: Known, call: Call) -> Iterator[str]:
    """Refuse for what is denied and needed; warn of what is denied and spare, and of what hangs on something that nobody told."""
    denied = [one for one in verdicts if not one.allowed and not is_there(one, known, call)]
    for one in denied:
        if one.unknown:
            yield f"preflight: whether {caller.arn} may {one.action} on {one.resource} hangs on {', '.join(one.unknown)}, which IAM's simulator was not told"
    lacking = [one for one in denied if not one.unknown]
    in_plan = {(one.action, arn_of(resource, known)) for one in needed for resource in one.resources}
    for one in lacking:
        if (one.action, one.resource) not in in_plan:
            yield f"preflight: {caller.arn} may not {one}; should AWS refuse the role that takes its place, it could not be put back"
    if short := [one for one in lacking if (one.action, one.resource) in in_plan]:
        raise refusal_for(short, needed, caller, known)


def is_there(verdict: Verdict, known: Known, call: Call) -> bool:
    """Whether Auto Scaling's role is there already, which only an account's first group makes."""
    if verdict.action != ON_FIRST_GROUP:
        return False
    try:
        return bool(call("iam", "get_role", RoleName=SERVICE_LINKED_ROLE.name))
    except CallRefused as refusal:
        return refusal.is_denial


def refusal_for(short: Sequence[Verdict], needed: Sequence[Permission], caller: Caller, known: Known) -> Denied:
    told = Refused(f"preflight: {caller.arn} may not {', '.join(str(one) for one in short)}")
    mendable = {one.action for one in short if one.mendable}
    if not mendable:
        return Denied(told, ". ".join(obstacles(short)))
    policy = policy_of(rules([one for one in needed if one.action in mendable], known))
    return Denied(told, ". ".join((*obstacles(short), f"This allows it: {as_statements(policy)}")), policy)
