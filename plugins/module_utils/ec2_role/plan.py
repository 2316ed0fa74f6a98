# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what to do about one role. Pure: no AWS, no Ansible. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..core.authorization import asked
from ..core.errors import Refused, StillUsed
from ..core.iam import is_arn, unheard_of, without_alike
from ..core.keepers import refuse_kept
from ..core.permissions import Permission
from ..core.plan import Action, Later, NotYet, Plan, Step, Wait
from ..core.policies import as_text, same
from ..core.tags import tag_changes, tag_list, tags_after
from ..core.regions import describe_search, warn_of_unread
from ..core.users import listed, refuse_used
from .state import Desired, Document, Holder, Identity, Observed, Role, in_words
from .trusted import list_undeclared_principals

CREATED = "create_role"
READ = "get_role"
RETAINED = "retained_role"

# What has just left a role, or been emptied of it, may still count as holding it.
STILL_HELD = NotYet("DeleteConflict")

# IAM's default; an account may have more, up to 20.
MOST_ATTACHED = 10

KEPT_BY_AWS = ("/aws-service-role/", "/aws-reserved/")


def plan(want: Desired, seen: Observed) -> Plan:
    """The calls that give ``want``, starting from what was seen."""
    if not want.present:
        return absence(want, seen)
    return presence(want, seen, wanted_role(want, seen))


def presence(want: Desired, seen: Observed, after: Role) -> Plan:
    actions = tuple(changes(seen.role, after))
    if actions:
        refuse_roles_of_aws(seen.role)
    return Plan(
        before=told(seen.role),
        after=told(after),
        steps=(*actions, *reads(want, seen)),
        result={"iam_role": result(after, seen.identity or to_be_told(want, seen))},
        outcome={"iam_role": {after.name: in_words(after)}},
        warnings=tuple(warnings(want, after)),
        looks=tuple(looks(want, seen.role, after)),
    )


def looks(want: Desired, before: Role | None, after: Role) -> Iterator[Permission]:
    """What a look at the role reads of it once the plan is done, and had nothing to read before."""
    of_new = ("list_attached_role_policies",) if before is None else ()
    inside = ("list_role_policies",) if before is None and want.inline_policies is not None else ()
    each = ("get_role_policy",) if want.inline_policies is not None and after.inline_policies else ()
    for operation in (*of_new, *inside, *each):
        yield from asked("iam", operation, {"RoleName": want.name})


def absence(want: Desired, seen: Observed) -> Plan:
    if seen.role and want.keeps_used_elsewhere and seen.users.is_elsewhere_only:
        return retention(want, seen, seen.role)
    if seen.role:
        refuse_roles_of_aws(seen.role)
        refuse_kept(f"role {want.name}", seen.role.tags, want.adopt)
        refuse_trusted_by_others(want, seen.role)
        refuse_held(want, seen)
    return Plan(
        before=told(seen.role),
        after=None,
        steps=tuple(removal(want, seen.role, seen.holders)) if seen.role else (),
        result={"iam_role": None, **describe_search(seen.users)},
        outcome={"iam_role": {want.name: None}, **emptied(seen.holders)},
        warnings=tuple(warn_of_unread(seen.users, "state")),
    )


