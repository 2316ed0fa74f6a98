# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What may be reported to Security Hub, and in which words anything else is refused."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.securityhub.state import Here, desired
from tests.support.service_models import input_shape
from tests.support.contracts.securityhub_findings import ACCOUNT, PRODUCT, finding

REQUEST = input_shape("securityhub", "batch_import_findings")
HERE = Here("aws", "eu-west-1", ACCOUNT)
OPTIONS = {"product_arn": None, "generator_id_prefix": "passrole.ec2/", "archive_missing": True, "elsewhere": "refuse"}


def wanted(*findings, **options):
    return desired({**OPTIONS, "findings": list(findings), **options}, REQUEST, HERE)


def without(name):
    return {word: value for word, value in finding("a").items() if word != name}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (without("Title"), r"findings\[0\].Title: must be given"),
        (finding("a", Titel="x"), r"findings\[0\].Titel: no such member in botocore \S+; did you mean Title\?"),
        (finding("a", severity="x"), r"findings\[0\].severity: no such member in botocore \S+; did you mean Severity\?"),
        (finding("a", Severity={"Label": "GRAVE"}), r"findings\[0\].Severity.Label: GRAVE is none of INFORMATIONAL, LOW, MEDIUM, HIGH, CRITICAL"),
        (finding("a", Confidence=101), r"findings\[0\].FindingProviderFields.Confidence: 101, and at most 100 allowed"),
        (finding("a", Description="x" * 1025), r"findings\[0\].Description: 1025 characters, and at most 1024 allowed"),
        (finding("a", Resources=[]), r"findings\[0\].Resources: 0 items, and 1 to 32 allowed"),
        (finding("a", UpdatedAt="yesterday"), r"findings\[0\].UpdatedAt: must be a time as in"),
        (finding("a", SchemaVersion="1"), r"findings\[0\].SchemaVersion: must be 2018-10-08 here, not 1"),
        (finding("a", AwsAccountId="210987654321"), rf"findings\[0\].AwsAccountId: must be {ACCOUNT} here, not 210987654321"),
        (finding("a", ProductArn="arn:aws:x"), rf"findings\[0\].ProductArn: must be {PRODUCT} here, not arn:aws:x"),
        (finding("a", Region="us-east-1"), r"findings\[0\].Region: must be eu-west-1 here, not us-east-1"),
        (finding("a", GeneratorId="other"), r"findings\[0\].GeneratorId: must begin with passrole.ec2/, as generator_id_prefix says, not other"),
        (finding("a", RecordState="ARCHIVED"), r"findings\[0\].RecordState: must be ACTIVE or left out"),
        (finding("a", ProductFields={"aws/x": "y"}), r"findings\[0\].ProductFields.aws/x: Security Hub keeps names that begin with aws/"),
        (finding("a", Remediation={"Recommendation": {"Text": "x" * 513}}), r"findings\[0\].Remediation.Recommendation.Text: 513 characters, and at most 512"),
        (finding("a", Types=["a/b"] * 51), r"findings\[0\].Types: at most 50 items allowed"),
    ],
)
def test_what_is_no_finding_of_here_is_refused(said, words):
    with pytest.raises(Refused, match=words):
        wanted(said)


def test_two_findings_do_not_share_an_id():
    with pytest.raises(Refused, match=r"findings\[1\].Id: a is that of findings\[0\] already"):
        wanted(finding("a"), finding("a"))


def test_a_prefix_of_nothing_would_take_everything_for_ours():
    with pytest.raises(Refused, match="generator_id_prefix: empty"):
        wanted(generator_id_prefix=" ")


def test_what_is_the_provider_s_to_say_is_said_where_a_provider_says_it():
    (one,) = wanted(finding("a", Severity={"Label": "LOW"}, FindingProviderFields={"Severity": {"Label": "HIGH"}})).findings
    assert "Severity" not in one and "Types" not in one
    assert one["FindingProviderFields"] == {"Severity": {"Label": "HIGH"}, "Types": finding("a")["Types"]}


def test_times_are_told_in_one_form():
    (one,) = wanted(finding("a", UpdatedAt="2026-11-21T01:00:00+01:00")).findings
    assert one["UpdatedAt"] == "2026-11-21T00:00:00Z"


def test_each_account_and_region_has_a_product_of_its_own():
    assert wanted().product == PRODUCT
    assert Here("aws-cn", "cn-north-1", ACCOUNT).product == f"arn:aws-cn:securityhub:cn-north-1:{ACCOUNT}:product/{ACCOUNT}/default"


def test_a_report_of_all_leaves_to_others_what_is_theirs():
    others = [finding("b", AwsAccountId="210987654321"), finding("c", Region="us-east-1"), finding("d", Region="eu-west-1")]
    want = wanted(finding("a"), *others, elsewhere="pass_over")
    assert ([one["Id"] for one in want.findings], want.passed_over) == (["a", "d"], 2)


def test_what_is_passed_over_does_not_shift_what_a_refusal_names():
    with pytest.raises(Refused, match=r"findings\[1\].Titel"):
        wanted(finding("b", Region="us-east-1"), finding("a", Titel="x"), elsewhere="pass_over")


def test_what_is_empty_says_nothing():
    (one,) = wanted(finding("a", Compliance={}, ProductFields={})).findings
    assert not {"Compliance", "ProductFields"} & one.keys()
