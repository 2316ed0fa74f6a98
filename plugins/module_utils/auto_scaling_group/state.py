# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an Auto Scaling group is, what is wanted of it, and what was seen. Private to this collection."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Union

from ..core.errors import Refused
from ..core.plan import Later
from ..core.shapes import closest, described, to_api, xform_name
from ..core.tags import refuse_reserved
from .belongings import Belonging
from .members import COMPANION_KINDS, kind_of

# amazon.aws.autoscaling_group's option names, where they are not the API's own in snake case.
RENAMED = {
    "health_check_period": "HealthCheckGracePeriod",
    "load_balancers": "LoadBalancerNames",
    "protected_from_scale_in": "NewInstancesProtectedFromScaleIn",
}
SAME_NAME = {
    "availability_zones": "AvailabilityZones",
    "default_cooldown": "DefaultCooldown",
    "desired_capacity": "DesiredCapacity",
    "health_check_type": "HealthCheckType",
    "max_instance_lifetime": "MaxInstanceLifetime",
    "max_size": "MaxSize",
    "min_size": "MinSize",
    "mixed_instances_policy": "MixedInstancesPolicy",
    "placement_group": "PlacementGroup",
    "target_group_arns": "TargetGroupARNs",
    "termination_policies": "TerminationPolicies",
    "vpc_zone_identifier": "VPCZoneIdentifier",
}
OPTIONS = {**SAME_NAME, **RENAMED}
# What says whether a list is all there is; by the member that the list is.
PURGES = {"LoadBalancerNames": "purge_load_balancers", "TargetGroupARNs": "purge_target_group_arns", "TrafficSources": "purge_traffic_sources"}

HEALTH_CHECKS = ("EBS", "EC2", "ELB", "VPC_LATTICE")

PROPAGATE = "propagate_at_launch"

# Members that the module sets by itself, from name, tags and the launch template.
OURS = ("AutoScalingGroupName", "LaunchTemplate", "LaunchConfigurationName", "Tags")


@dataclass(frozen=True)
class Tag:
    """A tag of a group, and whether new instances get it too."""

    value: str
    propagate: bool = True


@dataclass(frozen=True)
class FromTemplate:
    """The launch template version that a group launches from."""

    template_id: str | Later
    version: str | int | Later
    data: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    profile: str | None = None  # the instance profile that its version carries, where that is known
    fresh: bool = False  # whether the instance profile was made or changed a moment ago

    @property
    def reference(self) -> dict[str, Any]:
        version = self.version
        said = Later(version.operation, version.path, through=str) if isinstance(version, Later) else str(version)
        return {"LaunchTemplateId": self.template_id, "Version": said}

    @property
    def source(self) -> dict[str, Any]:
        return {"LaunchTemplate": self.reference}


@dataclass(frozen=True)
class FromConfiguration:
    """The launch configuration that a group launches from, where it is no launch template."""

    name: str
    profile: str | None = None
    fresh: bool = False

    @property
    def source(self) -> dict[str, Any]:
        return {"LaunchConfigurationName": self.name}


Launch = Union[FromTemplate, FromConfiguration]


@dataclass(frozen=True)
class Group:
    """An Auto Scaling group. ``members`` is in API words, as a request would say it."""

    name: str
    members: Mapping[str, Any]
    tags: Mapping[str, Tag] = field(default_factory=dict)
    instances: tuple[str, ...] = ()
    deleting: bool = False
    answer: Mapping[str, Any] = field(default_factory=dict)
    belongings: Mapping[str, Any] = field(default_factory=dict)  # by option, of those that are declared
    hooks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by name, where their actions are to be completed


@dataclass(frozen=True)
class Desired:
    """What the playbook asks for. A member or tag that is not declared is left as it is."""

    name: str
    members: Mapping[str, Any] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()  # the lists beside which others are left as they are
    tags: Mapping[str, Tag] | None = None
    purge_tags: bool = False
    present: bool = True
    wait_timeout: float = 300
    wait_for_instances: bool = False
    force_delete: bool = False
    adopt: bool = False
    complete_lifecycle_actions: bool = False
    belongings: tuple[Belonging, ...] = ()


@dataclass(frozen=True)
class Observed:
    """What AWS says is there."""

    group: Group | None


