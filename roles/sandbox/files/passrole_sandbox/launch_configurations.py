# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding a launch configuration, and reading it in RunInstances' words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import AutoScalingBackend, FakeLaunchConfiguration


def find_configuration(backend: AutoScalingBackend, name: str) -> FakeLaunchConfiguration:
    if name in backend.launch_configurations:
        return backend.launch_configurations[name]
    raise ValidationError(f"Launch configuration name not found - Launch configuration {name} not found")


def profile_named(named: str | None) -> Mapping[str, str]:
    """A launch configuration's one string, name or ARN, as EC2 takes it."""
    if not named:
        return {}
    return {"Arn": named} if named.startswith("arn:") else {"Name": named}


def asked_by(configuration: FakeLaunchConfiguration) -> dict[str, Any]:
    """The configuration in RunInstances' words."""
    asked = {
        "ImageId": configuration.image_id,
        "InstanceType": configuration.instance_type,
        "KeyName": configuration.key_name,
        "UserData": configuration.user_data and str(configuration.user_data),
        "EbsOptimized": configuration.ebs_optimized,
        "Monitoring": {"Enabled": configuration.instance_monitoring_enabled},
        "MetadataOptions": configuration.metadata_options,
        "IamInstanceProfile": profile_named(configuration.iam_instance_profile),
        "BlockDeviceMappings": configuration.block_device_mapping_dict,
        "InstanceMarketOptions": {"MarketType": "spot"} if configuration.spot_price else {},
        **network_of(configuration),
    }
    return {name: value for name, value in asked.items() if value}


def network_of(configuration: FakeLaunchConfiguration) -> dict[str, Any]:
    """Its security groups, said of the interface where that is told whether it has a public address."""
    groups = configuration.security_groups
    if configuration.associate_public_ip_address is None:
        ids, names = ([group for group in groups if group.startswith("sg-") is are_ids] for are_ids in (True, False))
        return {"SecurityGroupIds": ids, "SecurityGroups": names}
    said = {"DeviceIndex": 0, "AssociatePublicIpAddress": configuration.associate_public_ip_address}
    return {"NetworkInterfaces": [{**said, "Groups": groups} if groups else said]}
