# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What IAM Access Analyzer is asked, and what becomes of its answer."""

from __future__ import annotations

import json

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.access_analyzer import IDENTITY, TRUST, Question, findings_of, place
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused

from tests.support.service_models import input_shape

READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
QUESTION = Question("inline_policies.read", READ, IDENTITY)
STATEMENT = [{"value": "Statement"}, {"index": 0}]
ANSWER = {
    "findingType": "SECURITY_WARNING",
    "issueCode": "PASS_ROLE_WITH_STAR_IN_RESOURCE",
    "findingDetails": "Using the iam:PassRole action with wildcards (*) in the resource can be overly permissive.",
    "learnMoreLink": "https://docs.aws.amazon.com/x",
    "locations": [{"path": [*STATEMENT, {"value": "Resource"}], "span": {}}, {"path": [*STATEMENT, {"value": "Resource"}], "span": {}}],
}
DENIED = CallRefused("AccessDeniedException", "User: me is not authorized to perform: access-analyzer:ValidatePolicy")


class Analyzer:
    """Gives its answers in turn; an error is raised."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def find(self, service, operation, **params):
        self.asked.append((service, operation, params))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {"findings": answer}


def findings(analyzer, *questions):
    return list(findings_of(questions or (QUESTION,), analyzer.find))


def test_a_finding_is_told_in_aws_s_own_words():
    [finding] = findings(Analyzer([ANSWER]))
    assert str(finding) == (
        "inline_policies.read.Statement[0].Resource: Using the iam:PassRole action with wildcards (*) in the resource can be overly permissive "
        "(PASS_ROLE_WITH_STAR_IN_RESOURCE, https://docs.aws.amazon.com/x)"
    )
    assert (finding.judge, finding.finding_type, finding.remedy) == ("access_analyzer", "SECURITY_WARNING", "")


@pytest.mark.parametrize("kind", [IDENTITY, TRUST])
def test_a_policy_is_sent_whole_and_as_what_it_is(kind):
    analyzer = Analyzer([])
    findings(analyzer, Question("x", READ, kind))
    [(service, operation, params)] = analyzer.asked
    shape = input_shape(service, operation)
    assert params == {"locale": "EN", "policyDocument": json.dumps(READ), **kind}
    assert all(params[name] in getattr(shape.members[name], "enum", None) for name in kind)


def test_who_may_not_ask_is_told_so_once_and_asks_no_more():
    analyzer = Analyzer(DENIED)
    [finding] = findings(analyzer, QUESTION, QUESTION)
    assert (finding.finding_type, finding.issue_code) == ("WARNING", "NotJudged")
    assert "access-analyzer:ValidatePolicy was refused (AccessDeniedException)" in str(finding) and len(analyzer.asked) == 1


def test_another_refusal_is_none_to_go_on_from():
    with pytest.raises(CallRefused, match="ValidationException"):
        findings(Analyzer(CallRefused("ValidationException", "no")))


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ([], ""),
        ([{"value": "Version"}], "Version"),
        ([*STATEMENT, {"value": "Action"}, {"index": 3}], "Statement[0].Action[3]"),
        ([*STATEMENT, {"value": "Condition"}, {"key": "StringLike"}], "Statement[0].Condition.StringLike"),
        ([*STATEMENT, {"value": "Resource"}, {"substring": {"start": 3, "length": 1}}], "Statement[0].Resource"),
    ],
)
def test_a_path_is_told_as_a_playbook_writes_it(path, told):
    assert place(path) == told
