# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an instance profile is, what is wanted of it, and what was seen. Pure: no AWS. Private to this collection."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..core.errors import Refused
from ..core.iam import checked_path, checked_tags, is_arn
from ..core.shapes import to_api, to_words
from ..core.tags import tag_dict
from ..core.timeouts import checked_timeout
from ..core.users import Users

ARN = re.compile(r"arn:[^:]+:iam::\d{12}:role(?P<path>/(?:.+/)?)(?P<name>[^/]+)")
APART = "new_profile"
PATH_AND_NAME = re.compile(r"(?P<path>/(?:.+/)?)(?P<name>[^/]+)")


@dataclass(frozen=True)
class Profile:
    """An instance profile. It holds at most one role; IAM allows no more."""

    name: str
    path: str = "/"
    role: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Role:
    """A role that IAM knows, or that an earlier task made. While it is new, its ARN may not be known yet."""

    name: str
    path: str
    arn: str | None = None
    words: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RoleReference:
    """A role as the playbook names it: by its name, by /path/name or by its ARN."""

    name: str
    path: str | None = None
    arn: str | None = None


@dataclass(frozen=True)
class Desired:
    """What the playbook asks for. ``None`` means: leave that as it is; a role without a name means: no role."""

    name: str
    path: str | None = None
    role: RoleReference | None = None
    tags: Mapping[str, str] | None = None
    purge_tags: bool = True
    present: bool = True
    force_delete: bool = False
    keeps_used_elsewhere: bool = False  # whether users in other regions are no failure, but a reason to leave it
    adopt: bool = False
    wait: bool = True
    wait_timeout: float = 120
    apart: bool = False  # whether a role has a profile of its own, beside those of the roles before
    keep_former: bool = False


@dataclass(frozen=True)
class Observed:
    """What is there: the profile, the role wanted in it, and the profile in the words of a result where AWS gave them.

    Its users are looked for only where they would lose it, or the role in it.
    """

    profile: Profile | None
    role: Role | None = None
    words: Mapping[str, Any] = field(default_factory=dict)
    users: Users = Users()


def holds(profile: Profile | None, want: Desired) -> bool:
    """Whether the profile holds the wanted role already."""
    return bool(profile and want.role and profile.role == want.role.name)


def deprives(want: Desired, profile: Profile | None) -> bool:
    """Whether those who use the profile would be left without a role."""
    if profile is None:
        return False
    return not want.present or bool(want.role and not want.role.name and profile.role)


def desired(params: Mapping[str, Any], creation: Any, role_name: Any) -> Desired:
    """What the options ask for, held against CreateInstanceProfile's request shape and that of a role's name."""
    refuse_apart_without_role(params)
    return Desired(
        name=to_api(params["name"], creation.members["InstanceProfileName"], "name"),
        path=checked_path(params["path"], creation.members["Path"]),
        role=checked_role(params["role"], role_name),
        tags=checked_tags(params["tags"], creation.members["Tags"]),
        purge_tags=params["purge_tags"],
        present=params["state"] == "present",
        force_delete=params["force_delete"],
        keeps_used_elsewhere=params["state"] == "absent" and params["on_use_in_other_regions"] == "keep",
        adopt=params["adopt"],
        wait=params["wait"],
        wait_timeout=checked_timeout(params["wait_timeout"]),
        apart=params["role_change"] == APART,
        keep_former=params["keep_former_instance_profiles"],
    )


def refuse_apart_without_role(params: Mapping[str, Any]) -> None:
    if params["role_change"] == APART and params["state"] == "present" and not params["role"]:
        raise Refused(f"role_change: {APART} finds the instance profile by its role; role must be given")
    if params["keep_former_instance_profiles"] and params["role_change"] != APART:
        raise Refused(f"keep_former_instance_profiles: there are some with role_change: {APART} only")


def checked_role(said: str | None, shape: Any) -> RoleReference | None:
    if said is None:
        return None
    if said == "":
        return RoleReference("")
    reference = read_reference(said)
    to_api(reference.name, shape, "role")
    return reference


def read_reference(said: str) -> RoleReference:
    arn, path_and_name = ARN.fullmatch(said), PATH_AND_NAME.fullmatch(said)
    if arn:
        return RoleReference(arn["name"], arn["path"], said)
    if path_and_name:
        return RoleReference(path_and_name["name"], path_and_name["path"])
    if "/" in said or ":" in said:
        raise Refused(f"role: must be a role's name, its /path/name or its ARN arn:aws:iam::ACCOUNT:role/path/name, not {said}")
    return RoleReference(said)


def in_words(answer: Mapping[str, Any], shape: Any) -> dict[str, Any]:
    """IAM's answer about a profile or a role, in the words of amazon.aws: tags are a dictionary, and never missing."""
    words = to_words(answer, shape)
    if "Roles" in answer:
        words["roles"] = [in_words(role, shape.members["Roles"].member) for role in answer["Roles"]]
    return {**words, "tags": tag_dict(words.get("tags", []))}


def profile_in(words: Mapping[str, Any]) -> Profile:
    """The profile that such words tell of."""
    roles = [role["role_name"] for role in words["roles"]]
    return Profile(words["instance_profile_name"], words["path"], roles[0] if roles else None, words["tags"])


def role_in(words: Mapping[str, Any]) -> Role:
    return Role(words["role_name"], words["path"], words["arn"] if is_arn(words["arn"]) else None, words)
