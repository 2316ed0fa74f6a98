# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tell of instance profiles and their roles, whole, and in words that a fleet takes back with nothing to do. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..core.bulk import Bulk
from ..core.earlier import Earlier
from ..core.pool import AT_A_TIME, all_of
from ..ec2_role import observe as role_observe
from ..ec2_role import plan as role_plan
from ..ec2_role import state as role_state
from ..ec2_role.trust import lets_ec2_in
from ..instance_profile import observe as profile_observe

Words = dict[str, Any]

AT_ONCE = 1000
AWS_OWN = "aws:"  # what tags begin with that AWS sets, and nobody else may


@dataclass(frozen=True)
class Asked:
    """Which instance profiles: by name, by what their path begins with, and by tags; None for all."""

    names: frozenset[str] | None = None
    path_prefix: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def chooses(self, profile: Mapping[str, Any]) -> bool:
        named = self.names is None or profile["InstanceProfileName"] in self.names
        return named and profile["Path"].startswith(self.path_prefix or "/")

    def has_tags(self, words: Words) -> bool:
        return self.tags.items() <= words["tags"].items()


@dataclass(frozen=True)
class Found:
    """A role, with what AWS alone tells of it."""

    role: role_state.Role
    identity: role_state.Identity

    def why_not_declarable(self, partition: str) -> str:
        if self.role.path.startswith(role_plan.KEPT_BY_AWS):
            return "AWS keeps it itself"
        return "" if lets_ec2_in(self.role.trust, partition) else "its trust policy does not let EC2 assume it"


def survey(asked: Asked, aws: Any) -> Words:
    """What is told of them, and the fleets that they are."""
    bulk = Bulk(aws.find)
    bulk.expect(("profiles", "roles"))
    profiles = [words for words in profiles_of(asked, bulk, aws) if asked.has_tags(words)]
    names = sorted({role["role_name"] for words in profiles for role in words["roles"]})
    roles = {name: found for name, found in zip(names, all_of(names, lambda name: role_of(name, bulk, aws), AT_A_TIME)) if found}
    return {
        "iam_instance_profiles": [told(words, roles) for words in profiles],
        "fleet": [as_member(words) for words in profiles],
        "role_fleet": [as_role_member(found.role) for found in roles.values() if not found.why_not_declarable(aws.partition)],
        "left_out": list(left_out(roles, aws.partition)),
    }


def profiles_of(asked: Asked, bulk: Bulk, aws: Any) -> Iterator[Words]:
    """In the order of their names. Their tags take a call for each, as AWS leaves them out where it tells of many."""
    listed = bulk.find("iam", "list_instance_profiles", MaxItems=AT_ONCE)["InstanceProfiles"]
    names = sorted(profile["InstanceProfileName"] for profile in listed if asked.chooses(profile))
    shape = aws.model("iam").shape_for("InstanceProfile")
    # One that was deleted meanwhile is not told of.
    yield from filter(None, all_of(names, lambda name: profile_observe.find_profile(name, bulk.find, shape), AT_A_TIME))


def role_of(name: str, bulk: Bulk, aws: Any) -> Found | None:
    """The role with all its inline policies."""
    seen = role_observe.observe(role_state.Desired(name, inline_policies={}), bulk.find, Earlier(), aws.partition)
    return Found(seen.role, seen.identity) if seen.role and seen.identity else None


def told(words: Words, roles: Mapping[str, Found]) -> Words:
    """The profile, with each role in it as a task for that role tells of it, and with the documents of its inline policies."""
    return {**words, "roles": [of_role(roles[role["role_name"]]) if role["role_name"] in roles else role for role in words["roles"]]}


def of_role(found: Found) -> Words:
    return {**role_plan.result(found.role, found.identity), "inline_policies": dict(found.role.inline_policies or {})}


def as_member(words: Words) -> Words:
    roles = [role["role_name"] for role in words["roles"]]
    return {"name": words["instance_profile_name"], "path": words["path"], "role": roles[0] if roles else "", "tags": declarable(words["tags"])}


def as_role_member(role: role_state.Role) -> Words:
    words = role_state.in_words(role)
    return {"name": role.name, **words, "tags": declarable(words["tags"])}


def declarable(tags: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if not key.startswith(AWS_OWN)}


def left_out(roles: Mapping[str, Found], partition: str) -> Iterator[Words]:
    for name, found in roles.items():
        if why := found.why_not_declarable(partition):
            yield {"role_name": name, "because": why}
