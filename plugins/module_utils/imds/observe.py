# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask the instance metadata service as an application on the instance does, and keep nothing secret of what it hears. Private to this collection.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

TOKEN, METADATA = "latest/api/token", "latest/meta-data/"
INFO, CREDENTIALS = f"{METADATA}iam/info", f"{METADATA}iam/security-credentials/"
TTL = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
# Of the credentials' document; the other three are the credentials.
NO_SECRETS = ("Code", "Message", "Type", "LastUpdated", "Expiration")


@dataclass(frozen=True)
class Answer:
    """A status and a text; without a status nobody answered, and the text says why."""

    status: int | None
    text: str = field(default="", repr=False)

    @property
    def ok(self) -> bool:
        return self.status == 200


Get = Callable[..., Answer]


@dataclass(frozen=True)
class Heard:
    """What an application hears of its role; ``None`` stands for what nobody told."""

    token: Answer
    plain: Answer
    instance_id: str | None = None
    info: Mapping[str, Any] | None = None
    role: str | None = None
    credentials: Mapping[str, Any] | None = None


def observe(get: Get) -> Heard:
    """By IMDSv2 where it answers, else by IMDSv1 where that does."""
    token = get(TOKEN, method="PUT", headers=TTL)
    plain = get(f"{METADATA}instance-id")
    if not token.ok and not plain.ok:
        return Heard(token, plain)
    shown = {"X-aws-ec2-metadata-token": token.text} if token.ok else {}
    role = first_line(get(CREDENTIALS, headers=shown))
    return Heard(
        token=token,
        plain=plain,
        instance_id=first_line(get(f"{METADATA}instance-id", headers=shown)),
        info=document(get(INFO, headers=shown)),
        role=role,
        credentials=without_secrets(document(get(f"{CREDENTIALS}{role}", headers=shown))) if role else None,
    )


def first_line(answer: Answer) -> str | None:
    lines = answer.text.split() if answer.ok else []
    return lines[0] if lines else None


def document(answer: Answer) -> Mapping[str, Any] | None:
    """A document of the service; of what is none, nothing is kept, as nobody knows what is in it."""
    if not answer.ok:
        return None
    try:
        found = json.loads(answer.text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def without_secrets(found: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return None if found is None else {name: str(found[name]) for name in NO_SECRETS if name in found}
