# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values drawn from botocore's shapes: whatever AWS says it takes."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir

# Beside the other caches, so that nothing lands among the sources.
set_hypothesis_home_dir(Path(__file__).parents[2] / ".build" / "cache" / "hypothesis")

# How many examples a test of generated arguments tries; `make test-all` asks for more.
EXAMPLES = int(os.environ.get("PASSROLE_EXAMPLES", "25"))

# Java's word for letters, spaces and numbers of any language, as in the patterns of tags.
ANY_LANGUAGE = re.compile(r"\[\\p\{L\}\\p\{Z\}\\p\{N\}_\.:/=\+\\-@\][+*]")

# Auto Scaling's word for any text, which re does not read.
ANY_TEXT = r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*"

# What an answer in XML can carry as it is.
IN_XML = st.characters(categories=["L", "N", "P", "S", "Zs"])
PLAIN = {
    "boolean": st.booleans(),
    "double": st.floats(0, 1000),
    "timestamp": st.datetimes(datetime(2026, 1, 1), datetime(2100, 1, 1), timezones=st.just(timezone.utc)),
}


def text(shape: Any) -> st.SearchStrategy[str]:
    """A string that keeps to the shape's pattern and bounds."""
    least, most, pattern = (shape.metadata.get(bound) for bound in ("min", "max", "pattern"))
    if pattern in (None, ANY_TEXT):
        return st.text(IN_XML, min_size=least or 0, max_size=most or 20)
    if ANY_LANGUAGE.fullmatch(pattern):
        letters = st.characters(categories=["L", "Z", "N"], include_characters="_.:/=+-@")
        return st.text(letters, min_size=least, max_size=most)
    return st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True).filter(lambda drawn: least <= len(drawn) <= most)


def tags(shape: Any) -> st.SearchStrategy[dict[str, str]]:
    """Tags as a playbook says them. AWS keeps aws: for itself, and a role's keys differ in more than their case."""
    words = (text(shape.member.members[member]).filter(is_free) for member in ("Key", "Value"))
    pairs = st.lists(st.tuples(*words), max_size=5, unique_by=lambda pair: pair[0].lower())
    return pairs.map(dict)


def is_free(word: str) -> bool:
    return not word.lower().startswith("aws:")


def value(shape: Any, whole: bool = False, known: Mapping[str, st.SearchStrategy[Any]] | None = None) -> st.SearchStrategy[Any]:
    """A value of the shape in API words: any part of it, or ``whole``, with something in each leaf and one item in each list."""
    if shape.type_name == "structure":
        return structure(shape, whole, known or {})
    if shape.type_name == "list":
        return st.lists(value(shape.member, whole), min_size=int(whole), max_size=1 if whole else 2, unique_by=repr)
    if shape.type_name == "string":
        return st.sampled_from(shape.enum) if shape.enum else text(shape).filter(lambda drawn: bool(drawn) or not whole)
    if shape.type_name == "integer":
        return st.integers(max(shape.metadata.get("min", 0), 0), shape.metadata.get("max", 2**31 - 1))
    return PLAIN[shape.type_name].filter(lambda drawn: drawn >= shape.metadata.get("min", drawn))


def structure(shape: Any, whole: bool, known: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    members = {name: known[name] if name in known else value(member, whole) for name, member in shape.members.items()}
    needed = {name: members[name] for name in (members if whole else shape.required_members)}
    return st.fixed_dictionaries(needed, optional={name: members[name] for name in members.keys() - needed.keys()})
