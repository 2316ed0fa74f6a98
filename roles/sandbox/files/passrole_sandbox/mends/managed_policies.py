# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""AWS's managed policies are made when they are asked for; attaching and deleting follow IAM's rules."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.exceptions import DeleteConflictException, EntityAlreadyExists, LimitExceededException, NotFoundException
from moto.iam.models import AWSManagedPolicy, IAMBackend, ManagedPolicy

from ..mending import mends

POLICIES_PER_ROLE = 10
create_checked = IAMBackend.create_policy


class Policies(dict):
    """Policies by ARN: the account's own, and AWS's, some 1,600 of which few are ever read."""

    def __init__(self, backend: IAMBackend) -> None:
        super().__init__()
        self.backend = backend
        self.unmade = dict(published_names(backend.partition))

    def __contains__(self, arn: object) -> bool:
        return super().__contains__(arn) or arn in self.unmade

    def __missing__(self, arn: str) -> ManagedPolicy:
        name = self.unmade.pop(arn)
        self[arn] = AWSManagedPolicy.from_data(name, self.backend.account_id, self.backend.region_name, published()[name])
        return self[arn]

    def own(self) -> list[ManagedPolicy]:
        return [policy for policy in super().values() if not isinstance(policy, AWSManagedPolicy)]

    def values(self):
        for arn in list(self.unmade):
            self[arn]  # made by __missing__
        return super().values()


@lru_cache(maxsize=1)
def published() -> dict[str, dict[str, Any]]:
    return json.loads(aws_managed_policies_data)


@lru_cache(maxsize=None)
def published_names(partition: str) -> dict[str, str]:
    """The name of each by its ARN."""
    return {f"arn:{partition}:iam::aws:policy{policy.get('Path', '/')}{name}": name for name, policy in published().items()}


@mends(IAMBackend)
def _init_aws_policies(_self):
    return []


@mends(IAMBackend)
def _init_managed_policies(self):
    return Policies(self)


@mends(IAMBackend)
def get_policy(self, policy_arn):
    if policy_arn in self.managed_policies:
        return self.managed_policies[policy_arn]
    raise NotFoundException(f"Policy {policy_arn} was not found.")


@mends(IAMBackend)
def create_policy(self, description, path, policy_document, policy_name, tags):
    if any(policy.name.lower() == policy_name.lower() for policy in self.managed_policies.own()):
        raise EntityAlreadyExists(f"A policy called {policy_name} already exists. Duplicate names are not allowed.")
    return create_checked(self, description, path, policy_document, policy_name, tags)


@mends(IAMBackend)
def delete_policy(self, policy_arn):
    policy = self.get_policy(policy_arn)
    if policy.attachment_count:
        raise DeleteConflictException("Cannot delete a policy attached to entities.")
    if len(policy.versions) > 1:
        raise DeleteConflictException(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
            "The default version is deleted with the policy."
        )
    del self.managed_policies[policy_arn]


@mends(IAMBackend)
def attach_role_policy(self, policy_arn, role_name):
    role = self.get_role(role_name)
    policy = attachable(self, policy_arn)
    if policy_arn in role.managed_policies:
        return
    if len(role.managed_policies) == POLICIES_PER_ROLE:
        raise LimitExceededException(f"Cannot exceed quota for PoliciesPerRole: {POLICIES_PER_ROLE}")
    policy.attach_to(role)


@mends(IAMBackend)
def detach_role_policy(self, policy_arn, role_name):
    role = self.get_role(role_name)
    if policy_arn not in role.managed_policies:
        raise NotFoundException(f"Policy {policy_arn} was not found.")
    role.managed_policies[policy_arn].detach_from(role)


def attachable(backend: IAMBackend, arn: str, called: str = "Policy") -> ManagedPolicy:
    if arn in backend.managed_policies:
        return backend.managed_policies[arn]
    raise NotFoundException(f"{called} {arn} does not exist or is not attachable.")
