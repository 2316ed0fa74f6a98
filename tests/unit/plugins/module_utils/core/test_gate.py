# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much may change and fail, by number and by share."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.gate import Gate, checked_changes, checked_percentage


@pytest.mark.parametrize(
    ("most", "changing", "exceeded"),
    [
        (None, 10, False), ("10", 10, False), ("9", 10, True), ("0", 1, True), ("0", 0, False),
        ("50%", 5, False), ("49.9%", 5, True), ("0%", 1, True), ("100 %", 10, False),
    ],
)  # fmt: skip
def test_more_changes_than_may_be_exceed_the_gate(most, changing, exceeded):
    assert Gate(max_changes=most).is_exceeded(changing, 10) is exceeded


@pytest.mark.parametrize(("percentage", "failed", "stops"), [(None, 10, False), (20, 2, False), (20, 3, True), (0, 1, True), (0, 0, False), (100, 10, False)])
def test_a_share_of_failures_must_be_exceeded_to_stop(percentage, failed, stops):
    assert Gate(max_fail_percentage=percentage).stops(failed, 10) is stops


@pytest.mark.parametrize(("percentage", "failed", "refuses"), [(None, 0, False), (None, 1, True), (10, 1, False), (10, 2, True)])
def test_any_refusal_counts_unless_it_was_said_how_many_may(percentage, failed, refuses):
    assert Gate(max_fail_percentage=percentage).refuses(failed, 10) is refuses


@pytest.mark.parametrize("said", ["many", "-1", "1.5", "101%", "%", "1e3"])
def test_what_is_neither_a_number_nor_a_share_is_refused(said):
    with pytest.raises(Refused, match="^max_changes: must be a number of members as in 10, or a share of them as in 20%, not "):
        checked_changes(said)


@pytest.mark.parametrize(("given", "limit"), [(0, "0"), ("0", "0"), ("0%", "0%"), ("", None), ("  ", None), (None, None)])
def test_zero_is_a_limit_and_a_blank_value_is_none(given, limit):
    assert checked_changes(given) == limit


@pytest.mark.parametrize("said", [-1, 100.1])
def test_what_is_no_percentage_is_refused(said):
    with pytest.raises(Refused, match="^max_fail_percentage: must be between 0 and 100, not "):
        checked_percentage(said)