def desired(params: Mapping[str, Any], request: Any, belongings: Sequence[Belonging] = ()) -> Desired:
    """What the module's options ask of the group, held against CreateAutoScalingGroup's request shape."""
    members = checked_members(params, request)
    refuse_unknown_health_checks(params["health_check_type"])
    refuse_odd_sizes(members)
    refuse_half_a_policy(members)
    refuse_said_twice(members)
    refuse_hooks_given_twice(members, belongings)
    return Desired(
        name=checked_name(params["name"], request),
        members=members,
        kept=frozenset(member for member, option in PURGES.items() if not params[option]),
        tags=checked_tags(params["tags"], request),
        purge_tags=params["purge_tags"],
        present=params["state"] == "present",
        wait_timeout=params["wait_timeout"],
        wait_for_instances=params["wait_for_instances"],
        force_delete=params["force_delete"],
        adopt=params["adopt"],
        complete_lifecycle_actions=params["complete_lifecycle_actions"],
        belongings=tuple(belongings),
    )


def refuse_unknown_health_checks(said: str | None) -> None:
    """AWS's model lists none of them; one that AWS adds can be said in auto_scaling_group."""
    for check in [] if said is None else map(str.strip, said.split(",")):
        if check not in HEALTH_CHECKS:
            raise Refused(f"health_check_type: {check} is none of {', '.join(HEALTH_CHECKS)}{closest(check.upper(), HEALTH_CHECKS)}")


def refuse_odd_sizes(members: Mapping[str, Any]) -> None:
    """The model gives them no least, and AWS does."""
    for member in ("MinSize", "MaxSize", "DesiredCapacity"):
        if members.get(member, 0) < 0:
            raise Refused(f"{xform_name(member)}: {members[member]}, and at least 0 needed")


def refuse_half_a_policy(members: Mapping[str, Any]) -> None:
    """InstanceMaintenancePolicy's reference: both percentages, or both -1 to take the policy away; 100 apart at most."""
    policy, path = members.get("InstanceMaintenancePolicy"), "auto_scaling_group.instance_maintenance_policy"
    if policy is None:
        return
    for member in ("MinHealthyPercentage", "MaxHealthyPercentage"):
        if member not in policy:
            raise Refused(f"{path}.{xform_name(member)}: must be given, as AWS takes both percentages or none")
    least, most = policy["MinHealthyPercentage"], policy["MaxHealthyPercentage"]
    if (least == -1) != (most == -1):
        raise Refused(f"{path}: both percentages are -1, which takes the policy away, or none")
    if most - least > 100:
        raise Refused(f"{path}.max_healthy_percentage: {most} is more than 100 above min_healthy_percentage {least}")


def refuse_said_twice(members: Mapping[str, Any]) -> None:
    """Two members that say the same may say two things."""
    if {"AvailabilityZones", "AvailabilityZoneIds"} <= members.keys():
        raise Refused("auto_scaling_group.availability_zone_ids: availability_zones is given too, and AWS takes one of them")
    for index, source in enumerate(members.get("TrafficSources", [])):
        for option, member in OPTIONS.items():
            if member in members and COMPANION_KINDS.get(member) == kind_of(source):
                path = f"auto_scaling_group.traffic_sources[{index}]"
                raise Refused(f"{path}: {source['Identifier']} is of the kind that {option} says, which is given too")


def refuse_hooks_given_twice(members: Mapping[str, Any], belongings: Sequence[Belonging]) -> None:
    if "LifecycleHookSpecificationList" in members and any(one.option == "lifecycle_hooks" for one in belongings):
        raise Refused("auto_scaling_group.lifecycle_hook_specification_list: given twice; lifecycle_hooks says it already")


def checked_name(name: str, request: Any) -> str:
    # The pattern is in the API reference's prose only.
    if ":" in name or not all(33 <= ord(letter) <= 126 or letter == " " for letter in name):
        raise Refused(f"name: {name} is no name for a group; AWS takes ASCII letters, digits and signs, but no colon")
    return to_api(name, request.members["AutoScalingGroupName"], "name")


def checked_members(params: Mapping[str, Any], request: Any) -> dict[str, Any]:
    named = {
        OPTIONS[option]: to_api(in_api_form(option, params[option]), request.members[OPTIONS[option]], option)
        for option in OPTIONS
        if params[option] is not None
    }
    return {**named, **further_members(params["auto_scaling_group"] or {}, named, request)}


def in_api_form(option: str, value: Any) -> Any:
    """amazon.aws' way to write an option, as the API's model takes it."""
    if option == "vpc_zone_identifier":
        return as_one_text(value)
    if option == "health_check_type":
        return beside_ec2(value)
    if option == "mixed_instances_policy" and "instance_types" in value:
        return with_overrides(value)
    return value


