# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles: trust that IAM would take, names unique whatever their case, boundaries that exist, updates that keep what they omit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.exceptions import EntityAlreadyExists, LimitExceededException, MalformedPolicyDocument, NotFoundException
from moto.iam.models import IAMBackend
from moto.iam.responses import IamResponse

from ..account import ACCOUNT
from ..mending import mends
from ..spreading import EarlyRead, spread
from .managed_policies import attachable

TRUST_LENGTH = 2048
ELEMENTS = {"Version", "Id", "Statement"}
VERSIONS = {"2008-10-17", "2012-10-17"}
SERVICE = re.compile(r"[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|internal|aws\.internal)")
ACTIONS = re.compile(r"sts:[A-Za-z*]+")
create_checked = IAMBackend.create_role
delete_checked = IAMBackend.delete_role


@mends(IAMBackend)
def get_role(self, role_name):
    for role in self.roles.values():
        if role.name == role_name and spread(role.made_at, "role_delay"):
            return role
    raise NotFoundException(f"The role with name {role_name} cannot be found.")


@mends(IAMBackend)
def create_role(self, role_name, assume_role_policy_document, path, permissions_boundary, *rest, **more):
    check_trust(assume_role_policy_document)
    if any(role.name.lower() == role_name.lower() for role in self.roles.values()):
        raise EntityAlreadyExists(f"Role with name {role_name} already exists.")
    if permissions_boundary:
        attachable(self, permissions_boundary, "Scope ARN:")
    role = create_checked(self, role_name, assume_role_policy_document, path, permissions_boundary, *rest, **more)
    role.made_at = ACCOUNT.clock()
    return role


@mends(IamResponse, "get_role")
def tell_role(self):
    return ActionResult({"Role": EarlyRead(self.backend.get_role(self._get_param("RoleName")))})


@mends(IAMBackend)
def delete_role(self, role_name):
    gone = self.get_role(role_name)
    delete_checked(self, role_name)
    for role in self.roles.values():
        # Trusts hold the ids of roles; they show the ARN only as long as there is a role that has the id.
        role.assume_role_policy_document = role.assume_role_policy_document.replace(f'"{gone.arn}"', f'"{gone.id}"')


@mends(IAMBackend)
def update_role(self, role_name, role_description, max_session_duration):
    role = self.get_role(role_name)
    role.description = role.description if role_description is None else role_description
    role.max_session_duration = max_session_duration
    return role


@mends(IAMBackend)
def update_assume_role_policy(self, role_name, policy_document):
    role = self.get_role(role_name)
    check_trust(policy_document)
    role.assume_role_policy_document = policy_document


@mends(IAMBackend)
def put_role_permissions_boundary(self, role_name, permissions_boundary):
    role = self.get_role(role_name)
    role.permissions_boundary_arn = attachable(self, permissions_boundary, "Scope ARN:").arn


def check_trust(document: str) -> None:
    for statement in statements(document):
        for fault in trust_faults(statement):
            raise MalformedPolicyDocument(fault)
    if len(document) > TRUST_LENGTH:
        raise LimitExceededException(f"Cannot exceed quota for ACLSizePerRole: {TRUST_LENGTH}")


def statements(document: str) -> list[Mapping[str, Any]]:
    try:
        policy = json.loads(document)
    except ValueError:
        raise MalformedPolicyDocument("This policy contains invalid Json") from None
    if not isinstance(policy, dict) or not policy.get("Statement") or policy.keys() - ELEMENTS:
        raise MalformedPolicyDocument("Syntax errors in policy.")
    if policy.get("Version", "2008-10-17") not in VERSIONS:
        raise MalformedPolicyDocument("Syntax errors in policy.")
    found = listed(policy["Statement"])
    if all(isinstance(statement, dict) for statement in found):
        return found
    raise MalformedPolicyDocument("Syntax errors in policy.")


def trust_faults(statement: Mapping[str, Any]) -> Iterator[str]:
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield "Syntax errors in policy."
    if "Principal" not in statement and "NotPrincipal" not in statement:
        yield "Missing required field Principal"
    if "Resource" in statement or "NotResource" in statement:
        yield "Has prohibited field Resource"
    if not all(ACTIONS.fullmatch(action) for action in listed(statement.get("Action", ""))):
        yield "AssumeRole policy may only specify STS AssumeRole actions."
    for service in unknown_services(statement.get("Principal")):
        yield f'Invalid principal in policy: "SERVICE":"{service}"'


def unknown_services(principal: Any) -> list[str]:
    named = listed(principal.get("Service", [])) if isinstance(principal, dict) else []
    return [service for service in named if not SERVICE.fullmatch(service)]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
