# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter coalesce replaces blank values, and no others."""

from __future__ import annotations

import pytest
from ansible_collections.passrole.ec2.plugins.filter.coalesce import FilterModule

coalesce = FilterModule().filters()["coalesce"]


@pytest.mark.parametrize("value", [0, 0.0, False, [], {}, "0", "no", "None", [""]])
def test_a_value_that_is_empty_and_not_blank_stays(value):
    assert coalesce(value, "other") is value


@pytest.mark.parametrize("blank", ["", " ", "\n", None])
def test_a_blank_value_is_replaced_by_the_first_that_is_not(blank):
    assert coalesce(blank, blank, 0, "other") == 0


def test_the_last_value_is_returned_if_all_are_blank():
    assert coalesce("", None) is None and coalesce(None, "") == ""