def beside_ec2(checks: str) -> str:
    """The checks as AWS takes them: EC2's own is always made, and said alone or not at all."""
    others = [check for check in map(str.strip, checks.split(",")) if check != "EC2"]
    return ",".join(others) or checks


def as_one_text(subnets: Any) -> Any:
    """Subnets as the API takes them, however many words they are given in."""
    return ",".join(map(str, subnets)) if isinstance(subnets, (list, tuple)) else subnets


def with_overrides(policy: Mapping[str, Any]) -> dict[str, Any]:
    """amazon.aws' short list of instance types, as the overrides that it stands for."""
    types, template = policy["instance_types"], policy.get("launch_template") or {}
    if not isinstance(types, (list, tuple)):
        raise Refused(f"mixed_instances_policy.instance_types: must be a list, not {described(types)}")
    if not isinstance(template, Mapping):
        raise Refused(f"mixed_instances_policy.launch_template: must be a dictionary, not {described(template)}")
    rest = {word: value for word, value in policy.items() if word != "instance_types"}
    return {**rest, "launch_template": {**template, "overrides": [{"instance_type": kind} for kind in types]}}


def overriding(words: Mapping[str, Any], own: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The launch templates that overrides of a group name beside its own, with where they stand in the playbook."""
    template = (words.get("mixed_instances_policy") or {}).get("launch_template") or {}
    for index, override in enumerate(template.get("overrides") or []):
        named = override.get("launch_template_specification") or {}
        if named and named.get("launch_template_name") != own:
            yield f"mixed_instances_policy.launch_template.overrides[{index}]", named


def further_members(words: Mapping[str, Any], named: Mapping[str, Any], request: Any) -> dict[str, Any]:
    """What the option auto_scaling_group says of members that have no option of their own."""
    said = {word: as_one_text(value) if word == "vpc_zone_identifier" else value for word, value in words.items()}
    members = to_api(said, SomeOf(request), "auto_scaling_group")
    if "InstanceId" in members:
        raise Refused(
            "auto_scaling_group.instance_id: the group always launches from what is declared; "
            "say launch_configuration.instance_id to take that from an instance"
        )
    for name in members:
        if name in OURS:
            raise Refused(f"auto_scaling_group.{xform_name(name)}: is said by the module's own options")
        if name in named:
            raise Refused(f"auto_scaling_group.{xform_name(name)}: given twice; the option of its own says it already")
    return members


@dataclass(frozen=True)
class Declarable:
    """What a declaration may say of a group: what its creation takes, with the values by which an update takes a member away."""

    creation: Any
    update: Any

    @property
    def name(self) -> str:
        return self.creation.name

    @property
    def members(self) -> Mapping[str, Any]:
        return {**self.creation.members, **self.update.members}


@dataclass(frozen=True)
class SomeOf:
    """A structure's shape of which any part may be said: nothing in it is required."""

    whole: Any
    type_name: str = "structure"
    required_members: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.whole.name

    @property
    def members(self) -> Mapping[str, Any]:
        return self.whole.members

    @property
    def metadata(self) -> Mapping[str, Any]:
        return {}


def checked_tags(words: Iterable[Mapping[str, Any]] | None, request: Any) -> dict[str, Tag] | None:
    """amazon.aws' list of tags: each a dictionary of keys and values, with propagate_at_launch beside them."""
    if words is None:
        return None
    shapes = request.members["Tags"].member.members
    for index, tag in enumerate(words):
        refuse_misspelt_propagation(tag, f"tags[{index}]")
        refuse_reserved(tag, f"tags[{index}]")
    return {
        to_api(key, shapes["Key"], f"tags[{index}]"): Tag(
            value=to_api(value, shapes["Value"], f"tags[{index}].{key}"),
            propagate=to_api(tag.get(PROPAGATE, True), shapes["PropagateAtLaunch"], f"tags[{index}].{PROPAGATE}"),
        )
        for index, tag in enumerate(words)
        for key, value in tag.items()
        if key != PROPAGATE
    }


def refuse_misspelt_propagation(tag: Mapping[str, Any], path: str) -> None:
    """A word that is almost propagate_at_launch would else become a tag."""
    for word in tag:
        if word != PROPAGATE and difflib.get_close_matches(str(word), [PROPAGATE], cutoff=0.9):
            raise Refused(f"{path}.{word}: did you mean {PROPAGATE}?")
