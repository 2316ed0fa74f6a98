# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launch configurations: what they name must exist, no name twice, none deleted while a group uses it."""

from __future__ import annotations

from moto.autoscaling.exceptions import AutoscalingClientError, ValidationError
from moto.autoscaling.models import AutoScalingBackend
from moto.ec2.exceptions import EC2ClientError

from ..launch_configurations import find_configuration, profile_named
from ..launches import image_of, profile_of
from ..mending import mends

create_unchecked = AutoScalingBackend.create_launch_configuration


@mends(AutoScalingBackend)
def create_launch_configuration(self, name, image_id, *rest, instance_profile_name=None, **more):
    if name in self.launch_configurations:
        raise AutoscalingClientError(
            "AlreadyExists", f"Launch Configuration by this name already exists - A launch configuration already exists with the name {name}"
        )
    check_named(self, image_id, instance_profile_name)
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
        raise ValidationError(f"Invalid IamInstanceProfile: {profile}") from None


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
