# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each member of the API beside the option that declares it, from botocore's models, the code's own tables and the documentation.

A member that none of them leads to has no way, and fails the run.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import botocore.session
import yaml
from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group import kinds, state
from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.companions import COMPANIONS
from ansible_collections.passrole.ec2.plugins.module_utils.core.shapes import READERS
from ansible_collections.passrole.ec2.plugins.module_utils.launch_configuration.state import OF_THE_OPTION
from ansible_collections.passrole.ec2.plugins.module_utils.launch_template.state import OF_THE_TEMPLATE
from ansible_collections.passrole.ec2.plugins.modules.asg_launch_with_profile import DOCUMENTATION
from botocore import xform_name

from dev.place import ROOT

PAGE = ROOT / "docs" / "api-coverage.md"
SERVICES = ("autoscaling", "ec2")
OPENING = """\
# How each member of the API is declared

Made by `make api-coverage` from botocore's models, the module's tables and its documentation, which fails if a member has no way.
Words are options of `passrole.ec2.asg_launch_with_profile`.
"""

# Members for which an option has a form of its own.
OF_THEIR_OWN = {
    "AutoScalingGroupName": "name",
    "LaunchConfigurationName": "launch_configuration.name",
    "InstanceId": "launch_configuration.instance_id",
    "LaunchTemplate.LaunchTemplateName": "launch_template.name",
    "LaunchTemplate.Version": "launch_template.version",
    "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateName": "launch_template.name",
    "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.Version": "launch_template.version",
    "Tags[].Key": "tags[]",
    "Tags[].Value": "tags[]",
    "Tags[].PropagateAtLaunch": "tags[].propagate_at_launch",
}
# Members that no playbook says, and why.
BY_THE_MODULE = {
    "InstanceIds[]": "the instances that run",
    "LaunchTemplate.LaunchTemplateId": "as AWS tells it",
    "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateId": "as AWS tells it",
    "Tags[].ResourceId": "the group's name",
    "Tags[].ResourceType": "the one type that there is",
}
# Calls of which an option says no more than a word or two.
SWITCHES = {
    "CreateOrUpdateTags": {},
    "DeleteAutoScalingGroup": {"ForceDelete": "force_delete"},
    "DeleteWarmPool": {"ForceDelete": "force_delete"},
    "DisableMetricsCollection": {"Metrics": "metrics_list"},
    "EnableMetricsCollection": {"Metrics": "metrics_list", "Granularity": "metrics_granularity"},
    "ResumeProcesses": {"ScalingProcesses": "suspend_processes"},
    "SetInstanceProtection": {"ProtectedFromScaleIn": "protected_from_scale_in"},
    "SuspendProcesses": {"ScalingProcesses": "suspend_processes"},
}
OF_A_ROLLOUT = {"Preferences": "rollout.preferences", "Strategy": "rollout.refresh_strategy"}

Models = Mapping[str, Any]
Way = Callable[[str], str]  # a member of a request -> the option that declares it, or nothing


@dataclass(frozen=True)
class Surface:
    """One request of the API, or the part of it that is declared."""

    name: str
    shape: Any
    way: Way


@dataclass(frozen=True)
class Row:
    """One leaf of a request, and how it is declared; empty if it is not."""

    member: str
    way: str


def main() -> int:
    tables = covered(models())
    if lacking := without_way(tables):
        print("No way to declare:", *lacking, sep="\n  ", file=sys.stderr)
        return 1
    PAGE.write_text(page(tables), encoding="utf-8")
    return 0


@cache
def models() -> Models:
    session = botocore.session.get_session()
    return {service: session.get_service_model(service) for service in SERVICES}


def covered(models: Models) -> dict[str, list[Row]]:
    return {surface.name: rows(surface) for surface in surfaces(models)}


