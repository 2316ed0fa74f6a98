# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values drawn from botocore's shapes: whatever AWS says it takes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir

# Beside the other caches, so that nothing lands among the sources.
set_hypothesis_home_dir(Path(__file__).parents[2] / ".build" / "cache" / "hypothesis")

# Java's word for letters, spaces and numbers of any language, as in the patterns of tags.
ANY_LANGUAGE = re.compile(r"\[\\p\{L\}\\p\{Z\}\\p\{N\}_\.:/=\+\\-@\][+*]")


def text(shape: Any) -> st.SearchStrategy[str]:
    """A string that keeps to the shape's pattern and bounds."""
    least, most, pattern = (shape.metadata.get(bound) for bound in ("min", "max", "pattern"))
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
