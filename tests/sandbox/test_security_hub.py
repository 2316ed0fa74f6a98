# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Security Hub's findings. Each test names the fact about AWS that it rests on."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.support.contracts.securityhub_findings import ACCOUNT, EARLIER, LATER, PRODUCT, finding, many

IMPORT = {"Action": "securityhub:BatchImportFindings", "Resource": PRODUCT}
READ = {"Action": "securityhub:GetFindings", "Resource": f"arn:aws:securityhub:eu-west-1:{ACCOUNT}:hub/default"}


@pytest.fixture
def hub(account):
    account.client("securityhub").enable_security_hub()
    return account.client("securityhub")


def found(hub, **filters):
    asked = {name: [{"Value": value, "Comparison": comparison}] for name, (comparison, value) in filters.items()}
    return [one["Id"] for one in hub.get_paginator("get_findings").paginate(Filters=asked).build_full_result()["Findings"]]


def only(hub):
    (one,) = hub.get_findings()["Findings"]
    return one


def test_an_account_without_security_hub_reads_and_imports_nothing(account, refused):
    """API_GetFindings, InvalidAccessException; user guide, finding-update-batchimportfindings: findings of an account that is not enabled fail one by one."""
    hub = account.client("securityhub")
    assert refused(hub.get_findings)[0] == "InvalidAccessException"
    answer = hub.batch_import_findings(Findings=[finding("a")])
    assert (answer["FailedCount"], [one["ErrorCode"] for one in answer["FailedFindings"]]) == (1, ["InvalidAccess"])


def test_findings_are_found_by_filter_a_page_at_a_time(hub):
    """API_GetFindings: at most 100 on a page; API_StringFilter: EQUALS, PREFIX, and their opposites."""
    hub.batch_import_findings(Findings=many(99))
    hub.batch_import_findings(Findings=[finding("z"), finding("y", GeneratorId="example.com/tags")])
    assert len(hub.get_findings()["Findings"]) == 100
    assert len(found(hub)) == 101
    assert found(hub, GeneratorId=("PREFIX", "example.com/")) == ["y"]
    assert found(hub, Id=("PREFIX_NOT_EQUALS", "many-"), GeneratorId=("PREFIX", "passrole.ec2/")) == ["z"]
    assert found(hub, AwsAccountId=("EQUALS", "210987654321")) == []


def test_what_is_not_newer_is_passed_over(hub):
    """User guide, finding-update-batchimportfindings: UpdatedAt that matches or occurs before that of the finding updates nothing."""
    hub.batch_import_findings(Findings=[finding("a", UpdatedAt=LATER)])
    for at in (EARLIER, LATER):
        assert hub.batch_import_findings(Findings=[finding("a", UpdatedAt=at, Title="other")])["SuccessCount"] == 1
    assert only(hub)["Title"] != "other"
    hub.batch_import_findings(Findings=[finding("a", UpdatedAt="2026-11-22T00:00:00Z", Title="other")])
    assert only(hub)["Title"] == "other"


def test_security_hub_fills_in_what_is_its_own(hub):
    """API_AwsSecurityFinding: Region, ProductName, CompanyName; API_Severity: Normalized of a Label; API_FindingProviderFields."""
    hub.batch_import_findings(Findings=[finding("a")])
    one = only(hub)
    assert (one["Region"], one["RecordState"], one["Workflow"]) == ("eu-west-1", "ACTIVE", {"Status": "NEW"})
    assert one["Severity"]["Normalized"] == 70
    assert one["FindingProviderFields"]["Severity"] == {"Label": "HIGH", "Original": "high"}


def test_what_users_say_is_no_provider_s_to_change(hub):
    """API_BatchImportFindings: it does not update Workflow, Note and the like, and of severity and types the provider's own fields alone."""
    hub.batch_import_findings(Findings=[finding("a", UpdatedAt=EARLIER)])
    hub.batch_update_findings(FindingIdentifiers=[{"Id": "a", "ProductArn": PRODUCT}], Workflow={"Status": "SUPPRESSED"}, Severity={"Label": "LOW"})
    hub.batch_import_findings(Findings=[finding("a", Workflow={"Status": "NEW"}, FindingProviderFields={"Severity": {"Label": "CRITICAL"}})])
    one = only(hub)
    assert (one["Workflow"]["Status"], one["Severity"]["Label"]) == ("SUPPRESSED", "LOW")
    assert one["FindingProviderFields"]["Severity"] == {"Label": "CRITICAL"}


def test_a_resolved_finding_that_comes_back_is_new(hub):
    """User guide, finding-workflow-status: Workflow of a RESOLVED finding is NEW again when RecordState changes from ARCHIVED to ACTIVE."""
    hub.batch_import_findings(Findings=[finding("a", UpdatedAt=EARLIER, RecordState="ARCHIVED")])
    hub.batch_update_findings(FindingIdentifiers=[{"Id": "a", "ProductArn": PRODUCT}], Workflow={"Status": "RESOLVED"})
    hub.batch_import_findings(Findings=[finding("a", RecordState="ACTIVE")])
    assert only(hub)["Workflow"]["Status"] == "NEW"


def test_an_account_imports_findings_of_its_own(hub):
    """API_BatchImportFindings: with the default product, AwsAccountId is the account that calls."""
    answer = hub.batch_import_findings(Findings=[finding("a", AwsAccountId="210987654321"), finding("b")])
    assert (answer["SuccessCount"], [one["Id"] for one in answer["FailedFindings"]]) == (1, ["a"])


def test_a_call_takes_a_hundred_findings(account, hub):
    """API_BatchImportFindings: Array Members: Maximum number of 100 items."""
    with pytest.raises(ClientError, match="InvalidInputException"):
        hub.batch_import_findings(Findings=many(101))
    assert account.calls()[-1] | {"mutates": True, "operation": "BatchImportFindings"} == account.calls()[-1]


def test_who_may_import_is_judged_by_product_and_account(hub, make_user, refused):
    """Service Authorization Reference, AWS Security Hub: BatchImportFindings on the product, with securityhub:TargetAccount; GetFindings on the hub."""
    told = {**IMPORT, "Condition": {"StringEquals": {"securityhub:TargetAccount": ACCOUNT}}}
    able = make_user(told, READ, name="able")("securityhub")
    assert able.batch_import_findings(Findings=[finding("a")])["SuccessCount"] == 1
    assert len(able.get_findings()["Findings"]) == 1
    elsewhere = make_user({**IMPORT, "Resource": PRODUCT.replace("default", "other")}, name="elsewhere")("securityhub")
    assert refused(elsewhere.batch_import_findings, Findings=[finding("a")])[0] == "AccessDeniedException"
