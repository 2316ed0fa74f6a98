# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM's policy simulator, and what it needs to be told."""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.exceptions import IAMException, NotFoundException
from moto.iam.responses import IamResponse

from ..mending import mends
from ..paging import page
from ..permissions.callers import group_policies, role_rights, user_rights
from ..permissions.judge import Rights
from ..permissions.simulation import BOUNDARY_POLICY, context_keys, entries, evaluation, given

# What the sandbox cannot simulate; to leave it out in silence would change the answer.
NOT_HERE = ("ResourcePolicy", "PolicyExclusionList", "OrderedOrganizationPolicyInputList")


@mends(IamResponse)
def simulate_principal_policy(self):
    rights = rights_of(self, self._get_param("PolicySourceArn"))
    return simulated(self, Rights((*rights.identity, *asked_policies(self)), rights.boundary))


@mends(IamResponse)
def simulate_custom_policy(self):
    return simulated(self, Rights(asked_policies(self)))


@mends(IamResponse)
def get_context_keys_for_principal_policy(self):
    rights = rights_of(self, self._get_param("PolicySourceArn"))
    return ActionResult({"ContextKeyNames": context_keys((*rights.identity, *asked_policies(self)))})


@mends(IamResponse)
def get_context_keys_for_custom_policy(self):
    return ActionResult({"ContextKeyNames": context_keys(asked_policies(self))})


def simulated(response: IamResponse, rights: Rights) -> ActionResult:
    for name in NOT_HERE:
        if response._get_param(name):
            raise NotImplementedError(f"{name} of a simulation")
    asked = response._get_params()
    context = entries(asked.get("ContextEntries", []))
    bounded = Rights(rights.identity, boundary(asked) or rights.boundary)
    results = [evaluation(bounded, checked(action), asked.get("ResourceArns", []), context) for action in asked["ActionNames"]]
    shown = page(results, int(asked.get("MaxItems", 100)), asked.get("Marker"))
    return ActionResult({"EvaluationResults": shown.items, "IsTruncated": shown.token is not None, "Marker": shown.token})


def boundary(asked: dict[str, Any]) -> Any:
    """A boundary that is given takes the place of the one that is there."""
    return given(map(readable, asked.get("PermissionsBoundaryPolicyInputList", [])), "PermissionsBoundaryPolicyInputList", BOUNDARY_POLICY)


def asked_policies(response: IamResponse) -> Any:
    return given(map(readable, response._get_param("PolicyInputList", [])), "PolicyInputList")


def readable(document: str) -> str:
    try:
        if isinstance(json.loads(document), dict):
            return document
    except ValueError:
        pass
    raise IAMException("InvalidInput", "Syntax errors in policy.")


def checked(action: str) -> str:
    if ":" in action:
        return action
    raise IAMException("InvalidInput", f"Invalid action name: {action}")


def rights_of(response: IamResponse, arn: str) -> Rights:
    """The policies of a user, a group or a role; what else has an ARN has none."""
    kind, _slash, path = arn.rpartition(":")[2].partition("/")
    finders = {"user": find_user, "group": find_group, "role": find_role}
    if ":iam:" not in arn or kind not in finders:
        raise IAMException("InvalidInput", f"Invalid Entity Arn: {arn} does not clearly define entity type and name.")
    return finders[kind](response.backend, arn, path.rpartition("/")[2])


def find_user(backend: Any, arn: str, name: str) -> Rights:
    user = backend.users.get(name)
    return user_rights(backend, there(user, arn, f"The user with name {name} cannot be found."))


def find_group(backend: Any, arn: str, name: str) -> Rights:
    group = backend.groups.get(name)
    return Rights(group_policies(there(group, arn, f"The group with name {name} cannot be found.")))


def find_role(backend: Any, arn: str, name: str) -> Rights:
    role = next((role for role in backend.roles.values() if role.name == name), None)
    return role_rights(backend, there(role, arn, f"The role with name {name} cannot be found."))


def there(found: Any, arn: str, otherwise: str) -> Any:
    if found is None or found.arn != arn:
        raise NotFoundException(otherwise)
    return found
