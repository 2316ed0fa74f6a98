# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who beside EC2 may assume a role, and what that means. Pure: no AWS, no Ansible. Private to this collection."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..core.policies import listed, same, statements
from .trust import is_account, is_ec2

ACCOUNT = re.compile(r"arn:[^:]+:(?:iam|sts)::(?P<number>\d{12}|\*):.*|(?P<bare>\d{12})")
ID = re.compile(r"A(?:ROA|IDA)[A-Z0-9]{12,124}")
ANYONE = "*"
UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Trusted:
    """One principal beside EC2, in the statement that lets it in."""

    statement: int
    kind: str  # as in Principal: AWS, Service, Federated
    name: str
    conditional: bool = False

    @property
    def account(self) -> str:
        """The account that it belongs to, where its name tells one."""
        found = ACCOUNT.fullmatch(self.name) if self.kind == "AWS" else None
        return (found["number"] or found["bare"]) if found else ""

    @property
    def is_anyone(self) -> bool:
        return ANYONE in (self.name, self.account)

    @property
    def is_gone(self) -> bool:
        """Whether IAM shows an id in the place of an ARN, as it does once the role or user is deleted."""
        return self.kind == "AWS" and bool(ID.fullmatch(self.name))


def trusted_beside_ec2(trust: Mapping[str, Any], partition: str) -> Iterator[Trusted]:
    """Every principal that a trust policy lets in, save EC2."""
    for index, statement in enumerate(statements(trust)):
        if statement["Effect"] == "Allow":
            for kind, name in principals(statement):
                if kind != "Service" or not is_ec2(name, partition):
                    yield Trusted(index, kind, name, conditional=bool(statement.get("Condition")))


def principals(statement: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "NotPrincipal" in statement:
        # Whoever is not named is let in.
        yield "AWS", ANYONE
    said = statement.get("Principal") or {}
    for kind, names in (said if isinstance(said, Mapping) else {"AWS": said}).items():
        yield from ((kind, str(name)) for name in listed(names))


def list_undeclared_principals(trust: Any, declared: Mapping[str, Any], partition: str) -> list[str]:
    """List the principals besides EC2 that a trust policy names and that the declared one does not, as "Service lambda.amazonaws.com".

    This is for deletion. Who is denied or let in under a condition counts as well; whatever cannot be read is another principal.
    """
    if isinstance(trust, Mapping) and declared and same(declared, trust):
        return []
    known = {text for text in other_principals(declared, partition) if not text.startswith(UNREADABLE)}
    return sorted({*other_principals(trust, partition)} - known)


def other_principals(trust: Any, partition: str) -> Iterator[str]:
    if not isinstance(trust, Mapping):
        yield f"{UNREADABLE} trust policy"
        return
    for index, statement in enumerate(statements(trust)):
        if isinstance(statement, Mapping):
            yield from principals_in_words(statement, f"Statement[{index}]", partition)
        else:
            yield f"{UNREADABLE} Statement[{index}]"


def principals_in_words(statement: Mapping[str, Any], path: str, partition: str) -> Iterator[str]:
    if "NotPrincipal" in statement:
        yield f"everyone except NotPrincipal {json.dumps(statement['NotPrincipal'], sort_keys=True)}"
    elif not statement.get("Principal"):
        yield f"{UNREADABLE} Principal of {path}"
    said = statement.get("Principal") or {}
    for kind, names in (said if isinstance(said, Mapping) else {"AWS": said}).items():
        for name in map(str, listed(names)):
            if kind != "Service" or not is_ec2(name, partition):
                # IAM shows the number of an account as the ARN of its root.
                yield f"{kind} {f'arn:{partition}:iam::{name}:root' if is_account(name) else name}"
