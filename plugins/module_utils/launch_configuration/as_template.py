# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A launch configuration said as a launch template, for accounts in which AWS makes no more launch configurations. Pure.

Private to this collection.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..core.template_names import template_name
from .state import Desired, in_words

Said = Iterator[tuple[str, Any]]

# What a template has no word for; its own image_id and instance_type must be said in the place of an instance to take them from.
LEFT_OUT = ("instance_id", "classic_link_vpc_id", "classic_link_vpc_security_groups")

# The tag of a template that was made from a launch configuration, whose name is its value.
MADE_FROM = "passrole.ec2:source_launch_configuration"

AS_IT_IS = "(as in launch_configuration)"


def advice(want: Desired, shape: Any) -> str:
    """What to declare instead, ready to be copied into the task."""
    said = in_words(want.data, shape)
    words = {**named(want), **of_instance(said), **as_template(said), **user_data(want, said)}
    left = ", ".join(word for word in LEFT_OUT if word in said)
    return (
        f"Declare, in place of launch_configuration, instance_profile: {want.data['IamInstanceProfile']} and launch_template: "
        f"{json.dumps(words)}{f' (a template has no {left})' if left else ''}"
    )


def unsaid(name: str, words: Mapping[str, Any]) -> str:
    """What goes with the launch configuration of this name, as a template has no word for it; nothing, mostly."""
    left = [f"{word} {', '.join(words[word]) if isinstance(words[word], list) else words[word]}" for word in LEFT_OUT if words.get(word)]
    return f"launch configuration {name} says what a launch template cannot say, and what goes with it: {'; '.join(left)}" if left else ""


def named(want: Desired) -> dict[str, str]:
    """The name, as a template may have it, where it is not the group's anyway."""
    name = template_name(want.name)
    return {} if name == want.group else {"name": name}


def of_instance(said: Mapping[str, Any]) -> dict[str, str]:
    """What the instance would have told, to be filled in by whoever copies it."""
    instance = said.get("instance_id")
    return {"image_id": f"(the image of {instance})", "instance_type": f"(the type of {instance})"} if instance else {}


def user_data(want: Desired, said: Mapping[str, Any]) -> dict[str, Any]:
    if "user_data" not in said:
        return {}
    return {"user_data": AS_IT_IS, **({"gzip_user_data": True} if want.zipped else {})}


def as_template(words: Mapping[str, Any]) -> dict[str, Any]:
    """The words of a launch configuration as those of ``launch_template``, the profile aside, which has an option of its own."""
    # A configuration monitors in detail unless told otherwise, a template does not.
    said = {"instance_monitoring": {"enabled": True}, **words}
    pairs = (pair for word in said if word not in LEFT_OUT for pair in SAID_AS.get(word, the_same)(word, said))
    return dict(sorted(pairs))


def the_same(word: str, said: Mapping[str, Any]) -> Said:
    yield word, said[word]


def called(name: str) -> Callable[[str, Mapping[str, Any]], Said]:
    def renamed(word: str, said: Mapping[str, Any]) -> Said:
        yield name, said[word]

    return renamed


def nothing(_word: str, _said: Mapping[str, Any]) -> Said:
    yield from ()


def security_groups(word: str, said: Mapping[str, Any]) -> Said:
    """Groups of a VPC by id, others by name; those of a network interface are said with it."""
    if "associate_public_ip_address" in said:
        return
    for name, are_ids in (("security_group_ids", True), ("security_groups", False)):
        groups = [group for group in said[word] if group.startswith("sg-") is are_ids]
        if groups:
            yield name, groups


def network_interfaces(word: str, said: Mapping[str, Any]) -> Said:
    groups = {"groups": said["security_groups"]} if said.get("security_groups") else {}
    yield "network_interfaces", [{"device_index": 0, "associate_public_ip_address": said[word], **groups}]


def instance_market_options(word: str, said: Mapping[str, Any]) -> Said:
    yield "instance_market_options", {"market_type": "spot", "spot_options": {"max_price": said[word]}}


def placement(word: str, said: Mapping[str, Any]) -> Said:
    yield "placement", {"tenancy": said[word]}


def block_device_mappings(word: str, said: Mapping[str, Any]) -> Said:
    yield word, [device(mapping) for mapping in said[word]]


def device(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """One device; what a configuration says by true, a template says by an empty text."""
    kept = {word: value for word, value in mapping.items() if word != "no_device"}
    return {**kept, "no_device": ""} if mapping.get("no_device") else kept


SAID_AS: Mapping[str, Callable[[str, Mapping[str, Any]], Said]] = {
    "associate_public_ip_address": network_interfaces,
    "block_device_mappings": block_device_mappings,
    "iam_instance_profile": nothing,
    "instance_monitoring": called("monitoring"),
    "placement_tenancy": placement,
    "ramdisk_id": called("ram_disk_id"),
    "security_groups": security_groups,
    "spot_price": instance_market_options,
}
