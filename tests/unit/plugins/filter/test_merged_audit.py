# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Audits of many accounts and regions are one report, in which each finding is told once, and with where."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.passrole.ec2.plugins.filter.merged_audit import merged_audit

from tests.support.sample_audits import ACCOUNT, audit, unused

OTHER_ACCOUNT = "210987654321"
FRANKFURT = "eu-central-1"


def empty(region="eu-west-1", findings=(), silenced=(), account=ACCOUNT, **more):
    return {**audit(0, account=account, region=region, **more), "findings": list(findings), "silenced": list(silenced)}


def rules(findings):
    return [finding["rule"] for finding in findings]


def of_rule(report, rule):
    return [finding for finding in report["findings"] if finding["rule"] == rule]


def test_a_finding_of_iam_that_two_regions_tell_is_one_with_both_regions_and_the_groups_of_each():
    report = merged_audit([audit(4), audit(2, region=FRANKFURT)])
    [boundary] = [one for one in of_rule(report, "role_without_boundary") if one["subject_name"] == "web-0001-role"]
    assert boundary["regions"] == [FRANKFURT, "eu-west-1"]
    assert boundary["accounts"] == [ACCOUNT]
    assert boundary["targets"] == [
        {"account_id": ACCOUNT, "region": FRANKFURT, "groups": ["web-0001"]},
        {"account_id": ACCOUNT, "region": "eu-west-1", "groups": ["web-0001"]},
    ]


def test_findings_of_each_region_s_own_stay_apart():
    report = merged_audit([audit(2), audit(2, region=FRANKFURT)])
    assert [one["regions"] for one in of_rule(report, "imdsv2_not_required")] == [[FRANKFURT], ["eu-west-1"]]


def test_the_gravest_come_first():
    assert rules(merged_audit([audit(2)])["findings"]) == [
        "role_may_do_anything", "imdsv2_not_required", "instances_carry_another_profile", "group_follows_latest", "role_without_boundary",
    ]


def test_what_holds_only_everywhere_stays_only_if_each_region_of_the_account_says_so():
    nobody = unused(ACCOUNT, "eu-west-1")
    elsewhere = empty(account=OTHER_ACCOUNT, region=FRANKFURT)
    assert rules(merged_audit([empty(findings=[nobody]), elsewhere])["findings"]) == ["role_unused"]
    assert rules(merged_audit([empty(findings=[nobody]), empty(FRANKFURT)])["findings"]) == []
    assert rules(merged_audit([empty(findings=[nobody]), empty(FRANKFURT, findings=[nobody])])["findings"]) == ["role_unused"]


@pytest.mark.parametrize("first", [0, 1])
def test_a_region_that_proves_a_finding_alone_decides_its_severity_and_fix(first):
    """One region uses the role; the other found nothing that does."""
    fix = {"module": "iam_ec2_role", "fleet": [{"name": "web"}]}
    used, unused_here = ({**unused(ACCOUNT, "eu-west-1"), **more} for more in (
        {"severity": "critical", "everywhere": False, "fix": fix},
        {"severity": "informational", "everywhere": True, "fix": None},
    ))
    places = [[used], [unused_here]] if first else [[unused_here], [used]]
    [one] = merged_audit([empty(findings=places[0]), empty(FRANKFURT, findings=places[1])])["findings"]
    assert (one["severity"], one["fix"]) == ("critical", fix)


def test_a_finding_is_silenced_only_if_each_place_that_tells_it_silences_it():
    nobody = unused(ACCOUNT, "eu-west-1")
    silent = {**nobody, "silence": {"reason": "moved", "expires": ""}}
    assert merged_audit([empty(silenced=[silent]), empty(FRANKFURT, silenced=[silent])])["summary"]["silenced"] == 1
    half = merged_audit([empty(silenced=[silent]), empty(FRANKFURT, findings=[nobody])])
    assert (rules(half["findings"]), rules(half["silenced"])) == (["role_unused"], [])
    assert "silence" not in half["findings"][0]


def test_what_the_baseline_knows_is_not_new():
    first = merged_audit([audit(2)])
    known = [one["id"] for one in first["findings"][1:]]
    second = merged_audit([audit(2)], known)
    assert [one["rule"] for one in second["findings"] if one["new"]] == ["role_may_do_anything"]
    assert (first["summary"]["new"], second["summary"]["new"]) == (5, 1)
    assert second["summary"]["new_findings"] == {"critical": 1, "high": 0, "medium": 0, "low": 0, "informational": 0}


@pytest.mark.parametrize(("fail_on", "number"), [("none", 0), ("critical", 1), ("high", 2), ("medium", 3), ("low", 4), ("informational", 5)])
def test_new_findings_of_the_severity_or_a_graver_one_fail(fail_on, number):
    assert len(merged_audit([audit(2)], fail_on=fail_on)["failing"]) == number


def test_what_the_baseline_knows_does_not_fail():
    known = [one["id"] for one in merged_audit([audit(2)])["findings"]]
    assert merged_audit([audit(2)], known, fail_on="informational")["failing"] == []


def test_what_fails_is_told_with_where():
    assert merged_audit([audit(2)], fail_on="critical")["failing"] == [
        "critical in 123456789012 eu-west-1: Iam role web-0001-role is not as it should be (role_may_do_anything)"
    ]


def test_the_later_audit_of_a_region_counts():
    report = merged_audit([audit(4, at="2026-11-26T23:30:00+00:00"), audit(2, at="2026-11-25T23:30:00+00:00")])
    assert report["summary"]["auto_scaling_groups"] == 4
    assert len(report["targets"]) == 1


def test_things_of_iam_are_counted_once_for_an_account_and_groups_in_each_region():
    counts = merged_audit([audit(4), audit(2, region=FRANKFURT), audit(3, account=OTHER_ACCOUNT)])["summary"]
    assert (counts["auto_scaling_groups"], counts["iam_roles"], counts["targets"], counts["accounts"], counts["regions"]) == (9, 7, 3, 2, 2)


def test_the_table_has_a_line_for_each_account_and_region():
    assert merged_audit([audit(2), audit(2, region=FRANKFURT)])["table"] == [
        "account       region        groups  instances  critical  high  medium  low  informational  new  silenced",
        "123456789012  eu-central-1  2       4          1         1     1       1    1              5    1",
        "123456789012  eu-west-1     2       4          1         1     1       1    1              5    1",
    ]


def test_the_estate_and_what_was_not_judged_are_kept_with_where():
    report = merged_audit([audit(2), audit(3, region=FRANKFURT)])
    assert [(one["region"], len(one["groups"])) for one in report["estate"]] == [(FRANKFURT, 3), ("eu-west-1", 2)]
    assert [one["region"] for one in report["not_judged"]] == [FRANKFURT, "eu-west-1"]


def test_no_audit_is_a_report_of_nothing():
    assert merged_audit([])["summary"]["findings"] == {"critical": 0, "high": 0, "medium": 0, "low": 0, "informational": 0}


@pytest.mark.parametrize(
    ("audits", "fail_on", "word"),
    [([audit(1)], "grave", "grave is no severity; it is one of critical"), ([{"region": 1}], "none", "audited_at")],
)
def test_what_is_no_audit_is_refused(audits, fail_on, word):
    with pytest.raises(AnsibleFilterError, match=word):
        merged_audit(audits, fail_on=fail_on)