def surfaces(models: Models) -> Iterator[Surface]:
    """What is declared: the launch sources, the group, and what only other calls can set."""
    scaling = models["autoscaling"]
    yield Surface("RequestLaunchTemplateData", models["ec2"].shape_for("RequestLaunchTemplateData"), under("launch_template", OF_THE_TEMPLATE))
    ways = {
        "CreateLaunchConfiguration": under("launch_configuration", OF_THE_OPTION),
        "CreateAutoScalingGroup": of_group(scaling),
        "UpdateAutoScalingGroup": of_group(scaling),
        **dict(calls_beside(scaling)),
    }
    yield from (Surface(operation, request(scaling, operation), way) for operation, way in ways.items())


def calls_beside(scaling: Any) -> Iterator[tuple[str, Way]]:
    named = {xform_name(operation): operation for operation in scaling.operation_names}
    for kind in sorted((one for one in vars(kinds).values() if isinstance(one, kinds.Kind)), key=lambda kind: kind.put):
        yield named[kind.put], under(f"{kind.option}[]")
    yield "PutWarmPool", under("warm_pool")
    for swap in COMPANIONS.values():
        for verb in ("attach", "detach"):
            yield named[f"{verb}_{swap.args[0][0]}"], of_group(scaling)
    yield "StartInstanceRefresh", partial(said, OF_A_ROLLOUT)
    yield from ((operation, partial(said, words)) for operation, words in SWITCHES.items())


def request(model: Any, operation: str) -> Any:
    return model.operation_model(operation).input_shape


def under(option: str, its_own: tuple[str, ...] = ()) -> Way:
    """Any member by its name, unless the option takes that word for something else."""
    return lambda member: "" if xform_name(member) in its_own else f"{option}.{xform_name(member)}"


def of_group(scaling: Any) -> Way:
    """By an option of its own, or by the one that takes every other member of the request that creates a group."""
    options = {member: option for option, member in state.OPTIONS.items()}
    further = {member: f"auto_scaling_group.{xform_name(member)}" for member in request(scaling, "CreateAutoScalingGroup").members}
    return partial(said, {member: way for member, way in {**further, **options}.items() if member not in state.OURS})


def said(words: Mapping[str, str], member: str) -> str:
    return words.get(member, "")


def rows(surface: Surface) -> list[Row]:
    return sorted((row(surface, member, leaf) for member, leaf in leaves(surface.shape)), key=lambda one: one.member)


def row(surface: Surface, member: str, leaf: Any) -> Row:
    if member.startswith("DesiredConfiguration."):
        return Row(member, "set by the module: what the group is to launch from")
    if member in BY_THE_MODULE:
        return Row(member, f"set by the module: {BY_THE_MODULE[member]}")
    option = OF_THEIR_OWN.get(member) or in_words(surface.way, member)
    return Row(member, f"`{option}`" if is_documented(option) and leaf.type_name in READERS else "")


def in_words(way: Way, member: str) -> str:
    """The option's path to a leaf, at any depth below what the way leads to."""
    first, rest = re.fullmatch(r"(\w+)(.*)", member).groups()
    return way(first) and way(first) + re.sub(r"\w+", lambda name: xform_name(name[0]), rest)


def is_documented(option: str) -> bool:
    return re.split(r"\W", option)[0] in documented()


@cache
def documented() -> frozenset[str]:
    return frozenset(yaml.safe_load(DOCUMENTATION)["options"])


def leaves(shape: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The path and shape of whatever in a request holds no further members."""
    if shape.type_name == "list":
        yield from leaves(shape.member, f"{path}[]")
    elif shape.type_name == "structure" and shape.members:
        for name, member in shape.members.items():
            yield from leaves(member, f"{path}.{name}" if path else name)
    else:
        yield path, shape


def without_way(tables: Mapping[str, list[Row]]) -> list[str]:
    return [f"{name}: {row.member}" for name, table in tables.items() for row in table if not row.way]


def page(tables: Mapping[str, list[Row]]) -> str:
    return "\n".join([OPENING, *(section(name, table) for name, table in tables.items())])


def section(name: str, table: list[Row]) -> str:
    lines = "\n".join(f"| `{row.member}` | {row.way} |" for row in table)
    return f"## {name}\n\n| member | declared by |\n|---|---|\n{lines}\n"


if __name__ == "__main__":
    sys.exit(main())
