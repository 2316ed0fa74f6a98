# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options as Ansible reads them: what it would fall over is said as a text, and all else stays as it is."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.spec import sayable, without_blanks

INNER = {"name": {"type": "str"}, "count": {"type": "int"}}
ONE, MANY = {"type": "dict", "options": INNER}, {"type": "list", "elements": "dict", "options": INNER}


@pytest.mark.parametrize(
    ("spec", "value", "said"),
    [
        (ONE, {"name": "a", "count": 1}, {"name": "a", "count": 1}),
        (ONE, ["a"], '["a"]'),
        (MANY, [{"name": "a"}, {"count": []}], [{"name": "a"}, {"count": "[]"}]),
        (MANY, [{"name": "a"}, 3], [{"name": "a"}, "3"]),
        (MANY, None, None),
        (ONE, {"count": float("inf")}, {"count": "Infinity"}),
        (ONE, {"count": "-Infinity"}, {"count": '"-Infinity"'}),
        (ONE, {"count": "1e999", "name": "inf"}, {"count": '"1e999"', "name": "inf"}),
        (ONE, {"count": " nan "}, {"count": '" nan "'}),
        (ONE, {"count": "12"}, {"count": "12"}),
    ],
)
def test_structures_stay_where_structures_are_taken(spec, value, said):
    assert sayable(value, spec) == said


@pytest.mark.parametrize("blank", ["", "  ", None])
@pytest.mark.parametrize(
    "spec",
    [{"type": "int"}, {"type": "float", "default": 1.0}, {"type": "bool", "default": True}, {"type": "path"}, {"type": "str", "choices": ["all", "none"]}],
)
def test_a_blank_value_is_left_out_where_none_can_be_meant(spec, blank):
    assert without_blanks({"option": blank}, {"option": spec}) == {}
    assert sayable({"inner": {"option": blank}}, {"options": {"inner": {"type": "dict", "options": {"option": spec}}}}) == {"inner": {}}


@pytest.mark.parametrize(
    ("spec", "value"),
    [({"type": "str"}, ""), ({"type": "dict"}, {}), ({"type": "list"}, []), ({"type": "int"}, 0), ({"type": "bool"}, False), ({"type": "raw"}, None)],
)
def test_an_empty_value_with_a_meaning_stays(spec, value):
    assert without_blanks({"option": value}, {"option": spec}) == {"option": value}
