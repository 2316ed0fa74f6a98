# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An instance profile as a launch names it: by its name or by its ARN. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping


def in_ec2_words(profile: str) -> dict[str, str]:
    """A name or an ARN, said as EC2 takes it."""
    return {"Arn" if profile.startswith("arn:") else "Name": profile}


def profile_named(given: Mapping[str, str]) -> str | None:
    """The name of a profile that is given in EC2's words."""
    return given.get("Name") or given.get("Arn", "").rpartition("/")[2] or None
