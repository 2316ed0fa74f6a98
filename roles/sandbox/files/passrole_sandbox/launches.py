# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One way to launch instances, whoever asks: RunInstances, a launch template, a launch configuration, a group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from moto.core.utils import get_service_model
from moto.ec2.exceptions import (
    EC2ClientError,
    InvalidAMIIdError,
    InvalidSecurityGroupNotFoundError,
    VPCIdNotSpecifiedError,
)
from moto.ec2.models import EC2Backend
from moto.ec2.models.instances import Reservation
from moto.ec2.models.launch_templates import LaunchTemplateVersion
from moto.ec2.utils import convert_tag_spec, parse_user_data
from moto.iam.models import InstanceProfile

from .associations import associate
from .placement_groups import find_group
from .profiles import usable_profile

SSM = "resolve:ssm:"
TYPE = "m1.small"
TYPE_BY_REQUIREMENTS = "m5.large"
ROOT_SIZE = 8
NEED_IOPS = ("io1", "io2")
BOTH = "Network interfaces and an instance-level {} may not be specified on the same request"


@dataclass(frozen=True)
class Launch:
    """What is asked, in RunInstances' own words, and the template version some of it comes from."""

    asked: Mapping[str, Any]
    version: LaunchTemplateVersion | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def tags_of(self, kind: str) -> dict[str, str]:
        """Tags asked for on the spot win over the template's."""
        inherited = convert_tag_spec(self.version.data.get("TagSpecifications", [])) if self.version else {}
        asked = convert_tag_spec(self.asked.get("TagSpecifications", []))
        return {**inherited.get(kind, {}), **asked.get(kind, {}), **(self.tags if kind == "instance" else {})}


def from_version(version: LaunchTemplateVersion, overriding: Mapping[str, Any], tags: Mapping[str, str] | None = None) -> Launch:
    """A launch from a template's version, in which what is asked on the spot replaces what the version says."""
    inherited = {name: value for name, value in version.data.items() if name != "TagSpecifications"}
    return Launch({**inherited, **overriding}, version, tags or {})


def check(backend: EC2Backend, launch: Launch) -> None:
    """Refuse what EC2 refuses before anything is launched."""
    image_of(backend, launch.asked)
    check_type(launch.asked.get("InstanceType"))
    profile_of(backend, launch.asked)
    check_network(backend, launch.asked)
    check_key(backend, launch.asked.get("KeyName"))
    if placement := launch.asked.get("Placement", {}).get("GroupName"):
        find_group(backend, placement)


def image_of(backend: EC2Backend, asked: Mapping[str, Any]) -> str:
    image = asked.get("ImageId")
    if not image:
        raise EC2ClientError("MissingParameter", "The request must contain the parameter ImageId")
    found = parameter(backend, image.removeprefix(SSM)) if image.startswith(SSM) else image
    images = backend.describe_images(ami_ids=[found])
    if not images:  # deregistered
        raise InvalidAMIIdError([found])
    return images[0].id


def parameter(backend: EC2Backend, name: str) -> str:
    from moto.ssm.models import ssm_backends

    found = ssm_backends[backend.account_id][backend.region_name].get_parameter(name)
    if found is None:
        raise EC2ClientError("InvalidParameterValue", f"The Systems Manager parameter {name} does not exist.")
    return found.value


def check_type(name: str | None) -> None:
    if name and name not in types():
        raise EC2ClientError("InvalidParameterValue", f"Invalid value '{name}' for InstanceType.")


@cache
def types() -> frozenset[str]:
    """The types of the service model: moto's own list is shorter."""
    return frozenset(get_service_model("ec2").shape_for("InstanceType").enum)


def profile_of(backend: EC2Backend, asked: Mapping[str, Any]) -> InstanceProfile | None:
    named = asked.get("IamInstanceProfile")
    return usable_profile(backend, named) if named else None


def check_network(backend: EC2Backend, asked: Mapping[str, Any]) -> None:
    interfaces = asked.get("NetworkInterfaces", [])
    if interfaces and (asked.get("SecurityGroupIds") or asked.get("SecurityGroups")):
        raise EC2ClientError("InvalidParameterCombination", BOTH.format("security groups"))
    for subnet in filter(None, [asked.get("SubnetId"), *(interface.get("SubnetId") for interface in interfaces)]):
        backend.get_subnet(subnet)
    ids = [*asked.get("SecurityGroupIds", []), *(group for interface in interfaces for group in interface.get("Groups", []))]
    check_security_groups(backend, ids, asked.get("SecurityGroups", []))


def check_security_groups(backend: EC2Backend, ids: Iterable[str], names: Iterable[str]) -> None:
    missing = [one for one in ids if backend.get_security_group_from_id(one) is None]
    missing += [one for one in names if backend.get_security_group_from_name(one) is None]
    if missing:
        raise InvalidSecurityGroupNotFoundError(missing[0])


