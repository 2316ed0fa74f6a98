# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of a list, as AWS hands them out: a token leads to the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Page:
    """Some items, and the token that leads to the next ones."""

    items: list[Any]
    token: str | None


def page(items: Iterable[Any], size: int, token: str | None) -> Page:
    everything = list(items)
    start = int(token or 0)
    end = start + size
    return Page(everything[start:end], str(end) if end < len(everything) else None)
