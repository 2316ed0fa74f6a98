# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a rule is, and what it finds: the interface for the rules of this collection, and for those that its users write.

A rule is a function that is given an L(Estate) and L(Settings), and yields what it finds. Its name is the rule's id. It is pure:
the same estate gives the same findings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .estate import Estate, Subject

SEVERITIES = ("critical", "high", "medium", "low", "informational")
FRAMEWORKS = ("aws_config", "security_hub", "control_tower", "cis", "prowler")


@dataclass(frozen=True)
class Settings:
    """What an account may ask for, beyond what is right for all."""

    unused_after: int = 90  # days
    required_boundaries: tuple[str, ...] = ()
    required_policies: tuple[str, ...] = ()
    forbidden_policies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fix:
    """What mends it: a module of this collection, and the members of a fleet for it."""

    module: str
    fleet: tuple[Mapping[str, Any], ...]

    @property
    def as_words(self) -> dict[str, Any]:
        return {"module": self.module, "fleet": [dict(member) for member in self.fleet]}


@dataclass(frozen=True)
class Found:
    """One thing that a rule finds: in what, in one sentence, and what would be right.

    ``key`` tells apart what one rule finds in one subject. ``groups`` are those that it touches, where they are not all that the subject serves.
    ``severity`` and ``everywhere`` replace those of the rule for this finding.
    """

    subject: Subject
    what: str
    remedy: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    fix: Fix | None = None
    key: str = ""
    groups: tuple[str, ...] | None = None
    severity: str | None = None
    everywhere: bool | None = None

    def __post_init__(self) -> None:
        if self.severity is not None:
            refuse_unknown(self.severity, SEVERITIES, "severity")


Look = Callable[[Estate, Settings], Iterable[Found]]


@dataclass(frozen=True)
class Rule:
    """A function that looks, and what is said of all that it finds."""

    id: str
    look: Look
    severity: str
    title: str
    why: str
    controls: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    guide: str = ""
    everywhere: bool = False

    @property
    def as_words(self) -> dict[str, Any]:
        return {
            "rule": self.id,
            "severity": self.severity,
            "title": self.title,
            "why": self.why,
            "guide": self.guide,
            "controls": {framework: list(self.controls[framework]) for framework in FRAMEWORKS if framework in self.controls},
            "everywhere": self.everywhere,
        }


def rule(severity: str, title: str, why: str, guide: str = "", everywhere: bool = False, **controls: Iterable[str]) -> Callable[[Look], Rule]:
    """Make a rule of a function; ``controls`` are the ids of the same control elsewhere, as in ``prowler=["..."]``.

    ``everywhere`` is for what one region cannot know alone, such as that nobody uses a role.
    """
    refuse_unknown(severity, SEVERITIES, "severity")
    for framework in controls:
        refuse_unknown(framework, FRAMEWORKS, "controls")

    def made(look: Look) -> Rule:
        kept = {framework: tuple(ids) for framework, ids in controls.items()}
        return Rule(look.__name__, look, severity, title, why, kept, guide, everywhere)

    return made


def refuse_unknown(word: str, known: Iterable[str], what: str) -> None:
    if word not in known:
        raise ValueError(f"{what}: must be one of {', '.join(known)}, not {word}")


def rules_in(names: Mapping[str, Any]) -> Iterator[Rule]:
    """The rules among the names of a file, in the order in which it has them."""
    return (value for value in names.values() if isinstance(value, Rule))
