# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what to do about one instance profile. Pure: no AWS, no Ansible. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from ..core.errors import Refused
from ..core.iam import is_arn, unheard_of
from ..core.keepers import refuse_kept
from ..core.plan import Action, Later, NotYet, Plan, Step, Wait
from ..core.tags import tag_changes, tag_list, tags_after
from ..core.regions import describe_search, warn_of_unread
from ..core.users import Users, listed, refuse_used
from .state import Desired, Observed, Profile, Role, RoleReference, holds, in_words, profile_in

CREATED = "create_instance_profile"
READ = "get_instance_profile"
RETAINED = "retained_instance_profile"

# After a role has left, its place may still count as taken, and the profile as not empty.
STILL_TAKEN = NotYet("LimitExceeded", "InstanceSessionsPerInstanceProfile")
STILL_HELD = NotYet("DeleteConflict")

ONLY_AWS_KNOWS = ("arn", "assume_role_policy_document", "create_date", "role_id", "tags")


def plan(want: Desired, seen: Observed, shape: Any) -> Plan:
    """The calls that give ``want``, starting from what was seen; ``shape`` is IAM's of an instance profile."""
    if not want.present:
        if seen.profile and is_retained(want, seen.users):
            refuse_role_of_another(want, seen)
            return retention(want, seen, seen.profile)
        refuse_kept(f"instance profile {want.name}", seen.profile.tags if seen.profile else {}, want.adopt)
        refuse_role_of_another(want, seen)
        refuse_deprived(want, seen.users)
        return absence(want, seen.profile, seen.users)
    refuse_the_impossible(want, seen)
    refuse_deprived(want, seen.users)
    return presence(want, seen, wanted_profile(want, seen.profile), shape)


def is_retained(want: Desired, users: Users) -> bool:
    """Whether a profile that is to go stays, because other regions use it and the task's region does not."""
    return want.keeps_used_elsewhere and users.is_elsewhere_only


def retention(want: Desired, seen: Observed, now: Profile) -> Plan:
    """Leave the profile, because other regions use it, and report them."""
    users = list(seen.users.in_other_regions)
    return Plan(
        before=told(now),
        after=told(now),
        result={
            "iam_instance_profile": dict(seen.words) or known(want, seen, now),
            RETAINED: {"instance_profile_name": want.name, "used_by": users},
            **describe_search(seen.users),
        },
        warnings=(f"state: instance profile {want.name} is not deleted, because other regions use it: {listed(users)}", *warn_of_unread(seen.users, "state")),
    )


def absence(want: Desired, now: Profile | None, users: Users) -> Plan:
    return Plan(
        before=told(now),
        after=None,
        steps=tuple(removal(want, now)) if now else (),
        result={"iam_instance_profile": None, **describe_search(users)},
        outcome={"instance_profile": {want.name: None}},
        warnings=tuple(warn_of_unread(users, "state")),
    )


def presence(want: Desired, seen: Observed, after: Profile, shape: Any) -> Plan:
    actions = tuple(changes(seen.profile, after))
    reads = (read_back(want, after, shape),) if want.wait and (actions or not is_whole(seen.words)) else ()
    return Plan(
        before=told(seen.profile),
        after=told(after),
        steps=(*actions, *reads),
        result={"iam_instance_profile": result(want, seen, after, reads, shape), **describe_search(seen.users)},
        outcome={"instance_profile": {after.name: facts(after)}},
        warnings=(*warnings(want, seen.profile, after), *warn_of_unread(seen.users, "role")),
    )


def refuse_role_of_another(want: Desired, seen: Observed) -> None:
    """Refuse to delete a profile that holds another role than the declared one; nothing overrides that."""
    if not want.role or not seen.profile or not seen.profile.role:
        return
    if seen.role:
        refuse_mistaken(want.role, seen.role)
    elif not holds(seen.profile, want):
        raise Refused(
            f"role: instance profile {want.name} holds role {seen.profile.role}, not {want.role.name or 'an empty one'}, so it is not deleted. Declare the "
            f"instance profile that belongs to the role, or delete this one with role: {seen.profile.role}. force_delete does not override this"
        )


def refuse_deprived(want: Desired, users: Users) -> None:
    """Refuse to leave without a role whoever still runs or launches with the profile."""
    refuse_used(
        option="role" if want.present else "state",
        thing=f"instance profile {want.name}",
        users=users,
        harm="without it nothing is launched any more, and what runs loses its credentials",
        way_out="Move them to another instance profile or end them first",
        force="force_delete",
    )


