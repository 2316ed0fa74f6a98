# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who beside EC2 may assume a role, and what that means. Pure: no AWS, no Ansible. Private to this collection."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..core.policies import listed, statements
from .trust import is_ec2

ACCOUNT = re.compile(r"arn:[^:]+:(?:iam|sts)::(?P<number>\d{12}|\*):.*|(?P<bare>\d{12})")
ID = re.compile(r"A(?:ROA|IDA)[A-Z0-9]{12,124}")
ANYONE = "*"


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
