# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tell each rule of the audit, how grave it is, why, and which control elsewhere is the same, from the rules themselves."""

from __future__ import annotations

from ansible_collections.passrole.ec2.plugins.module_utils.audit.rule import SEVERITIES, Rule
from ansible_collections.passrole.ec2.plugins.module_utils.audit.rulebook import OURS

from dev.place import ROOT

PAGE = ROOT / "docs" / "audit-rules.md"
OPENING = """\
# The rules of the audit

Made by `make audit-rules` from the rules of `passrole.ec2.instance_profile_audit`. "No region alone" marks those whose findings hold only if every
region of the account says the same.
"""
FRAMEWORKS = {"aws_config": "AWS Config", "security_hub": "Security Hub", "control_tower": "Control Tower", "cis": "CIS AWS", "prowler": "Prowler"}


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    return "\n".join([OPENING, *(section(severity) for severity in SEVERITIES)])


def section(severity: str) -> str:
    rows = [row(rule) for rule in sorted(OURS, key=lambda rule: rule.id) if rule.severity == severity]
    return "\n".join([f"## {severity.capitalize()}", "", "| rule | what it finds, and why that matters | the same elsewhere |", "|---|---|---|", *rows, ""])


def row(rule: Rule) -> str:
    link = f" ([guide]({rule.guide}))" if rule.guide else ""
    alone = " No region alone." if rule.everywhere else ""
    return f"| `{rule.id}` | **{rule.title}.** {rule.why}{alone}{link} | {elsewhere(rule)} |"


def elsewhere(rule: Rule) -> str:
    return "; ".join(f"{name} {', '.join(rule.controls[framework])}" for framework, name in FRAMEWORKS.items() if framework in rule.controls)


if __name__ == "__main__":
    main()
