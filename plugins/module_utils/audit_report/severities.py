# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How grave findings are, the gravest first. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..audit.rule import SEVERITIES

NONE = "none"


def at_least(severity: str, threshold: str) -> bool:
    """Whether a severity is the threshold's or graver; nothing is as grave as none."""
    return threshold != NONE and SEVERITIES.index(severity) <= SEVERITIES.index(threshold)


def counted(findings: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many findings there are of each severity, those of none too."""
    found = [finding["severity"] for finding in findings]
    return {severity: found.count(severity) for severity in SEVERITIES}


def order(finding: Mapping[str, Any]) -> tuple[Any, ...]:
    """What findings are sorted by: the gravest first, then by rule, then by subject."""
    return SEVERITIES.index(finding["severity"]), finding["rule"], finding["account_id"], finding["subject"], finding["id"]
