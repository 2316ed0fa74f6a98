# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each group gets a valid name for a launch template, near its own and no other group's."""

from __future__ import annotations

import re

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.template_names import template_names


@pytest.mark.parametrize(
    ("groups", "names"),
    [
        (["web"], ["web"]),
        (["ab"], ["ab-launch-template"]),
        (["a"], ["a-launch-template"]),
        (["web server"], ["web-server"]),
        (["x" * 200], ["x" * 125]),
    ],
)
def test_a_template_has_a_valid_name_near_that_of_its_group(groups, names):
    assert [*template_names(groups).values()] == names


@pytest.mark.parametrize(
    "groups", [["web server", "web-server"], ["web server", "web:server"], ["x" * 126, "x" * 127], ["a b", "a:b", "a-b"], ["ab", "ab-launch-template"]]
)
def test_names_that_would_become_the_same_differ_and_follow_from_their_groups_alone(groups):
    names = template_names(groups)
    assert len({*names.values()}) == len(groups)
    assert all(3 <= len(name) <= 125 and re.fullmatch(r"[A-Za-z0-9().\-/_]+", name) for name in names.values())
    assert all(names[group] == group for group in groups if re.fullmatch(r"[a-z-]{3,125}", group))
    assert template_names(reversed(groups)) == names