def brief(_params: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """What a fleet returns even of a member that does not change: a role that stays because other regions use it."""
    return {word: told[word] for word in (RETAINED,) if word in told}


def retention(want: Desired, seen: Observed, role: Role) -> Plan:
    """Leave the role, because other regions use it, and report them."""
    users = list(seen.users.in_other_regions)
    return Plan(
        before=told(role),
        after=told(role),
        result={
            "iam_role": result(role, seen.identity or to_be_told(want, seen)),
            RETAINED: {"role_name": want.name, "used_by": users},
            **describe_search(seen.users),
        },
        warnings=(f"state: role {want.name} is not deleted, because other regions use it: {listed(users)}", *warn_of_unread(seen.users, "state")),
    )


def emptied(holders: tuple[Holder, ...]) -> dict[str, Any]:
    """What later tasks may know of the instance profiles that held the role."""
    if not holders:
        return {}
    return {"instance_profile": {holder.name: {"path": holder.path, "role": None} for holder in holders}}


def refuse_roles_of_aws(role: Role | None) -> None:
    if role and role.path.startswith(KEPT_BY_AWS):
        raise Refused(f"name: role {role.name} at {role.path} is kept by AWS itself; only AWS changes it")


def refuse_trusted_by_others(want: Desired, role: Role) -> None:
    """Refuse to delete a role that its trust policy also gives to others than EC2, unless the task declares them."""
    others = list_undeclared_principals(role.trust, want.trust, want.partition)
    if others and not want.force_delete:
        raise StillUsed(
            f"state: role {want.name} cannot be deleted, because its trust policy names other principals than EC2: {listed(others)}. Declare them in "
            "assume_role_principals or assume_role_policy_document if the role is meant for them too, remove them from its trust policy, "
            "or set force_delete: true",
            others,
        )


def refuse_held(want: Desired, seen: Observed) -> None:
    """Refuse to delete a role that is used, or may be; the two options allow what their names say, and no more."""
    names = " and ".join(f"instance profile {name}" for name in sorted(holder.name for holder in seen.holders))
    lacking = () if want.remove_from_instance_profiles else ("remove_from_instance_profiles",)
    if seen.users.found or not lacking:
        refuse_used(
            option="state",
            thing=f"role {want.name} in {names}",
            users=seen.users,
            harm="what runs with it would lose its credentials",
            way_out="Move them to another instance profile or end them first",
            force=": true and ".join((*lacking, "force_delete")),
        )
    if names and lacking:
        raise Refused(
            f"state: role {want.name} is in {names}, and instances that run with it would lose their credentials; "
            "take it out first, or set remove_from_instance_profiles: true"
        )


def warnings(want: Desired, after: Role) -> Iterator[str]:
    if want.path and want.path != after.path:
        yield f"path: role {after.name} is at {after.path}; IAM cannot move it to {want.path}, so it stays there"


def wanted_role(want: Desired, seen: Observed) -> Role:
    """The role once the plan is done."""
    start = seen.role or new_role(want)
    return replace(
        start,
        trust=start.trust if same(start.trust, want.trust) else want.trust,
        description=start.description if want.description is None else want.description,
        max_session_duration=want.max_session_duration or start.max_session_duration,
        boundary=start.boundary if want.boundary is None else seen.policies.get(want.boundary, ""),
        managed_policies=managed_after(want, seen, start),
        inline_policies=inline_after(want, start),
        tags=tags_after(without_alike(start.tags, want.tags), want.tags, want.purge_tags),
    )


def new_role(want: Desired) -> Role:
    """A role as IAM makes it when nothing more is said."""
    return Role(want.name, want.trust, path=want.path or "/", inline_policies=None if want.inline_policies is None else {})


def managed_after(want: Desired, seen: Observed, start: Role) -> tuple[str, ...]:
    if want.managed_policies is None:
        return start.managed_policies
    kept = () if want.purge_policies else start.managed_policies
    return tuple(sorted({*kept, *(seen.policies[policy] for policy in want.managed_policies)}))


def inline_after(want: Desired, start: Role) -> Mapping[str, Document] | None:
    if want.inline_policies is None:
        return start.inline_policies
    have = start.inline_policies or {}
    kept = {} if want.purge_inline_policies else have
    new = {name: have[name] if same(have.get(name), said) else said for name, said in want.inline_policies.items()}
    return dict(sorted({**kept, **new}.items()))


def changes(before: Role | None, after: Role) -> Iterator[Action]:
    """The calls between two states. A boundary stands before what it bounds; nothing is taken before its successor is there."""
    if before is None:
        yield create_role(after)
    edits = permit(bare(after), after) if before is None else edited(before, after)
    # The role is known to be there: made a moment ago, or seen.
    yield from (replace(action, not_yet=(*unheard_of(role=after.name), *action.not_yet)) for action in edits)


def edited(before: Role, after: Role) -> Iterator[Action]:
    yield from retrust(before, after)
    yield from redescribe(before, after)
    yield from rebound(before, after)
    yield from retag(before, after)
    yield from permit(before, after)


def bare(role: Role) -> Role:
    return replace(role, managed_policies=(), inline_policies={})


def permit(before: Role, after: Role) -> Iterator[Action]:
    attached = [attach(after.name, arn) for arn in after.managed_policies if arn not in before.managed_policies]
    detached = [detach(after.name, arn) for arn in before.managed_policies if arn not in after.managed_policies]
    # Attaching first leaves no moment without permissions, where the quota has room for both.
    crowded = len(before.managed_policies) + len(attached) > MOST_ATTACHED
    yield from [*detached, *attached] if crowded else [*attached, *detached]
    yield from rewrite(after.name, before.inline_policies or {}, after.inline_policies or {})


def rewrite(role: str, before: Mapping[str, Document], after: Mapping[str, Document]) -> Iterator[Action]:
    yield from (put_inline(role, name, after[name]) for name in after if after[name] != before.get(name))
    yield from (delete_inline(role, name) for name in before if name not in after)


def retrust(before: Role, after: Role) -> Iterator[Action]:
    if before.trust != after.trust:
        yield Action(
            service="iam",
            operation="update_assume_role_policy",
            params={"RoleName": after.name, "PolicyDocument": as_text(after.trust)},
            summary=f"change who may assume role {after.name}",
        )


def redescribe(before: Role, after: Role) -> Iterator[Action]:
    if (before.description, before.max_session_duration) != (after.description, after.max_session_duration):
        # Both, always: IAM's reference says that a duration left out goes back to its default.
        params = {"RoleName": after.name, "Description": after.description, "MaxSessionDuration": after.max_session_duration}
        yield Action(service="iam", operation="update_role", params=params, summary=describing(before, after))


def describing(before: Role, after: Role) -> str:
    news = []
    if before.description != after.description:
        news.append("the description")
    if before.max_session_duration != after.max_session_duration:
        news.append(f"the longest session ({after.max_session_duration} seconds)")
    return f"change {' and '.join(news)} of role {after.name}"


def rebound(before: Role, after: Role) -> Iterator[Action]:
    if before.boundary == after.boundary:
        return
    yield put_boundary(after.name, after.boundary) if after.boundary else delete_boundary(after.name)


def retag(before: Role, after: Role) -> Iterator[Action]:
    gone, new = tag_changes(before.tags, after.tags)
    if gone:
        yield untag_role(after.name, gone)
    if new:
        yield tag_role(after.name, new)


def removal(want: Desired, now: Role, holders: tuple[Holder, ...]) -> Iterator[Step]:
    yield from (take_out(now.name, holder.name) for holder in holders)
    yield from permit(now, bare(now))
    yield delete_role(now.name)
    if want.wait:
        yield see_it_gone(want)


def reads(want: Desired, seen: Observed) -> tuple[Step, ...]:
    """A new role is read back; so is one that AWS did not show, for what only AWS can tell."""
    must = seen.role is not None and seen.identity is None
    return (read_back(want),) if must or (want.wait and seen.role is None) else ()


def create_role(role: Role) -> Action:
    summary, not_yet = f"create role {role.name}", unheard_of(policy=role.boundary)
    return Action(service="iam", operation=CREATED, params=creation(role), summary=summary, not_yet=not_yet)


def creation(role: Role) -> dict[str, Any]:
    params = {
        "RoleName": role.name,
        "Path": role.path,
        "AssumeRolePolicyDocument": as_text(role.trust),
        "MaxSessionDuration": role.max_session_duration,
    }
    rest = {"Description": role.description, "PermissionsBoundary": role.boundary, "Tags": tag_list(role.tags)}
    return {**params, **{member: value for member, value in rest.items() if value}}


def delete_role(name: str) -> Action:
    return Action(
        service="iam",
        operation="delete_role",
        params={"RoleName": name},
        summary=f"delete role {name}",
        not_yet=(STILL_HELD,),
    )


def attach(role: str, arn: str) -> Action:
    return Action(
        service="iam",
        operation="attach_role_policy",
        params={"RoleName": role, "PolicyArn": arn},
        summary=f"attach policy {policy_name(arn)} to role {role}",
        not_yet=unheard_of(policy=arn),
    )


def detach(role: str, arn: str) -> Action:
    return Action(
        service="iam",
        operation="detach_role_policy",
        params={"RoleName": role, "PolicyArn": arn},
        summary=f"detach policy {policy_name(arn)} from role {role}",
    )


def put_inline(role: str, name: str, document: Document) -> Action:
    return Action(
        service="iam",
        operation="put_role_policy",
        params={"RoleName": role, "PolicyName": name, "PolicyDocument": as_text(document)},
        summary=f"write inline policy {name} into role {role}",
    )


def delete_inline(role: str, name: str) -> Action:
    return Action(
        service="iam",
        operation="delete_role_policy",
        params={"RoleName": role, "PolicyName": name},
        summary=f"delete inline policy {name} from role {role}",
    )


def put_boundary(role: str, arn: str) -> Action:
    return Action(
        service="iam",
        operation="put_role_permissions_boundary",
        params={"RoleName": role, "PermissionsBoundary": arn},
        summary=f"bound the permissions of role {role} by policy {policy_name(arn)}",
        not_yet=unheard_of(policy=arn),
    )


def delete_boundary(role: str) -> Action:
    return Action(
        service="iam",
        operation="delete_role_permissions_boundary",
        params={"RoleName": role},
        summary=f"take the permissions boundary off role {role}",
    )


def tag_role(role: str, tags: Mapping[str, str]) -> Action:
    return Action(
        service="iam",
        operation="tag_role",
        params={"RoleName": role, "Tags": tag_list(tags)},
        summary=f"tag role {role}",
    )


def untag_role(role: str, keys: list[str]) -> Action:
    return Action(
        service="iam",
        operation="untag_role",
        params={"RoleName": role, "TagKeys": keys},
        summary=f"remove tags from role {role}",
    )


def take_out(role: str, profile: str) -> Action:
    return Action(
        service="iam",
        operation="remove_role_from_instance_profile",
        params={"InstanceProfileName": profile, "RoleName": role},
        summary=f"take role {role} out of instance profile {profile}",
    )


def read_back(want: Desired) -> Wait:
    return Wait(
        service="iam",
        operation=READ,
        params={"RoleName": want.name},
        summary=f"read role {want.name} back",
        until=lambda answer: answer is not None and is_arn(answer["Role"]["Arn"]),
        absent="NoSuchEntity",
        timeout=want.wait_timeout,
    )


def see_it_gone(want: Desired) -> Wait:
    return Wait(
        service="iam",
        operation=READ,
        params={"RoleName": want.name},
        summary=f"see role {want.name} gone",
        until=lambda answer: answer is None,
        absent="NoSuchEntity",
        timeout=want.wait_timeout,
    )


def to_be_told(want: Desired, seen: Observed) -> Identity:
    """What AWS alone can tell of a role, once it is asked."""
    source = READ if seen.role else CREATED
    return Identity(
        arn=Later(source, "Role.Arn"),
        role_id=Later(source, "Role.RoleId"),
        create_date=Later(source, "Role.CreateDate", through=lambda date: date.isoformat()),
    )


def result(role: Role, identity: Identity) -> dict[str, Any]:
    """What the task returns about the role."""
    return {
        **vars(identity),
        "role_name": role.name,
        "path": role.path,
        "assume_role_policy_document": dict(role.trust),
        "description": role.description,
        "max_session_duration": role.max_session_duration,
        "attached_policies": [{"policy_arn": arn, "policy_name": policy_name(arn)} for arn in role.managed_policies],
        "tags": dict(role.tags),
        **bounds(role),
        **({} if role.inline_policies is None else {"inline_policies": list(role.inline_policies)}),
    }


def bounds(role: Role) -> dict[str, Any]:
    if not role.boundary:
        return {}
    return {"permissions_boundary": {"permissions_boundary_arn": role.boundary, "permissions_boundary_type": "Policy"}}


def told(role: Role | None) -> dict[str, Any] | None:
    """The role as the diff shows it."""
    return {"name": role.name, **in_words(role)} if role else None


def policy_name(arn: str) -> str:
    return arn.rsplit("/", 1)[-1]
