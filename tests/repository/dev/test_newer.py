# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is noted of newer members and values is what the pinned botocore knows, in the shapes that older ones know too."""

from __future__ import annotations

import sys

import botocore
import pytest
from dev.newer import PAGE, known, known_by, newer, page

from ansible_collections.passrole.ec2.plugins.module_utils.core.newer import KNOWN_BY, MEMBERS, VALUES

TABLES = {"MEMBERS": MEMBERS, "VALUES": VALUES}


@pytest.mark.parametrize("table", TABLES)
def test_the_pinned_botocore_knows_all_that_is_noted(table):
    words = known()[table]
    assert [name for name, noted in TABLES[table].items() if not noted <= set(words[name])] == []


def test_the_note_is_of_the_pinned_botocore():
    assert KNOWN_BY == botocore.__version__, "run `make newer`"
    noted = {table: {name: sorted(words) for name, words in found.items()} for table, found in TABLES.items()}
    assert PAGE.read_text(encoding="utf-8") == page(KNOWN_BY, noted)


def test_only_what_was_added_is_noted():
    assert newer({"A": ["a", "b"], "B": ["c"], "New": ["d"]}, {"A": ["a"], "B": ["c"]}) == {"A": ["b"]}


@pytest.mark.process
def test_another_python_is_asked_for_what_its_botocore_knows():
    assert known_by(sys.executable) == known()
