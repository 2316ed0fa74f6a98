# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A request held against its service's model, as AWS holds it before it does anything: lengths, values, words and patterns, at any depth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from botocore.model import Shape
from moto.core.utils import get_service_model

# How Java writes the characters beyond U+FFFF.
SURROGATES, BEYOND = r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF"
# What no answer can show: XML has no way to write it.
UNWRITABLE = re.compile(r"[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def breaches(service: str, operation: str, params: Mapping[str, Any]) -> list[str]:
    """Every way in which a request breaks its model, in AWS's words."""
    shape = get_service_model(service).operation_model(operation).input_shape
    return list(faults(shape, params, "")) if shape else []


def in_one(wrong: Sequence[str]) -> str:
    return f"{len(wrong)} validation error{'s' if wrong[1:] else ''} detected: {'; '.join(wrong)}"


def faults(shape: Shape, value: Any, where: str) -> Iterator[str]:
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if value.get(name) is not None:
                yield from faults(member, value[name], f"{where}{'.' if where else ''}{name[0].lower()}{name[1:]}")
    elif shape.type_name == "list":
        yield from broken(shape, value, where)
        yield from faults_of_items(shape.member, value, where)
    else:
        yield from broken(shape, value, where)


def faults_of_items(item: Shape, values: Sequence[Any], where: str) -> Iterator[str]:
    """Items that are structures are told one by one, others with all of their list and all that holds for them."""
    if item.type_name in ("structure", "list"):
        for number, value in enumerate(values, 1):
            yield from faults(item, value, f"{where}.{number}.member")
    elif any(not holds for value in values for _rule, holds in rules(item, value)):
        constraints = ", ".join(f"Member must {rule}" for rule, _holds in rules(item, values[0]))
        yield unsatisfied(values, where, f"satisfy constraint: [{constraints}]")


def broken(shape: Shape, value: Any, where: str) -> Iterator[str]:
    return (unsatisfied(value, where, rule) for rule, holds in rules(shape, value) if not holds)


def unsatisfied(value: Any, where: str, rule: str) -> str:
    shown = UNWRITABLE.sub("?", f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value))
    return f"Value '{shown}' at '{where}' failed to satisfy constraint: Member must {rule}"


def rules(shape: Shape, value: Any) -> Iterator[tuple[str, bool]]:
    """What holds for a shape's values, each with whether it holds for this one."""
    limits = shape.metadata
    size, of = (len(value), "length") if isinstance(value, (str, list)) else (value, "value")
    if isinstance(size, (int, float)):
        if "max" in limits:
            yield f"have {of} less than or equal to {limits['max']}", size <= limits["max"]
        if "min" in limits:
            yield f"have {of} greater than or equal to {limits['min']}", size >= limits["min"]
    if "enum" in limits:
        yield f"satisfy enum value set: [{', '.join(limits['enum'])}]", value in limits["enum"]
    if "pattern" in limits and isinstance(value, str):
        yield f"satisfy regular expression pattern: {limits['pattern']}", fits(limits["pattern"], value)


def fits(pattern: str, value: str) -> bool:
    found = compiled(pattern)
    return found is None or found.fullmatch(value) is not None


@lru_cache(maxsize=None)
def compiled(pattern: str) -> re.Pattern[str] | None:
    """A pattern of the model, unless it is one of Java's that Python cannot read."""
    try:
        return re.compile(pattern.replace(SURROGATES, BEYOND), re.ASCII)
    except re.error:
        return None