def refuse_the_impossible(want: Desired, seen: Observed) -> None:
    """Say no before the first call rather than halfway through."""
    if not want.role or not want.role.name:
        return
    if seen.role:
        refuse_mistaken(want.role, seen.role)
    elif not holds(seen.profile, want):
        raise Refused(f"role: there is no role {want.role.name} to put in instance profile {want.name}")


def refuse_mistaken(said: RoleReference, role: Role) -> None:
    """Refuse a path or an account that is not the role's own."""
    if said.arn and role.arn and said.arn != role.arn:
        raise Refused(f"role: role {role.name} is {role.arn}, not {said.arn}")
    if said.path and said.path != role.path:
        raise Refused(f"role: role {role.name} is at {role.path}, not at {said.path}")


def wanted_profile(want: Desired, now: Profile | None) -> Profile:
    """The profile once the plan is done."""
    start = now or Profile(want.name, want.path or "/")
    return replace(
        start,
        role=(want.role.name or None) if want.role else start.role,
        tags=tags_after(start.tags, want.tags, want.purge_tags),
    )


def warnings(want: Desired, before: Profile | None, after: Profile) -> Iterator[str]:
    if before and before.role and after.role and before.role != after.role:
        yield (
            f"role: what runs with instance profile {after.name} gets role {after.role} at its next credential refresh, and keeps the credentials of "
            f"{before.role} till then; with role_change: new_profile running instances keep their role until they are rolled out to"
        )
    if want.path and want.path != after.path:
        yield f"path: instance profile {after.name} is at {after.path}; IAM cannot move it to {want.path}, so it stays there"


def changes(before: Profile | None, after: Profile) -> Iterator[Action]:
    """The calls between two states, in the only order IAM accepts."""
    if before:
        yield from swap_role(before, after)
        yield from retag(before, after)
    else:
        yield create_profile(after)
        yield from swap_role(Profile(after.name), after)


def removal(want: Desired, now: Profile) -> Iterator[Step]:
    yield from swap_role(now, Profile(now.name))
    yield delete_profile(now)
    if want.wait:
        yield see_it_gone(want)


def swap_role(before: Profile, after: Profile) -> Iterator[Action]:
    if before.role == after.role:
        return
    if before.role:
        yield remove_role(before.name, before.role)
    if after.role:
        yield add_role(after.name, after.role, instead_of=before.role)


def retag(before: Profile, after: Profile) -> Iterator[Action]:
    gone, new = tag_changes(before.tags, after.tags)
    if gone:
        yield untag_profile(after.name, gone)
    if new:
        yield tag_profile(after.name, new)


def create_profile(profile: Profile) -> Action:
    return Action(
        service="iam",
        operation=CREATED,
        params={"InstanceProfileName": profile.name, "Path": profile.path, "Tags": tag_list(profile.tags)},
        summary=f"create instance profile {profile.name}",
    )


def delete_profile(now: Profile) -> Action:
    return Action(
        service="iam",
        operation="delete_instance_profile",
        params={"InstanceProfileName": now.name},
        summary=f"delete instance profile {now.name}",
        not_yet=(STILL_HELD,) if now.role else (),
    )


def add_role(name: str, role: str, instead_of: str | None = None) -> Action:
    """Put a role in; should AWS refuse it, the one it replaces comes back."""
    action = Action(
        service="iam",
        operation="add_role_to_instance_profile",
        params={"InstanceProfileName": name, "RoleName": role},
        summary=f"put role {role} in instance profile {name}",
        # Both are known to be there: made a moment ago, or seen.
        not_yet=(*unheard_of(role=role, profile=name), *((STILL_TAKEN,) if instead_of else ())),
    )
    return replace(action, otherwise=put_back(name, instead_of)) if instead_of else action


def put_back(name: str, role: str) -> Action:
    return replace(add_role(name, role), summary=f"put role {role} back in instance profile {name}")


def remove_role(name: str, role: str) -> Action:
    return Action(
        service="iam",
        operation="remove_role_from_instance_profile",
        params={"InstanceProfileName": name, "RoleName": role},
        summary=f"take role {role} out of instance profile {name}",
    )


