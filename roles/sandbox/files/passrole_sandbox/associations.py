# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An instance and the profile it carries, as EC2 keeps them together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moto.core.utils import utcnow
from moto.ec2.exceptions import InvalidAssociationIDIamProfileAssociationError
from moto.ec2.models import EC2Backend
from moto.ec2.utils import random_iam_instance_profile_association_id
from moto.iam.models import InstanceProfile


@dataclass(frozen=True)
class Association:
    """One instance with the profile it carries."""

    instance: Any
    association_id: str
    iam_instance_profile: dict[str, str]
    timestamp: datetime
    state: str = "associated"

    @property
    def instance_id(self) -> str:
        return self.instance.id


def associate(backend: EC2Backend, instance: Any, profile: InstanceProfile) -> Association:
    """Give an instance its profile, in place of any it has."""
    # Arn and Id as they are now: the instance keeps showing them when the profile is gone.
    made = Association(instance, random_iam_instance_profile_association_id(), {"Arn": profile.arn, "Id": profile.id}, utcnow())
    instance.iam_instance_profile = made.iam_instance_profile
    backend.iam_instance_profile_associations[instance.id] = made
    return made


def find_association(backend: EC2Backend, association_id: str) -> Association:
    for seen in backend.iam_instance_profile_associations.values():
        if seen.association_id == association_id:
            return seen
    raise InvalidAssociationIDIamProfileAssociationError(association_id)
