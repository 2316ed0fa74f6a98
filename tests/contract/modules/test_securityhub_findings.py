# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings as a task: the process prints what it documents, foretells what it does, does it once, and refuses before it asks Security Hub."""

from __future__ import annotations

import pytest

from tests.support import return_docs as documented
from tests.support.module_process import CREDENTIALS, run_module
from tests.support.contracts.securityhub_findings import enabled, finding, reported

MODULE = "securityhub_findings"
TOLD = ("imported", "updated", "renewed", "archived", "unchanged", "passed_over", "plan", "permissions")


@pytest.fixture
def ask(account, tmp_path):
    connection = {"endpoint_url": account.url, "region": "eu-west-1", **CREDENTIALS}
    return lambda *findings, check=False, **more: run_module(MODULE, tmp_path, findings=list(findings), **connection, _ansible_check_mode=check, **more)


def in_hub(account):
    told = account.client("securityhub").get_findings()["Findings"]
    return {one["Id"]: one["RecordState"] for one in told}


def test_the_check_foretells_what_the_run_does_in_the_documented_words(account, ask):
    reported(finding("a", Title="before"), finding("gone"))(account)
    checked = ask(finding("a"), finding("new"), check=True)
    assert in_hub(account) == {"a": "ACTIVE", "gone": "ACTIVE"}
    done = ask(finding("a"), finding("new"))
    assert {word: checked[word] for word in TOLD} == {word: done[word] for word in TOLD}
    assert (done["imported"], done["updated"], done["archived"], done["changed"]) == (["new"], ["a"], ["gone"], True)
    assert in_hub(account) == {"a": "ACTIVE", "new": "ACTIVE", "gone": "ARCHIVED"}
    for result in (checked, done):
        result.pop("invocation", None)
        assert documented.differences(result, MODULE) == []


def test_a_second_run_imports_nothing(account, ask):
    enabled(account)
    assert [ask(finding("a"))["changed"] for _run in range(2)] == [True, False]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"Title": ""}, "findings[0].Title"),
        ({"Severity": {"Label": "GRAVE"}}, "findings[0].Severity.Label"),
        ({"Resorces": []}, "findings[0].Resorces"),
    ],
)
def test_what_is_no_finding_is_refused_by_its_place_before_security_hub_is_asked(account, ask, said, words):
    account.run("refused")
    result = ask(finding("a", **said))
    assert words in result["msg"]
    assert {call["service"] for call in account.calls("refused")} <= {"sts"}
