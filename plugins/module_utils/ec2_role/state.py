# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a role for EC2 is, what is wanted of it, and what was seen. Pure: no AWS, no Ansible. Private to this collection."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..core.errors import Refused
from ..core.iam import checked_path, checked_tags_of_role
from ..core.plan import Later
from ..core.policies import PERMISSIONS, document
from ..core.shapes import to_api
from ..core.timeouts import checked_timeout
from ..core.users import Users
from .trust import declared_trust, wanted_trust

Document = Mapping[str, Any]

ARN = re.compile(r"arn:[^:]+:iam::(\d{12}|aws):policy/(?:[\w+=,.@-]+/)*[\w+=,.@-]+")
NAME = re.compile(r"(?:/(?:[\w+=,.@-]+/)*)?[\w+=,.@-]{1,128}")


@dataclass(frozen=True)
class Identity:
    """What AWS alone gives a role."""

    arn: str | Later
    role_id: str | Later
    create_date: str | Later
    role_last_used: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Role:
    """A role. Of its inline policies, ``None`` says that nobody looked; managed policies are ARNs."""

    name: str
    trust: Document
    path: str = "/"
    description: str = ""
    max_session_duration: int = 3600
    boundary: str = ""
    managed_policies: tuple[str, ...] = ()
    inline_policies: Mapping[str, Document] | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Desired:
    """What the playbook asks for. ``None`` means: leave that as it is."""

    name: str
    trust: Document = field(default_factory=dict)
    path: str | None = None
    description: str | None = None
    max_session_duration: int | None = None
    boundary: str | None = None
    managed_policies: tuple[str, ...] | None = None
    purge_policies: bool = True
    inline_policies: Mapping[str, Document] | None = None
    purge_inline_policies: bool = True
    tags: Mapping[str, str] | None = None
    purge_tags: bool = True
    remove_from_instance_profiles: bool = False
    force_delete: bool = False
    keeps_used_elsewhere: bool = False  # whether users in other regions are no failure, but a reason to leave it
    adopt: bool = False
    present: bool = True
    wait: bool = True
    wait_timeout: float = 120
    partition: str = "aws"


@dataclass(frozen=True)
class Holder:
    """An instance profile that holds the role."""

    name: str
    path: str = "/"
    arn: str | None = None


@dataclass(frozen=True)
class Observed:
    """What is there: the role, who holds it, who uses those holders, and the ARN of every policy that the playbook names."""

    role: Role | None
    identity: Identity | None = None
    policies: Mapping[str, str] = field(default_factory=dict)
    holders: tuple[Holder, ...] = ()
    users: Users = Users()


def in_words(role: Role) -> dict[str, Any]:
    """All but the name, in the options' words; of inline policies only what was looked at."""
    words = {
        "path": role.path,
        "assume_role_policy_document": dict(role.trust),
        "description": role.description,
        "max_session_duration": role.max_session_duration,
        "boundary": role.boundary,
        "managed_policies": list(role.managed_policies),
        "tags": dict(role.tags),
    }
    return words if role.inline_policies is None else {**words, "inline_policies": dict(role.inline_policies)}


def role_in(name: str, words: Mapping[str, Any]) -> Role:
    """The role that such words tell of."""
    same = {word: words[word] for word in ("path", "description", "max_session_duration", "boundary", "tags")}
    return Role(
        name=name,
        trust=words["assume_role_policy_document"],
        managed_policies=tuple(words["managed_policies"]),
        inline_policies=words.get("inline_policies"),
        **same,
    )


def desired(params: Mapping[str, Any], partition: str, creation: Any, policy_name: Any) -> Desired:
    """What the options ask for, held against CreateRole's request shape and that of an inline policy's name."""
    name = to_api(params["name"], creation.members["RoleName"], "name")
    times = {"wait": params["wait"], "wait_timeout": checked_timeout(params["wait_timeout"])}
    if params["state"] == "absent":
        allowed = {word: params[word] for word in ("remove_from_instance_profiles", "force_delete", "adopt")}
        keeps = params["on_use_in_other_regions"] == "keep"
        return Desired(name, trust=declared_trust(params, partition), present=False, partition=partition, keeps_used_elsewhere=keeps, **allowed, **times)
    return Desired(
        name=name,
        trust=wanted_trust(params, partition),
        path=checked_path(params["path"], creation.members["Path"]),
        description=checked(params, "description", creation.members["Description"]),
        max_session_duration=checked(params, "max_session_duration", creation.members["MaxSessionDuration"]),
        boundary=checked_boundary(params["boundary"]),
        managed_policies=checked_references(params["managed_policies"]),
        inline_policies=checked_documents(params["inline_policies"], policy_name),
        tags=checked_tags_of_role(params["tags"], creation.members["Tags"]),
        **{word: params[word] for word in ("purge_policies", "purge_inline_policies", "purge_tags")},
        **times,
        partition=partition,
    )


def checked(params: Mapping[str, Any], option: str, shape: Any) -> Any:
    return None if params[option] is None else to_api(params[option], shape, option)


def checked_boundary(said: str | None) -> str | None:
    return said if not said else reference(said, "boundary")


def checked_references(said: list[str] | None) -> tuple[str, ...] | None:
    if said is None:
        return None
    return tuple(reference(policy, f"managed_policies[{index}]") for index, policy in enumerate(said))


def reference(said: str, path: str) -> str:
    """A managed policy as the playbook names it: by its ARN, its name or its /path/name."""
    if ARN.fullmatch(said) or NAME.fullmatch(said):
        return said
    raise Refused(f"{path}: must be a policy's name, its /path/name or its ARN arn:aws:iam::ACCOUNT:policy/path/name, not {said or 'empty'}")


def checked_documents(said: Mapping[str, Any] | None, shape: Any) -> dict[str, Document] | None:
    if said is None:
        return None
    return {
        to_api(name, shape, f"inline_policies.{name}"): document(said[name], PERMISSIONS, f"inline_policies.{name}")
        for name in sorted(said)
    }
