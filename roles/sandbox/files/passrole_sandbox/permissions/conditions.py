# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Condition blocks and what they hold of a call's context. Pure.

IAM user guide, reference_policies_elements_condition_operators and reference_policies_multi-value-conditions.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from ipaddress import ip_address, ip_network
from typing import Any

from .patterns import Context, filled, matches

Compare = Callable[[str, str, Context], bool]
ARN_PARTS = 6
IF_EXISTS = "ifexists"


@dataclass(frozen=True)
class Operator:
    """How one line of a condition is read."""

    compare: Compare
    negated: bool
    quantifier: str
    if_exists: bool

    def without_value(self) -> bool:
        """What it says of a key that is not in the context."""
        return self.if_exists or self.quantifier == "forallvalues" or (self.negated and not self.quantifier)

    def says(self, values: tuple[str, ...], wanted: list[str], context: Context) -> bool:
        each = [any(self.compare(value, one, context) for one in wanted) != self.negated for value in values]
        every = self.quantifier == "forallvalues" or (self.negated and not self.quantifier)
        return all(each) if every else any(each)


def met(block: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    """Whether every line of a condition block holds."""
    return all(line_met(word, key, wanted, context) for word, key, wanted in lines(block))


def missing(block: Mapping[str, Mapping[str, Any]], context: Context) -> set[str]:
    """The keys a block asks for that the context has not."""
    return {key for _word, key, _wanted in lines(block) if key.lower() not in context}


def lines(block: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str, list[str]]]:
    for word, keys in block.items():
        for key, wanted in keys.items():
            yield word, key, [said(one) for one in listed(wanted)]


def line_met(word: str, key: str, wanted: list[str], context: Context) -> bool:
    values = context.get(key.lower())
    if word.lower() == "null":
        return (values is None) == (wanted == ["true"])
    how = read(word)
    return how.without_value() if values is None else how.says(values, wanted, context)


def read(word: str) -> Operator:
    """An operator by its name, with its prefix and its suffix."""
    quantifier, _colon, name = word.lower().rpartition(":")
    if_exists = name.endswith(IF_EXISTS)
    compare, negated = OPERATORS[name.removesuffix(IF_EXISTS)]
    return Operator(compare, negated, quantifier, if_exists)


def known(word: str) -> bool:
    return word.lower() == "null" or word.lower().rpartition(":")[2].removesuffix(IF_EXISTS) in OPERATORS


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def said(value: Any) -> str:
    """A value as JSON's true and 1 are compared: as words."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def same(value: str, wanted: str, context: Context) -> bool:
    return filled(wanted, context) == value


def same_whatever_case(value: str, wanted: str, context: Context) -> bool:
    return (filled(wanted, context) or "").lower() == value.lower()


def like(value: str, wanted: str, context: Context) -> bool:
    return matches(wanted, value, context)


def arn_like(value: str, wanted: str, context: Context) -> bool:
    """Each of the six parts by itself."""
    parts, patterns = value.split(":", ARN_PARTS - 1), wanted.split(":", ARN_PARTS - 1)
    return len(parts) == len(patterns) == ARN_PARTS and all(matches(pattern, one, context) for pattern, one in zip(patterns, parts))


def within(value: str, wanted: str, _context: Context) -> bool:
    return ip_address(value) in ip_network(wanted, strict=False)


def number(text: str) -> float:
    return float(text)


def moment(text: str) -> float:
    """A date of the W3C, or the seconds since 1970."""
    if text.replace(".", "", 1).isdigit():
        return float(text)
    found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).timestamp()


def ordered(reader: Callable[[str], float], compare: Callable[[float, float], bool]) -> Compare:
    return lambda value, wanted, _context: compare(reader(value), reader(wanted))


ORDERS = {"lessthan": operator.lt, "lessthanequals": operator.le, "greaterthan": operator.gt, "greaterthanequals": operator.ge}
OPERATORS: dict[str, tuple[Compare, bool]] = {
    "stringequals": (same, False),
    "stringnotequals": (same, True),
    "stringequalsignorecase": (same_whatever_case, False),
    "stringnotequalsignorecase": (same_whatever_case, True),
    "stringlike": (like, False),
    "stringnotlike": (like, True),
    "bool": (same_whatever_case, False),
    "arnequals": (arn_like, False),
    "arnlike": (arn_like, False),
    "arnnotequals": (arn_like, True),
    "arnnotlike": (arn_like, True),
    "ipaddress": (within, False),
    "notipaddress": (within, True),
    **{
        f"{kind}{order}": (ordered(reader, compare), False)
        for kind, reader in (("numeric", number), ("date", moment))
        for order, compare in {"equals": operator.eq, **ORDERS}.items()
    },
    "numericnotequals": (ordered(number, operator.eq), True),
    "datenotequals": (ordered(moment, operator.eq), True),
}
