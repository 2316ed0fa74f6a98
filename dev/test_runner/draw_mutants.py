# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draw the sample of mutants with mutmut's mutation operators; the same sources and seed give the same sample.

``python -m dev.test_runner.mutation draw`` runs this file in the environment of dev/pins/mutation.txt, which has mutmut. No other step needs mutmut:
dev/test_runner/mutants.json holds each mutant as a line and its replacement.
"""

from __future__ import annotations

import ast
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import libcst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

from dev.test_runner.mutants import Mutant, lines_of_functions

SEED = 16
# Code that decides what is planned, refused, permitted or reported. Code that reads from AWS or applies a plan is not included.
DECIDING = (
    "plugins/module_utils/*/plan.py",
    "plugins/module_utils/*/state.py",
    "plugins/module_utils/*/members.py",
    "plugins/module_utils/*/moves.py",
    "plugins/module_utils/application/*.py",
    "plugins/module_utils/audit/rule*.py",
    "plugins/module_utils/audit/[ms]*.py",
    "plugins/module_utils/auto_scaling_group/[cdkns]*.py",
    "plugins/module_utils/core/authorization.py",
    "plugins/module_utils/core/denials.py",
    "plugins/module_utils/core/gate.py",
    "plugins/module_utils/core/launch_parts.py",
    "plugins/module_utils/core/least_privilege.py",
    "plugins/module_utils/core/permissions.py",
    "plugins/module_utils/core/policies.py",
    "plugins/module_utils/core/shapes.py",
    "plugins/module_utils/core/users.py",
    "plugins/module_utils/ec2_role/trust*.py",
    "plugins/module_utils/imds/verdict.py",
)
MOST_OF_A_FILE = 8
LINES_PER_MUTANT = 75
# Operators whose mutants mostly raise an exception at once, so that any test finds them: one of a file is enough, and `x = None` none.
MOST_OF_AN_OPERATOR = {"arg_removal": 1, "assignment": 0, "lambda": 1, "string": 1, "symmetric_string_methods_swap": 1}
MOST_OF_OTHERS = 2
NOT_MUTATED = (libcst.Annotation, libcst.Decorator, libcst.Import, libcst.ImportFrom)


class Candidates(libcst.CSTVisitor):
    """Collect the nodes of function bodies that an operator changes, by operator."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.functions = 0
        self.found: dict[str, list[tuple[int, libcst.CSTNode, libcst.CSTNode]]] = defaultdict(list)

    def on_visit(self, node: libcst.CSTNode) -> bool:
        if isinstance(node, NOT_MUTATED):
            return False
        self.functions += isinstance(node, libcst.FunctionDef)
        if self.functions:
            line = self.get_metadata(PositionProvider, node).start.line
            for name, operator in operators_for(node):
                self.found[name].extend((line, node, mutated) for mutated in operator(node))
        return True

    def on_leave(self, original_node: libcst.CSTNode) -> None:
        self.functions -= isinstance(original_node, libcst.FunctionDef)


def operators_for(node: libcst.CSTNode) -> Iterator[tuple[str, Callable[[libcst.CSTNode], Iterable[libcst.CSTNode]]]]:
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            yield operator.__name__.removeprefix("operator_"), operator


def draw(root: Path) -> list[Mutant]:
    files = sorted({path for pattern in DECIDING for path in root.glob(pattern)})
    return [mutant for path in files for mutant in draw_from(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))]


def draw_from(file: str, source: str) -> list[Mutant]:
    """Take the operators of the file in turn, each time with a line that has no mutant yet."""
    wrapper = MetadataWrapper(libcst.parse_module(source))
    candidates = Candidates()
    wrapper.visit(candidates)
    # A seed per file, so that a change of one file leaves the mutants of the others as they are.
    chance = random.Random(f"{SEED} {file}")
    pools = {name: chance.sample(found, len(found)) for name, found in sorted(candidates.found.items())}
    wanted = min(MOST_OF_A_FILE, round(len(source.splitlines()) / LINES_PER_MUTANT + 0.5))
    drawn: list[Mutant] = []
    taken: Counter[str] = Counter()
    lines: set[int] = set()
    while len(drawn) < wanted and any(pools.values()):
        for name in chance.sample(sorted(pools), len(pools)):
            while pools[name] and taken[name] < MOST_OF_AN_OPERATOR.get(name, MOST_OF_OTHERS) and len(drawn) < wanted:
                line, node, mutated = pools[name].pop()
                mutant = None if line in lines else as_mutant(file, name, source, wrapper.module.deep_replace(node, mutated).code)
                if mutant:
                    drawn.append(mutant)
                    lines.add(line)
                    taken[name] += 1
                    break
            else:
                pools[name] = []
    return drawn


def as_mutant(file: str, operator: str, source: str, mutated: str) -> Mutant | None:
    """The mutant, if it changes one line only and still compiles."""
    before, after = source.splitlines(), mutated.splitlines()
    changed = [number for number, (old, new) in enumerate(zip(before, after)) if old != new]
    if len(before) != len(after) or len(changed) != 1 or not compiles(mutated):
        return None
    (index,) = changed
    for function, numbers in lines_of_functions(source).items():
        if index + 1 in numbers:
            same = [number for number in numbers if before[number - 1].strip() == before[index].strip()]
            return Mutant(file, function, operator, before[index].strip(), after[index].strip(), same.index(index + 1))
    return None


def compiles(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


if __name__ == "__main__":
    json.dump([mutant.identity() for mutant in draw(Path.cwd())], sys.stdout)
