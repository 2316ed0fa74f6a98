# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much a fleet may change, and how much of it may fail, before it goes no further. Pure. Private to this collection."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import Refused

A_NUMBER = re.compile(r"\d+")
A_SHARE = re.compile(r"(\d+(?:\.\d+)?) ?%")


@dataclass(frozen=True)
class Gate:
    """The size gate, and the share of members that may fail; None where nobody said one."""

    max_changes: str | None = None
    max_fail_percentage: float | None = None

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Gate:
        return cls(checked_changes(params["max_changes"]), checked_percentage(params["max_fail_percentage"]))

    def is_exceeded(self, changing: int, total: int) -> bool:
        if self.max_changes is None:
            return False
        share = A_SHARE.fullmatch(self.max_changes)
        return changing * 100 > float(share[1]) * total if share else changing > int(self.max_changes)

    def said_of(self, changing: int, total: int) -> str:
        return f"max_changes: {changing} of {total} members would change, and no more than {self.max_changes} may; nothing was changed"

    def refuses(self, failed: int, total: int) -> bool:
        """Whether so many refusals stop all before the first write: any does, unless it was said how many may fail."""
        return bool(failed) if self.max_fail_percentage is None else self.stops(failed, total)

    def stops(self, failed: int, total: int) -> bool:
        """Whether so many failures let no further member begin."""
        return self.max_fail_percentage is not None and failed * 100 > self.max_fail_percentage * total


def checked_changes(said: str | None) -> str | None:
    text = str(said).strip() if said is not None else ""
    if not text:
        return None
    if not A_NUMBER.fullmatch(text) and not (A_SHARE.fullmatch(text) and float(A_SHARE.fullmatch(text)[1]) <= 100):
        raise Refused(f"max_changes: must be a number of members as in 10, or a share of them as in 20%, not {said}")
    return text


def checked_percentage(said: float | None) -> float | None:
    if said is not None and not 0 <= said <= 100:
        raise Refused(f"max_fail_percentage: must be between 0 and 100, not {said:g}")
    return said
