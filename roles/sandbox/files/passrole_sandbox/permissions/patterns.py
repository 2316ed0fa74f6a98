# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wildcards and policy variables, as policies write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

Context = Mapping[str, tuple[str, ...]]

PART = re.compile(r"\$\{(?P<variable>[^}]*)\}|(?P<wild>[*?])|(?P<plain>[^*?$]+|\$)")
WILD = {"*": ".*", "?": "."}
# ${*}, ${?} and ${$} stand for the character itself.
ITSELF = frozenset("*?$")


def matches(pattern: str, value: str, context: Context | None = None) -> bool:
    """Whether the value is of the pattern; one with a variable that has no value here matches nothing."""
    expanded = expression(pattern, context or {}) if "${" in pattern else fixed(pattern)
    return expanded is not None and re.fullmatch(expanded, value, re.DOTALL) is not None


@lru_cache(maxsize=4096)
def fixed(pattern: str) -> str | None:
    return expression(pattern, {})


def expression(pattern: str, context: Context) -> str | None:
    parts = [part(found, context) for found in PART.finditer(pattern)]
    return None if None in parts else "".join(filter(None, parts))


def part(found: re.Match[str], context: Context) -> str | None:
    if found["variable"] is not None:
        value = valued(found["variable"], context)
        return None if value is None else re.escape(value)
    return WILD[found["wild"]] if found["wild"] else re.escape(found["plain"])


def valued(variable: str, context: Context) -> str | None:
    """A variable's one value, or the default that follows its comma."""
    name, _comma, default = variable.partition(",")
    if name in ITSELF:
        return name
    values = context.get(name.strip().lower(), ())
    return values[0] if len(values) == 1 else default.strip().strip("'") or None


def filled(text: str, context: Context) -> str | None:
    """A text with its variables' values in place and no wildcards, or none if one has no value."""
    if "${" not in text:
        return text
    parts = [found[0] if found["variable"] is None else valued(found["variable"], context) for found in PART.finditer(text)]
    return None if None in parts else "".join(filter(None, parts))