def check_key(backend: EC2Backend, name: str | None) -> None:
    if name:
        backend.describe_key_pairs(key_names=[name])


def run(backend: EC2Backend, launch: Launch, count: int) -> Reservation:
    """Launch what EC2 would launch, and give each instance its profile and its tags."""
    check(backend, launch)
    profile = profile_of(backend, launch.asked)
    reservation = backend.run_instances(
        image_of(backend, launch.asked),
        count,
        parse_user_data(launch.asked.get("UserData")),
        launch.asked.get("SecurityGroups", []),
        **moto_words(backend, launch),
    )
    for instance in reservation.instances:
        backend.tags[instance.id].update(aws_tags(launch))
        # EC2 tells them of the instance too where they were said of its interface.
        instance.security_groups = list(instance.nics[0].group_set)
        if profile:
            associate(backend, instance, profile)
    return reservation


def aws_tags(launch: Launch) -> dict[str, str]:
    if launch.version is None:
        return {}
    return {"aws:ec2launchtemplate:id": launch.version.template.id, "aws:ec2launchtemplate:version": str(launch.version.number)}


def moto_words(backend: EC2Backend, launch: Launch) -> dict[str, Any]:
    """The same launch in the words of moto's run_instances, which is not told of the template: it would read another version."""
    asked = launch.asked
    subnet = subnet_of(backend, asked)
    return {
        "instance_type": asked.get("InstanceType") or (TYPE_BY_REQUIREMENTS if "InstanceRequirements" in asked else TYPE),
        # moto validates the type only against this flag, slowly; EC2's own list is longer than moto's.
        "is_instance_type_default": True,
        "region_name": backend.region_name,
        "subnet_id": subnet,
        "placement": None,
        "placement_hostid": asked.get("Placement", {}).get("HostId"),
        "key_name": asked.get("KeyName"),
        "security_group_ids": asked.get("SecurityGroupIds", []),
        "nics": interfaces_of(asked, subnet),
        "private_ip": asked.get("PrivateIpAddress"),
        "associate_public_ip": None,
        "tags": {kind: launch.tags_of(kind) for kind in ("instance", "volume")},
        "ebs_optimized": asked.get("EbsOptimized", False),
        "disable_api_stop": asked.get("DisableApiStop", False),
        "disable_api_termination": asked.get("DisableApiTermination", False),
        "instance_market_options": asked.get("InstanceMarketOptions", {}).get("MarketType"),
        "instance_initiated_shutdown_behavior": asked.get("InstanceInitiatedShutdownBehavior"),
        "hibernation_options": asked.get("HibernationOptions", {}),
        "monitoring_state": "enabled" if asked.get("Monitoring", {}).get("Enabled") else "disabled",
        "ipv6_address_count": asked.get("Ipv6AddressCount"),
        "metadata_options": asked.get("MetadataOptions", {}),
        "client_token": asked.get("ClientToken"),
        **devices_of(asked),
    }


def subnet_of(backend: EC2Backend, asked: Mapping[str, Any]) -> str:
    """The subnet asked for, or the default one of the zone asked for."""
    named = [asked.get("SubnetId"), *(interface.get("SubnetId") for interface in asked.get("NetworkInterfaces", []))]
    for subnet in filter(None, named):
        return subnet
    defaults = backend.get_default_subnets()
    zone = asked.get("Placement", {}).get("AvailabilityZone") or min(defaults, default=None)
    if not defaults:
        raise VPCIdNotSpecifiedError()
    if zone not in defaults:
        raise EC2ClientError("InvalidParameterValue", f"Invalid availability zone: [{zone}]")
    return defaults[zone].id


def interfaces_of(asked: Mapping[str, Any], subnet: str) -> list[dict[str, Any]]:
    """The interfaces asked for, or the one every instance has; they end with their instance, where moto keeps them."""
    asked_for = deepcopy(asked.get("NetworkInterfaces")) or [{}]
    return [{"DeviceIndex": index, "DeleteOnTermination": True, "SubnetId": subnet, **one} for index, one in enumerate(asked_for)]


def devices_of(asked: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The volumes moto is to make; a mapping with no volume in it makes none."""
    devices = [{**device, "Ebs": volume(device["Ebs"])} for device in asked.get("BlockDeviceMappings", []) if "Ebs" in device]
    return {"block_device_mappings": devices} if devices else {}


def volume(asked: Mapping[str, Any]) -> dict[str, Any]:
    size = {} if asked.get("SnapshotId") else {"VolumeSize": ROOT_SIZE}
    # moto has no place for IOPS here and refuses the types that need them.
    wanted = {name: value for name, value in asked.items() if not (name == "VolumeType" and value in NEED_IOPS)}
    return {"DeleteOnTermination": True, **size, **wanted}
