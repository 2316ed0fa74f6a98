# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Silences: findings that somebody has looked at and accepts, for a reason and until a day. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from ..core.errors import Refused
from ..core.shapes import described

OPTION = {
    "type": "list",
    "elements": "dict",
    "default": [],
    "options": {
        "rule": {"type": "str", "required": True},
        "subject": {"type": "str", "default": "*"},
        "reason": {"type": "str", "required": True},
        "expires": {"type": "str", "required": True},
    },
}


@dataclass(frozen=True)
class Silence:
    """What is accepted: a rule and a subject, each with wildcards; the subject by its ARN or its name."""

    rule: str
    subject: str
    reason: str
    expires: date

    def covers(self, finding: Mapping[str, Any]) -> bool:
        subjects = (finding["subject"], finding["subject_name"])
        return fnmatchcase(finding["rule"], self.rule) and any(fnmatchcase(one, self.subject) for one in subjects)

    @property
    def as_words(self) -> dict[str, str]:
        return {"reason": self.reason, "expires": self.expires.isoformat()}


def silences(said: Sequence[Mapping[str, Any]]) -> tuple[Silence, ...]:
    return tuple(silence(one, f"silences[{index}]") for index, one in enumerate(said))


def silence(words: Mapping[str, Any], path: str) -> Silence:
    if not words["reason"].strip():
        raise Refused(f"{path}.reason: must say why the finding is accepted")
    try:
        return Silence(words["rule"], words["subject"], words["reason"], date.fromisoformat(words["expires"]))
    except ValueError:
        raise Refused(f"{path}.expires: must be a day as in 2027-01-31, not {described(words['expires'])}") from None


def refuse_unknown_rules(accepted: Iterable[Silence], known: Iterable[str]) -> None:
    names = tuple(known)
    for index, one in enumerate(accepted):
        if not any(fnmatchcase(name, one.rule) for name in names):
            raise Refused(f"silences[{index}].rule: no rule is called {one.rule}")


def expired(accepted: Iterable[Silence], today: date) -> list[Silence]:
    return [one for one in accepted if one.expires < today]


def told(accepted: Iterable[Silence], today: date) -> list[str]:
    """What is said of those that silence nothing any more."""
    return [f"The silence of {one.rule} in {one.subject} ({one.reason}) expired on {one.expires}" for one in expired(accepted, today)]
