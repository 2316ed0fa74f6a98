# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of rules is what the rules say of themselves."""

from __future__ import annotations

from ansible_collections.passrole.ec2.plugins.module_utils.audit.rulebook import OURS
from dev.audit_rules import PAGE, page


def test_the_page_is_what_the_script_makes_of_the_rules():
    assert PAGE.read_text(encoding="utf-8") == page(), "make audit-rules"


def test_each_rule_is_on_the_page_once():
    assert [page().count(f"| `{rule.id}` |") for rule in OURS] == [1] * len(OURS)
