# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read back from the sandbox which profile each instance of each group really carries. It asks the API, and knows no result of ours.

Ends with 1 when an instance carries another profile than its group's launch template version says.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

HEADINGS = ("GROUP", "LAUNCH TEMPLATE", "VERSION", "PROFILE", "ROLE", "INSTANCE", "CARRIES")
NOTHING = "nothing"


@dataclass(frozen=True)
class Profile:
    """An instance profile as IAM tells it. Its id is its own; its name may have been another's before."""

    id: str
    name: str
    role: str


@dataclass(frozen=True)
class Instance:
    id: str
    profile_id: str | None


@dataclass(frozen=True)
class Group:
    """A group, the version that it launches, the name of the profile in that version, and what runs."""

    name: str
    template: str
    version: str
    profile: str
    instances: tuple[Instance, ...]


def main(words: Sequence[str]) -> int:
    said = arguments(words)
    groups, profiles = there(clients(said.endpoint_url, said.region))
    print(told(groups, profiles) if groups else f"There is no Auto Scaling group in {said.region}.")
    strays = list(stray(groups, profiles))
    for line in strays:
        print(line)
    return 1 if strays else 0


def arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Show each group of a sandbox, and the profile that each of its instances carries.")
    parser.add_argument("--endpoint-url", required=True, help="where the sandbox answers")
    parser.add_argument("--region", default="eu-west-1", help="the region to look at (%(default)s)")
    return parser.parse_args(words)


def clients(endpoint_url: str, region: str) -> dict[str, Any]:
    import boto3
    from botocore.config import Config

    # Made up, so that no account can be meant; no proxy, as the sandbox is on loopback.
    session = boto3.Session("sandbox-access-key", "sandbox-secret-key", region_name=region)
    config = Config(proxies={})
    return {name: session.client(name, endpoint_url=endpoint_url, config=config) for name in ("autoscaling", "ec2", "iam")}


def there(aws: Mapping[str, Any]) -> tuple[list[Group], list[Profile]]:
    carried = dict(running(aws["ec2"]))
    groups = [group(answer, aws["ec2"], carried) for answer in launching(aws["autoscaling"])]
    return sorted(groups, key=lambda one: one.name), list(profiles(aws["iam"]))


def pages(client: Any, operation: str, key: str, **params: Any) -> Iterator[dict[str, Any]]:
    for page in client.get_paginator(operation).paginate(**params):
        yield from page[key]


def launching(autoscaling: Any) -> Iterator[dict[str, Any]]:
    """The groups that launch from a template, with the reference to it."""
    for answer in pages(autoscaling, "describe_auto_scaling_groups", "AutoScalingGroups"):
        mixed = answer.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {}).get("LaunchTemplateSpecification")
        reference = answer.get("LaunchTemplate") or mixed
        if reference:
            yield {**answer, "LaunchTemplate": reference}


def group(answer: Mapping[str, Any], ec2: Any, carried: Mapping[str, str | None]) -> Group:
    reference = answer["LaunchTemplate"]
    members = (instance["InstanceId"] for instance in answer["Instances"])
    return Group(
        name=answer["AutoScalingGroupName"],
        template=reference["LaunchTemplateName"],
        version=reference["Version"],
        profile=profile_in(ec2, reference),
        instances=tuple(Instance(one, carried[one]) for one in sorted(members) if one in carried),
    )


def profile_in(ec2: Any, reference: Mapping[str, str]) -> str:
    """The name of the profile in a template's version."""
    versions = {"LaunchTemplateId": reference["LaunchTemplateId"], "Versions": [reference["Version"]]}
    (version,) = ec2.describe_launch_template_versions(**versions)["LaunchTemplateVersions"]
    given = version["LaunchTemplateData"].get("IamInstanceProfile", {})
    return given.get("Name") or given.get("Arn", NOTHING).rpartition("/")[2]


def running(ec2: Any) -> Iterator[tuple[str, str | None]]:
    """Each running instance, with the id of the profile associated with it."""
    states = [{"Name": "state", "Values": ["associated"]}]
    associations = pages(ec2, "describe_iam_instance_profile_associations", "IamInstanceProfileAssociations", Filters=states)
    carried = {one["InstanceId"]: one["IamInstanceProfile"]["Id"] for one in associations}
    only_running = [{"Name": "instance-state-name", "Values": ["running"]}]
    for reservation in pages(ec2, "describe_instances", "Reservations", Filters=only_running):
        yield from ((one["InstanceId"], carried.get(one["InstanceId"])) for one in reservation["Instances"])


def profiles(iam: Any) -> Iterator[Profile]:
    for answer in pages(iam, "list_instance_profiles", "InstanceProfiles"):
        role = answer["Roles"][0]["RoleName"] if answer["Roles"] else NOTHING
        yield Profile(answer["InstanceProfileId"], answer["InstanceProfileName"], role)


def told(groups: Iterable[Group], known: Iterable[Profile]) -> str:
    """The table, a line for each instance."""
    return aligned([HEADINGS, *(row for one in groups for row in rows(one, list(known)))])


def rows(one: Group, known: Sequence[Profile]) -> Iterator[tuple[str, ...]]:
    """A group's lines; what is the group's own is said in the first only."""
    roles = {profile.name: profile.role for profile in known}
    own = (one.name, one.template, one.version, one.profile, roles.get(one.profile, NOTHING))
    instances = [(instance.id, carries(instance, known)) for instance in one.instances] or [("none", "")]
    for number, instance in enumerate(instances):
        yield (*(own if number == 0 else [""] * len(own)), *instance)


def carries(instance: Instance, known: Iterable[Profile]) -> str:
    """The name of the profile that an instance carries, or the bare id of one that is gone."""
    names = {profile.id: profile.name for profile in known}
    return names.get(instance.profile_id, instance.profile_id) or NOTHING


def stray(groups: Iterable[Group], known: Sequence[Profile]) -> Iterator[str]:
    """A sentence for each instance that does not carry what its group's version says."""
    for one in groups:
        for instance in one.instances:
            if carries(instance, known) != one.profile:
                yield f"{instance.id} of group {one.name} carries {carries(instance, known)}, not {one.profile}"


def aligned(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
