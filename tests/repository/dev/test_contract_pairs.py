# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The chosen contract pairs take every branch that all of them take, several times where they can."""

from __future__ import annotations

from dev.test_runner.contract_pairs import EXHAUSTIVE, choose
from tests.contract.test_promises import CASES

BRANCHES = {"a": {(1, 1, 2), (1, 2, 3)}, "b": {(1, 1, 2)}, "c": {(1, 1, 2), (1, 2, 3)}, "d": {(2, 1, 2)}, "e": set()}


def test_each_branch_is_taken_once():
    assert choose(BRANCHES, 1) == {"a", "d"}


def test_each_branch_is_taken_as_often_as_asked_where_it_can_be():
    assert choose(BRANCHES, 2) == {"a", "c", "d"}
    assert choose(BRANCHES, 3) == {"a", "b", "c", "d"}


def test_every_pair_left_to_test_all_exists():
    listed = EXHAUSTIVE.read_text(encoding="utf-8").splitlines()
    assert set(listed) - set(CASES) == set()
    assert len(listed) < len(CASES)
