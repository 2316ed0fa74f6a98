# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is to pass which roles to what, and what is told of it. Pure: no AWS, no Ansible. Private to this collection."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..core.authorization import FOR_INSTANCES_HERE
from ..core.errors import Refused
from ..core.least_privilege import policy_of
from ..core.permissions import Context, Known, Permission, Resource, rules
from ..core.simulation import EXPLICITLY, Verdict

EC2 = "ec2.amazonaws.com"
ACTION = "iam:PassRole"
SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?")
ARN = re.compile(r"arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:\d{12}:[^{}\s]+")
ROLE = re.compile(r"arn:[a-z-]+:iam::\d{12}:role/[^{}\s]+")
NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
PRINCIPAL = re.compile(r"arn:[a-z-]+:(iam|sts)::\d{12}:(user|role|assumed-role)/[^{}\s]+")


@dataclass(frozen=True)
class Passing:
    """The question: roles by name or ARN, the service that gets them, and what it gets them for."""

    roles: tuple[str, ...]
    service: str = EC2
    principal: str = ""
    resource: str = ""


def passing(params: Mapping[str, Any]) -> Passing:
    """The options, held against the forms that IAM has for them."""
    for index, role in enumerate(params["roles"]):
        if not ROLE.fullmatch(role) and not NAME.fullmatch(role):
            raise Refused(f"roles[{index}]: must be a role's name or its ARN arn:aws:iam::ACCOUNT:role/path/name, not {role or 'empty'}")
    for option, form, like in (
        ("service", SERVICE, EC2),
        ("principal", PRINCIPAL, "arn:aws:iam::ACCOUNT:role/name, or that of a user or of a role's session"),
        ("associated_resource_arn", ARN, "arn:aws:ec2:REGION:ACCOUNT:instance/*"),
    ):
        if params[option] is not None and not form.fullmatch(params[option]):
            raise Refused(f"{option}: must be of the form {like}, not {params[option] or 'empty'}")
    return Passing(tuple(params["roles"]), params["service"], params["principal"] or "", params["associated_resource_arn"] or "")


def permission(asked: Passing, roles: tuple[str, ...]) -> Permission:
    """To pass these roles, by their ARNs; a policy holds what they are passed for where it was said."""
    to_service = Context("iam:PassedToService", asked.service, "StringEquals")
    if asked.resource:
        return Permission(ACTION, arns(roles), (to_service, Context("iam:AssociatedResourceArn", asked.resource, "ArnLike")))
    return Permission(ACTION, arns(roles), (to_service, FOR_INSTANCES_HERE) if asked.service.startswith(EC2) else (to_service,))


def arns(roles: tuple[str, ...]) -> tuple[Resource, ...]:
    return tuple(Resource("arn", role) for role in roles)


def told(verdict: Verdict, asked: Passing, known: Known) -> dict[str, Any]:
    """What the task returns about one role."""
    mends = not verdict.allowed and verdict.decision != EXPLICITLY
    policy = policy_of(rules([permission(asked, (verdict.resource,))], known)) if mends else None
    return {
        "role_name": verdict.resource.rpartition("/")[2],
        "role_arn": verdict.resource,
        "allowed": verdict.allowed,
        "decision": verdict.decision,
        "why": verdict.why,
        "matched_policies": list(verdict.matched),
        "missing_context": list(verdict.unknown),
        "allowed_by_permissions_boundary": verdict.by_boundary,
        "allowed_by_organizations": verdict.by_organizations,
        "policy_to_add": policy,
    }
