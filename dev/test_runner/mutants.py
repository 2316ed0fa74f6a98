# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mutants: one changed line each, identified by its file, function and text, so that edits of other lines do not matter."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

COMMON = "ansible_collections.passrole.ec2"


@dataclass(frozen=True)
class Mutant:
    """One mutant with the baseline's verdict; for an equivalent mutant, the reason why no test can kill it."""

    file: str
    function: str
    operator: str
    line: str
    mutated: str
    occurrence: int = 0  # among the equal lines of the function
    verdict: str = ""
    killed_by: str = ""
    equivalent: str = ""

    def identity(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name not in ("verdict", "killed_by", "equivalent")}

    @property
    def module(self) -> str:
        return f"{COMMON}.{self.file.removesuffix('.py').replace('/', '.')}"

    def __str__(self) -> str:
        return f"{self.file}: {self.function}: {self.line}  ->  {self.mutated}"


def read_mutants(path: Path) -> list[Mutant]:
    return [Mutant(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]


def write_mutants(path: Path, mutants: Iterable[Mutant]) -> None:
    """Write one mutant per line, without the fields that are empty."""
    lines = (json.dumps({name: value for name, value in asdict(mutant).items() if value}, ensure_ascii=False) for mutant in mutants)
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


def find_line(mutant: Mutant, source: str) -> int | None:
    """Return the number of the mutant's line in the source of its file, or None if the function no longer has it."""
    lines = source.splitlines()
    numbers = lines_of_functions(source).get(mutant.function, ())
    same = [number for number in numbers if lines[number - 1].strip() == mutant.line]
    return same[mutant.occurrence] if mutant.occurrence < len(same) else None


def apply_mutant(mutant: Mutant, source: str, number: int) -> str:
    """Return the source with the mutated line, indented as the line that it replaces."""
    lines = source.splitlines(keepends=True)
    original = lines[number - 1]
    lines[number - 1] = original[: len(original) - len(original.lstrip())] + mutant.mutated + "\n"
    return "".join(lines)


def lines_of_functions(source: str) -> Mapping[str, Sequence[int]]:
    """Return the line numbers of each function by its qualified name, innermost functions first, without those of functions inside it."""
    found: dict[str, list[int]] = {}

    def visit(node: ast.AST, names: tuple[str, ...]) -> set[int]:
        inner: set[int] = set()
        own = (*names, node.name) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) else names
        for child in ast.iter_child_nodes(node):
            inner |= visit(child, own)
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return inner
        lines = set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        found.setdefault(".".join(own), []).extend(sorted(lines - inner))
        return lines

    visit(ast.parse(source), ())
    return found


def lines_of_statement(source: str, number: int) -> range:
    """Return the lines of the innermost statement at that line; of a compound statement, its head only."""
    best = range(number, number + 1)
    size = None
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt) and node.lineno <= number <= (node.end_lineno or node.lineno):
            body = getattr(node, "body", None)
            end = body[0].lineno if body else (node.end_lineno or node.lineno) + 1
            lines = range(node.lineno, max(end, node.lineno + 1))
            if number in lines and (size is None or len(lines) < size):
                best, size = lines, len(lines)
    return best
