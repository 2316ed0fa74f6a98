# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether Auto Scaling can read a recurrence, the five fields of a crontab's line, and knows a time zone. Pure: nothing is reckoned from them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from zoneinfo import available_timezones

from dateutil.zoneinfo import get_zonefile_instance

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
# All, one or some from one to another; and of those every so many.
PART = re.compile(r"(?:\*|(\w+)(?:-(\w+))?)(?:/[1-9]\d*)?", re.ASCII)


@dataclass(frozen=True)
class Field:
    """The numbers of a field, and the names that stand for some of them."""

    least: int
    most: int
    names: Mapping[str, int] = field(default_factory=dict)

    def reads(self, said: str) -> bool:
        return all(self.reads_part(part) for part in said.split(","))

    def reads_part(self, part: str) -> bool:
        found = PART.fullmatch(part)
        return found is not None and all(self.has(one) for one in found.groups() if one)

    def has(self, one: str) -> bool:
        number = int(one) if one.isdigit() else self.names.get(one.upper())
        return number is not None and self.least <= number <= self.most


FIELDS = (
    Field(0, 59),
    Field(0, 23),
    Field(1, 31),
    Field(1, 12, {name: number for number, name in enumerate(MONTHS, 1)}),
    Field(0, 7, {name: number for number, name in enumerate(DAYS)}),
)


def can_be_read(recurrence: str) -> bool:
    said = recurrence.split()
    return len(said) == len(FIELDS) and all(known.reads(one) for known, one in zip(FIELDS, said))


def is_zone(name: str) -> bool:
    return name in zones()


@cache
def zones() -> frozenset[str]:
    """The system's, or where it has none those of dateutil, which botocore needs anyhow."""
    return frozenset(available_timezones() or get_zonefile_instance().zones)
