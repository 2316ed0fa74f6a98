# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report as SARIF 2.1.0, for what shows results of static analysis. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "https://github.com/passrole/passrole.ec2"
LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "informational": "note"}
# GitHub sorts by these: over 9.0 is critical, 7.0 high, 4.0 medium, below that low.
GRAVITY = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0", "informational": "0.0"}


def sarif(report: Mapping[str, Any]) -> dict[str, Any]:
    places = {rule["rule"]: number for number, rule in enumerate(report["rules"])}
    driver = {"name": "passrole.ec2", "informationUri": HOME, "rules": [rule_of(rule) for rule in report["rules"]]}
    results = [result_of(finding, places) for finding in (*report["findings"], *report["silenced"])]
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}]}


def rule_of(rule: Mapping[str, Any]) -> dict[str, Any]:
    named = controls(rule["controls"])
    help_text = "\n".join([rule["why"], *(f"{standard}: {control}" for standard, control in named)])
    return {
        "id": rule["rule"],
        "shortDescription": {"text": rule["title"]},
        "fullDescription": {"text": rule["why"]},
        "help": {"text": help_text},
        **({"helpUri": rule["guide"]} if rule["guide"] else {}),
        "defaultConfiguration": {"level": LEVELS[rule["severity"]]},
        "properties": {
            "security-severity": GRAVITY[rule["severity"]],
            "tags": ["security", "aws", *(f"{standard}/{control}" for standard, control in named)],
        },
    }


def controls(named: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(standard, control) for standard, ids in sorted(named.items()) for control in ids]


def result_of(finding: Mapping[str, Any], places: Mapping[str, int]) -> dict[str, Any]:
    silence = finding.get("silence")
    return {
        "ruleId": finding["rule"],
        **({"ruleIndex": places[finding["rule"]]} if finding["rule"] in places else {}),
        "level": LEVELS[finding["severity"]],
        "message": {"text": f"{finding['what']}. {finding['remedy']}."},
        "locations": [location(finding, region) for region in finding["regions"]],
        "partialFingerprints": {"passroleFinding/v1": finding["id"]},
        "baselineState": "new" if finding["new"] else "unchanged",
        "suppressions": [{"kind": "external", "status": "accepted", "justification": justification(silence)}] if silence else [],
        "properties": {
            "security-severity": GRAVITY[finding["severity"]],
            **{key: finding[key] for key in ("severity", "subject", "subject_type", "accounts", "regions", "groups", "evidence", "remedy", "fix")},
        },
    }


def justification(silence: Mapping[str, str]) -> str:
    return f"{silence['reason']} (until {silence['expires']})" if silence.get("expires") else silence["reason"]


def location(finding: Mapping[str, Any], region: str) -> dict[str, Any]:
    """A file of the subject's name, as what shows SARIF asks for one, and the ARN as what it really is."""
    name = f"{finding['account_id']}/{region}/{finding['subject_type']}/{finding['subject_name']}"
    return {
        "physicalLocation": {"artifactLocation": {"uri": quote(name, safe="/")}, "region": {"startLine": 1}},
        "logicalLocations": [{"name": finding["subject_name"], "fullyQualifiedName": finding["subject"], "kind": "resource"}],
    }
