# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a judged plan for a role tells and refuses, and what is asked of AWS for it."""

from __future__ import annotations

import json

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core import offline
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.ec2_role.plan import plan
from ansible_collections.passrole.ec2.plugins.module_utils.ec2_role.state import Desired, Observed
from ansible_collections.passrole.ec2.plugins.module_utils.ec2_role.trust import default_trust
from ansible_collections.passrole.ec2.plugins.module_utils.ec2_role.vetting import Vetting, fits, vetted

pytest.importorskip("cloudsplaining", reason="dev/pins brings it; it is optional for users")

OFFLINE = Vetting(judges=("offline",))
ADMIN = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
NARROW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::example-web/*"}]}
WRONG = {"findingType": "ERROR", "issueCode": "INVALID_ACTION", "findingDetails": "No.", "learnMoreLink": "https://x", "locations": []}
BOUND = "arn:aws:iam::123456789012:policy/team/bound"


class Account:
    """Account 123456789012, whose managed policies all say the same."""

    def __init__(self, document=None):
        self.document, self.asked, self.validated = document or NARROW, [], []

    def find(self, _service, operation, **params):
        self.asked.append(operation)
        if operation == "validate_policy":
            self.validated.append((params["policyType"], json.loads(params["policyDocument"])))
        answers = {
            "get_caller_identity": {"Account": "123456789012"},
            "get_policy": {"Policy": {"DefaultVersionId": "v7"}},
            "get_policy_version": {"PolicyVersion": {"Document": self.document}},
            "validate_policy": {"findings": [WRONG]},
        }
        return answers[operation]


def want(trust=None, **said):
    return Desired("web", trust=default_trust(trust or {}, "aws"), **said)


def judge(wanted, vetting=OFFLINE, account=None, policies=None):
    seen = Observed(None, policies=policies or {})
    return vetted(plan(wanted, seen), wanted, seen, vetting, (account or Account()).find, "aws")


def codes(judged):
    return [(one["finding_type"], one["issue_code"]) for one in judged.result["findings"]]


def test_who_asks_for_no_judgement_gets_the_plan_as_it_is_and_asks_aws_nothing():
    account, wanted = Account(), want(inline_policies={"admin": ADMIN})
    judged = judge(wanted, Vetting(), account)
    assert "findings" not in judged.result
    assert (judged.warnings, account.asked) == ((), [])


def test_a_role_that_goes_is_not_judged():
    gone = Desired("web", present=False)
    assert judge(gone, Vetting(judges=("offline",), boundaries=("*",))) == plan(gone, Observed(None))


def test_a_narrow_role_for_ec2_alone_has_no_findings_and_costs_no_call():
    account = Account()
    judged = judge(want(inline_policies={"read": NARROW}), account=account)
    assert (judged.result["findings"], judged.warnings, account.asked) == ([], (), [])


def test_an_inline_policy_is_told_by_its_option_and_statement():
    judged = judge(want(inline_policies={"read": READ}))
    assert judged.warnings == (
        "inline_policies.read.Statement[0]: whatever the account keeps there can be read: s3:GetObject on any resource; "
        "name the buckets, parameters or secrets that the application reads "
        "(DataExfiltration, https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege)",
    )


def test_an_administrator_is_told_in_a_few_words():
    judged = judge(want(inline_policies={"admin": ADMIN}))
    assert codes(judged)[:2] == [("SECURITY_WARNING", "CredentialsExposure"), ("SECURITY_WARNING", "DataExfiltration")]
    assert max(map(len, judged.warnings)) < 700
    assert any("every action of every service is allowed" in warning for warning in judged.warnings)
    assert any(" more; " in warning for warning in judged.warnings)


def test_a_managed_policy_is_judged_by_the_version_that_counts():
    account = Account(READ)
    judged = judge(want(managed_policies=("read",)), account=account, policies={"read": "arn:aws:iam::123456789012:policy/read"})
    assert [(one["policy"], one["issue_code"]) for one in judged.result["findings"]] == [("managed_policies[0] (read)", "DataExfiltration")]
    assert account.asked == ["get_policy", "get_policy_version"]


def test_of_aws_s_own_policies_the_gravest_issues_alone_are_warnings():
    policies = {"Core": "arn:aws:iam::aws:policy/Core"}
    assert judge(want(managed_policies=("Core",)), account=Account(READ), policies=policies).warnings == ()
    grave = judge(want(managed_policies=("Core",)), account=Account(ADMIN), policies=policies)
    assert {one["issue_code"] for one in grave.result["findings"] if one["finding_type"] == "SECURITY_WARNING"} == {"PrivilegeEscalation", "ServiceWildcard"}
    assert all("put a policy of your own in its place" in warning for warning in grave.warnings)


@pytest.mark.parametrize(
    ("trust", "told"),
    [
        ({"Service": "lambda.amazonaws.com"}, [("WARNING", "AssumableBeyondEC2")]),
        ({"AWS": "arn:aws:iam::123456789012:role/deployer"}, [("WARNING", "AssumableBeyondEC2")]),
        ({"AWS": "210987654321"}, [("SECURITY_WARNING", "AssumableByCrossAccountPrincipal")]),
        ({"AWS": "*"}, [("SECURITY_WARNING", "AssumableByAnyPrincipal")]),
        ({"AWS": ["210987654321", "123456789012"]}, [("SECURITY_WARNING", "AssumableByCrossAccountPrincipal"), ("WARNING", "AssumableBeyondEC2")]),
    ],
)
def test_whoever_may_assume_the_role_beside_ec2_is_told(trust, told):
    judged = judge(want(trust))
    assert codes(judged) == told
    names = trust.get("AWS", trust.get("Service"))
    assert all(name in " ".join(judged.warnings) for name in ([names] if isinstance(names, str) else names))


def test_anyone_on_a_condition_is_less_than_anyone():
    trust = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}]}
    assert codes(judge(Desired("web", trust=trust))) == [("SECURITY_WARNING", "AssumableByAnyPrincipalWithConditions")]


def test_whose_account_it_is_is_asked_only_where_a_principal_has_one():
    account = Account()
    judge(want({"Service": "lambda.amazonaws.com"}), account=account)
    assert account.asked == []


def test_access_analyzer_is_asked_about_each_policy_but_aws_s_own():
    account, wanted = Account(READ), want(inline_policies={"admin": ADMIN}, managed_policies=("Core", "read"))
    policies = {"Core": "arn:aws:iam::aws:policy/Core", "read": "arn:aws:iam::123456789012:policy/read"}
    judged = judge(wanted, Vetting(judges=("access_analyzer",)), account, policies)
    assert account.validated == [("RESOURCE_POLICY", wanted.trust), ("IDENTITY_POLICY", ADMIN), ("IDENTITY_POLICY", READ)]
    assert [(one["judge"], one["policy"]) for one in judged.result["findings"]] == [
        ("access_analyzer", "assume_role_policy_document"),
        ("access_analyzer", "inline_policies.admin"),
        ("access_analyzer", "managed_policies[1] (read)"),
    ]


def test_two_judges_read_a_managed_policy_once():
    account = Account(READ)
    judged = judge(want(managed_policies=("read",)), Vetting(judges=("access_analyzer", "offline")), account, {"read": "arn:aws:iam::123456789012:policy/read"})
    assert account.asked == ["get_policy", "get_policy_version", "validate_policy", "validate_policy"]
    assert {one["judge"] for one in judged.result["findings"]} == {"access_analyzer", "offline"}


def test_a_role_without_the_boundary_that_is_asked_for_is_told_with_no_library_at_all():
    judged = judge(want(), Vetting(boundaries=("bound", "other")))
    assert judged.warnings == (
        "boundary: role web is bounded by nothing, and its policies alone say what it may do; set boundary to bound or other "
        "(NoRequiredBoundary, https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html)",
    )


def test_a_role_with_one_of_the_boundaries_is_as_it_should_be():
    judged = judge(want(boundary="bound"), Vetting(boundaries=("other", "/team/*")), policies={"bound": BOUND})
    assert judged.result["findings"] == []


@pytest.mark.parametrize(
    ("pattern", "does"),
    [("*", True), ("bound", True), ("b*d", True), ("/team/bound", True), ("/team/*", True), ("arn:aws:iam::*:policy/team/bound", True), (BOUND, True)]
    + [("team", False), ("/bound", False), ("arn:*:policy/bound", False), ("bound-2", False)],
)
def test_a_boundary_is_told_by_its_name_its_path_or_its_arn(pattern, does):
    assert fits(BOUND, pattern) is does


@pytest.mark.parametrize("pattern", ["*", "/*", "arn:*"])
def test_no_boundary_fits_nothing(pattern):
    assert not fits("", pattern)


def test_what_the_playbook_does_not_want_is_refused_before_anything_is_written():
    with pytest.raises(Refused, match=r"^refuse_findings: nothing was changed, because of 1 of the findings: inline_policies.read.Statement\[0\]"):
        judge(want(inline_policies={"read": READ}), Vetting(judges=("offline",), refused=("SECURITY_WARNING",)))


@pytest.mark.parametrize("refused", ["ERROR", "SECURITY_WARNING", "WARNING", "SUGGESTION"])
def test_a_policy_that_cannot_be_read_is_refused_by_any_refuse_findings(refused):
    unreadable = {"Version": "2026-01-01", "Statement": NARROW["Statement"]}
    policies = {"read": "arn:aws:iam::123456789012:policy/read"}
    with pytest.raises(Refused, match=r"managed_policies\[0\] \(read\): the policy was not evaluated.*document\.Version.*UnreadablePolicy"):
        judge(want(managed_policies=("read",)), Vetting(judges=("offline",), refused=(refused,)), Account(unreadable), policies)


def test_a_policy_that_cannot_be_read_is_an_error_and_no_failure_without_refuse_findings():
    judged = judge(want(inline_policies={"read": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*"}]}}))
    assert codes(judged) == [("ERROR", "UnreadablePolicy")]
    assert len(judged.warnings) == 1


def test_a_policy_that_the_library_fails_on_is_refused_too(monkeypatch):
    def fail(_document):
        raise Exception("no data")

    offline.judged.cache_clear()
    monkeypatch.setattr(offline, "reader", lambda: fail)
    with pytest.raises(Refused, match="no data"):
        judge(want(inline_policies={"read": READ}), Vetting(judges=("offline",), refused=("SECURITY_WARNING",)))
    offline.judged.cache_clear()


def test_to_refuse_what_nobody_looks_for_is_a_mistake():
    with pytest.raises(Refused, match=r"^refuse_findings: nothing looks for any; set vet_policies or required_boundaries$"):
        Vetting.from_params({"vet_policies": None, "required_boundaries": [], "refuse_findings": ["ERROR"]})
