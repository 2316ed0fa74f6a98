# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role on the sandbox, run as its users run it: two regions, each format, a baseline, and what makes it fail."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from functools import partial

import pytest
from junitparser import JUnitXml

from tests.support import misconfigured_account as planted
from tests.support.sample_audits import audit
from tests.support.audit_reports import reported, run

HOSTS = {"sandbox.eu-west-1": {"region": "eu-west-1"}, "sandbox.eu-central-1": {"region": "eu-central-1"}}
PLACES = [("123456789012", "eu-central-1"), ("123456789012", "eu-west-1")]


@pytest.fixture
def audited(account, tmp_path):
    """Runs the role in the account, with these words, and tells what Ansible said."""
    connection = {"region": "{{ region }}", "endpoint_url": account.url, "access_key": "sandbox", "secret_key": "sandbox"}
    play = {"hosts": "all", "gather_facts": False, "module_defaults": {"group/passrole.ec2.aws": connection}, "roles": ["passrole.ec2.audit"]}
    python = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    (tmp_path / "play.yml").write_text(json.dumps([play]), encoding="utf-8")
    (tmp_path / "hosts.json").write_text(json.dumps({"all": {"vars": python, "hosts": HOSTS}}), encoding="utf-8")

    def ran(*arguments, fails=False, **words):
        said = json.dumps({"audit_vet_policies": [], **words})
        return run(tmp_path, "play.yml", "--inventory", "hosts.json", "--extra-vars", said, *arguments, fails=fails)

    return ran


def read(folder, name):
    return (folder / "passrole-audit" / name).read_text(encoding="utf-8")


def told_by_junit(suites):
    """For each rule and place the subjects that its case tells of: each finding is told in three lines."""
    told = [(suite.name, case.name, [*(result.text for result in case.result), case.system_out]) for suite in suites for case in suite]
    return {(place, rule, line.strip()) for place, rule, texts in told for text in texts if text for line in text.split("\n")[1::3]}


def told_by_page(html):
    return json.loads(re.search(r'<script type="application/json" id="report"[^>]*>(.*?)</script>', html)[1])["findings"]


def test_both_regions_are_in_one_report_in_each_format_in_check_mode_too(account, audited, tmp_path):
    planted.estate(account)
    account.run("audit")
    said = audited("--check", fails=True, audit_fail_on="critical", audit_formats=["html", "json", "junit", "sarif", "asff"])
    report = json.loads(read(tmp_path, "audit.json"))
    assert [(one["account_id"], one["region"]) for one in report["targets"]] == PLACES
    found = report["findings"]
    assert Counter(one["subject_name"] for one in found if one["rule"] == "role_is_administrator") == {"role_is_administrator": 1}
    critical = [one for one in found if one["severity"] == "critical"]
    assert f"{len(critical)} new findings of severity critical:" in said and critical[0]["what"] in said
    results = json.loads(read(tmp_path, "audit.sarif"))["runs"][0]["results"]
    assert [one["partialFingerprints"]["passroleFinding/v1"] for one in results] == [one["id"] for one in found]
    of_the_hub = json.loads(read(tmp_path, "audit.asff.json"))["Findings"]
    assert [one["Id"] for one in of_the_hub if one["RecordState"] == "ACTIVE"] == [
        f"{one['account_id']}/{one['region']}/passrole.ec2/{one['id']}" for one in found
    ]
    suites = JUnitXml.fromstring(read(tmp_path, "audit.junit.xml").encode())
    assert {case.name for suite in suites for case in suite if case.result} == {one["rule"] for one in critical} | {
        case.name for suite in suites for case in suite if case.is_skipped
    }
    assert told_by_junit(suites) == {
        (f"{place['account_id']}.{place['region']}", one["rule"], one["subject"]) for one in found for place in one["targets"]
    }
    assert [one["id"] for one in told_by_page(read(tmp_path, "audit.html"))] == [one["id"] for one in found]
    assert [call["operation"] for call in account.calls("audit") if call["mutates"]] == []


def test_what_was_written_as_the_baseline_fails_no_more_and_a_second_run_changes_nothing(account, audited, tmp_path):
    planted.estate(account)
    before = len(account.calls())
    # One region, as runs of two take their time.
    audited = partial(audited, "--limit=sandbox.eu-west-1")
    # tests/e2e/test_front_doors.py checks that a check writes no baseline.
    said = audited(audit_baseline="known.json", audit_write_baseline=True, audit_fail_on="low")
    assert "changed=1" in said
    known = json.loads((tmp_path / "known.json").read_text(encoding="utf-8"))
    assert known.keys() == {one["id"] for one in json.loads(read(tmp_path, "audit.json"))["findings"]}
    said = audited(audit_baseline="known.json", audit_fail_on="low")
    assert "changed=1" not in said
    assert {one["new"] for one in json.loads(read(tmp_path, "audit.json"))["findings"]} == {False}
    assert [call["operation"] for call in account.calls()[before:] if call["mutates"]] == []


def test_a_baseline_that_is_not_there_is_refused_before_anything_is_read(account, audited, tmp_path):
    before = len(account.calls())
    said = audited(fails=True, audit_baseline="knwon.json")
    assert f"audit_baseline: there is no file {tmp_path}/knwon.json; audit_write_baseline makes it" in said
    assert "audit_baseline: is needed, as audit_write_baseline is set; give it a path" in audited(fails=True, audit_write_baseline=True)
    assert len(account.calls()) == before


@pytest.mark.exhaustive  # tests/e2e/audit_report/test_page.py makes its page of audits from files
def test_audits_that_other_runs_kept_are_in_the_report_too(account, audited, tmp_path):
    (tmp_path / "other.json").write_text(json.dumps(audit(4, account="210987654321")), encoding="utf-8")
    said = audited(audit_files=["other.json"])
    assert [line for line in said.splitlines() if "210987654321  eu-west-1     4" in line]
    assert len(json.loads(read(tmp_path, "audit.json"))["targets"]) == 3


def test_only_the_formats_that_are_asked_for_are_written_and_not_for_everyone_to_read(tmp_path):
    folder = reported(tmp_path / "some", [audit(2)], audit_formats=["junit"])
    assert {path.name for path in folder.glob("audit.*")} == {"audit.junit.xml"}
    assert (folder / "audit.junit.xml").stat().st_mode & 0o777 == 0o640
