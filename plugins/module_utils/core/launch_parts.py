# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What any launch relies on: its image and its instance profile. Reading never changes anything. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .earlier import Earlier
from .errors import CallRefused, Refused
from .profile_names import profile_named

Find = Callable[..., Any]


def refuse_missing_image(image: str, find: Find, path: str) -> None:
    if not image or image.startswith("resolve:"):
        return
    try:
        find("ec2", "describe_images", ImageIds=[image])
    except CallRefused as refusal:
        if refusal.code.startswith("InvalidAMI"):
            raise Refused(f"{path}: {refusal}") from refusal
        raise


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


def find_profile(name: str, find: Find, earlier: Earlier) -> Mapping[str, Any] | None:
    if earlier.removed("instance_profile", name):
        return None
    answer = find("iam", "get_instance_profile", absent="NoSuchEntity", InstanceProfileName=name)
    if answer is None:
        return None
    profile = answer["InstanceProfile"]
    return {"arn": profile["Arn"], "role": next((role["RoleName"] for role in profile["Roles"]), None)}
