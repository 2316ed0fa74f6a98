# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read what a group's instances run with, and the rollouts that AWS knows of. Reading never changes anything. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from .state import Carried, Instance, Observed, Profile, Refresh, Source, source_of

Find = Callable[..., Any]

AT_ONCE = 200  # the most values that one filter of EC2 takes
NO_VERSION = "InvalidLaunchTemplateId.VersionNotFound"
NO_TEMPLATE = "InvalidLaunchTemplateId.NotFound"
GONE = (NO_VERSION, NO_TEMPLATE)


def instances_in(answer: Mapping[str, Any]) -> tuple[Instance, ...]:
    """The instances that Auto Scaling tells of, be it of a group or of a warm pool."""
    return tuple(
        Instance(one["InstanceId"], one["LifecycleState"], source_of(one), bool(one.get("ProtectedFromScaleIn"))) for one in answer.get("Instances", [])
    )


def look(group: Mapping[str, Any], profile: str, find: Find) -> Observed:
    """Everything that runs for a group, in service or in its warm pool, with the profile that each carries."""
    warm = find("autoscaling", "describe_warm_pool", AutoScalingGroupName=group["AutoScalingGroupName"]) if group.get("WarmPoolConfiguration") else {}
    instances = (*instances_in(group), *instances_in(warm))
    carried = associations([one.id for one in instances], find)
    seen = tuple(replace(one, carried=carried.get(one.id)) for one in instances if not one.leaving)
    return Observed(seen, profile=find_profile(profile, find), looked=True)


def associations(ids: list[str], find: Find) -> dict[str, Carried]:
    """The live associations of these instances."""
    return dict(one for some in in_parts(ids) for one in associated(some, find))


def in_parts(some: list[str], at_once: int = AT_ONCE) -> Iterator[list[str]]:
    yield from (some[start : start + at_once] for start in range(0, len(some), at_once))


def associated(ids: list[str], find: Find) -> Iterator[tuple[str, Carried]]:
    answer = find("ec2", "describe_iam_instance_profile_associations", Filters=[{"Name": "instance-id", "Values": sorted(ids)}])
    for one in answer["IamInstanceProfileAssociations"]:
        profile = one["IamInstanceProfile"]
        yield one["InstanceId"], Carried(one["AssociationId"], profile["Arn"], profile["Id"], one["State"])


def find_profile(name: str, find: Find) -> Profile:
    answer = find("iam", "get_instance_profile", absent="NoSuchEntity", InstanceProfileName=name)
    told = answer["InstanceProfile"] if answer else {}
    return Profile(name, told.get("Arn"), told.get("InstanceProfileId"))


def with_data(seen: Observed, known: Mapping[Source, Mapping[str, Any]], beside: Iterable[Source], find: Find) -> Observed:
    """The same, with the data of every version that an instance was launched from, and of those beside, where they are not known yet."""
    lacking: dict[str, set[str]] = {}
    for source in {*(one.source for one in seen.instances), *beside} - known.keys():
        if source.template and source.version and source.version.isdecimal():
            lacking.setdefault(source.template, set()).add(source.version)
    read = {source: data for template, numbers in sorted(lacking.items()) for source, data in versions(template, numbers, find)}
    return replace(seen, data={**known, **read, **configurations(seen, known, find)})


def versions(template: str, numbers: Iterable[str], find: Find) -> Iterator[tuple[Source, Mapping[str, Any]]]:
    """The data of some versions; one that is gone takes nothing from the others."""
    wanted = sorted(numbers, key=int)
    answer = find("ec2", "describe_launch_template_versions", absent=GONE, LaunchTemplateId=template, Versions=wanted)
    if answer is None and len(wanted) > 1:
        yield from (pair for number in wanted for pair in versions(template, [number], find))
    for one in answer["LaunchTemplateVersions"] if answer else ():
        yield Source(template, str(one["VersionNumber"])), one["LaunchTemplateData"]


def configurations(seen: Observed, known: Mapping[Source, Mapping[str, Any]], find: Find) -> dict[Source, Mapping[str, Any]]:
    names = sorted({one.source.configuration for one in seen.instances if one.source.configuration} - {source.configuration for source in known})
    if not names:
        return {}
    # Of names that are not there, Auto Scaling says nothing.
    answer = find("autoscaling", "describe_launch_configurations", LaunchConfigurationNames=names)
    return {Source(configuration=one["LaunchConfigurationName"]): one for one in answer["LaunchConfigurations"]}


def refreshes(group: str, find: Find) -> tuple[Refresh, ...]:
    """The group's rollouts, the latest first; one page has whatever may still go on."""
    answer = find("autoscaling", "describe_instance_refreshes", AutoScalingGroupName=group)
    return tuple(refresh_in(one) for one in answer["InstanceRefreshes"])


def refresh_in(answer: Mapping[str, Any]) -> Refresh:
    return Refresh(answer["InstanceRefreshId"], answer["Status"], answer.get("PercentageComplete", 0), answer)
