# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Access Analyzer's ValidatePolicy finds, as far as the sandbox looks. Pure.

IAM user guide, access-analyzer-reference-policy-checks: of its more than a hundred checks those for JSON that cannot be read, for elements that are
missing, for actions of the services on the road that do not exist, and for iam:PassRole on roles without number. A policy in which the sandbox finds
nothing may have findings of AWS. Where AWS tells the place of an element, the span here is its statement's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from . import reference
from .conditions import lines, listed
from .judge import Policy, Statement
from .patterns import matches
from .simulation import place, span

PAGE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"
IDENTITY, RESOURCE = "IDENTITY_POLICY", "RESOURCE_POLICY"
ERROR, SECURITY, WARNING = "ERROR", "SECURITY_WARNING", "WARNING"
PASS_ROLE = "iam:passrole"
ARNS_INSTEAD = "We recommend that you specify resource ARNs instead."
ARNS_OR_SERVICE = "We recommend that you specify resource ARNs or add the iam:PassedToService condition key to your statement."
# Whether the action is iam:PassRole itself, and the element that names the roles -> the code, and what it says.
PASSES = {
    (True, "Resource"): (
        "PASS_ROLE_WITH_STAR_IN_RESOURCE",
        "Using the iam:PassRole action with wildcards (*) in the resource can be overly permissive because it allows iam:PassRole permissions on "
        f"multiple resources. {ARNS_OR_SERVICE}",
    ),
    (False, "Resource"): (
        "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE",
        "Using wildcards (*) in the action and the resource can be overly permissive because it allows iam:PassRole permissions on all resources. "
        f"{ARNS_OR_SERVICE}",
    ),
    (True, "NotResource"): (
        "PASS_ROLE_WITH_NOT_RESOURCE",
        "Using the iam:PassRole action with NotResource can be overly permissive because it can allow iam:PassRole permissions on multiple resources. "
        f"{ARNS_INSTEAD}",
    ),
    (False, "NotResource"): (
        "PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
        "Using an action with a wildcard (*) and NotResource can be overly permissive because it can allow iam:PassRole permissions on multiple resources. "
        f"{ARNS_INSTEAD}",
    ),
}


@dataclass(frozen=True)
class Found:
    """One finding, before it is told: its place is a statement and what is in it, or the policy."""

    kind: str
    code: str
    details: str
    statement: Statement | None = None
    path: tuple[str, ...] = ()


def findings(document: str, kind: str) -> list[dict[str, Any]]:
    """The findings in a policy of this kind, in the order of its statements."""
    return [told(found, document) for found in look(document, kind)]


def look(document: str, kind: str) -> Iterator[Found]:
    try:
        body = json.loads(document)
    except ValueError as wrong:
        where = f" at index {wrong.pos} line {wrong.lineno} column {wrong.colno}" if isinstance(wrong, json.JSONDecodeError) else ""
        yield Found(ERROR, "JSON_SYNTAX_ERROR", f"Fix the JSON syntax error{where}.")
        return
    if "Version" not in body:
        yield Found(WARNING, "MISSING_VERSION", "We recommend that you specify the Version element to help you with debugging permission issues.")
    if "Statement" not in body:
        yield Found(ERROR, "MISSING_STATEMENT", "Add a statement to the policy")
    for statement in Policy("", document).statements():
        yield from missing(statement, kind)
        yield from unknown_actions(statement)
        yield from passes_freely(statement)


def missing(statement: Statement, kind: str) -> Iterator[Found]:
    needs = {
        ("Effect",): ("MISSING_EFFECT", "Add an Effect element to the policy statement with a value of Allow or Deny."),
        ("Action", "NotAction"): ("MISSING_ACTION", "Add an Action or NotAction element to the policy statement."),
        **NEEDS[kind],
    }
    for elements, (code, details) in needs.items():
        if not statement.body.keys() & set(elements):
            yield Found(ERROR, code, details, statement)


NEEDS: Mapping[str, Mapping[tuple[str, ...], tuple[str, str]]] = {
    IDENTITY: {("Resource", "NotResource"): ("MISSING_RESOURCE", "Add a Resource or NotResource element to the policy statement.")},
    RESOURCE: {("Principal", "NotPrincipal"): ("MISSING_PRINCIPAL", "Add a Principal element to the policy statement.")},
}


def unknown_actions(statement: Statement) -> Iterator[Found]:
    for element in ("Action", "NotAction"):
        for action in listed(statement.body.get(element, [])):
            service, _colon, name = action.partition(":")
            names = reference.names(service)
            if names and not any(matches(name.lower(), known.lower()) for known in names):
                yield Found(ERROR, "INVALID_ACTION", f"The action {action} does not exist.{meant(service, name, names)}", statement, (element,))


def meant(service: str, name: str, names: list[str]) -> str:
    near = get_close_matches(name, names, n=1)
    return f" Did you mean {service}:{near[0]}?" if near else ""


def passes_freely(statement: Statement) -> Iterator[Found]:
    """A statement that lets any role be passed to any service."""
    actions = [action for action in listed(statement.body.get("Action", [])) if matches(action.lower(), PASS_ROLE)]
    element = "NotResource" if "NotResource" in statement.body else "Resource"
    if statement.body.get("Effect") != "Allow" or not actions or to_named_services(statement):
        return
    if element == "NotResource" or any(is_wide(one) for one in listed(statement.body.get(element, []))):
        code, details = PASSES[PASS_ROLE in map(str.lower, actions), element]
        yield Found(SECURITY, code, details, statement, (element,))


def is_wide(resource: str) -> bool:
    """Whether an ARN stands for roles without number: all there are, or all of an account."""
    return resource == "*" or resource.endswith((":*", ":role/*"))


def to_named_services(statement: Statement) -> bool:
    return any(key.lower() == "iam:passedtoservice" for _word, key, _wanted in lines(statement.condition))


def told(found: Found, document: str) -> dict[str, Any]:
    """A finding in the words of API_ValidatePolicyFinding."""
    anchor = f"{found.kind}-{found.code}".lower().replace("_", "-")
    path = [{"value": "Statement"}, {"index": found.statement.number}, *({"value": one} for one in found.path)] if found.statement else []
    start, end = span(found.statement) if found.statement else (0, len(document))
    return {
        "findingDetails": found.details,
        "findingType": found.kind,
        "issueCode": found.code,
        "learnMoreLink": f"{PAGE}#access-analyzer-reference-policy-checks-{anchor}",
        "locations": [{"path": path, "span": {"start": position(document, start), "end": position(document, end)}}],
    }


def position(document: str, at: int) -> dict[str, int]:
    """Access Analyzer counts columns from nothing, where IAM's simulator counts from one."""
    where = place(document, at)
    return {"line": where["Line"], "column": where["Column"] - 1, "offset": at}
