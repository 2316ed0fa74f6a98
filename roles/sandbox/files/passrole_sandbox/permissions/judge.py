# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a principal's policies say of one action on one resource. Pure.

IAM user guide, reference_policies_evaluation-logic: an explicit deny wins; a boundary and a session policy allow no more than they say; what nobody
allows is denied.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import conditions
from .conditions import listed
from .patterns import Context, matches

ALLOWED, EXPLICIT, IMPLICIT = "allowed", "explicitDeny", "implicitDeny"
IDENTITY, BOUNDARY, SESSION = "identity-based policy", "permissions boundary", "session policy"


@dataclass(frozen=True)
class Policy:
    """One document, and where it comes from."""

    name: str
    document: str
    kind: str = "IAM Policy"

    def statements(self) -> tuple[Statement, ...]:
        body = json.loads(self.document)
        return tuple(Statement(self, number, one) for number, one in enumerate(listed(body.get("Statement", []))))


@dataclass(frozen=True)
class Statement:
    """One statement of a policy."""

    policy: Policy
    number: int
    body: Mapping[str, Any] = field(hash=False, compare=False)

    @property
    def condition(self) -> Mapping[str, Any]:
        return self.body.get("Condition", {})

    def names(self, question: Question) -> bool:
        """Whether action and resource are among those it names."""
        actions = self.chosen("Action", question.action.lower(), {}, str.lower)
        return actions and self.chosen("Resource", question.resource, question.context)

    def chosen(self, element: str, value: str, context: Context, form: Any = str) -> bool:
        if f"Not{element}" in self.body:
            return not any(matches(form(one), value, context) for one in listed(self.body[f"Not{element}"]))
        return any(matches(form(one), value, context) for one in listed(self.body.get(element, [])))


@dataclass(frozen=True)
class Question:
    """One action on one resource, with what is known of the call; ``told`` is the resource as a refusal names it.

    The context's keys are in small letters, as IAM compares them; ``keys`` are the same as they are written.
    """

    action: str
    resource: str = "*"
    context: Context = field(default_factory=dict)
    told: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rights:
    """All that says what a principal may do; a boundary or a session policy that is none limits nothing."""

    identity: tuple[Policy, ...] = ()
    boundary: tuple[Policy, ...] | None = None
    session: tuple[Policy, ...] | None = None

    def layers(self) -> Iterator[tuple[str, tuple[Policy, ...]]]:
        yield IDENTITY, self.identity
        if self.boundary is not None:
            yield BOUNDARY, self.boundary
        if self.session is not None:
            yield SESSION, self.session


@dataclass(frozen=True)
class Verdict:
    """The decision, which kind of policy made it, the statements it rests on, and the keys that conditions asked for in vain."""

    decision: str
    by: str
    matched: tuple[Statement, ...] = ()
    missing: tuple[str, ...] = ()
    allowed_by: Mapping[str, bool] = field(default_factory=dict)


def judge(rights: Rights, question: Question) -> Verdict:
    layers = {kind: tuple(applying(policies, question)) for kind, policies in rights.layers()}
    lacking = tuple(sorted({key for _kind, policies in rights.layers() for key in unanswered(policies, question)}))
    allowing = {kind: any(one.body["Effect"] == "Allow" for one in found) for kind, found in layers.items()}
    for kind, found in layers.items():
        if denying := tuple(one for one in found if one.body["Effect"] == "Deny"):
            return Verdict(EXPLICIT, kind, denying, lacking, allowing)
    for kind, allows in allowing.items():
        if not allows:
            return Verdict(IMPLICIT, kind, (), lacking, allowing)
    return Verdict(ALLOWED, IDENTITY, layers[IDENTITY], lacking, allowing)


def applying(policies: Iterable[Policy], question: Question) -> Iterator[Statement]:
    """The statements that speak of this action on this resource, now."""
    return (one for policy in policies for one in policy.statements() if one.names(question) and conditions.met(one.condition, question.context))


def unanswered(policies: Iterable[Policy], question: Question) -> Iterator[str]:
    """The keys that statements about this action and resource ask for, and the context has not."""
    for policy in policies:
        for one in policy.statements():
            if one.names(question):
                yield from conditions.missing(one.condition, question.context)
