# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""EC2's own judgement of a template's data: a launch that is only tried. It changes nothing. Private to this collection.

The data are judged as such and not by their version: before the first write there
is none, and a check has to tell the same as the run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..core.earlier import Earlier
from ..core.errors import CallRefused, Refused
from ..core.launch_parts import refuse_missing_profile
from .state import Desired, profile_of

Find = Callable[..., Any]

# RunInstances' names, where they are not the template's own.
RENAMED = {"RamDiskId": "RamdiskId", "ElasticGpuSpecifications": "ElasticGpuSpecification"}
WOULD_DO = "DryRunOperation"
OF_THE_PROFILE = ("Invalid IAM Instance Profile", "no associated IAM Roles")
NOT_ONE_TYPE = "vet: not judged by EC2, which can try a launch of one instance type only, and the type is left to requirements"


def refuse_unlaunchable(want: Desired, group: Mapping[str, Any], find: Find, earlier: Earlier) -> tuple[str, ...]:
    """Refuse what EC2 would not launch, in its own words; what to warn of where it could not be asked.

    ``group`` is the group in playbook words, as it is going to be.
    """
    launch = as_launch(want.data, group)
    if "InstanceType" not in launch and leaves_the_type_open(want.data, group):
        return (NOT_ONE_TYPE,)
    if earlier.made("instance_profile", profile_of(want.data)):
        launch = without_profile(launch)
    refusal = refusal_of(launch, find)
    if refusal and any(saying in refusal.reason for saying in OF_THE_PROFILE):
        # IAM knows it, so that EC2 soon will.
        refuse_missing_profile(want.data["IamInstanceProfile"], find, earlier)
        refusal = refusal_of(without_profile(launch), find)
    if refusal:
        raise Refused(f"launch_template: EC2 would not launch from it: {refusal}") from refusal
    return ()


def refusal_of(launch: Mapping[str, Any], find: Find) -> CallRefused | None:
    """Why EC2 would not make this launch."""
    try:
        find("ec2", "run_instances", DryRun=True, MinCount=1, MaxCount=1, **launch)
    except CallRefused as refusal:
        return refusal if refusal.code != WOULD_DO else None
    return None


def as_launch(data: Mapping[str, Any], group: Mapping[str, Any]) -> dict[str, Any]:
    """A template's data as RunInstances takes them, where and as what the group would launch first."""
    said = {RENAMED.get(name, name): value for name, value in data.items() if name != "InstanceRequirements"}
    return placed({**said, **first_override(group)}, group)


def first_override(group: Mapping[str, Any]) -> dict[str, str]:
    for override in overrides(group):
        known = {"InstanceType": override.get("instance_type"), "ImageId": override.get("image_id")}
        return {name: value for name, value in known.items() if value}
    return {}


def overrides(group: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return group.get("mixed_instances_policy", {}).get("launch_template", {}).get("overrides") or []


def leaves_the_type_open(data: Mapping[str, Any], group: Mapping[str, Any]) -> bool:
    return "InstanceRequirements" in data or any("instance_requirements" in override for override in overrides(group))


def placed(launch: dict[str, Any], group: Mapping[str, Any]) -> dict[str, Any]:
    """The launch in the group's first subnet, or else its first zone."""
    subnet = group.get("vpc_zone_identifier", "").split(",")[0].strip()
    interfaces = launch.get("NetworkInterfaces")
    if subnet and interfaces:
        return {**launch, "NetworkInterfaces": [{"SubnetId": subnet, **interfaces[0]}, *interfaces[1:]]}
    if subnet:
        return {**launch, "SubnetId": subnet}
    zones = group.get("availability_zones")
    return {**launch, "Placement": {"AvailabilityZone": zones[0], **launch.get("Placement", {})}} if zones else launch


def without_profile(launch: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in launch.items() if name != "IamInstanceProfile"}
