# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules that are run: this collection's and the user's own, those that are chosen. Private to this collection."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from ..core.errors import Refused
from ..core.shapes import closest
from . import rules_of_chain, rules_of_groups, rules_of_instances, rules_of_launch_sources, rules_of_roles
from .rule import Rule, rules_in

OURS: tuple[Rule, ...] = tuple(
    rule for file in (rules_of_chain, rules_of_launch_sources, rules_of_groups, rules_of_roles, rules_of_instances) for rule in rules_in(vars(file))
)


def rulebook(paths: Sequence[str]) -> tuple[Rule, ...]:
    """All rules that there are."""
    return (*OURS, *of_user(paths))


def chosen(every: Sequence[Rule], wanted: Sequence[str] | None, skipped: Sequence[str]) -> tuple[Rule, ...]:
    """The rules that are wanted and not skipped, each named or by a pattern such as role_*."""
    names = [one.id for one in every]
    refuse_unknown(wanted or (), names, "rules")
    refuse_unknown(skipped, names, "skip_rules")
    return tuple(one for one in every if (wanted is None or fits(one.id, wanted)) and not fits(one.id, skipped))


def fits(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def refuse_unknown(patterns: Sequence[str], names: Sequence[str], option: str) -> None:
    for index, pattern in enumerate(patterns):
        if not any(fnmatchcase(name, pattern) for name in names):
            raise Refused(f"{option}[{index}]: no rule is called {pattern}{closest(pattern, names)}")


def of_user(paths: Sequence[str]) -> Iterator[Rule]:
    """The rules of the user's files, in the order of their names in each folder."""
    taken = {one.id for one in OURS}
    for file, path in files(paths):
        found = list(loaded(file, path))
        if not found:
            raise Refused(f"{path}: {file} has no rule in it; make one with the decorator rule")
        for one in found:
            if one.id in taken:
                raise Refused(f"{path}: {file} has a rule {one.id}, and there is one of that name already")
            taken.add(one.id)
            yield one


def files(paths: Sequence[str]) -> Iterator[tuple[Path, str]]:
    for index, said in enumerate(paths):
        path = Path(said)
        if not path.exists():
            raise Refused(f"rules_path[{index}]: there is no file or folder {said}")
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            yield file, f"rules_path[{index}]"


def loaded(file: Path, path: str) -> Iterator[Rule]:
    spec = importlib.util.spec_from_file_location(f"passrole_rules_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise Refused(f"{path}: {file} is no Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as why:  # whatever a user's file raises
        raise Refused(f"{path}: {file} cannot be read as Python: {type(why).__name__}: {why}") from why
    return rules_in(vars(module))
