# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read instance profiles, and the roles wanted in them. Reading never changes anything. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..core.earlier import Earlier
from ..core.keepers import keeper
from ..core.regions import SearchArea, search_regions
from ..core.users import LastUsed, Look, ProfileInUse, Users, find_profile_users, find_profile_users_ever
from .family import Former, is_of, is_proven, name_for, whose_turn
from .state import Desired, Observed, Profile, Role, deprives, holds, in_words, profile_in, role_in

Find = Callable[..., Any]

MOST_AT_ONCE = 1000


def observe(want: Desired, find: Find, earlier: Earlier, shape: Any, area: SearchArea = SearchArea()) -> Observed:
    """Everything about one instance profile that deciding needs to know."""
    seen = look_at(want, find, earlier, shape)
    return replace(seen, users=find_users(want, seen, find, earlier, area))


def look_at(want: Desired, find: Find, earlier: Earlier, shape: Any) -> Observed:
    made = earlier.made("instance_profile", want.name)
    if made is not None:
        now = Profile(want.name, made["path"], made["role"], made.get("tags", {}))
        return Observed(now, None if holds(now, want) else wanted_role(want, {}, find, earlier, shape))
    words = {} if earlier.removed("instance_profile", want.name) else find_profile(want.name, find, shape, lambda told: needs_no_tags(told, want))
    return Observed(profile_in(words) if words else None, wanted_role(want, words, find, earlier, shape), words)


def find_users(want: Desired, seen: Observed, find: Find, earlier: Earlier, area: SearchArea) -> Users:
    if want.force_delete or not deprives(want, seen.profile):
        return Users()
    wanted = [ProfileInUse(want.name, seen.profile.path, seen.words.get("arn"))]

    def search(look: Look, region: str) -> Users:
        return find_profile_users(look, wanted, region)

    return search_regions(search, find, earlier, area, lambda: find_last_use(seen.profile.role, find, earlier))


def with_its_profile(want: Desired, find: Find, earlier: Earlier, shape: Any) -> Desired:
    """What is wanted, of the one profile of a family that is the role's."""
    if not want.apart or not (want.role and want.role.name):
        return want
    first, own = (look_at(replace(want, name=name), find, earlier, shape).profile for name in (want.name, name_for(want.name, want.role.name)))
    return whose_turn(want, first, own)


def find_formers(base: str, want: Desired, find: Find, earlier: Earlier, shape: Any, area: SearchArea) -> tuple[Former, ...]:
    """The profiles of the family beside the wanted one, with whoever uses them."""
    if not want.apart or want.keep_former:
        return ()
    family = tuple(family_of(base, find, earlier))
    formers = [profile_in(words) for name in family if name != want.name and (words := find_profile(name, find, shape))]
    names = {base, want.name, *family}
    return tuple(read_former(one, base, names, want, find, earlier, area) for one in formers)


def family_of(base: str, find: Find, earlier: Earlier) -> Iterator[str]:
    for profile in find("iam", "list_instance_profiles", MaxItems=MOST_AT_ONCE)["InstanceProfiles"]:
        name, roles = profile["InstanceProfileName"], [role["RoleName"] for role in profile["Roles"]]
        if is_of(base, name, roles[0] if roles else None) and not earlier.removed("instance_profile", name):
            yield name


def read_former(one: Profile, base: str, family: set[str], want: Desired, find: Find, earlier: Earlier, area: SearchArea) -> Former:
    """One of them. Where it stays whoever uses it, other regions are not read."""
    proven = is_proven(base, one, want, earlier)
    stays = not proven or (want.present and not want.adopt and keeper(one.tags))
    return Former(one, users_of_former(one, family, want, find, earlier, replace(area, others=None) if stays else area), proven)


def users_of_former(one: Profile, family: set[str], want: Desired, find: Find, earlier: Earlier, area: SearchArea) -> Users:
    """Who uses it. Where it stays for its users in the task's region anyway, other regions are not read."""
    if want.force_delete:
        return Users()

    def search(look: Look, region: str) -> Users:
        return find_profile_users_ever(look, [ProfileInUse(one.name, one.path)], family, region)

    return search_regions(search, find, earlier, area, lambda: find_last_use(one.role, find, earlier), own_region_decides=want.present)


def find_last_use(role: str | None, find: Find, earlier: Earlier) -> LastUsed | None:
    """The last use of the role in a profile. GetRole alone tells it, GetInstanceProfile does not."""
    if role is None or earlier.removed("iam_role", role):
        return None
    answer = find("iam", "get_role", absent="NoSuchEntity", RoleName=role)
    return LastUsed.from_answer(answer["Role"]) if answer else None


def find_profile(name: str, find: Find, shape: Any, enough: Callable[[dict[str, Any]], bool] = lambda told: False) -> dict[str, Any]:
    """The profile; ``enough`` tells whether it is, without its tags, which AWS leaves out where it tells of all profiles."""
    answer = find(
        "iam",
        "get_instance_profile",
        absent="NoSuchEntity",
        enough=lambda part: "Tags" in part["InstanceProfile"] or enough(in_words(part["InstanceProfile"], shape)),
        InstanceProfileName=name,
    )
    return in_words(answer["InstanceProfile"], shape) if answer else {}


def needs_no_tags(told: dict[str, Any], want: Desired) -> bool:
    """Whether there is nothing to do but what tags may ask for, and nothing is declared of them."""
    return want.present and want.tags is None and holds(profile_in(told), want)


def wanted_role(want: Desired, words: Mapping[str, Any], find: Find, earlier: Earlier, shape: Any) -> Role | None:
    """The role to be in the profile; a profile that holds it already tells of it, and saves the read. One that goes needs no other."""
    if not want.role or not want.role.name:
        return None
    held = [role_in(role) for role in words.get("roles", []) if role["role_name"] == want.role.name]
    if held or not want.present:
        return held[0] if held else None
    return find_role(want.role.name, find, earlier, shape.members["Roles"].member)


def find_role(name: str, find: Find, earlier: Earlier, shape: Any) -> Role | None:
    made = earlier.made("iam_role", name)
    if made is not None:
        return Role(name, made["path"])
    if earlier.removed("iam_role", name):
        return None
    answer = find("iam", "get_role", absent="NoSuchEntity", RoleName=name)
    return role_in(in_words(answer["Role"], shape)) if answer else None
