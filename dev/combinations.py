# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which ansible-core, Python, amazon.aws and boto3 are tried together. What cannot exist is left out by what each says of itself; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class End:
    """The oldest or the newest of what is beside ansible-core: the PyPI package ``ansible`` that carries amazon.aws, and boto3."""

    name: str
    carrier: str
    requires_ansible: str
    boto: str


@dataclass(frozen=True)
class Combination:
    core: str
    python: str
    end: End

    @property
    def name(self) -> str:
        return f"core-{self.core} python-{self.python} {self.end.name}"


def combinations(cores: Mapping[str, Iterable[str]], pythons: Iterable[str], ends: Sequence[End]) -> Iterator[Combination]:
    """A core with the Pythons it is for that are found here, and with an amazon.aws that takes the core."""
    found = set(pythons)
    for core, takes in cores.items():
        for python in sorted(found & set(takes), key=numbers):
            yield from (Combination(core, python, end) for end in ends if numbers(core) >= floor(end.requires_ansible))


def chosen(all_of_them: Iterable[Combination], words: Sequence[str]) -> list[Combination]:
    """Those whose name holds every word, as ``2.17`` and ``oldest``."""
    return [one for one in all_of_them if all(word in one.name for word in words)]


def floor(requires: str) -> tuple[int, ...]:
    return numbers(re.search(r">=\s*([\d.]+)", requires)[1])


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))


def pinned(pins: str, name: str) -> str:
    """The newest version among the pins, which tell Pythons apart."""
    return max(re.findall(rf"^{re.escape(name)}==([\d.]+)", pins, re.MULTILINE), key=numbers)


def constraints(pins: str, free: Iterable[str]) -> str:
    """The pins, less those that follow from what is tried."""
    left = re.compile(rf"({'|'.join(re.escape(name) for name in free)})==")
    return "".join(f"{line}\n" for line in pins.splitlines() if re.match(r"[\w.-]+==", line) and not left.match(line))
