# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Placement groups by name, with EC2's refusal; moto has none. What is launched into one is placed like anything else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend


def groups_of(backend: EC2Backend) -> dict[str, Mapping[str, Any]]:
    return backend.__dict__.setdefault("placement_groups", {})


def find_group(backend: EC2Backend, name: str) -> Mapping[str, Any]:
    if name in groups_of(backend):
        return groups_of(backend)[name]
    raise EC2ClientError("InvalidPlacementGroup.Unknown", f"The Placement Group '{name}' is unknown.")
