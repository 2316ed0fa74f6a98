# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From text to text a report is what the filters make of values, and what stands in a page can be no markup."""

from __future__ import annotations

import json

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.passrole.ec2.plugins.filter.audit_asff import audit_asff
from ansible_collections.passrole.ec2.plugins.filter.audit_junit import audit_junit
from ansible_collections.passrole.ec2.plugins.filter.audit_report import audit_report
from ansible_collections.passrole.ec2.plugins.filter.audit_sarif import audit_sarif
from ansible_collections.passrole.ec2.plugins.filter.merged_audit import merged_audit

from tests.support.sample_audits import HOSTILE, audit

AUDITS = [audit(8), audit(4, region="eu-central-1")]
TEXTS = [json.dumps(one) for one in AUDITS]
REPORT = merged_audit(AUDITS)


def told(form, texts=TEXTS, **words):
    return json.loads(audit_report(texts, form, **words))


def test_each_format_is_what_its_filter_makes():
    assert told("json") == REPORT
    assert told("sarif") == audit_sarif(REPORT)
    assert told("asff") == {"Findings": audit_asff(REPORT)}
    assert audit_report(TEXTS, "junit", fail_on="high") == audit_junit(REPORT, "high")


def test_where_nothing_fails_the_play_each_new_finding_fails_its_case():
    assert audit_report(TEXTS, "junit", fail_on="none") == audit_junit(REPORT, "informational")


def test_a_baseline_names_each_finding_with_a_sentence_and_makes_all_of_them_known():
    known = told("baseline")
    assert known == {one["id"]: one["what"] for one in REPORT["findings"]} and list(known) == sorted(known)
    assert told("result", baseline=known, fail_on="informational")["failing"] == 0


def test_a_result_is_short_and_names_the_gravest():
    result = told("result", fail_on="low")
    assert result["failing"] > 5 and result["gravest"][-1] == f"and {result['failing'] - 5} more"
    assert result["gravest"][0].startswith("critical in 123456789012 eu-central-1, eu-west-1: ")
    assert (result["summary"], result["table"]) == (REPORT["summary"], REPORT["table"])


def test_in_a_page_no_markup_can_begin_and_the_values_are_the_same():
    text = audit_report([json.dumps(audit(4, names=("plain", f"<!-- {HOSTILE} & ]]> \u2028")))], "html")
    assert not set("<>&\u2028") & set(text)
    assert f"<!-- {HOSTILE} & ]]> \u2028" in [one["name"] for one in json.loads(text)["estate"][0]["groups"]]


def test_a_page_s_findings_leave_to_their_rule_what_it_tells():
    [finding, *_more] = told("html")["findings"]
    assert "title" not in finding and "what" in finding
    of_another = {**audit(2), "rules": []}
    assert "title" in told("html", [json.dumps(of_another)])["findings"][0]


@pytest.mark.parametrize(("texts", "form", "word"), [(TEXTS, "pdf", "pdf is no form"), (["{"], "json", "JSON"), ([{}], "json", "the JSON texts of audits")])
def test_what_makes_no_report_is_refused(texts, form, word):
    with pytest.raises(AnsibleFilterError, match=word):
        audit_report(texts, form)
