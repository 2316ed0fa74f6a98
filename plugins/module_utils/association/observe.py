# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the instances of a fleet, what each carries, and the profile they are to carry. Reading never changes anything. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..core.earlier import Earlier
from ..core.errors import Refused
from ..core.tags import tag_dict
from ..core.users import GROUP_TAG, INSTANCES_AT_ONCE
from ..rollout.observe import associations, in_parts
from ..rollout.state import Profile
from .state import GOING, Desired, Member, Observed

Find = Callable[..., Any]


def observe(want: Desired, find: Find, earlier: Earlier) -> Observed:
    profile = wanted_profile(want, find, earlier) if want.present else None
    members = by_filters(want, find) if want.filters else by_id(want, find)
    carried = associations([one.id for one in members], find)
    return Observed(tuple(replace(one, carried=carried.get(one.id)) for one in members), profile)


def by_id(want: Desired, find: Find) -> list[Member]:
    """Those that are named, each of which must be there."""
    found = {one.id: one for some in in_parts(list(want.ids)) for one in instances({"instance-id": some}, find)}
    for index, one in enumerate(want.ids):
        if one not in found:
            raise Refused(f"instance_ids[{index}]: there is no instance {one}")
        if found[one].state in GOING:
            raise Refused(f"instance_ids[{index}]: instance {one} is {found[one].state}, and carries nothing any more")
    return [found[one] for one in sorted(want.ids)]


def by_filters(want: Desired, find: Find) -> list[Member]:
    """Those that fit, but for what goes away."""
    return sorted((one for one in instances(want.filters, find) if one.state not in GOING), key=lambda one: one.id)


def instances(filters: Mapping[str, Any], find: Find) -> Iterator[Member]:
    asked = [{"Name": name, "Values": values} for name, values in filters.items()]
    answer = find("ec2", "describe_instances", Filters=asked, MaxResults=INSTANCES_AT_ONCE)
    for one in (one for reservation in answer["Reservations"] for one in reservation["Instances"]):
        yield Member(one["InstanceId"], one["State"]["Name"], tag_dict(one.get("Tags", [])).get(GROUP_TAG))


def wanted_profile(want: Desired, find: Find, earlier: Earlier) -> Profile:
    """The profile, which must be there and hold a role before any instance is given it."""
    name = str(want.profile)
    made = earlier.made("instance_profile", name)
    if made is None and earlier.removed("instance_profile", name):
        raise Refused(f"instance_profile: there is no instance profile {name}")
    told = {} if made else profile_told(want, find)
    if not (made["role"] if made else told["Roles"]):
        raise Refused(f"instance_profile: instance profile {name} holds no role, and EC2 would refuse it")
    return Profile(name, told.get("Arn"), told.get("InstanceProfileId"))


def profile_told(want: Desired, find: Find) -> Mapping[str, Any]:
    answer = find("iam", "get_instance_profile", absent="NoSuchEntity", InstanceProfileName=want.profile)
    if answer is None:
        raise Refused(f"instance_profile: there is no instance profile {want.profile}")
    told = answer["InstanceProfile"]
    if want.arn and told["Arn"] != want.arn:
        raise Refused(f"instance_profile: instance profile {want.profile} is {told['Arn']}, not {want.arn}")
    return told
