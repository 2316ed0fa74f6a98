# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How EC2 and Auto Scaling find the profile a caller names: by name or ARN, once they can see it, with a role in it."""

from __future__ import annotations

from collections.abc import Mapping

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.iam.models import InstanceProfile, iam_backends

from .spreading import spread


def usable_profile(backend: EC2Backend, named: Mapping[str, str]) -> InstanceProfile:
    """The profile a launch may carry."""
    profile = known_profile(backend, named)
    if not visible(profile):
        raise invalid(named)
    if not profile.roles or not role_visible(profile):
        raise EC2ClientError("InvalidParameterValue", f'IAM Instance Profile "{profile.arn}" has no associated IAM Roles')
    return profile


def check_launched(backend: EC2Backend, named: Mapping[str, str]) -> None:
    """Refuse a launch by a group whose creation was taken: what launches may hear of a profile later still."""
    if named and not spread(known_profile(backend, named).changed_at, "launch_delay"):
        raise invalid(named)


def known_profile(backend: EC2Backend, named: Mapping[str, str]) -> InstanceProfile:
    """The profile IAM knows by this name or ARN."""
    if "Arn" in named and "Name" in named:
        raise EC2ClientError(
            "InvalidParameterCombination",
            "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'",
        )
    profiles = iam_backends[backend.account_id][backend.partition].instance_profiles
    profile = profiles.get(named.get("Name") or named.get("Arn", "").rpartition("/")[2])
    if profile is None or profile.arn != named.get("Arn", profile.arn):
        raise invalid(named)
    return profile


def is_known(backend: EC2Backend, named: Mapping[str, str]) -> bool:
    """Whether there is such a profile, and the news of it has reached EC2."""
    try:
        return visible(known_profile(backend, named))
    except EC2ClientError:
        return False


def visible(profile: InstanceProfile) -> bool:
    """Whether the news of the profile's last change has reached EC2."""
    return spread(profile.changed_at, "profile_delay")


def role_visible(profile: InstanceProfile) -> bool:
    """Whether EC2 has heard which role was put in the profile."""
    return spread(profile.roled_at, "profile_role_delay")


def invalid(named: Mapping[str, str]) -> EC2ClientError:
    value, member, called = (named["Arn"], "arn", "ARN") if "Arn" in named else (named.get("Name"), "name", "name")
    return EC2ClientError(
        "InvalidParameterValue",
        f"Value ({value}) for parameter iamInstanceProfile.{member} is invalid. Invalid IAM Instance Profile {called}",
    )
