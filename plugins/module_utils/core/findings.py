# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a judge finds in what is declared, in the words of IAM Access Analyzer. Pure: no AWS, no Ansible. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from .errors import Unsafe

# Access Analyzer's, the gravest first.
TYPES = ("ERROR", "SECURITY_WARNING", "WARNING", "SUGGESTION")
TOLD = TYPES[:3]  # what is worth a warning
# The issue code of a policy that cannot be read, and therefore cannot be evaluated.
UNREADABLE = "UnreadablePolicy"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a policy, or could be narrower. ``policy`` is the option that declares it."""

    judge: str
    policy: str
    finding_type: str
    issue_code: str
    finding_details: str
    remedy: str = ""
    locations: tuple[str, ...] = ()
    learn_more_link: str = ""

    def __str__(self) -> str:
        where = " and ".join(f"{self.policy}.{location}" for location in self.locations) or self.policy
        link = f", {self.learn_more_link}" if self.learn_more_link else ""
        return f"{where}: {self.finding_details}{self.remedy and '; '}{self.remedy} ({self.issue_code}{link})"

    @property
    def as_words(self) -> dict[str, Any]:
        return {**asdict(self), "locations": list(self.locations)}


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The gravest first; the same findings always in the same order."""
    return tuple(sorted(findings, key=lambda one: (TYPES.index(one.finding_type), one.policy, one.locations, one.judge, one.issue_code)))


def warnings(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(str(finding) for finding in findings if finding.finding_type in TOLD)


def refuse(findings: Iterable[Finding], types: Iterable[str]) -> None:
    """Raise Unsafe for findings of the given types. With any type given, for policies that cannot be read too: they may hold any of them."""
    wanted = tuple(types)
    grave = [finding for finding in findings if finding.finding_type in wanted or (wanted and finding.issue_code == UNREADABLE)]
    if grave:
        raise Unsafe(
            f"refuse_findings: nothing was changed, because of {len(grave)} of the findings: {' | '.join(map(str, grave))}",
            findings=[finding.as_words for finding in findings],
        )
