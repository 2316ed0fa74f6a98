# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Security Hub takes findings of accounts in which it is enabled, passes over what is not newer, fills in what is its own, and finds by filter.

Security Hub API reference, BatchImportFindings, BatchUpdateFindings, GetFindings; its user guide, finding-update-batchimportfindings.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from moto.core.utils import utcnow
from moto.securityhub import urls
from moto.securityhub.exceptions import SecurityHubClientError
from moto.securityhub.models import Finding, SecurityHubBackend
from moto.securityhub.responses import SecurityHubResponse

from ..mending import mends
from ..paging import page

MOST_AT_ONCE = 100
OF_USERS = ("Note", "UserDefinedFields", "VerificationState", "Workflow")
PROVIDED = ("Confidence", "Criticality", "RelatedFindings", "Severity", "Types")
NORMALIZED = {"INFORMATIONAL": 0, "LOW": 1, "MEDIUM": 40, "HIGH": 70, "CRITICAL": 90}
# The filters of text, and where in a finding that text is. What else GetFindings filters by is refused here.
TEXTS = {
    **{name: (name,) for name in ("AwsAccountId", "GeneratorId", "Id", "ProductArn", "ProductName", "RecordState", "Region", "Title")},
    "SeverityLabel": ("Severity", "Label"),
    "WorkflowStatus": ("Workflow", "Status"),
}
NEGATED = {"NOT_EQUALS": "EQUALS", "PREFIX_NOT_EQUALS": "PREFIX", "NOT_CONTAINS": "CONTAINS"}
COMPARED = {"EQUALS": str.__eq__, "PREFIX": str.startswith, "CONTAINS": str.__contains__}
urls.url_paths["{0}/findings/batchupdate$"] = SecurityHubResponse.dispatch


class InvalidAccess(SecurityHubClientError):
    """The refusal of an account in which Security Hub is not enabled."""

    status = 401

    def __init__(self, account: str) -> None:
        super().__init__("InvalidAccessException", f"Account {account} is not subscribed to AWS Security Hub")


def invalid(message: str) -> SecurityHubClientError:
    return SecurityHubClientError("InvalidInputException", message)


@mends(SecurityHubResponse)
def get_findings(self):
    backend, asked = self.securityhub_backend, json.loads(self.body or "{}")
    if not backend.enabled:
        raise InvalidAccess(backend.account_id)
    found = [one.data for one in backend.findings if all(fits(one.data, name, some) for name, some in asked.get("Filters", {}).items())]
    part = page(found, asked.get("MaxResults", MOST_AT_ONCE), asked.get("NextToken"))
    return json.dumps({"Findings": part.items, **({"NextToken": part.token} if part.token else {})})


def fits(finding: Mapping[str, Any], name: str, filters: list[dict[str, str]]) -> bool:
    """API_StringFilter: any of those that say how it is, and none of those that say how it is not."""
    if name not in TEXTS:
        raise invalid(f"the sandbox does not filter by {name}")
    text: Any = finding
    for step in TEXTS[name]:
        text = text.get(step, "") if isinstance(text, Mapping) else ""
    wanted = [one for one in filters if one["Comparison"] in COMPARED]
    unwanted = [one for one in filters if one["Comparison"] in NEGATED]
    return (not wanted or any(COMPARED[one["Comparison"]](text, one["Value"]) for one in wanted)) and not any(
        COMPARED[NEGATED[one["Comparison"]]](text, one["Value"]) for one in unwanted
    )


@mends(SecurityHubBackend)
def batch_import_findings(self, findings):
    if not 1 <= len(findings) <= MOST_AT_ONCE:
        raise invalid(f"Findings: 1 to {MOST_AT_ONCE} allowed, not {len(findings)}")
    failed = [why for one in findings for why in refused(self, one)]
    names = {one["Id"] for one in failed}
    for one in findings:
        if one["Id"] not in names:
            take(self, one)
    return len(failed), len(findings) - len(failed), failed


def refused(backend: SecurityHubBackend, finding: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Each finding is judged by itself. User guide: who is not enabled gets InvalidAccess, finding by finding."""
    account, default = backend.account_id, f":{backend.region_name}:{backend.account_id}:product/{backend.account_id}/default"
    if not backend.enabled:
        code, why = "InvalidAccess", f"Account {account} is not subscribed to AWS Security Hub"
    elif finding["AwsAccountId"] != account or not finding["ProductArn"].endswith(default):
        code, why = "InvalidAccess", f"Account {account} may import findings of its own with ProductArn arn:aws:securityhub{default}"
    elif not finding["Resources"] or len(finding["Title"]) > 256 or len(finding["Description"]) > 1024:
        code, why = "InvalidInput", "Finding does not adhere to Amazon Finding Format."
    else:
        return
    yield {"Id": finding["Id"], "ErrorCode": code, "ErrorMessage": why}


def take(backend: SecurityHubBackend, finding: dict[str, Any]) -> None:
    """User guide: what is not newer than the finding that is there is passed over."""
    there = next((one for one in backend.findings if (one.id, one.data["ProductArn"]) == (finding["Id"], finding["ProductArn"])), None)
    if there is None:
        backend.findings.append(Finding(finding["Id"], completed(backend, finding)))
    elif finding["UpdatedAt"] > there.data["UpdatedAt"]:
        renew(there.data, finding)


def completed(backend: SecurityHubBackend, finding: dict[str, Any]) -> dict[str, Any]:
    """A new finding, with what Security Hub fills in."""
    said = {name: finding[name] for name in PROVIDED if name in finding}
    fields = {**said, **finding.get("FindingProviderFields", {})}
    severity = fields.get("Severity", {})
    where = {"Partition": "aws", "Region": backend.region_name}
    return {
        "RecordState": "ACTIVE",
        "Workflow": {"Status": "NEW"},
        "WorkflowState": "NEW",
        "CompanyName": "Personal",
        "ProductName": "Default",
        **finding,
        **fields,
        **({"Severity": {**severity, "Normalized": NORMALIZED.get(severity.get("Label"), 0)}} if severity else {}),
        "FindingProviderFields": fields,
        "Region": backend.region_name,
        "ProcessedAt": utcnow().isoformat(timespec="milliseconds") + "Z",
        "ProductFields": {**finding.get("ProductFields", {}), "aws/securityhub/FindingId": f"{finding['ProductArn']}/{finding['Id']}"},
        "Resources": [{**where, **one} for one in finding["Resources"]],
    }


def renew(there: dict[str, Any], finding: Mapping[str, Any]) -> None:
    """What users said stays; their workflow begins anew when an archived finding comes back that was resolved."""
    back = (there["RecordState"], finding.get("RecordState")) == ("ARCHIVED", "ACTIVE")
    if back and there["Workflow"]["Status"] in ("RESOLVED", "NOTIFIED"):
        there["Workflow"] = {"Status": "NEW"}
    fields = {**there["FindingProviderFields"], **finding.get("FindingProviderFields", {})}
    there.update({name: value for name, value in finding.items() if name not in (*OF_USERS, *PROVIDED)}, FindingProviderFields=fields)


@mends(SecurityHubResponse)
def batch_update_findings(self):
    """What a user says of findings."""
    asked = json.loads(self.body)
    named = {(one["Id"], one["ProductArn"]) for one in asked["FindingIdentifiers"]}
    for one in self.securityhub_backend.findings:
        if (one.id, one.data["ProductArn"]) in named:
            one.data.update({name: asked[name] for name in (*OF_USERS, *PROVIDED) if name in asked})
    return json.dumps({"ProcessedFindings": asked["FindingIdentifiers"], "UnprocessedFindings": []})
