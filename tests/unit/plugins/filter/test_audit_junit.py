# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JUnit XML of a report, as a library reads it: a suite for each target, a case for each rule."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.passrole.ec2.plugins.filter.audit_junit import audit_junit
from ansible_collections.passrole.ec2.plugins.filter.merged_audit import merged_audit
from junitparser import Failure, JUnitXml, Skipped

from tests.support.sample_audits import HOSTILE, RULES, audit


def suites(report, **words):
    return list(JUnitXml.fromstring(audit_junit(report, **words).encode()))


def failed(suite):
    return {case.name for case in suite if any(isinstance(one, Failure) for one in case.result)}


def test_each_target_is_a_suite_and_each_rule_a_case():
    found = suites(merged_audit([audit(2), audit(2, region="eu-central-1")]))
    assert [suite.name for suite in found] == ["123456789012.eu-central-1", "123456789012.eu-west-1"]
    assert [{case.name for case in suite} for suite in found] == [{rule["rule"] for rule in RULES}] * 2
    assert {one.name: one.value for one in found[0].properties()}["instances"] == "4"


def test_a_rule_with_a_finding_fails_and_tells_it():
    [suite] = suites(merged_audit([audit(2)]))
    assert failed(suite) == {rule["rule"] for rule in RULES} - {"role_unused"}
    [case] = [case for case in suite if case.name == "imdsv2_not_required"]
    assert case.result[0].message == "Instances may be asked for the role's credentials without a session token: 1 found"
    assert "Launch template web-0001 is not as it should be" in case.result[0].text and "Mend web-0001" in case.result[0].text


def test_the_numbers_of_cases_failures_and_skipped_are_told():
    [suite] = suites(merged_audit([audit(2)]))
    assert (suite.tests, suite.failures, suite.skipped, suite.errors) == (6, 5, 1, 0)


def test_only_what_is_grave_enough_fails_and_the_rest_is_told():
    [suite] = suites(merged_audit([audit(2)]), fail_on="high")
    assert failed(suite) == {"role_may_do_anything", "imdsv2_not_required"}
    [low] = [case for case in suite if case.name == "group_follows_latest"]
    assert "Auto scaling group web-0001" in low.system_out


def test_what_the_baseline_knows_does_not_fail():
    known = [one["id"] for one in merged_audit([audit(2)])["findings"]]
    assert failed(suites(merged_audit([audit(2)], known))[0]) == set()


def test_a_rule_whose_findings_are_silenced_is_skipped_with_the_reason():
    [suite] = suites(merged_audit([audit(2)]))
    [case] = [case for case in suite if case.name == "role_unused"]
    assert isinstance(case.result[0], Skipped) and case.result[0].message == "arn:aws:iam::123456789012:role/nobody: moved by 2027"


def test_names_that_are_markup_or_that_xml_cannot_say_are_text():
    named = merged_audit([audit(names=("plain", f"{HOSTILE}\x00\x1b]]>"), groups=2)])
    [suite] = suites(named)
    [case] = [case for case in suite if case.name == "imdsv2_not_required"]
    assert f"Mend {HOSTILE}\ufffd\ufffd]]>" in case.result[0].text


def test_what_is_no_report_is_refused():
    with pytest.raises(AnsibleFilterError, match="merged_audit"):
        audit_junit({"findings": []})
