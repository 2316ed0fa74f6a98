# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What earlier tasks made or removed, or in check mode would have. Pure: no AWS, no Ansible. Private to this collection.

A check of a whole play must know, at its third task, what its first would have
made. The playbook hands it over in words, with ``builds_on``. A real run reads the
same words, and so needs no second truth: what an earlier task made counts as
there even while AWS does not show it yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .errors import Refused

# The kind of what a task saw in use before later tasks of the play changed that. AWS does not show it again, so that unchanged members publish it as well.
USED_BEFORE = "former_instance_profile"
BUILDS_ON = {"type": "list", "elements": "dict", "default": []}


@dataclass(frozen=True)
class Earlier:
    """The outcome of earlier tasks, by kind and name; ``None`` stands for what is gone."""

    outcome: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    changed: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Earlier:
        if isinstance(params["builds_on"], Earlier):
            return params["builds_on"]  # read once for all members of a fleet
        merged: dict[str, dict[str, Any]] = {}
        changed: set[tuple[str, str]] = set()
        for result in results(params["builds_on"], "builds_on"):
            for kind, things in result["outcome"].items():
                merged.setdefault(kind, {}).update(things)
                changed.update((kind, name) for name in things if result.get("changed"))
        return cls(merged, frozenset(changed))

    def and_then(self, outcome: Mapping[str, Mapping[str, Any]]) -> Earlier:
        """The same, and what was changed since."""
        merged = {kind: {**self.outcome.get(kind, {}), **outcome.get(kind, {})} for kind in {*self.outcome, *outcome}}
        return Earlier(merged, self.changed | {(kind, name) for kind, things in outcome.items() for name in things})

    def made(self, kind: str, name: str) -> Mapping[str, Any] | None:
        """What is known of a thing that an earlier task left there."""
        return self.outcome.get(kind, {}).get(name)

    def is_fresh(self, kind: str, name: str) -> bool:
        """Whether an earlier task made a thing or changed it, so that the news of it may still be spreading."""
        return (kind, name) in self.changed

    @property
    def told(self) -> tuple[Mapping[str, Any], ...]:
        """Where earlier tasks left roles and instance profiles, in IAM's words."""
        roles = ({"RoleName": name, "Path": made["path"]} for name, made in self.things("iam_role"))
        profiles = self.things("instance_profile")
        return (*roles, *({"InstanceProfileName": name, "Path": made["path"], "RoleName": made["role"]} for name, made in profiles))

    def things(self, kind: str) -> list[tuple[str, Mapping[str, Any]]]:
        return [(name, made) for name, made in self.outcome.get(kind, {}).items() if made]

    def removed(self, kind: str, name: str) -> bool:
        things = self.outcome.get(kind, {})
        return name in things and things[name] is None


def refuse_foreign(outcome: Any, path: str) -> None:
    """What a task of ours tells is told by kind and name, and of each what is known, or nothing where it is gone."""
    kinds = outcome.values() if isinstance(outcome, Mapping) else [outcome]
    things = [thing for kind in kinds for thing in (kind.values() if isinstance(kind, Mapping) else [kind, kind])]
    if not all(isinstance(kind, Mapping) for kind in kinds) or not all(isinstance(thing, (Mapping, type(None))) for thing in things):
        raise Refused(f"{path}.outcome: not that of a passrole.ec2 module")


def results(given: Sequence[Mapping[str, Any]], path: str) -> Iterator[Mapping[str, Any]]:
    """Each result that has an outcome, those of a loop too. A skipped task has none."""
    if not isinstance(given, (list, tuple)):
        raise Refused(f"{path}: must be a list of registered results")
    for index, result in enumerate(given):
        here = f"{path}[{index}]"
        if not isinstance(result, Mapping):
            raise Refused(f"{here}: must be a registered result")
        if "outcome" in result:  # that of one resource, or of a fleet
            refuse_foreign(result["outcome"], here)
            yield result
        elif "results" in result:
            yield from results(result["results"], f"{here}.results")
        elif not result.get("skipped"):
            raise Refused(f"{here}: not the registered result of a passrole.ec2 module; it has no outcome")
