# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A group and what it launches from, as they would be declared. Pure: no AWS, no Ansible. Private to this collection.

User data are secrets, and a version's data may hold what the installed botocore does not know:
``source_version`` leaves what is not said as it is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..auto_scaling_group.kinds import LIFECYCLE_HOOKS, NOTIFICATIONS, SCALING_POLICIES, SCHEDULED_ACTIONS
from ..auto_scaling_group.members import COMPANION_KINDS, kind_of
from ..auto_scaling_group.named import Kind
from ..auto_scaling_group.plan import NEVER_TOLD, by_id
from ..auto_scaling_group.state import OPTIONS, OURS, PROPAGATE
from ..auto_scaling_group.switches import PROCESSES
from ..core.shapes import NOTHING, to_words, within, xform_name

Words = dict[str, Any]
Api = Mapping[str, Any]
Said = Iterator[tuple[str, Any]]

KINDS = (LIFECYCLE_HOOKS, NOTIFICATIONS, SCHEDULED_ACTIONS, SCALING_POLICIES)
AWS_OWN = "aws:"  # what tags begin with that AWS sets, and nobody else may
DEFAULT = "$Default"
# The load moves the one, subnets and zones bring the others, and AWS gives the role where nobody does.
LEFT_TO_AWS = ("DesiredCapacity", "AvailabilityZones", "AvailabilityZoneIds", "ServiceLinkedRoleARN", "TrafficSources", "MixedInstancesPolicy")


def template_source(name: str, version: str, data: Api, shape: Any) -> Words:
    """The option launch_template of a group that asks for this version of it, as it asks for it."""
    moving = {
        "$Latest": {"source_version": "latest", "version": version},
        DEFAULT: {"source_version": "default", "version": version, "default_version": "latest"},
    }
    return {"name": name, **moving.get(version, {"source_version": version}), **launch_words(data, shape)}


def configuration_source(name: str, data: Api, shape: Any) -> Words:
    return {"name": name, "source_version": "latest", **launch_words(data, shape)}


def launch_words(data: Api, shape: Any) -> Words:
    """What is launched, less the profile, which has an option of its own, and what ``source_version`` says better."""
    words = to_words({name: value for name, value in data.items() if value not in NOTHING}, shape)
    incomplete = "http_tokens" not in words.get("metadata_options", {})
    unsaid = ("iam_instance_profile", "user_data", *(("metadata_options",) if incomplete else ()))
    return {word: words[word] for word in sorted(words) if word not in unsaid}


def group_words(answer: Api, belongings: Mapping[str, list[Api]], model: Any) -> Words:
    """The options that declare a group, without its name and what it launches from."""
    request = model.operation_model("CreateAutoScalingGroup").input_shape
    members = within(answer, request)
    of_members = (of_options(members, request), of_the_policy(members, request), of_further_members(members, request))
    said = (*of_members, of_switches(answer), of_belongings(belongings, model))
    return {option: value for pairs in said for option, value in pairs if value not in NOTHING}


def of_options(members: Api, request: Any) -> Said:
    for option, member in OPTIONS.items():
        if member in members and member not in LEFT_TO_AWS:
            yield option, to_words(members[member], request.members[member])
    subnets = [subnet.strip() for subnet in members.get("VPCZoneIdentifier", "").split(",") if subnet.strip()]
    yield "vpc_zone_identifier", subnets
    yield "availability_zones", [] if subnets else list(members.get("AvailabilityZones", []))
    yield "max_instance_lifetime", members.get("MaxInstanceLifetime") or None


def of_the_policy(members: Api, request: Any) -> Said:
    """The mixed instances policy, less the launch template, which the module fills in."""
    policy = by_id(members.get("MixedInstancesPolicy") or {})
    template = {name: value for name, value in policy.get("LaunchTemplate", {}).items() if name != "LaunchTemplateSpecification"}
    if policy:
        yield "mixed_instances_policy", to_words({**policy, "LaunchTemplate": template}, request.members["MixedInstancesPolicy"])


def of_further_members(members: Api, request: Any) -> Said:
    left = {*OPTIONS.values(), *OURS, *NEVER_TOLD, *LEFT_TO_AWS}
    further = {name: value for name, value in members.items() if name not in left and value not in NOTHING}
    sources = other_sources(members)
    words = to_words({**further, **({"TrafficSources": sources} if sources else {})}, request)
    yield "auto_scaling_group", {word: words[word] for word in sorted(words)}


def other_sources(members: Api) -> list[Api]:
    """The traffic sources that no option of their own tells already."""
    told = {kind for member, kind in COMPANION_KINDS.items() if members.get(member)}
    return [source for source in members.get("TrafficSources", []) if kind_of(source) not in told]


def of_switches(answer: Api) -> Said:
    yield "suspend_processes", sorted(one["ProcessName"] for one in answer.get("SuspendedProcesses", []) if one["ProcessName"] in PROCESSES)
    metrics = sorted(one["Metric"] for one in answer.get("EnabledMetrics", []))
    yield "metrics_collection", True if metrics else None
    yield "metrics_list", metrics
    yield "tags", tag_words(answer)


def tag_words(answer: Api) -> list[Words]:
    """The tags of a group but AWS's own, each by itself, as one may be launched with and another not."""
    tags = sorted(answer.get("Tags", []), key=lambda tag: tag["Key"])
    return [{tag["Key"]: tag.get("Value", ""), PROPAGATE: tag["PropagateAtLaunch"]} for tag in tags if not tag["Key"].startswith(AWS_OWN)]


def of_belongings(belongings: Mapping[str, list[Api]], model: Any) -> Said:
    for kind in KINDS:
        shape = kind.request(model)
        told = (within(item, shape) for item in kind.gather(belongings.get(kind.option, [])))
        yield kind.option, [item_words(kind, item, shape) for item in sorted(told, key=lambda item: item[kind.name])]
    pool = belongings.get("warm_pool") or {}
    if pool and "Status" not in pool:
        shape = model.operation_model("PutWarmPool").input_shape
        yield "warm_pool", to_words(within(pool, shape), shape)


def item_words(kind: Kind, item: Api, shape: Any) -> Words:
    """One of them as it would be put; when a recurring action comes next, AWS reckons."""
    reckoned = kind.filled if "Recurrence" in item else ("Time",)
    said = {name: value for name, value in item.items() if value not in NOTHING and name not in reckoned}
    return {xform_name(name): to_words(value, shape.members[name]) for name, value in said.items()}
