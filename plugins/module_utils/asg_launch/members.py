# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a member of a fleet keeps, by name: its group, and what the group launches from. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.errors import Refused

Params = Mapping[str, Any]


def names(params: Params) -> tuple[str, ...]:
    """The group and its launch source, of which a member may have only the latter."""
    if (params["rollout"] or {}).get("hand_over"):
        raise Refused("rollout.hand_over: not in a fleet, which waits for the rollouts of its members itself")
    source = f"launch {launch_source(params)}"
    return (params["name"], source) if params["name"] else (source,)


def launch_source(params: Params) -> str:
    configuration = params["launch_configuration"]
    if configuration is not None:
        return f"configuration {configuration.get('name') or params['name']}"
    return f"template {params['launch_template'].get('name') or params['name']}"


def groups(params: Params) -> tuple[str, ...]:
    return (params["name"],) if params["name"] else ()
