# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read roles, and the policies and instance profiles around them. Reading never changes anything. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ..core.earlier import Earlier
from ..core.errors import Refused
from ..core.iam import is_arn
from ..core.regions import SearchArea, search_regions
from ..core.tags import tag_dict
from ..core.users import LastUsed, ProfileInUse, Users, find_profile_users
from .state import Desired, Document, Holder, Identity, Observed, Role, role_in

Find = Callable[..., Any]

# Where AWS keeps its own policies.
SHELVES = ("/", "/service-role/", "/job-function/", "/aws-service-role/")


def observe(want: Desired, find: Find, earlier: Earlier, partition: str, area: SearchArea = SearchArea()) -> Observed:
    """Everything about one role that deciding needs to know."""
    made = earlier.made("iam_role", want.name)
    answer = find_role(want.name, find, earlier)
    role = find_made(want, made, find) if made is not None else find_whole(want, answer, find)
    # With a made role the reads are the same whether or not AWS shows it: a check needs no other permissions than a run.
    arn = answer.get("Arn", "") if made is None and is_arn(answer.get("Arn")) else ""
    search = Search(find, partition, role_arn=arn)
    holders = tuple(find_holders(want.name, find, earlier)) if role and not want.present else ()
    return Observed(
        role=role,
        identity=identity(answer) if is_arn(answer.get("Arn")) else None,
        policies=find_policies(want, role, search),
        holders=holders,
        users=find_users(want, holders, answer, find, earlier, area),
    )


def find_role(name: str, find: Find, earlier: Earlier) -> Mapping[str, Any]:
    if earlier.removed("iam_role", name):
        return {}
    answer = find("iam", "get_role", absent="NoSuchEntity", RoleName=name)
    return answer["Role"] if answer else {}


def find_made(want: Desired, made: Mapping[str, Any], find: Find) -> Role:
    """The role as an earlier task left it, or in check mode would have."""
    role = role_in(want.name, made)
    if role.inline_policies is None and looks_inside(want):
        return replace(role, inline_policies=find_inline(want, find))
    return role


def find_whole(want: Desired, answer: Mapping[str, Any], find: Find) -> Role | None:
    if not answer:
        return None
    return replace(
        parse(answer),
        managed_policies=find_attached(want.name, find),
        inline_policies=find_inline(want, find) if looks_inside(want) else None,
    )


def parse(answer: Mapping[str, Any]) -> Role:
    """IAM's answer, in our words."""
    return Role(
        name=answer["RoleName"],
        trust=answer["AssumeRolePolicyDocument"],
        path=answer["Path"],
        description=answer.get("Description", ""),
        max_session_duration=answer.get("MaxSessionDuration", 3600),
        boundary=answer.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
        tags=tag_dict(answer.get("Tags", [])),
    )


def identity(answer: Mapping[str, Any]) -> Identity:
    used = answer.get("RoleLastUsed", {})
    return Identity(
        arn=answer["Arn"],
        role_id=answer["RoleId"],
        create_date=answer["CreateDate"].isoformat(),
        role_last_used={"last_used_date": used["LastUsedDate"].isoformat(), "region": used.get("Region")}
        if "LastUsedDate" in used
        else {},
    )


def looks_inside(want: Desired) -> bool:
    return want.inline_policies is not None or not want.present


def find_attached(name: str, find: Find) -> tuple[str, ...]:
    answer = find("iam", "list_attached_role_policies", RoleName=name)
    return tuple(sorted(policy["PolicyArn"] for policy in answer["AttachedPolicies"]))


def find_inline(want: Desired, find: Find) -> dict[str, Document]:
    """The inline policies that are declared, or would be deleted; others are not read."""
    answer = find("iam", "list_role_policies", absent="NoSuchEntity", RoleName=want.name) or {"PolicyNames": []}
    every = not want.present or want.purge_inline_policies
    names = [name for name in sorted(answer["PolicyNames"]) if every or name in want.inline_policies]
    return {name: find_document(want.name, name, find) for name in names}


