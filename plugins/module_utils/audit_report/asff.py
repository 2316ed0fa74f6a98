# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report in AWS Security Finding Format, as Security Hub imports it. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

TYPE = "Software and Configuration Checks/AWS Security Best Practices"
RESOURCES = {
    "auto_scaling_group": "AwsAutoScalingAutoScalingGroup",
    "launch_template": "AwsEc2LaunchTemplate",
    "launch_configuration": "AwsAutoScalingLaunchConfiguration",
    "iam_role": "AwsIamRole",
    "ec2_instance": "AwsEc2Instance",
}
# The limits of the format.
LONGEST = {"Title": 256, "Description": 1024, "Text": 512, "ReasonCode": 100, "value": 1024, "key": 128}
MOST_FIELDS = 50
MOST_REQUIREMENTS = 32
COMPLIANT = ("aws_config", "security_hub", "cis")
STANDARDS = {"aws_config": "AWS Config", "security_hub": "AWS Security Hub", "cis": "CIS AWS Foundations"}


def asff(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A finding once for each account, in the region that its report is from or else the first; those that are silenced are suppressed."""
    targets = {(target["account_id"], target["region"]): target for target in report["targets"]}
    findings = [*report["findings"], *report["silenced"]]
    return [one_of(finding, target, report["rules"]) for finding in findings for target in homes(finding, targets)]


def homes(finding: Mapping[str, Any], targets: Mapping[tuple[str, str], Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    """Where it is imported: in its own account the place that it is reported from, in each other account the first that has it."""
    first = {one["account_id"]: (one["account_id"], one["region"]) for one in reversed(finding["targets"])}
    first[finding["account_id"]] = (finding["account_id"], finding["region"])
    return (targets[first[account]] for account in finding["accounts"])


def one_of(finding: Mapping[str, Any], target: Mapping[str, Any], rules: list[Mapping[str, Any]]) -> dict[str, Any]:
    account, region, partition = target["account_id"], target["region"], target["partition"]
    guide = next((rule["guide"] for rule in rules if rule["rule"] == finding["rule"]), "")
    return {
        "SchemaVersion": "2018-10-08",
        "Id": f"{account}/{region}/passrole.ec2/{finding['id']}",
        "ProductArn": f"arn:{partition}:securityhub:{region}:{account}:product/{account}/default",
        "GeneratorId": f"passrole.ec2/{finding['rule']}",
        "AwsAccountId": account,
        "Region": region,
        "Types": [TYPE],
        "CreatedAt": instant(target["audited_at"]),
        "UpdatedAt": instant(target["audited_at"]),
        "Severity": {"Label": finding["severity"].upper()},
        "Title": short(finding["title"], "Title"),
        "Description": short(f"{finding['what']}. {finding['why']}", "Description"),
        "Remediation": {"Recommendation": {"Text": short(finding["remedy"], "Text"), **({"Url": guide} if guide else {})}},
        "ProductFields": fields(finding),
        "Resources": [resource(finding, region, partition)],
        "Compliance": compliance(finding["controls"]),
        "Workflow": {"Status": "SUPPRESSED" if "silence" in finding else "NEW"},
        "RecordState": "ACTIVE",
        **note(finding, target),
    }


def instant(audited_at: str) -> str:
    return audited_at.replace("+00:00", "Z")


def short(text: str, field: str) -> str:
    return text if len(text) <= LONGEST[field] else f"{text[: LONGEST[field] - 3]}..."


def fields(finding: Mapping[str, Any]) -> dict[str, str]:
    """What the format has no place for: the rule, the groups, and the evidence as text."""
    ours = {"rule": finding["rule"], "groups": ", ".join(finding["groups"]), **{f"evidence/{key}": said(value) for key, value in finding["evidence"].items()}}
    told = {f"passrole/ec2/{key}"[: LONGEST["key"]]: short(value, "value") for key, value in ours.items() if value}
    return dict(list(told.items())[:MOST_FIELDS])


def said(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {said(one)}" for key, one in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(said(one) for one in value)
    return {True: "true", False: "false", None: "none"}[value] if value is None or isinstance(value, bool) else str(value)


def resource(finding: Mapping[str, Any], region: str, partition: str) -> dict[str, Any]:
    return {"Type": RESOURCES.get(finding["subject_type"], "Other"), "Id": short(finding["subject"], "Description"), "Partition": partition, "Region": region}


def compliance(controls: Mapping[str, Any]) -> dict[str, Any]:
    """That the subject fails, and the requirements of others that say the same."""
    requirements = [f"{STANDARDS[standard]} {control}" for standard in COMPLIANT for control in controls.get(standard, ())]
    return {"Status": "FAILED", **({"RelatedRequirements": requirements[:MOST_REQUIREMENTS]} if requirements else {})}


def note(finding: Mapping[str, Any], target: Mapping[str, Any]) -> dict[str, Any]:
    if "silence" not in finding:
        return {}
    text = short(f"Silenced: {finding['silence']['reason']}", "Text")
    return {"Note": {"Text": text, "UpdatedBy": "passrole.ec2", "UpdatedAt": instant(target["audited_at"])}}
