# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the promises need to know of a resource, and the one road they all take with it.

A resource joins by a file beside this one that tells what may be wanted of it and
what may be there before, and by its name in the tests that hold promises. Every want
is then tried from every state.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import PassroleError
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import MakePlan, one

from tests.support.contracts.clients import Door

KNOWN_AFTER_APPLY = "(known after apply)"

# What is searched in all regions is searched in two here, as each of the others has reads of the same kind.
FEW_REGIONS = ("eu-west-1", "us-east-1")

MADE_UP = r"\b(i-[0-9a-f]{17}|AIPA[A-Z0-9]+)\b"

Account = Any  # the sandbox of the fixtures
Have = Callable[[Account], None]


def nothing(_account: Account) -> None:
    """An account as it is."""


def defaults(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: option.get("default") for name, option in options.items()}


@dataclass(frozen=True)
class Promised:
    """A module, what may be wanted of it, what may be there before, and what is there in any case."""

    module: str
    options: Mapping[str, Any]
    make_plan: MakePlan
    wants: Mapping[str, Mapping[str, Any]]
    haves: Mapping[str, Have]
    stage: Have = nothing
    aws_adds: bool = False  # whether AWS shows more of such a thing than was said of it

    def params(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """The module's parameters, as Ansible hands them over."""
        given = {**defaults(self.options), "builds_on": [], "preflight": False, **said}
        inner = {name: option["options"] for name, option in self.options.items() if "options" in option and given.get(name) is not None}
        return {**given, **{name: {**defaults(options), **given[name]} for name, options in inner.items()}}


@dataclass(frozen=True)
class Case:
    """One want, from one state."""

    promised: Promised
    want: str
    have: str

    def __str__(self) -> str:
        return f"{self.promised.module}: {self.want}, from {self.have}"

    def set_up(self, account: Account) -> None:
        account.reset()
        account.settings(default_regions=FEW_REGIONS)
        self.promised.stage(account)
        self.promised.haves[self.have](account)

    def run(self, account: Account, dry: bool = False, aws: Aws | None = None) -> dict[str, Any]:
        """What the module returns, be it a result or a refusal."""
        said = self.promised.wants[self.want]
        try:
            return one(self.promised.params(said), self.promised.make_plan, aws or Aws(Door(account)), dry=dry)[0]
        except PassroleError as error:
            return {**error.as_result(), "failed": True}

    def agree_anew(self, seen: Any, foretold: Any) -> bool:
        """The same for two runs on stages of their own."""
        return self.agree(seen, foretold) or unnamed(seen) == unnamed(foretold)

    def agree(self, seen: Any, foretold: Any) -> bool:
        """Whether what is seen is what was foretold, as far as it could be."""
        return agrees(seen, foretold) if self.promised.aws_adds else seen == foretold


def unnamed(value: Any) -> Any:
    """The same without what AWS makes up anew each time that a stage is set: the ids of instances and of profiles."""
    if isinstance(value, Mapping):
        return sorted((re.sub(MADE_UP, "", str(key)), unnamed(item)) for key, item in value.items())
    return re.sub(MADE_UP, "", str(value))


def agrees(seen: Any, foretold: Any) -> bool:
    """Whether all that was foretold is seen; what AWS alone could know may be anything."""
    if foretold == KNOWN_AFTER_APPLY:
        return True
    if not foretold:
        return not seen
    if isinstance(foretold, Mapping):
        return all(agrees((seen or {}).get(key), value) for key, value in foretold.items())
    if isinstance(foretold, list):
        return len(seen) == len(foretold) and all(map(agrees, seen, foretold))
    return seen == foretold or is_id(seen) and is_id(foretold)


def is_id(value: Any) -> bool:
    """Whether the value is one that AWS makes up anew in every account."""
    return str(value).startswith("lt-")


def cases(promised: Promised) -> Iterator[Case]:
    """Every want from every state."""
    for want, have in product(promised.wants, promised.haves):
        yield Case(promised, want, have)
