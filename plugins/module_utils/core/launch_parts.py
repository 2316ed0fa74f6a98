# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a launch or a group relies on, looked for by its name before it is named. Reading never changes anything. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from .earlier import Earlier
from .errors import CallRefused, Refused
from .iam import is_arn
from .profile_names import profile_named

Find = Callable[..., Any]
YOUNG = timedelta(minutes=5)


@dataclass(frozen=True)
class Part:
    """A kind of thing that is named: how AWS is asked for it, and how its refusals begin where one is missing."""

    operation: str
    member: str
    codes: tuple[str, ...]
    service: str = "ec2"


IMAGE = Part("describe_images", "ImageIds", ("InvalidAMI",))
KEY_PAIR = Part("describe_key_pairs", "KeyNames", ("InvalidKeyPair",))
SUBNET = Part("describe_subnets", "SubnetIds", ("InvalidSubnet",))
# InvalidGroup.NotFound, and InvalidGroupId.Malformed. By name EC2 finds those of the default VPC, where alone a launch may name them so.
SECURITY_GROUP = Part("describe_security_groups", "GroupIds", ("InvalidGroup",))
NAMED_SECURITY_GROUP = Part("describe_security_groups", "GroupNames", ("InvalidGroup",))

Named = Mapping[str, str]  # the path of the option, by what is named there


def at(path: str, names: Iterable[str | None]) -> dict[str, str]:
    """What one option names."""
    return {name: path for name in names if name}


def refuse_missing(part: Part, named: Named, find: Find) -> None:
    """Ask AWS once for all that is named of one kind, and refuse at its path what is not there."""
    if not named:
        return
    try:
        find(part.service, part.operation, **{part.member: sorted(named)})
    except CallRefused as refusal:
        if refusal.code.startswith(part.codes):
            name = missing(part, named, refusal, find)
            raise Refused(f"{named[name]}: {said(refusal, name)}") from refusal
        raise


def missing(part: Part, named: Named, refusal: CallRefused, find: Find) -> str:
    """Which of them the refusal speaks of: by its words, or where it names none by asking for one after the other."""
    if spoken := [name for name in named if name in refusal.reason]:
        return spoken[0]
    return next((name for name in sorted(named) if len(named) > 1 and is_missing(part, name, find)), min(named))


def is_missing(part: Part, name: str, find: Find) -> bool:
    try:
        find(part.service, part.operation, **{part.member: [name]})
    except CallRefused:
        return True
    return False


def said(refusal: CallRefused, name: str) -> str:
    return str(refusal) if name in refusal.reason else f"there is no {name}: {refusal}"


def refuse_missing_image(image: str, find: Find, path: str) -> None:
    if not image.startswith("resolve:"):
        refuse_missing(IMAGE, at(path, [image]), find)


def refuse_missing_profile(given: Mapping[str, str], find: Find, earlier: Earlier) -> None:
    name = profile_named(given)
    made = earlier.made("instance_profile", name)
    if made is None:
        made = find_profile(name, find, earlier)
    if made is None:
        raise Refused(f"instance_profile: there is no instance profile {name}")
    if not made["role"]:
        raise Refused(
            f"instance_profile: instance profile {name} holds no role, so its instances would get no credentials; "
            "put a role in it first"
        )
    if given.get("Arn") and made.get("arn", given["Arn"]) != given["Arn"]:
        raise Refused(f"instance_profile: there is no {given['Arn']}; instance profile {name} is {made['arn']}")


def is_young(name: str, find: Find) -> bool:
    """Whether a profile, or the role in it, was made a moment ago, so that the news of it may still be spreading. When a role was put in, IAM does not tell."""
    answer = find("iam", "get_instance_profile", absent="NoSuchEntity", InstanceProfileName=name)
    made = [one["CreateDate"] for one in (answer["InstanceProfile"], *answer["InstanceProfile"]["Roles"])] if answer else []
    return any(datetime.now(timezone.utc) - one < YOUNG for one in made)


def find_profile(name: str, find: Find, earlier: Earlier) -> Mapping[str, Any] | None:
    if earlier.removed("instance_profile", name):
        return None
    answer = find("iam", "get_instance_profile", absent="NoSuchEntity", InstanceProfileName=name)
    if answer is None:
        return None
    profile = answer["InstanceProfile"]
    arn = {"arn": profile["Arn"]} if is_arn(profile["Arn"]) else {}
    return {**arn, "role": next((role["RoleName"] for role in profile["Roles"]), None)}
