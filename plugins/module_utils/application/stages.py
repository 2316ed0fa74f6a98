# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stages of an application: its role, its instance profile, and its group with what that launches from. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ..asg_launch.task import FLEET as GROUPS
from ..core.chain import Stage
from ..core.fleet import Kind, Member
from ..core.regions import OPTION as REGIONS
from ..core.regions import validate_regions
from ..ec2_role.task import FLEET as ROLES
from ..instance_profile.task import FLEET as PROFILES
from .members import FORMERS, GROUP, PROFILE, ROLE, member, refuse_unknown, taken

Reader = Callable[[Kind], Callable[[Mapping[str, Any]], dict[str, Any]]]

OPTIONS = {
    "fleet": {"type": "list", "elements": "dict", "required": True},
    "fleet_defaults": {"type": "dict", "default": {}},
    "identity_suffix": {"type": "str", "default": ""},
    "regions": REGIONS,
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}
# What is built on comes before what builds on it, and goes after it.
ORDER = {
    "present": ((ROLE, ROLES), (PROFILE, PROFILES), (GROUP, GROUPS), (FORMERS, PROFILES)),
    "absent": ((GROUP, GROUPS), (PROFILE, PROFILES), (ROLE, ROLES)),
}


def stages(params: Mapping[str, Any], reader: Reader) -> list[Stage]:
    """Roles and instance profiles may be several applications' own, where all say the same of them."""
    state = params["state"]
    return [Stage(kind, reader(kind), partial(taken, module, state), shared=module != GROUP) for module, kind in ORDER[state]]


def members(params: Mapping[str, Any]) -> list[Member]:
    refuse_unknown(params["fleet_defaults"], "fleet_defaults.")
    validate_regions(params["regions"])
    defaults = {**({} if params["regions"] is None else {"regions": params["regions"]}), **params["fleet_defaults"]}
    return [member(index, one, defaults, params["identity_suffix"]) for index, one in enumerate(params["fleet"])]
