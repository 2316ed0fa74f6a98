# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which findings may be reported to Security Hub, and which it may have before."""

from __future__ import annotations

from typing import Any

from ansible_collections.passrole.ec2.plugins.modules.securityhub_findings import OPTIONS, make_plan

from tests.support.contracts.clients import REGION
from tests.support.contracts.contract import Account, Have, Promised, nothing

ACCOUNT = "123456789012"
PRODUCT = f"arn:aws:securityhub:{REGION}:{ACCOUNT}:product/{ACCOUNT}/default"
LONG_AGO, EARLIER, LATER = "2026-01-01T00:00:00Z", "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"


def finding(name: str, **more: Any) -> dict[str, Any]:
    """One finding, as a playbook reports it."""
    return {
        "SchemaVersion": "2018-10-08",
        "Id": name,
        "ProductArn": PRODUCT,
        "GeneratorId": "passrole.ec2/imdsv2_not_required",
        "AwsAccountId": ACCOUNT,
        "CreatedAt": LATER,
        "UpdatedAt": LATER,
        "Title": "Instances may be asked for the role's credentials without a session token",
        "Description": f"Launch template {name} lets them.",
        "Severity": {"Label": "HIGH", "Original": "high"},
        "Types": ["Software and Configuration Checks/AWS Security Best Practices"],
        "ProductFields": {"rule": "imdsv2_not_required"},
        "Resources": [{"Type": "AwsEc2LaunchTemplate", "Id": f"arn:aws:ec2:{REGION}:{ACCOUNT}:launch-template/{name}"}],
        **more,
    }


def many(count: int, **more: Any) -> list[dict[str, Any]]:
    return [finding(f"many-{number:03}", **more) for number in range(count)]


def enabled(account: Account) -> None:
    account.client("securityhub").enable_security_hub()


def reported(*findings: dict[str, Any]) -> Have:
    """Security Hub with these, as they were reported earlier."""

    def have(account: Account) -> None:
        enabled(account)
        hub = account.client("securityhub")
        earlier = [{**one, "CreatedAt": EARLIER, "UpdatedAt": one["UpdatedAt"] if one["UpdatedAt"] < EARLIER else EARLIER} for one in findings]
        for start in range(0, len(earlier), 100):
            hub.batch_import_findings(Findings=earlier[start : start + 100])

    return have


PROMISED = Promised(
    module="securityhub_findings",
    options=OPTIONS,
    make_plan=make_plan,
    wants={
        "none": {"findings": []},
        "two": {"findings": [finding("b", Region=REGION, ProductName="passrole.ec2"), finding("a")]},
        "one said otherwise": {"findings": [finding("a", Description="Launch template a, which every group uses.", Severity={"Label": "CRITICAL"})]},
        "more than one call takes": {"findings": many(150)},
        "one, and the others kept": {"findings": [finding("c")], "archive_missing": False},
        "of an own generator": {"findings": [finding("a", GeneratorId="example.com/tags")], "generator_id_prefix": "example.com/"},
        "of another generator": {"findings": [finding("a", GeneratorId="example.com/tags")]},
        "of another account": {"findings": [finding("a", AwsAccountId="210987654321")]},
        "one of two regions": {"findings": [finding("a"), finding("b", Region="us-east-1")], "elsewhere": "pass_over"},
        "of another product": {"findings": [], "product_arn": f"arn:aws:securityhub:{REGION}::product/example/scanner"},
    },
    haves={
        "Security Hub not enabled": nothing,
        "no finding": enabled,
        "two and another's": reported(finding("a"), finding("b"), finding("z", GeneratorId="example.com/else")),
        "one that nobody renewed": reported(finding("a", UpdatedAt=LONG_AGO), finding("d")),
        "one that is archived": reported(finding("a", RecordState="ARCHIVED")),
        "as many": reported(*many(120)),
    },
)
