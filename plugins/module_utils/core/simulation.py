# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What IAM's policy simulator says of a principal: who is to be asked about, in how few questions, and what an answer means. Private to this collection.

Asking changes nothing. What IAM is told of a call is what AWS tells its judge, as far as it is known before the call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import CallRefused
from .permissions import Known, Permission, arn_of, valued

Call = Callable[..., Any]

ALLOWED = "allowed"
EXPLICITLY = "explicitDeny"
# Where calls of IAM and STS, which have no region, are said to go.
HOME = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
WITHOUT_REGION = ("iam", "sts")
# What calls are told of here; a policy that asks for anything beside asks for what no simulation knows.
TOLD_HERE = ("iam:", "ec2:createaction", "aws:requestedregion")


UNKNOWN = "NoSuchEntity"  # the simulator's answer about a principal that is not there


@dataclass(frozen=True)
class Caller:
    """Who calls, and the principal whose policies tell what that may; if there is none, why."""

    arn: str
    account: str
    principal: str = ""
    why_none: str = ""
    guessed: bool = False  # whether the principal is a session's role at no path, as nobody could read which

    def unknown(self) -> str:
        """What to say where IAM does not know the principal."""
        if self.guessed:
            return f"a session does not tell the path of its role, and iam:GetRole on {self.principal.rpartition('/')[2]} is not allowed"
        return f"there is no {self.principal}"


@dataclass(frozen=True, order=True)
class Question:
    """Actions that are asked about together: on the same resources, and with the same context."""

    resources: tuple[str, ...]
    context: tuple[tuple[str, str], ...]
    actions: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """What the simulator says of one action on one resource."""

    action: str
    resource: str
    decision: str
    why: str = ""
    unknown: tuple[str, ...] = ()  # what policies ask for, and no simulation is told
    matched: tuple[str, ...] = ()  # the policies whose statements matched
    by_boundary: bool | None = None
    by_organizations: bool | None = None

    @property
    def allowed(self) -> bool:
        return self.decision == ALLOWED

    @property
    def mendable(self) -> bool:
        """Whether a statement more would allow it."""
        return self.decision != EXPLICITLY

    @property
    def keeper(self) -> str:
        """What beside a policy of the principal's own must allow it."""
        if self.by_organizations is False:
            return "the organization's policies"
        return "the permissions boundary" if self.by_boundary is False else ""

    def __str__(self) -> str:
        return f"{self.action} on {self.resource} ({self.why})"


def caller_of(call: Call) -> Caller:
    """Who calls; asking needs no permission."""
    told = call("sts", "get_caller_identity")
    return principal_of(told["Arn"], told["Account"], call)


def principal_of(arn: str, account: str, call: Call) -> Caller:
    kind, _slash, name = arn.split(":", 5)[5].partition("/")
    if kind in ("user", "role"):
        return Caller(arn, account, arn)
    if kind == "assumed-role":
        return session(arn, account, name.partition("/")[0], call)
    if kind == "root":
        return Caller(arn, account, why_none=f"{arn} is the account's root, which has no policies")
    return Caller(arn, account, why_none=f"{arn} is a {kind}, about whom IAM's simulator cannot be asked")


def session(arn: str, account: str, role: str, call: Call) -> Caller:
    """A session of a role, whose ARN tells the role without its path."""
    try:
        return Caller(arn, account, call("iam", "get_role", RoleName=role)["Role"]["Arn"])
    except CallRefused:
        return Caller(arn, account, f"arn:{arn.split(':')[1]}:iam::{account}:role/{role}", guessed=True)


def questions(permissions: Iterable[Permission], known: Known) -> list[Question]:
    """The permissions in as few questions as give each action its own resources."""
    together: dict[Any, set[str]] = {}
    for one in permissions:
        resources = tuple(sorted({arn_of(resource, known) for resource in one.resources}))
        together.setdefault((resources, tuple(context(one, known))), set()).add(one.action)
    return sorted(Question(resources, told, tuple(sorted(actions))) for (resources, told), actions in together.items())


def context(permission: Permission, known: Known) -> Iterator[tuple[str, str]]:
    without = permission.action.partition(":")[0] in WITHOUT_REGION
    yield "aws:RequestedRegion", HOME.get(known.partition, "us-east-1") if without else known.region
    yield from ((one.key, valued(one, known)) for one in sorted(permission.context))


def simulate(principal: str, permissions: Iterable[Permission], known: Known, call: Call) -> list[Verdict]:
    """What the simulator says of each permission, on each of its resources."""
    return [verdict for question in questions(permissions, known) for verdict in ask(principal, question, call)]


def ask(principal: str, question: Question, call: Call) -> Iterator[Verdict]:
    entries = [{"ContextKeyName": key, "ContextKeyValues": [value], "ContextKeyType": "string"} for key, value in question.context]
    answer = call(
        "iam",
        "simulate_principal_policy",
        PolicySourceArn=principal,
        ActionNames=list(question.actions),
        ResourceArns=list(question.resources),
        ContextEntries=entries,
    )
    for result in answer["EvaluationResults"]:
        yield from verdicts(result)


def verdicts(result: Mapping[str, Any]) -> Iterator[Verdict]:
    """The verdicts of one result: resource by resource where IAM tells them so, or the one that it is."""
    for one in result.get("ResourceSpecificResults") or [{}]:
        told = {**result, **one}
        decision = one.get("EvalResourceDecision", result["EvalDecision"])
        missing = [key for key in told.get("MissingContextValues", []) if not key.lower().startswith(TOLD_HERE)]
        yield Verdict(
            action=result["EvalActionName"],
            resource=told.get("EvalResourceName", "*"),
            decision=decision,
            why=reason(decision, told),
            unknown=tuple(sorted(missing)),
            matched=tuple(sorted({one["SourcePolicyId"] for one in told.get("MatchedStatements", [])})),
            by_boundary=told.get("PermissionsBoundaryDecisionDetail", {}).get("AllowedByPermissionsBoundary"),
            by_organizations=told.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations"),
        )


def obstacles(denied: Iterable[Verdict]) -> Iterator[str]:
    """What a statement in a policy of the principal's own does not help against, in sentences without their stops."""
    some = tuple(denied)
    if stuck := sorted({one.action for one in some if not one.mendable}):
        yield f"No further statement allows {', '.join(stuck)}; whoever keeps the policy that denies it must change that"
    if keepers := sorted({one.keeper for one in some if one.mendable and one.keeper}):
        yield f"It is {' and '.join(keepers)} that must allow it"


def reason(decision: str, told: Mapping[str, Any]) -> str:
    """Why the simulator says so, in words."""
    if decision == ALLOWED:
        return "allowed"
    if decision == EXPLICITLY:
        by = ", ".join(sorted({one["SourcePolicyId"] for one in told.get("MatchedStatements", [])}))
        return f"denied by {by}" if by else "explicitly denied"
    if not told.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations", True):
        return "not allowed by the organization's policies"
    if not told.get("PermissionsBoundaryDecisionDetail", {}).get("AllowedByPermissionsBoundary", True):
        return "not allowed by the permissions boundary"
    return "allowed by no policy"
