# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fixes of findings become fleets, in which each resource is one member, whatever was found of it. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from ..core.errors import Refused

# In the order in which they build on each other.
MODULES = ("iam_ec2_role", "iam_instance_profile", "asg_launch_with_profile")

Finding = Mapping[str, Any]
Path = tuple[str, ...]


@dataclass
class Mended:
    """One resource that is to be mended, and what each finding of it asks for."""

    name: str
    member: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[Finding, Mapping[str, Any]]] = field(default_factory=list)

    def take(self, finding: Finding, member: Mapping[str, Any]) -> None:
        for path in conflicts(self.member, member):
            raise Refused(self.conflict(path, finding, member))
        self.member = joined(self.member, member)
        self.asked.append((finding, member))

    def conflict(self, path: Path, finding: Finding, member: Mapping[str, Any]) -> str:
        other, said = next((one, said) for one, said in self.asked if at(said, path) not in (None, at(member, path)))
        return (
            f"{finding['rule']} ({finding['id']}) and {other['rule']} ({other['id']}) ask for different things of {self.name}: "
            f"{'.'.join(path)} is to be {at(member, path)} and {at(said, path)}; mend one of them first"
        )


def fleets(findings: Sequence[Finding], rules: Sequence[str], known: Collection[str] = ()) -> dict[str, list[dict[str, Any]]]:
    """For each module the members that mend what these rules found.

    What holds only if every region says the same is left out, as the findings of one region do not tell.
    """
    refuse_unknown(rules, known)
    found: dict[tuple[str, str], Mended] = {}
    for finding in findings:
        if finding["rule"] in rules and finding.get("fix") and not finding.get("everywhere"):
            for member in finding["fix"]["fleet"]:
                place = (module_of(finding), named(member))
                found.setdefault(place, Mended(place[1])).take(finding, member)
    return {module: [one.member for (of, _name), one in found.items() if of == module] for module in MODULES}


def refuse_unknown(rules: Sequence[str], known: Collection[str]) -> None:
    if not rules or isinstance(rules, str):
        raise Refused("audit_fix_rules: must be a list of the rules whose findings are to be mended; none is mended that is not named")
    for one in rules:
        if known and one not in known:
            near = get_close_matches(str(one), sorted(known), n=1)
            raise Refused(f"audit_fix_rules: {one} is no rule of this audit{f'; did you mean {near[0]}?' if near else ''}")


def module_of(finding: Finding) -> str:
    module = str(finding["fix"]["module"]).removeprefix("passrole.ec2.")
    if module not in MODULES:
        raise Refused(f"{finding['rule']} ({finding['id']}): its fix is for module {module}, and only {', '.join(MODULES)} are used to mend")
    return module


def named(member: Mapping[str, Any]) -> str:
    """The resource that a member is; a launch template that no group launches from has its own name alone."""
    return str(member.get("name") or f"launch template {member.get('launch_template', {}).get('name')}")


def conflicts(have: Mapping[str, Any], more: Mapping[str, Any], path: Path = ()) -> Iterator[Path]:
    """Where two say different things."""
    for word in have.keys() & more.keys():
        one, other = have[word], more[word]
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            yield from conflicts(one, other, (*path, word))
        elif one != other:
            yield (*path, word)


def joined(have: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    both = {word: joined(have[word], more[word]) for word in have.keys() & more.keys() if isinstance(have[word], Mapping)}
    return {**have, **more, **both}


def at(member: Any, path: Path) -> Any:
    for word in path:
        member = member.get(word) if isinstance(member, Mapping) else None
    return member
