# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An instance profile as a launch names it: by its name or by its ARN. Pure. Private to this collection."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .errors import Refused

# https://docs.aws.amazon.com/IAM/latest/APIReference/API_InstanceProfile.html
NAME = re.compile(r"[A-Za-z0-9_+=,.@-]{1,128}")
ARN = re.compile(rf"arn:[^:]+:iam::\d{{12}}:instance-profile/([!-~]+/)?{NAME.pattern}")


def in_ec2_words(profile: str) -> dict[str, str]:
    """A name or an ARN, said as EC2 takes it."""
    return {"Arn" if profile.startswith("arn:") else "Name": profile}


def checked_profile(profile: str) -> str:
    """The option ``instance_profile``, held against IAM's rule for names and the form of an ARN."""
    if (ARN if profile.startswith("arn:") else NAME).fullmatch(profile):
        return profile
    raise Refused(
        f"instance_profile: {profile} is neither a name nor the ARN of an instance profile; "
        "IAM takes names of 1 to 128 letters, digits and + = , . @ _ -"
    )


def profile_named(given: Mapping[str, str]) -> str | None:
    """The name of a profile that is given in EC2's words."""
    return given.get("Name") or given.get("Arn", "").rpartition("/")[2] or None


def is_another(given: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two profiles in EC2's words differ: by their names, and where both are given by their ARNs, by those."""
    if "Arn" in given and "Arn" in other:
        return given["Arn"] != other["Arn"]
    return profile_named(given) != profile_named(other)
