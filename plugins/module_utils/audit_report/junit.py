# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report as JUnit XML: a suite for each account and region, and in it a case for each rule. Pure. Private to this collection."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from .merge import by_place, sentence
from .severities import at_least

# What XML 1.0 has no way to say.
UNSPEAKABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SHOWN = ("auto_scaling_groups", "instances", "launch_templates", "launch_configurations", "instance_profiles", "iam_roles")


def junit(report: Mapping[str, Any], fail_on: str) -> str:
    """A rule fails where there is a new finding of it that is as grave as asked."""
    root = Element("testsuites", name="passrole.ec2 audit")
    findings, silenced = by_place(report["findings"]), by_place(report["silenced"])
    for target in report["targets"]:
        where = target["account_id"], target["region"]
        suite(root, target, report["rules"], findings[where], silenced[where], fail_on)
    for count in ("tests", "failures", "skipped"):
        root.set(count, str(sum(int(one.get(count, "0")) for one in root)))
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=False).join(['<?xml version="1.0" encoding="UTF-8"?>\n', "\n"])


def suite(root: Element, target: Mapping[str, Any], rules: Iterable[Mapping[str, Any]], findings: Sequence[Any], silenced: Sequence[Any], fail_on: str) -> None:
    name = f"{target['account_id']}.{target['region']}"
    one = SubElement(root, "testsuite", name=name, timestamp=target["audited_at"].split("+")[0], errors="0", time="0")
    properties = SubElement(one, "properties")
    for key, value in {"account_id": target["account_id"], "region": target["region"], **{kind: target["summary"][kind] for kind in SHOWN}}.items():
        SubElement(properties, "property", name=key, value=str(value))
    for rule in rules:
        found = [finding for finding in findings if finding["rule"] == rule["rule"]]
        silent = [finding for finding in silenced if finding["rule"] == rule["rule"]]
        case(SubElement(one, "testcase", name=rule["rule"], classname=name, time="0"), rule, found, silent, fail_on)
    one.set("tests", str(len(one.findall("testcase"))))
    one.set("failures", str(len(one.findall("testcase/failure"))))
    one.set("skipped", str(len(one.findall("testcase/skipped"))))


def case(one: Element, rule: Mapping[str, Any], found: Sequence[Any], silent: Sequence[Any], fail_on: str) -> None:
    """What fails, what is only told, and what somebody silenced."""
    failing = [finding for finding in found if finding["new"] and at_least(finding["severity"], fail_on)]
    told = [finding for finding in found if finding not in failing]
    if failing:
        said = SubElement(one, "failure", type=rule["severity"], message=spoken(f"{rule['title']}: {len(failing)} found"))
        said.text = spoken("\n".join(lines(failing)))
    elif silent and not found:
        SubElement(one, "skipped", message=spoken("; ".join(f"{finding['subject']}: {finding['silence']['reason']}" for finding in silent)))
    if told:
        SubElement(one, "system-out").text = spoken("\n".join(lines(told)))


def lines(findings: Iterable[Mapping[str, Any]]) -> list[str]:
    return [f"{sentence(finding)}\n  {finding['subject']}\n  {finding['remedy']}" for finding in findings]


def spoken(text: str) -> str:
    return UNSPEAKABLE.sub("\ufffd", text)
