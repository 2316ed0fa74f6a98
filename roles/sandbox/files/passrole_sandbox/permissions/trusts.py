# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whom a role's trust policy lets assume it. Pure.

API_AssumeRole, and IAM user guide, reference_policies_elements_principal: an account stands for all in it whom their own policies allow; session tags take
``sts:TagSession`` beside (id_session-tags).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from . import conditions
from .conditions import listed
from .judge import Policy, Statement
from .patterns import Context

ASSUME, TAG = "sts:AssumeRole", "sts:TagSession"
OF_ACCOUNT = re.compile(r"(?:arn:[\w-]+:iam::)?(\d{12})(?::root)?")


def denied_by_trust(document: str, caller: Any, account: str, context: Context, tagged: bool) -> str | None:
    """The action that a trust policy does not let this caller do, if there is one."""
    wanted = (ASSUME, TAG) if tagged else (ASSUME,)
    return next((action for action in wanted if not trusts(document, caller, account, action, context)), None)


def trusts(document: str, caller: Any, account: str, action: str, context: Context) -> bool:
    found = [one.body["Effect"] for one in speaking(document, caller, account, action, context)]
    return "Allow" in found and "Deny" not in found


def speaking(document: str, caller: Any, account: str, action: str, context: Context) -> Iterator[Statement]:
    """The statements that speak of this caller and action, in this context."""
    for one in Policy("trust", document).statements():
        said = one.chosen("Action", action.lower(), {}, str.lower) and names(one.body.get("Principal", {}), caller, account)
        if said and conditions.met(one.condition, context):
            yield one


def names(principal: Any, caller: Any, account: str) -> bool:
    told = [principal] if isinstance(principal, str) else listed(principal.get("AWS", []))
    return any(is_caller(one, caller, account) for one in told)


def is_caller(told: str, caller: Any, account: str) -> bool:
    whole = OF_ACCOUNT.fullmatch(told)
    return told == "*" or (whole[1] == account if whole else told in (caller.arn, caller.principal))


def context_of(params: Mapping[str, Any], caller: Any, account: str) -> dict[str, tuple[str, ...]]:
    """What conditions of a trust policy may ask of a call: the external id, the session's name and tags, and who calls."""
    tags = {tag["Key"]: tag.get("Value") or "" for tag in params.get("Tags", [])}
    facts = {
        "sts:externalid": params.get("ExternalId"),
        "sts:rolesessionname": params.get("RoleSessionName"),
        "sts:sourceidentity": params.get("SourceIdentity"),
        "aws:principalarn": caller.principal or caller.arn,
        "aws:principalaccount": account,
    }
    told = {key: (value,) for key, value in facts.items() if value is not None}
    keys = {"aws:tagkeys": tuple(tags), "sts:transitivetagkeys": tuple(params.get("TransitiveTagKeys", []))}
    return {**told, **{f"aws:requesttag/{key.lower()}": (value,) for key, value in tags.items()}, **{key: value for key, value in keys.items() if value}}
