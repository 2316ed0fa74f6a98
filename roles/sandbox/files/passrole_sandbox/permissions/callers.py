# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who calls: a user by its access key, a role's session by its temporary one; any other key is the account's root, which may do everything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import Group, IAMBackend, Role, User, iam_backends
from moto.sts.models import AssumedRole, sts_backends
from moto.utilities.utils import get_partition

from .judge import Policy, Rights

SIGNED = re.compile(r"Credential=(?P<key>[^/]+)/[^/]+/(?P<region>[^/]*)/")


@dataclass(frozen=True)
class Caller:
    """A principal as the calls it makes show it; root has no rights to judge by."""

    arn: str
    user_id: str
    name: str = "root"
    kind: str = "Account"
    principal: str = ""
    rights: Rights | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


def caller_of(authorization: str) -> Caller:
    """Who signed a request."""
    signed = SIGNED.search(authorization)
    account = account_of(authorization)
    partition = get_partition(signed["region"]) if signed else "aws"
    backend = iam_backends[account][partition]
    key = backend.access_keys.get(signed["key"]) if signed else None
    if key is None:
        return Caller(f"arn:{partition}:iam::{account}:root", account)
    if key.user_name is not None:
        return user_caller(backend, backend.get_user(key.user_name))
    return session_caller(backend, sts_backends[account][partition].get_assumed_role_from_access_key(key.access_key_id))


def account_of(authorization: str) -> str:
    """The account that the key belongs to; a key that nobody has is of the first one."""
    signed = SIGNED.search(authorization)
    return account_with(signed["key"] if signed else "")


def account_with(key: str) -> str:
    """The same by the key. Only partitions that were asked for are looked into: moto makes all of them to look, at each call to an empty account."""
    owners = (account for account, partitions in list(iam_backends.items()) if any(key in one.access_keys for one in list(partitions.values())))
    return next(owners, DEFAULT_ACCOUNT_ID)


def user_caller(backend: IAMBackend, user: User) -> Caller:
    return Caller(user.arn, user.id, user.name, "User", user.arn, user_rights(backend, user), user_tags(backend, user))


def session_caller(backend: IAMBackend, session: AssumedRole) -> Caller:
    """A session of a role that is gone, or is another by now, may do nothing."""
    role = next((role for role in backend.roles.values() if role.arn == session.role_arn), None)
    rights = role_rights(backend, role) if role else Rights()
    limited = Rights(rights.identity, rights.boundary, session_policies(session))
    tags = {**tags_of(role), **getattr(session, "tags", {})}
    return Caller(session.arn, session.user_id, session.session_name, "AssumedRole", session.role_arn, limited, tags)


def session_policies(session: AssumedRole) -> tuple[Policy, ...] | None:
    return (Policy("session", session.policy),) if session.policy else None


def user_rights(backend: IAMBackend, user: User) -> Rights:
    """A user's own policies and its groups'."""
    groups = [group for group in backend.groups.values() if user in group.users]
    own = [*inline("user", user.name, user.policies), *attached(user)]
    return Rights((*own, *(policy for group in groups for policy in group_policies(group))), boundary_of(backend, user))


def group_policies(group: Group) -> tuple[Policy, ...]:
    return (*inline("group", group.name, group.policies), *attached(group))


def role_rights(backend: IAMBackend, role: Role) -> Rights:
    return Rights((*inline("role", role.name, role.policies), *attached(role)), boundary_of(backend, role))


def boundary_of(backend: IAMBackend, owner: Any) -> tuple[Policy, ...] | None:
    """The policy that bounds a user or a role; one that is gone allows nothing."""
    arn = owner.permissions_boundary_arn
    if not arn:
        return None
    return (managed(backend.managed_policies[arn]),) if arn in backend.managed_policies else ()


def inline(kind: str, owner: str, policies: Mapping[str, str]) -> Iterator[Policy]:
    """IAM's simulator names an inline policy so: the kind of its owner, the owner, the policy."""
    return (Policy(f"{kind}_{owner}_{name}", document) for name, document in policies.items())


def attached(owner: Any) -> Iterator[Policy]:
    return (managed(policy) for policy in owner.managed_policies.values())


def managed(policy: Any) -> Policy:
    version = next(version for version in policy.versions if version.version_id == policy.default_version_id)
    return Policy(policy.name, as_text(version.document))


def as_text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)


def user_tags(backend: IAMBackend, user: User) -> dict[str, str]:
    return by_key(backend.list_user_tags(user.name))


def tags_of(owner: Any) -> dict[str, str]:
    """The tags of a role, a policy or a profile, which moto keeps in two ways."""
    tags = getattr(owner, "tags", None) or {}
    return by_key(tags.values() if isinstance(tags, dict) else tags)


def by_key(tags: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag.get("Value") or "" for tag in tags}
