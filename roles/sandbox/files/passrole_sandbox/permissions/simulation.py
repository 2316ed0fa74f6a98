# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What IAM's policy simulator answers, by the judge that judges calls. Pure.

API_SimulatePrincipalPolicy and API_EvaluationResult: the context is what the request tells, and nothing is known of the resources.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from . import reference
from .conditions import lines
from .judge import ALLOWED, BOUNDARY, EXPLICIT, IMPLICIT, Policy, Question, Rights, Statement, Verdict, judge
from .patterns import Context

ALL = ("*",)
BOUNDARY_POLICY = "IAM Permissions Boundary Policy"
# Of several resources together the first of these is told that any of them has.
TOGETHER = (EXPLICIT, ALLOWED, IMPLICIT)


def evaluation(rights: Rights, action: str, resources: Sequence[str], context: Context) -> dict[str, Any]:
    """One action's result; on named resources it is told of each, and of all together."""
    verdicts = {resource: judge(rights, Question(action, resource, context)) for resource in resources or ALL}
    named = next(iter(verdicts)) if len(verdicts) == 1 else any_resource(action)
    return {"EvalActionName": action, "EvalResourceName": named, **summed(list(verdicts.values())), **specific(verdicts if resources else {})}


def any_resource(action: str) -> str:
    """Several resources are told of together by the reference's form of their ARN."""
    service, _colon, name = action.partition(":")
    known = reference.find_action(service, name)
    return reference.arn(service, min(known.types)) if known and known.types else "*"


def summed(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    first = min(verdicts, key=lambda verdict: TOGETHER.index(verdict.decision))
    return {"EvalDecision": first.decision, **details(first), **limits(first)}


def specific(verdicts: Mapping[str, Verdict]) -> dict[str, Any]:
    each = [
        {"EvalResourceName": resource, "EvalResourceDecision": verdict.decision, **details(verdict), **limits(verdict)}
        for resource, verdict in verdicts.items()
    ]
    # What is missing is told once: beside each resource if there are any.
    return {"ResourceSpecificResults": each, "MissingContextValues": [], "EvalDecisionDetails": {}} if each else {}


def details(verdict: Verdict) -> dict[str, Any]:
    return {"MatchedStatements": [told(one) for one in verdict.matched], "MissingContextValues": list(verdict.missing)}


def limits(verdict: Verdict) -> dict[str, Any]:
    if BOUNDARY not in verdict.allowed_by:
        return {}
    allows = verdict.allowed_by[BOUNDARY] and not (verdict.decision == EXPLICIT and verdict.by == BOUNDARY)
    return {"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": allows}}


def told(statement: Statement) -> dict[str, Any]:
    start, end = span(statement)
    document = statement.policy.document
    return {
        "SourcePolicyId": statement.policy.name,
        "SourcePolicyType": statement.policy.kind,
        "StartPosition": place(document, start),
        "EndPosition": place(document, end),
    }


def span(statement: Statement) -> tuple[int, int]:
    """Where a statement begins and ends in its document."""
    document, decoder = statement.policy.document, json.JSONDecoder()
    end = document.index('"Statement"') + len('"Statement"')
    for _one in range(statement.number + 1):
        start = document.index("{", end)
        _body, end = decoder.raw_decode(document, start)
    return start, end


def place(document: str, at: int) -> dict[str, int]:
    before = document[:at]
    return {"Line": before.count("\n") + 1, "Column": at - before.rfind("\n")}


def entries(told_context: Iterable[Mapping[str, Any]]) -> Context:
    """The context of a request, as the judge takes it."""
    return {entry["ContextKeyName"].lower(): tuple(entry.get("ContextKeyValues", [])) for entry in told_context}


def given(documents: Iterable[str], called: str, kind: str = "IAM Policy") -> tuple[Policy, ...]:
    """The policies of a request, each named by its place in it."""
    return tuple(Policy(f"{called}.{number}", document, kind) for number, document in enumerate(documents, 1))


def context_keys(policies: Iterable[Policy]) -> list[str]:
    """The keys that the policies' conditions ask for, each once."""
    return sorted({key for policy in policies for one in policy.statements() for _word, key, _wanted in lines(one.condition)})