def tag_profile(name: str, tags: Mapping[str, str]) -> Action:
    return Action(
        service="iam",
        operation="tag_instance_profile",
        params={"InstanceProfileName": name, "Tags": tag_list(tags)},
        summary=f"tag instance profile {name}",
        not_yet=unheard_of(profile=name),
    )


def untag_profile(name: str, keys: list[str]) -> Action:
    return Action(
        service="iam",
        operation="untag_instance_profile",
        params={"InstanceProfileName": name, "TagKeys": keys},
        summary=f"remove tags from instance profile {name}",
        not_yet=unheard_of(profile=name),
    )


def read_back(want: Desired, after: Profile, shape: Any) -> Wait:
    return Wait(
        service="iam",
        operation=READ,
        params={"InstanceProfileName": want.name},
        summary=f"read instance profile {want.name} back",
        until=shows(after, shape),
        absent="NoSuchEntity",
        timeout=want.wait_timeout,
    )


def see_it_gone(want: Desired) -> Wait:
    return Wait(
        service="iam",
        operation=READ,
        params={"InstanceProfileName": want.name},
        summary=f"see instance profile {want.name} gone",
        until=lambda answer: answer is None,
        absent="NoSuchEntity",
        timeout=want.wait_timeout,
    )


def shows(after: Profile, shape: Any) -> Callable[[Any], bool]:
    """Whether an answer of IAM shows the profile whole."""

    def until(answer: Any) -> bool:
        words = in_words(answer["InstanceProfile"], shape) if answer else None
        return words is not None and is_whole(words) and as_planned(profile_in(words), after)

    return until


def is_whole(words: Mapping[str, Any]) -> bool:
    """Whether IAM told of the profile, and has the ARNs to tell."""
    return bool(words) and all(is_arn(thing["arn"]) for thing in (words, *words["roles"]))


def as_planned(now: Profile, after: Profile) -> bool:
    # Tags beyond the planned ones are no reason to wait: an account's own automation may add some at once.
    return now.role == after.role and after.tags.items() <= now.tags.items()


def result(want: Desired, seen: Observed, after: Profile, reads: tuple[Step, ...], shape: Any) -> Any:
    """What the task returns about the profile: as read back, as seen, or as known without another read."""
    foretold = known(want, seen, after)
    return Later(READ, "InstanceProfile", through=partial(in_words, shape=shape), meanwhile=foretold) if reads else foretold


def known(want: Desired, seen: Observed, after: Profile) -> dict[str, Any]:
    return {
        **identity(want, seen),
        "instance_profile_name": after.name,
        "path": after.path,
        "roles": [role_known(want, seen, after.role)] if after.role else [],
        "tags": dict(after.tags),
    }


def identity(want: Desired, seen: Observed) -> dict[str, Any]:
    """What AWS alone gives a profile, from whichever answer tells it."""
    if is_whole(seen.words) or (seen.words and not want.wait):
        return {word: seen.words[word] for word in ("arn", "create_date", "instance_profile_id")}
    if seen.profile and not want.wait:
        return {}
    source = READ if seen.profile else CREATED
    return {
        "arn": Later(source, "InstanceProfile.Arn"),
        "create_date": Later(source, "InstanceProfile.CreateDate", through=lambda date: date.isoformat()),
        "instance_profile_id": Later(source, "InstanceProfile.InstanceProfileId"),
    }


def role_known(want: Desired, seen: Observed, name: str) -> dict[str, Any]:
    held = [role for role in seen.words.get("roles", []) if role["role_name"] == name]
    if held and not is_arn(held[0]["arn"]) and want.wait:
        return {**held[0], "arn": Later(READ, "InstanceProfile.Roles.0")}
    if held or (seen.role and seen.role.words):
        return dict(held[0] if held else seen.role.words)
    told_later = {word: Later(READ, "InstanceProfile.Roles.0") for word in ONLY_AWS_KNOWS} if want.wait else {}
    return {**told_later, **({"path": seen.role.path} if seen.role else {}), "role_name": name}


def told(profile: Profile | None) -> dict[str, Any] | None:
    """The profile as the diff shows it."""
    return asdict(profile) if profile else None


def facts(profile: Profile) -> dict[str, Any]:
    """What later tasks may build on."""
    return {"path": profile.path, "role": profile.role, "tags": dict(profile.tags)}
