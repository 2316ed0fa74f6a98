# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The safe metadata options of a launch, where a playbook says nothing of them. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def with_imdsv2(data: Mapping[str, Any]) -> dict[str, Any]:
    """IMDSv2 required unless the playbook says otherwise: credentials out of reach of a mere GET."""
    return {**data, "MetadataOptions": {"HttpTokens": "required", **data.get("MetadataOptions", {})}}
