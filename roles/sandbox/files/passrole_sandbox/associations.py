# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An instance and the profile it carries, as EC2 keeps them together; to come and to go may take a while."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from moto.core.utils import utcnow
from moto.ec2.exceptions import InvalidAssociationIDIamProfileAssociationError
from moto.ec2.models import EC2Backend
from moto.ec2.utils import random_iam_instance_profile_association_id
from moto.iam.models import InstanceProfile

from .account import ACCOUNT
from .spreading import spread


@dataclass(frozen=True)
class Association:
    """One instance with the profile it carries."""

    instance: Any
    association_id: str
    iam_instance_profile: dict[str, str]
    timestamp: datetime
    since: float = float("-inf")
    leaving: bool = False

    @property
    def instance_id(self) -> str:
        return self.instance.id

    @property
    def state(self) -> str:
        if self.leaving:
            return "disassociating"
        return "associated" if spread(self.since, "association_delay") else "associating"


def associate(backend: EC2Backend, instance: Any, profile: InstanceProfile, since: float = float("-inf")) -> Association:
    """Give an instance its profile, in place of any it has; one that it is launched with is there at once."""
    # Arn and Id as they are now: the instance keeps showing them when the profile is gone.
    made = Association(instance, random_iam_instance_profile_association_id(), {"Arn": profile.arn, "Id": profile.id}, utcnow(), since)
    instance.iam_instance_profile = made.iam_instance_profile
    backend.iam_instance_profile_associations[instance.id] = made
    return made


def disassociate(backend: EC2Backend, seen: Association) -> Association:
    leaving = replace(seen, leaving=True)
    backend.iam_instance_profile_associations[seen.instance_id] = leaving
    ACCOUNT.at(ACCOUNT.clock() + ACCOUNT.settings.association_delay, lambda: forget(backend, leaving))
    return leaving


def forget(backend: EC2Backend, leaving: Association) -> None:
    if backend.iam_instance_profile_associations.get(leaving.instance_id) is leaving:
        del backend.iam_instance_profile_associations[leaving.instance_id]
        leaving.instance.iam_instance_profile = None


def find_association(backend: EC2Backend, association_id: str) -> Association:
    for seen in backend.iam_instance_profile_associations.values():
        if seen.association_id == association_id:
            return seen
    raise InvalidAssociationIDIamProfileAssociationError(association_id)
