# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a group launches from: a launch template, a launch configuration or a mixed instances policy, and only one of them."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.launch_templates import LaunchTemplateVersion

from .launch_configurations import asked_by, find_configuration
from .launches import Launch, check, from_version
from .templates import find_template, find_version

KINDS = ("LaunchTemplate", "LaunchConfigurationName", "MixedInstancesPolicy")
DISTRIBUTION = {
    "OnDemandAllocationStrategy": "prioritized",
    "OnDemandBaseCapacity": 0,
    "OnDemandPercentageAboveBaseCapacity": 100,
    "SpotAllocationStrategy": "lowest-price",
}
PRICE_POOLS = {"SpotInstancePools": 2}

FakeAutoScalingGroup.deploying = None  # the desired configuration of a refresh, while it goes on


@dataclass(frozen=True)
class Source:
    """What one instance is launched from, and what it then shows of that."""

    launch: Launch
    shown: Mapping[str, Any] = field(default_factory=dict)
    configuration: str | None = None
    weight: str | None = None


def asked_source(params: Mapping[str, Any], others: str) -> dict[str, Any]:
    """The launch source among a request's params; more than one is refused."""
    asked = {kind: params[kind] for kind in KINDS if params.get(kind)}
    if len(asked) > 1:
        raise ValidationError(f"Valid requests must contain either {others} parameter.")
    return asked


def completed(policy: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """A mixed instances policy as AWS keeps it: over the one before, with AWS's defaults."""
    before = by_id(before) if before else {}
    distribution = {**DISTRIBUTION, **before.get("InstancesDistribution", {}), **policy.get("InstancesDistribution", {})}
    pools = PRICE_POOLS if distribution["SpotAllocationStrategy"] == "lowest-price" else {}
    template = {"Overrides": [], **before.get("LaunchTemplate", {}), **policy.get("LaunchTemplate", {})}
    return deepcopy({"LaunchTemplate": template, "InstancesDistribution": {**pools, **distribution}})


def use(group: FakeAutoScalingGroup, asked: Mapping[str, Any]) -> None:
    """Launch from this from now on, and from nothing else."""
    group.launch_config = group.ec2_launch_template = group.mixed_instances_policy = None
    group.launch_configuration_name = group.provided_launch_template_version = None
    group.mixed_instances_policy = asked.get("MixedInstancesPolicy")
    group._set_launch_configuration(asked.get("LaunchConfigurationName"), asked.get("LaunchTemplate"), group.mixed_instances_policy)


def check_source(backend: AutoScalingBackend, asked: Mapping[str, Any]) -> None:
    """Auto Scaling reads the template when a group is made or changed, and refuses what it could not launch."""
    if "LaunchConfigurationName" in asked:
        find_configuration(backend, asked["LaunchConfigurationName"])
        return
    try:
        for spec, override in launchable(asked):
            check(backend.ec2_backend, from_version(version_of(backend, spec), override))
    except EC2ClientError as refusal:
        raise ValidationError(f"You must use a valid fully-formed launch template. {refusal.message}") from None


def launchable(asked: Mapping[str, Any]) -> list[tuple[Mapping[str, str], Mapping[str, Any]]]:
    """Each template version the source may launch, with what overrides it."""
    if "LaunchTemplate" in asked:
        return [(asked["LaunchTemplate"], {})]
    template = asked["MixedInstancesPolicy"]["LaunchTemplate"]
    own = template.get("LaunchTemplateSpecification", {})
    overrides = template.get("Overrides") or [{}]
    return [(override.get("LaunchTemplateSpecification", own), overriding(override)) for override in overrides]


def overriding(override: Mapping[str, Any]) -> dict[str, Any]:
    return {name: override[name] for name in ("InstanceType", "InstanceRequirements", "ImageId") if name in override}


def version_of(backend: AutoScalingBackend, spec: Mapping[str, str]) -> LaunchTemplateVersion:
    if bool(spec.get("LaunchTemplateId")) == bool(spec.get("LaunchTemplateName")):
        raise ValidationError("Valid requests must contain either launchTemplateId or LaunchTemplateName")
    return find_version(find_template(backend.ec2_backend, spec), spec.get("Version"))


def source_of(group: FakeAutoScalingGroup) -> Source:
    """What the group's next instance is launched from: what a refresh is about to give it, or what it says itself."""
    return source_for(group, group.deploying)


def source_for(group: FakeAutoScalingGroup, deployed: Mapping[str, Any] | None) -> Source:
    """The launch by a desired configuration, or else by the group itself, $Latest and $Default resolved now."""
    tags = {**group.get_propagated_tags(), "aws:autoscaling:groupName": group.name}
    if not deployed and group.launch_configuration_name:
        asked = asked_by(find_configuration(group.autoscaling_backend, group.launch_configuration_name))
        return Source(Launch(asked, None, tags), {}, group.launch_configuration_name)
    kept = deployed or kept_by(group)
    spec, override = launchable(kept)[0]
    version = version_of(group.autoscaling_backend, spec)
    shown = {"LaunchTemplateId": version.template.id, "LaunchTemplateName": version.template.name, "Version": str(version.number)}
    return Source(from_version(version, override, tags), shown, weight=first_weight(kept.get("MixedInstancesPolicy")))


def kept_by(group: FakeAutoScalingGroup) -> dict[str, Any]:
    if group.mixed_instances_policy:
        return {"MixedInstancesPolicy": by_id(group.mixed_instances_policy)}
    return {"LaunchTemplate": {"LaunchTemplateId": group.ec2_launch_template.id, "Version": group.launch_template_version}}


def by_id(policy: Mapping[str, Any]) -> dict[str, Any]:
    """A kept policy as a request could hold it: it is kept with its template's id and name, and a request may hold one."""
    spec = dict(policy["LaunchTemplate"]["LaunchTemplateSpecification"])
    spec.pop("LaunchTemplateName")
    return {**policy, "LaunchTemplate": {**policy["LaunchTemplate"], "LaunchTemplateSpecification": spec}}


def first_weight(policy: Mapping[str, Any] | None) -> str | None:
    overrides = (policy or {}).get("LaunchTemplate", {}).get("Overrides") or [{}]
    return overrides[0].get("WeightedCapacity")
