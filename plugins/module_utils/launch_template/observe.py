# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read launch templates, and what their data names. Reading never changes anything. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..core.earlier import Earlier
from ..core.errors import CallRefused, Refused
from ..core.launch_parts import (
    KEY_PAIR,
    NAMED_SECURITY_GROUP,
    SECURITY_GROUP,
    SUBNET,
    Named,
    Part,
    at,
    refuse_missing,
    refuse_missing_image,
    refuse_missing_profile,
)
from ..core.shapes import to_words, within
from ..core.tags import tag_dict
from .state import SIGN, Desired, Observed, Template, with_parameter

Find = Callable[..., Any]
NO_TEMPLATE = "InvalidLaunchTemplateName.NotFoundException"
NO_VERSION = "InvalidLaunchTemplateId.VersionNotFound"
NO_PARAMETER = ("ParameterNotFound", "ParameterVersionNotFound", "ValidationException")


def observe(want: Desired, find: Find, earlier: Earlier, shape: Any) -> Observed:
    """Everything about one launch template that deciding needs to know."""
    if earlier.removed("launch_template", want.name):
        return Observed(None)
    answer = find(
        "ec2",
        "describe_launch_template_versions",
        absent=NO_TEMPLATE,
        enough=lambda part: tells_enough(part, want),
        LaunchTemplateName=want.name,
        # All of them are read only for those who declare how many to keep.
        **({} if want.keep_versions else {"Versions": ["$Latest", "$Default"]}),
    )
    versions = answer["LaunchTemplateVersions"] if answer else []
    if not versions:
        return Observed(None)
    template = with_asked_for(parse(versions, shape), want, find, shape)
    # A version's answer leaves the template's tags out; they are read only for those who declare something of them.
    return Observed(template if want.tags is None and not want.adopt else with_tags(template, find))


def tells_enough(part: Mapping[str, Any], want: Desired) -> bool:
    """Whether the latest and the default version tell all that matters: where all are counted, only if there are too few to delete any."""
    numbers = {version["VersionNumber"] for version in part["LaunchTemplateVersions"]}
    return not want.keep_versions or (max(numbers) <= want.keep_versions and asked_for(want) <= numbers)


def asked_for(want: Desired) -> set[int]:
    named = (want.default_version, want.launch_version, want.source_version)
    return {int(number) for number in named if number and number.isdecimal()}


def with_asked_for(now: Template, want: Desired, find: Find, shape: Any) -> Template:
    """The same, with the versions that are asked for by number, as far as they are there; those that were pruned never come back."""
    unknown = sorted(number for number in asked_for(want) - {*now.numbers} if number <= now.version)
    found = [version for number in unknown for version in find_version(now, number, find)] if not want.keep_versions else []
    versions = {**now.versions, **by_numbers(found, shape)}
    return replace(now, numbers=tuple(sorted(versions)), versions=versions)


def find_version(now: Template, number: int, find: Find) -> list[Mapping[str, Any]]:
    answer = find("ec2", "describe_launch_template_versions", absent=NO_VERSION, LaunchTemplateId=now.id, Versions=[str(number)])
    return answer["LaunchTemplateVersions"] if answer else []


def by_numbers(versions: Iterable[Mapping[str, Any]], shape: Any) -> dict[int, Mapping[str, Any]]:
    return {version["VersionNumber"]: within(version["LaunchTemplateData"], shape) for version in versions}


def with_tags(now: Template, find: Find) -> Template:
    answer = find("ec2", "describe_launch_templates", LaunchTemplateIds=[now.id])
    tags = tag_dict(tag for template in answer["LaunchTemplates"] for tag in template.get("Tags", []))
    return replace(now, tags={key: tags[key] for key in tags if key not in SIGN}, ours=SIGN.keys() <= tags.keys())


def is_ours(now: Template, find: Find) -> bool:
    """Whether this collection made the template, or adopted it."""
    return bool((with_tags(now, find) if now.ours is None else now).ours)


def parse(versions: Sequence[Mapping[str, Any]], shape: Any) -> Template:
    """EC2's answer, in our words."""
    by_number = {version["VersionNumber"]: version for version in versions}
    latest = by_number[max(by_number)]
    return Template(
        name=latest["LaunchTemplateName"],
        id=latest["LaunchTemplateId"],
        version=latest["VersionNumber"],
        default_version=next(number for number, version in by_number.items() if version["DefaultVersion"]),
        data=within(latest["LaunchTemplateData"], shape),
        numbers=tuple(sorted(by_number)),
        versions=by_numbers(versions, shape),
    )


def find_used(now: Template, find: Find, group_after: Mapping[str, Any], shape: Any, gone: Collection[str] = ()) -> set[str]:
    """The versions that groups and instances of the account use, with one group as it is going to be, and without the instances that are ``gone`` by then."""
    answer = find("autoscaling", "describe_auto_scaling_groups")
    groups = {group["AutoScalingGroupName"]: to_words(group, shape) for group in answer["AutoScalingGroups"]}
    name = group_after.get("auto_scaling_group_name")
    instances = [one for one in groups.get(name, {}).get("instances", []) if one["instance_id"] not in gone]
    going_to_be = {**groups, name: {**group_after, "instances": instances}}
    return {*versions_in(list(going_to_be.values()), now), *find_launched(now, find, gone)}


