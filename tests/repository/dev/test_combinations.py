# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is tried together follows from what ansible-core and amazon.aws say of themselves, and nothing is left out by hand."""

from __future__ import annotations

import json
import re

import pytest
from dev.combinations import End, chosen, combinations, constraints, pinned
from dev.cores import CORES, oldest_minor
from dev.matrix import FREE, OLDEST_CARRIER, TOOLS, UNITS
from dev.place import ROOT

OLDEST = End("oldest", "12.0.0", ">=2.17.0", "1.34.0")
NEWEST = End("newest", "14.5.0", ">=2.18.0", "1.44.5")
CORES_THERE = {"2.17.14": ["3.10", "3.11", "3.12"], "2.20.10": ["3.12", "3.13"]}


def names(cores, pythons, *ends):
    return [one.name for one in combinations(cores, pythons, ends)]


def test_a_core_meets_the_pythons_it_is_for_that_are_here():
    assert names(CORES_THERE, ["3.9", "3.11", "3.12"], OLDEST) == [
        "core-2.17.14 python-3.11 oldest",
        "core-2.17.14 python-3.12 oldest",
        "core-2.20.10 python-3.12 oldest",
    ]


def test_an_amazon_aws_that_does_not_take_the_core_is_left_out():
    assert names(CORES_THERE, ["3.12"], OLDEST, NEWEST) == [
        "core-2.17.14 python-3.12 oldest",
        "core-2.20.10 python-3.12 oldest",
        "core-2.20.10 python-3.12 newest",
    ]


def test_words_choose_among_them():
    found = [*combinations(CORES_THERE, ["3.12", "3.13"], [OLDEST, NEWEST])]
    assert [one.name for one in chosen(found, ["2.20", "oldest"])] == ["core-2.20.10 python-3.12 oldest", "core-2.20.10 python-3.13 oldest"]
    assert chosen(found, []) == found


def test_the_cores_begin_with_the_oldest_that_the_collection_takes_and_leave_none_out():
    minors = [int(core.split(".")[1]) for core in json.loads(CORES.read_text())]
    oldest = oldest_minor((ROOT / "meta" / "runtime.yml").read_text())
    assert minors == list(range(oldest, oldest + len(minors)))
    assert pinned((ROOT / "dev" / "pins" / "tools.txt").read_text(), "ansible-core") in json.loads(CORES.read_text())


def test_the_oldest_carrier_is_older_than_any_that_the_tools_use():
    tools = (ROOT / "dev" / "pins" / "tools.txt").read_text()
    assert all(int(OLDEST_CARRIER.split(".", maxsplit=1)[0]) <= int(major) for major in re.findall(r"^ansible==(\d+)", tools, re.MULTILINE))


def test_what_is_tried_is_held_by_no_pin_and_all_else_is():
    kept = constraints("ansible-core==2.21.5\n    # via x\nboto3==1.44.5\npytest==9.2.0 ; python_full_version >= '3.12'\n", FREE)
    assert kept == "pytest==9.2.0 ; python_full_version >= '3.12'\n"


@pytest.mark.process
def test_what_it_runs_is_there():
    assert [path for path in UNITS if not (ROOT / path).exists()] == []
    tools = (ROOT / "dev" / "pins" / "tools.in").read_text().split()
    assert [tool for tool in TOOLS if tool not in tools and tool != "pytest-xdist"] == []
