# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How findings are put in order, told, and refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.findings import Finding, in_order, refuse, warnings

WIDE = Finding("offline", "inline_policies.s3", "SECURITY_WARNING", "ServiceWildcard", "every action is allowed", "list them", ("Statement[1]",), "https://x")
HINT = Finding("access_analyzer", "inline_policies.a", "SUGGESTION", "REDUNDANT_ACTION", "twice")
WRONG = Finding("access_analyzer", "inline_policies.z", "ERROR", "INVALID_ACTION", "no such action", locations=("Statement[0]", "Statement[2]"))


def test_a_finding_tells_which_policy_and_statement_what_why_and_what_is_narrower():
    assert str(WIDE) == "inline_policies.s3.Statement[1]: every action is allowed; list them (ServiceWildcard, https://x)"


def test_a_finding_in_several_statements_names_them_all():
    assert str(WRONG) == "inline_policies.z.Statement[0] and inline_policies.z.Statement[2]: no such action (INVALID_ACTION)"


def test_the_gravest_come_first_in_whatever_order_they_were_found():
    assert in_order([HINT, WIDE, WRONG]) == in_order([WRONG, HINT, WIDE]) == (WRONG, WIDE, HINT)


def test_a_suggestion_is_no_warning():
    assert warnings([WRONG, WIDE, HINT]) == (str(WRONG), str(WIDE))


def test_what_is_not_to_be_refused_is_not():
    refuse([WIDE, HINT], ["ERROR"])
    refuse([WIDE, HINT], [])


def test_a_refusal_names_what_it_is_for_and_carries_all_that_was_found():
    with pytest.raises(Refused) as refusal:
        refuse([WRONG, WIDE, HINT], ["ERROR", "SUGGESTION"])
    result = refusal.value.as_result()
    assert str(WRONG) in result["msg"] and str(HINT) in result["msg"] and str(WIDE) not in result["msg"]
    assert [one["issue_code"] for one in result["findings"]] == ["INVALID_ACTION", "ServiceWildcard", "REDUNDANT_ACTION"]
    assert not result["changed"]


def test_the_words_of_a_result_are_plain_values():
    assert replace(HINT, locations=("Statement[0]",)).as_words == {
        "judge": "access_analyzer",
        "policy": "inline_policies.a",
        "finding_type": "SUGGESTION",
        "issue_code": "REDUNDANT_ACTION",
        "finding_details": "twice",
        "remedy": "",
        "locations": ["Statement[0]"],
        "learn_more_link": "",
    }