def versions_in(words: Any, now: Template) -> Iterator[str]:
    """Every version of the template that is named at any depth."""
    if isinstance(words, Mapping):
        if words.get("launch_template_id") == now.id or words.get("launch_template_name") == now.name:
            yield str(words.get("version"))
        words = list(words.values())
    if isinstance(words, (list, tuple)):
        for item in words:
            yield from versions_in(item, now)


def find_launched(now: Template, find: Find, gone: Collection[str]) -> Iterator[str]:
    """The versions of instances that are there, by the tags that EC2 gives them at their launch."""
    answer = find(
        "ec2",
        "describe_instances",
        Filters=[
            {"Name": "tag:aws:ec2launchtemplate:id", "Values": [now.id]},
            {"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]},
        ],
    )
    for reservation in answer["Reservations"]:
        for instance in reservation["Instances"]:
            if instance["InstanceId"] not in gone:
                yield tag_dict(instance["Tags"])["aws:ec2launchtemplate:version"]


def with_image(want: Desired, find: Find) -> Desired:
    """The same, with the image that a Systems Manager parameter names now."""
    return with_parameter(want, find_image(want.image_parameter, find)) if want.image_parameter else want


def find_image(parameter: str, find: Find) -> str:
    image = find_parameter(parameter, find)
    if image.startswith("ami-"):
        return image
    raise Refused(f"launch_template: the Systems Manager parameter {parameter} holds no image's id")


def find_parameter(name: str, find: Find) -> str:
    try:
        return find("ssm", "get_parameter", Name=name)["Parameter"]["Value"]
    except CallRefused as refusal:
        if refusal.code in NO_PARAMETER:
            raise Refused(f"launch_template: there is no Systems Manager parameter {name}: {refusal}") from refusal
        raise


def usable_data_of(named: Mapping[str, str], path: str, find: Find, earlier: Earlier) -> Mapping[str, Any]:
    """The data of another launch template; it is refused if it is not there, or carries a profile that is not. What an earlier task made is its own affair."""
    made = earlier.made("launch_template", named.get("launch_template_name", ""))
    if made is not None or is_known_after_apply(named):
        return {"IamInstanceProfile": {"Name": made["instance_profile"]}} if made and made.get("instance_profile") else {}
    asked = {
        member: named[word]
        for member, word in (("LaunchTemplateId", "launch_template_id"), ("LaunchTemplateName", "launch_template_name"))
        if word in named
    }
    try:
        answer = find("ec2", "describe_launch_template_versions", Versions=[named.get("version", "$Default")], **asked)
    except CallRefused as refusal:
        if refusal.code.startswith("InvalidLaunchTemplate"):
            raise Refused(f"{path}.launch_template_specification: {refusal}") from refusal
        raise
    data = answer["LaunchTemplateVersions"][0]["LaunchTemplateData"]
    refuse_unusable_profile(data.get("IamInstanceProfile"), path, find, earlier)
    return data


def is_known_after_apply(named: Mapping[str, str]) -> bool:
    """Whether the id is one that check mode could only foretell in words."""
    return not str(named.get("launch_template_id", "lt-")).startswith("lt-")


def refuse_unusable_profile(carried: Mapping[str, str] | None, path: str, find: Find, earlier: Earlier) -> None:
    try:
        if carried:
            refuse_missing_profile(carried, find, earlier)
    except Refused as refusal:
        raise Refused(f"{path}.launch_template_specification: {str(refusal).partition(': ')[2]}") from refusal


def refuse_missing_parts(want: Desired, find: Find, earlier: Earlier) -> None:
    """Refuse a template that names what is not there; EC2 itself takes it, and lets the group fail later."""
    if want.present:
        refuse_missing_image(want.image or "", find, "launch_template.image_id")
        for part, named in named_parts(want.data):
            refuse_missing(part, named, find)
        refuse_missing_profile(want.data["IamInstanceProfile"], find, earlier)


def named_parts(data: Mapping[str, Any]) -> Iterator[tuple[Part, Named]]:
    """What a template's data name, at the path of the option that names it."""
    interfaces = {f"launch_template.network_interfaces[{index}]": one for index, one in enumerate(data.get("NetworkInterfaces", []))}
    for_all = at("launch_template.security_group_ids", data.get("SecurityGroupIds", []))
    yield SECURITY_GROUP, joined([for_all, *(at(f"{path}.groups", one.get("Groups", [])) for path, one in interfaces.items())])
    yield NAMED_SECURITY_GROUP, at("launch_template.security_groups", data.get("SecurityGroups", []))
    yield SUBNET, joined(at(f"{path}.subnet_id", [one.get("SubnetId")]) for path, one in interfaces.items())
    yield KEY_PAIR, at("launch_template.key_name", [data.get("KeyName")])


def joined(named: Iterable[Named]) -> dict[str, str]:
    """One for all; what is named twice, at its first path."""
    return {name: path for one in reversed(list(named)) for name, path in one.items()}
