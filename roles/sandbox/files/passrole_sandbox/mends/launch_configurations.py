# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launch configurations: what they name must exist, no name twice, none deleted while a group uses it, all told that was said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError, ValidationError
from moto.autoscaling.models import AutoScalingBackend, FakeLaunchConfiguration
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import EmptyResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.utils import parse_user_data

from ..account import ACCOUNT
from ..launch_configurations import find_configuration, profile_named
from ..launches import check_key, check_security_groups, image_of, profile_of, types
from ..mending import mends
from ..profiles import is_known, known_profile
from .account_limits import check_room_for_configuration

NOT_IN_THIS_ACCOUNT = (
    "The Launch Configuration creation operation is not available in your account. "
    "Use launch templates to create configuration templates for your Auto Scaling groups."
)
create_unchecked = AutoScalingBackend.create_launch_configuration

# As given, where moto forgets a device that is not to be mapped.
FakeLaunchConfiguration.block_device_mappings = property(lambda configuration: configuration.block_device_mapping_dict or [])
FakeLaunchConfiguration.placement_tenancy = None


@mends(AutoScalingResponse, "create_launch_configuration")
def create(self):
    if not ACCOUNT.settings.launch_configurations:
        raise AutoscalingClientError("UnsupportedOperation", NOT_IN_THIS_ACCOUNT)
    backend, asked = self.autoscaling_backend, self._get_params()
    said = {**of_instance(backend, asked.get("InstanceId")), **asked}
    made = backend.create_launch_configuration(said["LaunchConfigurationName"], said.get("ImageId"), **moto_words(said))
    made.placement_tenancy = said.get("PlacementTenancy")
    return EmptyResult()


def of_instance(backend: AutoScalingBackend, instance_id: str | None) -> dict[str, Any]:
    """What a configuration takes from an instance unless told otherwise; its devices are not among it."""
    if not instance_id:
        return {}
    try:
        instance = backend.ec2_backend.get_instance(instance_id)
    except EC2ClientError as refusal:
        raise ValidationError(refusal.message) from None
    taken = {
        "ImageId": instance.image_id,
        "InstanceType": instance.instance_type,
        "KeyName": instance.key_name,
        "SecurityGroups": [group.id for group in instance.security_groups],
        "EbsOptimized": instance.ebs_optimized,
    }
    return {member: value for member, value in taken.items() if value}


def moto_words(said: Mapping[str, Any]) -> dict[str, Any]:
    """The request in the words of moto's backend, with AWS's defaults: moto monitors nothing, and gives no public address."""
    return {
        "key_name": said.get("KeyName"),
        "kernel_id": said.get("KernelId", ""),
        "ramdisk_id": said.get("RamdiskId", ""),
        "security_groups": said.get("SecurityGroups", []),
        "user_data": parse_user_data(said.get("UserData")),
        "instance_type": said.get("InstanceType"),
        "instance_monitoring": said.get("InstanceMonitoring", {}).get("Enabled", True),
        "instance_profile_name": said.get("IamInstanceProfile"),
        "spot_price": said.get("SpotPrice"),
        "ebs_optimized": said.get("EbsOptimized", False),
        "associate_public_ip_address": said.get("AssociatePublicIpAddress"),
        "block_device_mappings": said.get("BlockDeviceMappings", []),
        "instance_id": said.get("InstanceId"),
        "metadata_options": said.get("MetadataOptions"),
        "classic_link_vpc_id": said.get("ClassicLinkVPCId"),
        "classic_link_vpc_security_groups": said.get("ClassicLinkVPCSecurityGroups", []),
    }


@mends(AutoScalingBackend)
def create_launch_configuration(self, name, image_id, *rest, instance_profile_name=None, **more):
    if name in self.launch_configurations:
        raise AutoscalingClientError(
            "AlreadyExists", f"Launch Configuration by this name already exists - A launch configuration already exists with the name {name}"
        )
    check_room_for_configuration(self.launch_configurations)
    check_named(self, image_id, instance_profile_name)
    check_parts(self.ec2_backend, more)
    return create_unchecked(self, name, image_id, *rest, instance_profile_name=instance_profile_name, **more)


def check_named(backend: AutoScalingBackend, image: str | None, profile: str | None) -> None:
    try:
        if image:
            image_of(backend.ec2_backend, {"ImageId": image})
    except EC2ClientError as refusal:
        raise ValidationError(f"AMI {image} is invalid: {refusal.message}") from None
    try:
        profile_of(backend.ec2_backend, {"IamInstanceProfile": profile_named(profile)})
    except EC2ClientError:
        raise ValidationError(why_not(backend, profile)) from None


def check_parts(backend: EC2Backend, said: Mapping[str, Any]) -> None:
    if said.get("instance_type") and said["instance_type"] not in types():
        raise ValidationError(f"The specified instance type {said['instance_type']} is not valid")
    groups = said.get("security_groups") or []
    try:
        check_security_groups(backend, [one for one in groups if one.startswith("sg-")], [one for one in groups if not one.startswith("sg-")])
        check_key(backend, said.get("key_name"))
    except EC2ClientError as refusal:
        raise ValidationError(refusal.message) from None


def why_not(backend: AutoScalingBackend, profile: str) -> str:
    """Auto Scaling's words for a profile that it cannot use; while the role in it is news, they are others."""
    named = profile_named(profile)
    if is_known(backend.ec2_backend, named) and known_profile(backend.ec2_backend, named).roles:
        return "You are not authorized to perform this operation"
    return f"Invalid IamInstanceProfile: {profile}"


@mends(AutoScalingBackend)
def delete_launch_configuration(self, launch_configuration_name):
    find_configuration(self, launch_configuration_name)
    for group in self.autoscaling_groups.values():
        if group.launch_configuration_name == launch_configuration_name:
            raise AutoscalingClientError(
                "ResourceInUse",
                f"Cannot delete launch configuration {launch_configuration_name} because it is attached to AutoScalingGroup {group.name}",
            )
    del self.launch_configurations[launch_configuration_name]
