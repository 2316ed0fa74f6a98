# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Match the wildcards of a policy, and find the patterns that match every resource of a kind. Pure: no AWS, no Ansible. Private to this collection.

A kind of resource is known by the format of its ARN, as arn:${Partition}:s3:::${BucketName}. A pattern matches all of a kind when it matches the format
with a text in the place of its variables that no policy names.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import product

WILDCARDS = "*?"
VARIABLE = re.compile(r"\$\{[^}]*\}")
# Characters for private use: one for the names of resources, one for the value of a policy variable, which is one text and no wildcard.
NAME, VALUE = "\ue000", "\ue001"
# A pattern with ? alone matches names of one length only.
NAMES = (NAME * 12, NAME * 40)
ACCOUNT = re.compile(r"\d{12}")
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
KEPT = 20000


def matches(pattern: str, text: str) -> bool:
    """Return whether a pattern with the wildcards * and ? matches a text."""
    # Brackets mean nothing to IAM.
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def has_wildcard(text: str) -> bool:
    return any(wildcard in text for wildcard in WILDCARDS)


def matches_any_text(pattern: str) -> bool:
    return "*" in pattern and all(matches(pattern, name) for name in NAMES)


@lru_cache(maxsize=KEPT)
def covers(pattern: str, template: str, exact: bool = False) -> bool:
    """Return whether a pattern matches every resource of a kind, by the format of its ARN.

    A partition, a Region or an account that is named leaves all resources of the kind there, so that it counts as all; not with ``exact``. The account
    ``aws`` holds what AWS shares, and nothing of an account.
    """
    if "*" not in pattern:
        return False
    pattern = VARIABLE.sub(VALUE, pattern)
    places = list(product(*places_of(pattern, exact)))
    return all(any(matches(pattern, with_names(template, place, name)) for place in places) for name in NAMES)


def places_of(pattern: str, exact: bool) -> tuple[set[str], set[str], set[str]]:
    """The partitions, Regions and accounts to try a pattern with: any, and those that it names."""
    parts = pattern.split(":")
    named = dict(enumerate(part.replace("*", "").replace("?", "x") for part in parts[:-1]))
    partitions = {"aws", named.get(1, "aws")}
    if exact:
        return partitions, {NAMES[0]}, {NAMES[0]}
    regions = {NAMES[0], named.get(3) or NAMES[0], *filter(REGION.fullmatch, parts)}
    accounts = {NAMES[0], named.get(4) or NAMES[0], *filter(ACCOUNT.fullmatch, parts)} - {"aws"}
    return partitions, regions, accounts


def with_names(template: str, place: tuple[str, str, str], name: str) -> str:
    """The ARN of a kind of resource in one place, with one name for each of its other variables."""
    parts = template.split(":", 5)
    for index, value in zip((1, 3, 4), place):
        if len(parts) == 6 and has_variable(parts[index]):
            parts[index] = value
    return VARIABLE.sub(name, ":".join(parts)).replace("*", name)


def has_variable(part: str) -> bool:
    return part == "*" or bool(VARIABLE.fullmatch(part))
