# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read launch configurations, and who launches from them. Reading never changes anything. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..core.earlier import Earlier
from ..core.launch_parts import (
    KEY_PAIR,
    NAMED_SECURITY_GROUP,
    SECURITY_GROUP,
    at,
    is_young,
    refuse_missing,
    refuse_missing_image,
    refuse_missing_profile,
)
from ..core.profile_names import in_ec2_words
from ..core.shapes import within
from .state import OPTION, Configuration, Desired, Observed, based, found, is_of_line, profile_of

Find = Callable[..., Any]
LARGEST_PAGE = 100


def observe(want: Desired, find: Find, earlier: Earlier, request: Any) -> Observed:
    """Everything about one line of launch configurations that deciding needs to know."""
    if earlier.removed(OPTION, want.name):
        return Observed(new_profile=earlier.is_fresh("instance_profile", profile_of(want.data) or ""))
    line = find_line(want, find, request)
    return around(based(want, line), line, find, earlier)


def find_line(want: Desired, find: Find, request: Any) -> tuple[Configuration, ...]:
    # All of them, as AWS finds none by the beginning of its name; an account has at most 200 unless it asked for more.
    answer = find("autoscaling", "describe_launch_configurations", MaxRecords=LARGEST_PAGE)
    told = [one for one in answer["LaunchConfigurations"] if is_of_line(one["LaunchConfigurationName"], want.name)]
    return tuple(sorted((parse(one, request) for one in told), key=lambda one: (one.created, one.name)))


def around(want: Desired, line: tuple[Configuration, ...], find: Find, earlier: Earlier) -> Observed:
    """The line, and as much of what has to do with it as matters."""
    profile = profile_of(want.data) or ""
    kept = found(want, line) if want.present else None
    new_profile = earlier.is_fresh("instance_profile", profile) or (want.present and kept is None and is_young(profile, find))
    groups = find_groups(find) if any(one != kept for one in line) else None
    return Observed(line, users_in(groups, earlier), launched_in(groups), new_profile) if groups is not None else Observed(line, new_profile=new_profile)


def find_configuration(name: str, find: Find, request: Any) -> Configuration | None:
    """One launch configuration by its whole name, whatever line it is of."""
    answer = find("autoscaling", "describe_launch_configurations", LaunchConfigurationNames=[name])
    return next((parse(one, request) for one in answer["LaunchConfigurations"]), None)


def parse(answer: Mapping[str, Any], request: Any) -> Configuration:
    """Auto Scaling's answer, in our words."""
    data = within(answer, request)
    return Configuration(data.pop("LaunchConfigurationName"), data, str(answer["CreatedTime"]))


def find_groups(find: Find) -> Sequence[Mapping[str, Any]]:
    return find("autoscaling", "describe_auto_scaling_groups", MaxRecords=LARGEST_PAGE)["AutoScalingGroups"]


def launched_in(groups: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What instances were launched from, where it was a configuration."""
    instances = (one for group in groups for one in group.get("Instances", []))
    return {one["InstanceId"]: one["LaunchConfigurationName"] for one in instances if one.get("LaunchConfigurationName")}


def users_in(groups: Sequence[Mapping[str, Any]], earlier: Earlier) -> dict[str, str | None]:
    """The configuration that each group of the account launches from, or will once earlier tasks are done."""
    seen = {group["AutoScalingGroupName"]: group.get("LaunchConfigurationName") for group in groups}
    told = earlier.outcome.get("auto_scaling_group", {})
    return {**seen, **{group: (made or {}).get("launch_configuration_name") for group, made in told.items()}}


def refuse_missing_parts(want: Desired, find: Find, earlier: Earlier) -> None:
    """Refuse a configuration that names what is not there, in check mode too, and a profile that gives no credentials."""
    refuse_missing_image(want.data.get("ImageId", ""), find, f"{OPTION}.image_id")
    refuse_missing_security_groups(want.data.get("SecurityGroups", []), find)
    refuse_missing(KEY_PAIR, at(f"{OPTION}.key_name", [want.data.get("KeyName")]), find)
    refuse_missing_profile(in_ec2_words(want.data["IamInstanceProfile"]), find, earlier)


def refuse_missing_security_groups(given: Sequence[str], find: Find) -> None:
    """One list of a configuration holds ids, and the names of groups in the default VPC."""
    for part, is_id in ((SECURITY_GROUP, True), (NAMED_SECURITY_GROUP, False)):
        refuse_missing(part, at(f"{OPTION}.security_groups", [one for one in given if one.startswith("sg-") == is_id]), find)
