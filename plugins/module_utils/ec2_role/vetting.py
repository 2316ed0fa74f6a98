# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan for a role, judged before the first write by whom the playbook asks. It changes nothing. Private to this collection.

What the playbook declares is judged, changed or not, so that a check tells the same as the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Any

from ..core import access_analyzer
from ..core.access_analyzer import Question
from ..core.errors import Refused
from ..core.findings import TYPES, UNREADABLE, Finding, in_order, refuse, warnings
from ..core.offline import Issue, issues_of
from ..core.plan import Plan
from .state import Desired, Document, Observed
from .trusted import Trusted, trusted_beside_ec2

Find = Callable[..., Any]

OFFLINE = "offline"
TRUST = "assume_role_policy_document"
MOST_NAMED = 4  # of what an issue is about; of administrators it is about thousands of actions
GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
LEAST_PRIVILEGE = f"{GUIDE}best-practices.html#grant-least-privilege"
ESCALATION = "https://cloudsplaining.readthedocs.io/en/latest/glossary/privilege-escalation/"
PRINCIPALS = f"{GUIDE}reference_policies_elements_principal.html"
BOUNDARIES = f"{GUIDE}access_policies_boundaries.html"

# What each issue of cloudsplaining's means, and what would be narrower.
SAID = {
    "PrivilegeEscalation": (
        "whoever gets at the instance can gain more permissions than the role has, by {}",
        "leave out what the application does not call, and name the resources of the rest, for iam:PassRole the roles",
    ),
    "ServiceWildcard": (
        "every action of {} is allowed, and whatever AWS adds to it later",
        "list the actions that the application calls",
    ),
    "CredentialsExposure": (
        "actions that answer with credentials are allowed on any resource: {}",
        "leave out what the application does not call, and name the resources of the rest",
    ),
    "DataExfiltration": (
        "whatever the account keeps there can be read: {} on any resource",
        "name the buckets, parameters or secrets that the application reads",
    ),
    "ResourceExposure": (
        "permissions can be changed on any resource: {}",
        "leave out what the application does not call, and name the resources of the rest",
    ),
    "InfrastructureModification": ("any resource can be changed: {}", "name the resources that the application changes"),
    UNREADABLE: ("the policy was not evaluated, since it cannot be read: {}", "write it in IAM's grammar"),
}
LESS_THAN_A_WARNING = ("InfrastructureModification",)
# AWS's own policies cannot be narrowed, only be replaced: of those, the gravest issues alone are worth a warning.
GRAVE = ("PrivilegeEscalation", "ServiceWildcard")


@dataclass(frozen=True)
class Vetting:
    """Who judges, what a role is to be bounded by, and which findings are refused."""

    judges: tuple[str, ...] = ()
    boundaries: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.judges or self.boundaries)

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Vetting:
        vetting = cls(
            judges=tuple(params["vet_policies"] or ()),
            boundaries=tuple(params["required_boundaries"] or ()),
            refused=tuple(params["refuse_findings"] or ()),
        )
        if vetting.refused and not vetting:
            raise Refused("refuse_findings: nothing looks for any; set vet_policies or required_boundaries")
        return vetting


@dataclass(frozen=True)
class Judged:
    """A policy that is to be judged, and the option that declares it."""

    option: str
    document: Document
    of_aws: bool = False


def vetted(plan: Plan, want: Desired, seen: Observed, vetting: Vetting, find: Find, partition: str) -> Plan:
    """The same plan with what its judges found; refused where the playbook says so."""
    if not vetting or not want.present:
        return plan
    findings = in_order([*unbounded(plan.after["boundary"], want.name, vetting.boundaries), *judged(want, seen, vetting, find, partition)])
    refuse(findings, vetting.refused)
    return replace(
        plan,
        result={**plan.result, "findings": [finding.as_words for finding in findings]},
        warnings=(*plan.warnings, *warnings(findings)),
    )


def unbounded(boundary: str, role: str, wanted: tuple[str, ...]) -> Iterator[Finding]:
    """What is to be said of a role without a boundary that the account asks for."""
    if wanted and not any(fits(boundary, pattern) for pattern in wanted):
        yield Finding(
            judge="required_boundaries",
            policy="boundary",
            finding_type=TYPES[1],
            issue_code="NoRequiredBoundary",
            finding_details=f"role {role} is bounded by {boundary or 'nothing'}, and its policies alone say what it may do",
            remedy=f"set boundary to {' or '.join(wanted)}",
            learn_more_link=BOUNDARIES,
        )


def fits(arn: str, pattern: str) -> bool:
    """Whether a policy is the one that a pattern tells, by its ARN, its name or its /path/name."""
    if pattern.startswith("arn:"):
        return fnmatchcase(arn, pattern)
    where = arn.partition(":policy/")[2]
    return bool(arn) and fnmatchcase(f"/{where}" if pattern.startswith("/") else where.rpartition("/")[2], pattern)


