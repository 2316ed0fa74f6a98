# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings as Security Hub takes them, held against botocore's own model of the call that imports them."""

from __future__ import annotations

from functools import cache

import botocore.session
import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.passrole.ec2.plugins.filter.audit_asff import audit_asff
from ansible_collections.passrole.ec2.plugins.filter.merged_audit import merged_audit
from ansible_collections.passrole.ec2.plugins.module_utils.audit_report.asff import RESOURCES
from botocore.validate import ParamValidator

from tests.support.sample_audits import audit


@cache
def shape():
    model = botocore.session.get_session().get_service_model("securityhub")
    return model.operation_model("BatchImportFindings").input_shape


def imported(*audits):
    findings = audit_asff(merged_audit(list(audits)))
    assert ParamValidator().validate({"Findings": findings}, shape()).generate_report() == ""
    return findings


def of_rule(findings, rule):
    return [one for one in findings if one["GeneratorId"] == f"passrole.ec2/{rule}"]


def with_first(**words):
    made = audit(2)
    return {**made, "findings": [{**made["findings"][0], **words}]}


def test_security_hub_s_model_takes_them():
    assert len(imported(audit(40), audit(40, region="eu-central-1"))) > 80


def test_a_finding_is_of_the_account_s_own_product():
    finding = of_rule(imported(audit(2)), "imdsv2_not_required")[0]
    assert finding["ProductArn"] == "arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default"
    assert finding["Id"].startswith("123456789012/eu-west-1/passrole.ec2/")
    assert (finding["Severity"], finding["CreatedAt"]) == ({"Label": "HIGH"}, "2026-11-26T23:30:00Z")
    assert finding["Resources"][0]["Type"] == "AwsEc2LaunchTemplate"
    assert finding["Compliance"] == {"Status": "FAILED", "RelatedRequirements": ["AWS Config ec2-launch-template-imdsv2-check", "AWS Security Hub EC2.170"]}
    assert finding["ProductFields"]["passrole/ec2/evidence/http_tokens"] == "optional"


def test_resources_are_of_types_that_the_format_has():
    details = shape().members["Findings"].member.members["Resources"].member.members["Details"].members
    assert set(RESOURCES.values()) <= set(details)


def test_a_finding_of_iam_is_imported_once_in_the_first_region_that_tells_it():
    found = of_rule(imported(audit(2), audit(2, region="eu-central-1")), "role_without_boundary")
    assert [one["Region"] for one in found] == ["eu-central-1"]


def test_a_finding_that_a_later_region_proves_alone_is_imported_there():
    unproved, proved = with_first(everywhere=True, severity="informational"), with_first(everywhere=False, severity="critical")
    [id_of_first] = {unproved["findings"][0]["id"], proved["findings"][0]["id"]}
    [found] = [one for one in imported({**unproved, "region": "eu-central-1"}, proved) if one["Id"].endswith(id_of_first)]
    assert found["Region"] == "eu-west-1" and found["Severity"]["Label"] == "CRITICAL"


def test_what_is_silenced_is_suppressed_with_the_reason_as_its_note():
    [finding] = of_rule(imported(audit(2)), "role_unused")
    assert finding["Workflow"] == {"Status": "SUPPRESSED"}
    assert finding["Note"]["Text"] == "Silenced: moved by 2027"


def test_what_is_longer_than_the_format_allows_is_cut():
    [finding] = [one for one in imported(with_first(title="t" * 300, what="w" * 2000, remedy="r" * 600, evidence={"e" * 200: "v" * 3000})) if "Note" not in one]
    assert [len(finding["Title"]), len(finding["Description"]), len(finding["Remediation"]["Recommendation"]["Text"])] == [256, 1024, 512]
    assert finding["Title"].endswith("t...")
    assert max(map(len, finding["ProductFields"])) == 128 and max(map(len, finding["ProductFields"].values())) == 1024


def test_no_more_fields_than_the_format_allows():
    [finding] = [one for one in imported(with_first(evidence={f"key-{number}": number for number in range(80)})) if "Note" not in one]
    assert len(finding["ProductFields"]) == 50


def test_what_is_no_report_is_refused():
    with pytest.raises(AnsibleFilterError, match="merged_audit"):
        audit_asff({})
