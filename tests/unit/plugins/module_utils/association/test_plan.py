# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan warns about instances of Auto Scaling groups, whose next instances carry another profile."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.association.plan import plan
from ansible_collections.passrole.ec2.plugins.module_utils.association.state import Desired, Member, Observed


@pytest.mark.parametrize(
    ("groups", "warning"),
    [
        ([None], None),
        (["web"], "instances: i-0 of group web: whatever this group launches next "),
        (["web", "web"], "instances: i-0 of group web, i-1 of group web: whatever this group launches next "),
        (["web", None, "api"], "instances: i-0 of group web, i-2 of group api: whatever these groups launch next "),
    ],
)
def test_a_warning_names_the_instances_and_counts_the_groups(groups, warning):
    members = tuple(Member(f"i-{number}", "running", group) for number, group in enumerate(groups))
    warnings = plan(Desired(profile="web"), Observed(members)).warnings
    assert [one[: len(warning or "")] for one in warnings] == ([warning] if warning else [])