def find_document(role: str, name: str, find: Find) -> Document:
    return find("iam", "get_role_policy", RoleName=role, PolicyName=name)["PolicyDocument"]


def find_holders(name: str, find: Find, earlier: Earlier) -> Iterator[Holder]:
    """The instance profiles that hold the role; of those that an earlier task wrote, its outcome tells."""
    answer = find("iam", "list_instance_profiles_for_role", absent="NoSuchEntity", RoleName=name) or {"InstanceProfiles": []}
    for profile in answer["InstanceProfiles"]:
        if profile["InstanceProfileName"] not in earlier.outcome.get("instance_profile", {}):
            yield Holder(profile["InstanceProfileName"], profile["Path"], profile["Arn"])
    yield from made_holders(name, earlier)


def made_holders(name: str, earlier: Earlier) -> Iterator[Holder]:
    """The instance profiles that an earlier task left with the role in them."""
    for profile, facts in earlier.outcome.get("instance_profile", {}).items():
        if facts is not None and facts["role"] == name:
            yield Holder(profile, facts["path"])


def find_users(want: Desired, holders: tuple[Holder, ...], answer: Mapping[str, Any], find: Find, earlier: Earlier, area: SearchArea) -> Users:
    """Who uses the instance profiles that hold the role, and so the role. An instance gets a role through an instance profile only."""
    if want.force_delete or not holders:
        return Users()
    profiles = [ProfileInUse(holder.name, holder.path, holder.arn) for holder in holders]
    return search_regions(lambda look, region: find_profile_users(look, profiles, region), find, earlier, area, lambda: LastUsed.from_answer(answer))


def find_policies(want: Desired, role: Role | None, search: Search) -> dict[str, str]:
    """The ARN of every policy that the playbook names; refused when there is none."""
    attached = role.managed_policies if role else ()
    boundary = (role.boundary,) if role and role.boundary else ()
    found = {
        policy: search.arn(policy, attached, f"managed_policies[{index}]")
        for index, policy in enumerate(want.managed_policies or ())
    }
    return {**found, **({want.boundary: search.arn(want.boundary, boundary, "boundary")} if want.boundary else {})}


@dataclass(frozen=True)
class Search:
    """Finds policies one by one, never by listing the account's."""

    find: Find
    partition: str
    role_arn: str = ""

    @cached_property
    def account(self) -> str:
        return self.role_arn.split(":")[4] if self.role_arn else self.find("sts", "get_caller_identity")["Account"]

    def arn(self, policy: str, in_use: tuple[str, ...], path: str) -> str:
        """The ARN of a policy; one that the role has already needs no call."""
        for arn in in_use:
            if policy == arn or names(policy, arn):
                return arn
        for arn in self.candidates(policy):
            if self.find("iam", "get_policy", absent="NoSuchEntity", PolicyArn=arn):
                return arn
        raise Refused(f"{path}: there is no policy {policy}{hint(policy)}")

    def candidates(self, policy: str) -> Iterator[str]:
        """Where a policy may be; the account's own goes before AWS's of the same name."""
        if policy.startswith("arn:"):
            yield policy
            return
        yield f"arn:{self.partition}:iam::{self.account}:policy{rooted(policy)}"
        for shelf in SHELVES[:1] if policy.startswith("/") else SHELVES:
            yield f"arn:{self.partition}:iam::aws:policy{shelf}{policy.lstrip('/')}"


def names(policy: str, arn: str) -> bool:
    """Whether a name, or a path and name, is that of the policy with this ARN."""
    return arn.endswith(f":policy{policy}") if policy.startswith("/") else arn.endswith(f"/{policy}")


def rooted(policy: str) -> str:
    return policy if policy.startswith("/") else f"/{policy}"


def hint(policy: str) -> str:
    return "" if "/" in policy else "; one in a path needs its /path/name or its ARN"
