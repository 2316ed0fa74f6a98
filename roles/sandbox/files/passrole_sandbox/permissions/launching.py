# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What EC2 judges a launch on: RunInstances on each thing it takes, the role it passes, the tags it gives, the parameter it reads.

Service Authorization Reference, list_amazonec2 (RunInstances and its scenarios); EC2 user guide, permissions-for-launch-templates and
supported-iam-actions-tagging; IAM user guide, id_roles_use_passrole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from moto.core.exceptions import ServiceException
from moto.iam.models import Role

from ..launches import SSM, Launch, image_of, subnet_of
from ..profiles import known_profile
from .judge import Question
from .requests import Request, Resource, question, requested
from .resources import ANY, ec2_resource, parameter_named

EC2 = "ec2.amazonaws.com"
CHINA = "aws-cn"
# The types that a launch makes, and that can be tagged with it.
MADE = ("instance", "network-interface", "volume")


def launch_questions(request: Request, launch: Launch, overridden: Mapping[str, Any]) -> Iterator[Question]:
    """All that is judged before this launch; ``overridden`` is what is said beside the template, if there is one."""
    for resource, member in launch_resources(request, launch):
        yield question(request, "ec2:RunInstances", resource, **of_template(request, launch, member is not None and member not in overridden))
    yield from passes(request, role_of(request, launch.asked), f"{EC2}{'.cn' if request.partition == CHINA else ''}")
    for kind in MADE:
        if tags := launch.tags_of(kind):
            yield question(request, "ec2:CreateTags", ec2_resource(request, kind, ANY), **{"ec2:CreateAction": "RunInstances", **requested(tags)})
    yield from reads_parameter(request, launch.asked.get("ImageId") or "")


def of_template(request: Request, launch: Launch, by_template: bool) -> dict[str, Any]:
    if launch.version is None:
        return {}
    named = request.arn("ec2", "launch-template", LaunchTemplateId=launch.version.template.id)
    return {"ec2:LaunchTemplate": named, "ec2:IsLaunchTemplateResource": by_template}


def launch_resources(request: Request, launch: Launch) -> Iterator[tuple[Resource, str | None]]:
    """Each resource of a launch, beside the member that names it; what EC2 chooses by itself is named by none."""
    asked = launch.asked
    yield ec2_resource(request, "image", image(request, asked), of_image(request, image(request, asked))), "ImageId"
    yield ec2_resource(request, "instance", ANY, {**of_instance(request, asked), **requested(launch.tags_of("instance"))}), "InstanceType"
    yield ec2_resource(request, "volume", ANY, requested(launch.tags_of("volume"))), "BlockDeviceMappings"
    yield ec2_resource(request, "network-interface", ANY, requested(launch.tags_of("network-interface"))), "NetworkInterfaces"
    yield from of_network(request, asked)
    if key := asked.get("KeyName"):
        yield ec2_resource(request, "key-pair", key, {"ec2:KeyPairName": key}), "KeyName"
    if placement := asked.get("Placement", {}).get("GroupName"):
        yield ec2_resource(request, "placement-group", placement, {"ec2:PlacementGroupName": placement}), "Placement"
    if launch.version:
        yield ec2_resource(request, "launch-template", launch.version.template.id), None
    yield from of_snapshots(request, asked)


def image(request: Request, asked: Mapping[str, Any]) -> str:
    """The image's id; one that is not there is refused by that, once this is allowed."""
    with suppress(ServiceException):
        return image_of(request.ec2, asked)
    return asked.get("ImageId") or ANY


def of_image(request: Request, image_id: str) -> dict[str, Any]:
    known = request.ec2.amis
    found = known[image_id] if image_id in known else None
    about = {"ec2:Owner": found.owner_alias or found.owner_id, "ec2:Public": found.is_public, "ec2:RootDeviceType": found.root_device_type} if found else {}
    return {"ec2:ImageID": image_id, "ec2:ImageType": "machine", **about}


