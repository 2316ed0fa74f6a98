# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Explain a denial: which action on what was not allowed, and the statement that allows it. Private to this collection.

Asked only once AWS has denied something. EC2's encoded message is decoded where the caller may; where
AWS does not say what it denied, IAM's simulator is asked; where that may not be asked, the candidates are named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .authorization import asked
from .errors import CallRefused, Denied, PassroleError
from .least_privilege import as_statements, policy_of
from .permissions import Known, Permission, Resource, rules
from .plan import Action, Step
from .simulation import Call, Caller, caller_of, obstacles, simulate

BY_ANOTHER = re.compile(r"because no (?P<by>[\w -]+?) allows")
NAMED = re.compile(r"not authorized to perform: (?P<action>[\w-]+:\w+)(?: on resource: (?P<resource>\S+))?")
# Auto Scaling says so of a launch configuration, and not as a denial.
OF_CONFIGURATION = ("ValidationError", "You are not authorized to perform this operation")
CANNOT_BE_ALLOWED = "No further statement allows what a policy denies; whoever keeps that policy must change it"
OWN = "identity-based policy"
NOBODY = Caller("", "*")


@dataclass(frozen=True)
class Lack:
    """What was denied, as far as that could be found out, and how."""

    lacking: tuple[Permission, ...]
    told: str = ""
    explicitly: bool = False


def explained(error: PassroleError, steps: Iterable[Step], known: Known, call: Call) -> PassroleError:
    """The same error, with what AWS denied and the statement that allows it, if it was a denial."""
    refusal = denial_in(error)
    if refusal is None or refusal.asked is None:
        return error
    _service, operation, _params = refusal.asked
    plan = tuple(steps)
    needs = [need for step in plan if isinstance(step, Action) and step.operation == operation for need in step.needs]
    caller = whoever_calls(call)
    here = replace(known, account=caller.account)
    found = lack(refusal, (*asked(*refusal.asked), *needs), caller, here, call)
    if found.explicitly:
        return Denied(error, found.told)
    policy = policy_of(rules(with_the_rest(found.lacking, plan), here))
    return Denied(error, f"{found.told}{found.told and '. '}This allows it: {as_statements(policy)}", policy)


def with_the_rest(lacking: Sequence[Permission], plan: Sequence[Step]) -> set[Permission]:
    """The same, and wherever else the plan needs these actions, so that the next run is not denied the next of them."""
    denied = {one.action for one in lacking}
    return {*lacking, *(one for step in plan for one in step.permissions if one.action in denied)}


def denial_in(error: BaseException | None) -> CallRefused | None:
    """The call that AWS denied, be it the error itself or what it came of."""
    while error is not None:
        if isinstance(error, CallRefused) and error.asked is not None:
            return error if is_denial(error) else None
        error = error.__cause__
    return None


def is_denial(refusal: CallRefused) -> bool:
    code, words = OF_CONFIGURATION
    return refusal.is_denial or (refusal.code == code and words in refusal.reason)


def whoever_calls(call: Call) -> Caller:
    try:
        return caller_of(call)
    except PassroleError:
        return NOBODY


def lack(refusal: CallRefused, candidates: Sequence[Permission], caller: Caller, known: Known, call: Call) -> Lack:
    if refusal.encoded and (story := decoded(refusal.encoded, call)):
        return of_story(story, candidates)
    if named := NAMED.search(refusal.reason):
        explicitly = "explicit deny" in refusal.reason
        told = CANNOT_BE_ALLOWED if explicitly else where_to(refusal.reason)
        return Lack(named_in(named["action"], named["resource"], candidates), told, explicitly)
    return of_candidates(candidates[1:] or candidates, caller, known, call)


def where_to(reason: str) -> str:
    """Where the statement must be, if not in a policy of the caller's own."""
    by = BY_ANOTHER.search(reason)
    return f"It is the {by['by']} that must allow it" if by and by["by"] != OWN else ""


def decoded(message: str, call: Call) -> dict[str, Any] | None:
    """What EC2 tells in its encoded message, if the caller may know."""
    try:
        return json.loads(call("sts", "decode_authorization_message", EncodedMessage=message)["DecodedMessage"])
    except (PassroleError, ValueError):
        return None


def of_story(story: dict[str, Any], candidates: Sequence[Permission]) -> Lack:
    said, explicitly = story["context"], bool(story.get("explicitDeny"))
    told = f"Decoded, EC2 says that {said['principal']['arn']} may not {said['action']} on {said['resource']}"
    return Lack(
        named_in(said["action"], said["resource"], candidates),
        f"{told}. {CANNOT_BE_ALLOWED}" if explicitly else told,
        explicitly,
    )


def named_in(action: str, resource: str | None, candidates: Sequence[Permission]) -> tuple[Permission, ...]:
    """What the call asks for of the action that AWS names; of one that nobody foresaw, what AWS says."""
    known = tuple(one for one in candidates if one.action == action)
    on = (Resource("arn", resource),) if resource and resource.startswith("arn:") else (Resource("any"),)
    return known or (Permission(action, on),)


def of_candidates(candidates: Sequence[Permission], caller: Caller, known: Known, call: Call) -> Lack:
    """AWS does not say which: ask the simulator."""
    some = tuple(dict.fromkeys(candidates))
    names = ", ".join(dict.fromkeys(one.action for one in some))
    if not caller.principal:
        return Lack(some, f"AWS does not say which of these it denied: {names}")
    try:
        denied = [one for one in simulate(caller.principal, some, known, call) if not one.allowed]
    except PassroleError:
        return Lack(some, f"AWS does not say which of these it denied, and {caller.arn} may not ask IAM's simulator: {names}")
    if not denied:
        return Lack(some, f"AWS does not say which of these it denied, and IAM's simulator would allow {caller.principal} all of them: {names}")
    mendable = {verdict.action for verdict in denied if verdict.mendable}
    told = f"AWS does not say what it denied; IAM's simulator denies {caller.principal} {', '.join(map(str, denied))}"
    return Lack(tuple(one for one in some if one.action in mendable), ". ".join((told, *obstacles(denied))), explicitly=not mendable)
