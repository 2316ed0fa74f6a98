# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which findings Security Hub is to have of one product, and which it has. Pure: no AWS. Private to this collection.

The bounds are those that the API reference tells of AwsSecurityFinding and the model does not hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any

from ..core.errors import Refused
from ..core.shapes import NOTHING, moment, to_api

Finding = Mapping[str, Any]

FORMAT = "2018-10-08"
ACTIVE, ARCHIVED = "ACTIVE", "ARCHIVED"
LONGEST = {"Id": 512, "GeneratorId": 512, "Title": 256, "Description": 1024}
LONGEST_RECOMMENDATION, MOST_RESOURCES, MOST_TYPES = 512, 32, 50
OF_AWS = "aws/"  # what the names of product fields begin with that Security Hub keeps for itself
TIMES = ("CreatedAt", "FirstObservedAt", "LastObservedAt", "UpdatedAt")
# What a provider says in FindingProviderFields, as Security Hub's users may say otherwise at the finding itself.
PROVIDED = ("Confidence", "Criticality", "RelatedFindings", "Severity", "Types")
# What Security Hub lets its users alone change, once a finding is there.
OF_USERS = ("Note", "UserDefinedFields", "VerificationState", "Workflow")
# What Security Hub alone says of a finding.
FILLED_IN = ("AwsAccountName", "ProcessedAt", "WorkflowState")


@dataclass(frozen=True)
class Here:
    """Where a task works."""

    partition: str
    region: str
    account: str

    @property
    def product(self) -> str:
        """What every account has for findings of its own."""
        return f"arn:{self.partition}:securityhub:{self.region}:{self.account}:product/{self.account}/default"


@dataclass(frozen=True)
class Desired:
    """What the playbook asks for: the findings as they are sent, and which of those that are there are its own."""

    here: Here
    product: str
    prefix: str
    findings: tuple[Finding, ...] = ()
    passed_over: int = 0
    archive_missing: bool = True
    shape: Any = None  # of one finding


@dataclass(frozen=True)
class Observed:
    """The findings of the product, by their ids: those that are active, and those that were archived and are not forgotten yet."""

    active: Mapping[str, Finding] = field(default_factory=dict)
    archived: Mapping[str, Finding] = field(default_factory=dict)


def desired(params: Mapping[str, Any], request: Any, here: Here) -> Desired:
    """What the options ask for, held against the forms of Security Hub; ``request`` is that of BatchImportFindings."""
    want = Desired(
        here=here,
        product=params["product_arn"] or here.product,
        prefix=checked_prefix(params["generator_id_prefix"]),
        archive_missing=params["archive_missing"],
        shape=request.members["Findings"].member,
    )
    others = params["elsewhere"] == "pass_over"
    meant = {index: one for index, one in enumerate(params["findings"]) if not (others and is_elsewhere(one, here))}
    findings = {index: checked(one, want, f"findings[{index}]") for index, one in meant.items()}
    refuse_twice({index: one["Id"] for index, one in findings.items()})
    ordered = tuple(sorted(findings.values(), key=lambda one: one["Id"]))
    return replace(want, findings=ordered, passed_over=len(params["findings"]) - len(ordered))


def is_elsewhere(said: Mapping[str, Any], here: Here) -> bool:
    """Whether a finding says that it is of another account or region; one that says neither is not."""
    return said.get("AwsAccountId", here.account) != here.account or said.get("Region", here.region) != here.region


def checked_prefix(prefix: str) -> str:
    if not prefix.strip():
        raise Refused("generator_id_prefix: empty, and every finding of the product would be taken for one of these")
    return prefix


def checked(said: Any, want: Desired, path: str) -> Finding:
    """A finding in AWS's own words, as a provider is to send it."""
    finding = as_provided(to_api(said, want.shape, path, str))
    to_api(finding, want.shape, path, str)
    for name, right in (("SchemaVersion", FORMAT), ("ProductArn", want.product), ("AwsAccountId", want.here.account), ("Region", want.here.region)):
        if finding.get(name, right) != right:
            raise Refused(f"{path}.{name}: must be {right} here, not {finding[name]}")
    if not finding["GeneratorId"].startswith(want.prefix):
        raise Refused(f"{path}.GeneratorId: must begin with {want.prefix}, as generator_id_prefix says, not {finding['GeneratorId']}")
    for problem in problems(finding):
        raise Refused(f"{path}.{problem}")
    finding = {name: value for name, value in finding.items() if value not in NOTHING}
    # Said each time, as a finding that comes back would else stay archived.
    return {**finding, "RecordState": ACTIVE, **{name: written(moment(finding[name], None, f"{path}.{name}")) for name in TIMES if name in finding}}


def problems(finding: Finding) -> Iterator[str]:
    """What Security Hub would refuse, or nobody would see."""
    for name, most in LONGEST.items():
        if len(finding[name]) > most:
            yield f"{name}: {len(finding[name])} characters, and at most {most} allowed"
    advice = finding.get("Remediation", {}).get("Recommendation", {}).get("Text", "")
    if len(advice) > LONGEST_RECOMMENDATION:
        yield f"Remediation.Recommendation.Text: {len(advice)} characters, and at most {LONGEST_RECOMMENDATION} allowed"
    if not 1 <= len(finding["Resources"]) <= MOST_RESOURCES:
        yield f"Resources: {len(finding['Resources'])} items, and 1 to {MOST_RESOURCES} allowed"
    if len(finding.get("FindingProviderFields", {}).get("Types", ())) > MOST_TYPES:
        yield f"Types: at most {MOST_TYPES} items allowed"
    if finding.get("RecordState", ACTIVE) != ACTIVE:
        yield f"RecordState: must be {ACTIVE} or left out; what is not among findings is archived"
    for key in finding.get("ProductFields", {}):
        if key.startswith(OF_AWS):
            yield f"ProductFields.{key}: Security Hub keeps names that begin with {OF_AWS} for itself"


def refuse_twice(ids: Mapping[int, str]) -> None:
    first: dict[str, int] = {}
    for index, one in ids.items():
        if first.setdefault(one, index) != index:
            raise Refused(f"findings[{index}].Id: {one} is that of findings[{first[one]}] already; each finding has an Id of its own")


def as_provided(finding: Finding) -> dict[str, Any]:
    """The same, with what is the provider's to say where a provider says it."""
    fields = {**{name: finding[name] for name in PROVIDED if name in finding}, **finding.get("FindingProviderFields", {})}
    rest = {name: value for name, value in finding.items() if name not in (*PROVIDED, "FindingProviderFields")}
    return {**rest, **({"FindingProviderFields": fields} if fields else {})}


def written(when: datetime) -> str:
    return when.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