def of_instance(request: Request, asked: Mapping[str, Any]) -> dict[str, Any]:
    options, placement = asked.get("MetadataOptions", {}), asked.get("Placement", {})
    return {
        "ec2:AvailabilityZone": placement.get("AvailabilityZone"),
        "ec2:EbsOptimized": asked.get("EbsOptimized", False),
        "ec2:InstanceMarketType": asked.get("InstanceMarketOptions", {}).get("MarketType", "on-demand"),
        "ec2:InstanceProfile": profile_arn(request, asked),
        "ec2:InstanceType": asked.get("InstanceType"),
        "ec2:MetadataHttpEndpoint": options.get("HttpEndpoint"),
        "ec2:MetadataHttpPutResponseHopLimit": options.get("HttpPutResponseHopLimit"),
        "ec2:MetadataHttpTokens": options.get("HttpTokens"),
        "ec2:Tenancy": placement.get("Tenancy", "default"),
    }


def of_network(request: Request, asked: Mapping[str, Any]) -> Iterator[tuple[Resource, str | None]]:
    interfaces = asked.get("NetworkInterfaces", [])
    named = [asked.get("SubnetId"), *(one.get("SubnetId") for one in interfaces)]
    with suppress(ServiceException):
        subnet = subnet_of(request.ec2, asked)
        place = {"ec2:Vpc": request.arn("ec2", "vpc", VpcId=request.ec2.get_subnet(subnet).vpc_id)}
        yield ec2_resource(request, "subnet", subnet, {"ec2:SubnetID": subnet, **place}), "SubnetId" if any(named) else None
    groups = [*asked.get("SecurityGroupIds", []), *(group for one in interfaces for group in one.get("Groups", []))]
    for group in groups or default_groups(request):
        yield ec2_resource(request, "security-group", group, {"ec2:SecurityGroupID": group}), "SecurityGroupIds" if groups else None


def default_groups(request: Request) -> list[str]:
    vpc = request.ec2.get_default_vpc()
    found = request.ec2.get_security_group_from_name("default", vpc.id) if vpc else None
    return [found.id] if found else []


def of_snapshots(request: Request, asked: Mapping[str, Any]) -> Iterator[tuple[Resource, str | None]]:
    for mapping in asked.get("BlockDeviceMappings", []):
        if snapshot := mapping.get("Ebs", {}).get("SnapshotId"):
            yield ec2_resource(request, "snapshot", snapshot, {"ec2:SnapshotID": snapshot}), "BlockDeviceMappings"


def profile_arn(request: Request, asked: Mapping[str, Any]) -> str | None:
    with suppress(ServiceException):
        return known_profile(request.ec2, asked["IamInstanceProfile"]).arn if asked.get("IamInstanceProfile") else None
    return None


def role_of(request: Request, asked: Mapping[str, Any]) -> Role | None:
    """The role that a launch passes; a profile that is not there, or is empty, is refused by that."""
    with suppress(ServiceException):
        roles = known_profile(request.ec2, asked["IamInstanceProfile"]).roles if asked.get("IamInstanceProfile") else []
        return roles[0] if roles else None
    return None


def passes(request: Request, role: Role | None, service: str, to: str | None = None) -> Iterator[Question]:
    """iam:PassRole on a role, to the service that ends up with it."""
    if role:
        resource = Resource("role", role.arn)
        instances = request.arn("ec2", "instance", InstanceId=ANY)
        yield question(request, "iam:PassRole", resource, **{"iam:PassedToService": service, "iam:AssociatedResourceArn": to or instances})


def reads_parameter(request: Request, named: str) -> Iterator[Question]:
    """EC2 and Auto Scaling user guides, images by Systems Manager parameter: the caller needs ssm:GetParameters."""
    if named.startswith(SSM):
        yield question(request, "ssm:GetParameters", parameter_named(request, named.removeprefix(SSM)))