def judged(want: Desired, seen: Observed, vetting: Vetting, find: Find, partition: str) -> Iterator[Finding]:
    """What the judges find in the trust and in the policies that are declared."""
    policies = (*declared(want), *attached(want, seen, find)) if vetting.judges else ()
    if OFFLINE in vetting.judges:
        yield from trust_findings(want.trust, find, partition)
        for policy in policies:
            yield from map(policy_finding(policy), issues_of(policy.document))
    if access_analyzer.JUDGE in vetting.judges:
        yield from access_analyzer.findings_of(questions(want.trust, policies), find)


def questions(trust: Document, policies: Iterable[Judged]) -> Iterator[Question]:
    """What Access Analyzer is asked; of AWS's own policies it would tell nothing that can be changed."""
    yield Question(TRUST, trust, access_analyzer.TRUST)
    yield from (Question(policy.option, policy.document, access_analyzer.IDENTITY) for policy in policies if not policy.of_aws)


def declared(want: Desired) -> list[Judged]:
    return [Judged(f"inline_policies.{name}", document) for name, document in (want.inline_policies or {}).items()]


def attached(want: Desired, seen: Observed, find: Find) -> Iterator[Judged]:
    """The managed policies that are declared, in the versions that count."""
    for index, name in enumerate(want.managed_policies or ()):
        arn = seen.policies[name]
        version = find("iam", "get_policy", PolicyArn=arn)["Policy"]["DefaultVersionId"]
        document = find("iam", "get_policy_version", PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
        yield Judged(f"managed_policies[{index}] ({name})", document, of_aws=":iam::aws:" in arn)


def policy_finding(policy: Judged) -> Callable[[Issue], Finding]:
    def finding(issue: Issue) -> Finding:
        details, remedy = SAID[issue.code]
        return Finding(
            judge=OFFLINE,
            policy=policy.option,
            finding_type=weight(issue.code, policy.of_aws),
            issue_code=issue.code,
            finding_details=details.format(briefly(issue.about)),
            remedy="put a policy of your own in its place, with what the application calls" if policy.of_aws else remedy,
            locations=tuple(f"Statement[{index}]" for index in issue.statements),
            learn_more_link=ESCALATION if issue.code == "PrivilegeEscalation" else LEAST_PRIVILEGE,
        )

    return finding


def weight(code: str, of_aws: bool) -> str:
    if code == UNREADABLE:
        return TYPES[0]
    return "SUGGESTION" if code in LESS_THAN_A_WARNING or (of_aws and code not in GRAVE) else "SECURITY_WARNING"


def briefly(about: tuple[str, ...]) -> str:
    named, more = about[:MOST_NAMED], len(about) - MOST_NAMED
    return ", ".join(named) + (f" and {more} more" if more > 0 else "")


def trust_findings(trust: Document, find: Find, partition: str) -> Iterator[Finding]:
    """One finding for each kind of principal beside EC2, in each statement of the trust."""
    others = list(trusted_beside_ec2(trust, partition))
    # Whose account it is, is asked only where a principal has one.
    account = find("sts", "get_caller_identity")["Account"] if any(one.account for one in others) else ""
    for (index, code), some in groupby(sorted(others, key=lambda one: key(one, account)), key=lambda one: key(one, account)):
        yield trust_finding(index, code, sorted({one.name for one in some}))


def key(trusted: Trusted, account: str) -> tuple[int, str]:
    return trusted.statement, code_of(trusted, account)


def code_of(trusted: Trusted, account: str) -> str:
    """The issue of letting it in; cloudsplaining's name where it has one."""
    if trusted.is_anyone:
        return "AssumableByAnyPrincipalWithConditions" if trusted.conditional else "AssumableByAnyPrincipal"
    if trusted.account and trusted.account != account:
        return "AssumableByCrossAccountPrincipal"
    return "AssumableBeyondEC2"


OF_TRUST = {
    "AssumableByAnyPrincipal": ("anyone with an AWS account may assume the role: {}", "name the principals"),
    "AssumableByAnyPrincipalWithConditions": (
        "anyone may assume the role whom the Condition lets through: {}",
        "name the principals, and leave the Condition as a second lock",
    ),
    "AssumableByCrossAccountPrincipal": (
        "the role may be assumed from another account: {}",
        "leave them out, or name one role of that account and ask for an sts:ExternalId or aws:PrincipalOrgID in a Condition",
    ),
    "AssumableBeyondEC2": (
        "others than EC2 may assume the role, with all that instances may do: {}",
        "give them a role of their own",
    ),
}


def trust_finding(index: int, code: str, names: Iterable[str]) -> Finding:
    details, remedy = OF_TRUST[code]
    return Finding(
        judge=OFFLINE,
        policy=TRUST,
        finding_type="WARNING" if code == "AssumableBeyondEC2" else "SECURITY_WARNING",
        issue_code=code,
        finding_details=details.format(briefly(tuple(names))),
        remedy=remedy,
        locations=(f"Statement[{index}]",),
        learn_more_link=PRINCIPALS,
    )
