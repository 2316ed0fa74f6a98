# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Policy documents: read from a playbook, held against IAM's grammar, compared by meaning. Pure: no AWS. Private to this collection."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.policy import compare_policies

from .errors import Refused
from .shapes import closest, described

VERSIONS = ("2012-10-17", "2008-10-17")
DOCUMENT = ("Version", "Id", "Statement")
STATEMENT = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)
EFFECTS = ("Allow", "Deny")
ACTIONS = ("Action", "NotAction")
ACTION = re.compile(r"\*|[^:\s]+:[^:\s]+")
ACCOUNT = re.compile(r"arn:[^:]+:iam::(\d{12}):root")


@dataclass(frozen=True)
class Kind:
    """What every statement of one kind of policy says, one element of each group, and what it cannot say."""

    needs: tuple[tuple[str, ...], ...]
    never: tuple[str, ...]
    needs_version: bool = True


TRUST = Kind(
    needs=(("Principal", "NotPrincipal"), ("Action", "NotAction")),
    never=("Resource", "NotResource"),
    needs_version=False,
)
PERMISSIONS = Kind(needs=(("Action", "NotAction"), ("Resource", "NotResource")), never=("Principal", "NotPrincipal"))


def document(said: Any, kind: Kind, path: str) -> dict[str, Any]:
    """A policy given as a dictionary or as JSON text, put in the order of IAM's grammar; refused where that does not know it."""
    words = from_json(said, path) if isinstance(said, str) else said
    if not isinstance(words, Mapping):
        raise Refused(f"{path}: must be a policy document with Version and Statement, not {described(words)}")
    refuse_unknown(words, DOCUMENT, path)
    refuse_version(words, kind, path)
    if not statements(words):
        raise Refused(f"{path}: has no Statement; without one a policy says nothing")
    for index, statement in enumerate(statements(words)):
        refuse_malformed(statement, kind, f"{path}.Statement[{index}]")
    # With Version after Statement, IAM may answer that the policy "failed legacy parsing".
    return {**in_order(words, DOCUMENT), "Statement": [in_order(statement, STATEMENT) for statement in statements(words)]}


def refuse_version(words: Mapping[str, Any], kind: Kind, path: str) -> None:
    if "Version" not in words and not kind.needs_version:
        return
    if words.get("Version") not in VERSIONS:
        raise Refused(f"{path}.Version: must be {VERSIONS[0]}, the version of IAM's grammar, not {described(words.get('Version'))}")


def from_json(text: str, path: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise Refused(f"{path}: is not JSON: {error}") from None


def statements(words: Mapping[str, Any]) -> list[Any]:
    """The statements of a document; IAM takes a single one without a list."""
    return listed(words.get("Statement") or [])


def listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def refuse_malformed(statement: Any, kind: Kind, path: str) -> None:
    if not isinstance(statement, Mapping):
        raise Refused(f"{path}: must be a dictionary, not {described(statement)}")
    refuse_unknown(statement, STATEMENT, path)
    if statement.get("Effect") not in EFFECTS:
        raise Refused(f"{path}.Effect: must be Allow or Deny, not {described(statement.get('Effect'))}")
    for group in kind.needs:
        if not any(element in statement for element in group):
            raise Refused(f"{path}.{group[0]}: must be given")
    for element in ACTIONS:
        refuse_actions(listed(statement.get(element, [])), f"{path}.{element}")
    for element in kind.never:
        if element in statement:
            raise Refused(f"{path}.{element}: has no place in this kind of policy")


def refuse_actions(said: list[Any], path: str) -> None:
    for action in said:
        if not isinstance(action, str) or not ACTION.fullmatch(action):
            raise Refused(f"{path}: must be * or service:Action, as in s3:GetObject, not {described(action)}")


def refuse_unknown(words: Iterable[Any], known: tuple[str, ...], path: str) -> None:
    for word in words:
        if word not in known:
            raise Refused(f"{path}.{word}: no such element in a policy{closest(str(word), known)}")


def same(one: Any, other: Any) -> bool:
    """Whether two documents mean the same to IAM."""
    return not compare_policies(short(one), short(other))


def short(value: Any) -> Any:
    # IAM turns an account's number into the ARN of its root; amazon.aws' comparison knows that of the partition aws only.
    if isinstance(value, Mapping):
        return {key: short(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [short(item) for item in value]
    account = ACCOUNT.fullmatch(value) if isinstance(value, str) else None
    return account[1] if account else value


def as_text(words: Mapping[str, Any]) -> str:
    """A document as IAM takes it."""
    return json.dumps(words)


def in_order(words: Mapping[str, Any], known: tuple[str, ...]) -> dict[str, Any]:
    return {element: words[element] for element in known if element in words}
