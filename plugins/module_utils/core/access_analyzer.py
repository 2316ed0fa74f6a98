# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWS's own IAM Access Analyzer finds in a policy, by ValidatePolicy. It changes nothing, and needs no analyzer. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import CallRefused
from .findings import Finding
from .policies import as_text

Find = Callable[..., Any]

JUDGE = "access_analyzer"
NOT_JUDGED = "NotJudged"
IDENTITY = {"policyType": "IDENTITY_POLICY"}
TRUST = {"policyType": "RESOURCE_POLICY", "validatePolicyResourceType": "AWS::IAM::AssumeRolePolicyDocument"}


@dataclass(frozen=True)
class Question:
    """A document, what kind of policy it is, and the option that declares it."""

    option: str
    document: Mapping[str, Any]
    kind: Mapping[str, str]


def findings_of(questions: Iterable[Question], find: Find) -> Iterator[Finding]:
    """What Access Analyzer finds; who may not ask it is told so, once."""
    try:
        for question in questions:
            yield from found(question, find)
    except CallRefused as refusal:
        if not refusal.is_denial:
            raise
        yield Finding(
            judge=JUDGE,
            policy="vet_policies",
            finding_type="WARNING",
            issue_code=NOT_JUDGED,
            finding_details=f"not judged by IAM Access Analyzer, as access-analyzer:ValidatePolicy was refused ({refusal.code})",
            remedy="allow it to whoever runs the task",
        )


def found(question: Question, find: Find) -> list[Finding]:
    asked = {"locale": "EN", "policyDocument": as_text(question.document), **question.kind}
    answer = find("accessanalyzer", "validate_policy", **asked)
    return [finding(question.option, one) for one in answer["findings"]]


def finding(option: str, one: Mapping[str, Any]) -> Finding:
    """A finding of AWS's, in our words; what would be narrower is in its details."""
    return Finding(
        judge=JUDGE,
        policy=option,
        finding_type=one["findingType"],
        issue_code=one["issueCode"],
        finding_details=one["findingDetails"].rstrip("."),
        locations=tuple(dict.fromkeys(place(location["path"]) for location in one["locations"])),
        learn_more_link=one["learnMoreLink"],
    )


def place(path: Iterable[Mapping[str, Any]]) -> str:
    """Where in a document a path leads, as in Statement[0].Action."""
    steps = "".join(step(element) for element in path)
    return steps.removeprefix(".")


def step(element: Mapping[str, Any]) -> str:
    if "index" in element:
        return f"[{element['index']}]"
    name = element.get("value", element.get("key"))
    return f".{name}" if name else ""  # a part of a text leads no further than the text
