# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stages of an application: its role, its instance profile, and its group with what that launches from. Private to this collection.

Two modules run them: one keeps a fleet of applications, the other a single one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..asg_launch.task import FLEET as GROUPS
from ..core.chain import Stage
from ..core.errors import Refused
from ..core.fleet import Kind, Member
from ..core.regions import OPTION as REGIONS
from ..core.regions import validate_regions
from ..core.spec import rename_option
from ..ec2_role.task import FLEET as ROLES
from ..instance_profile.task import FLEET as PROFILES
from .members import FORMERS, GROUP, PROFILE, ROLE, TAKEN, WORDS, member, refuse_unknown, taken, without_blank_options
from .options import list_mistakes, list_unknown

Reader = Callable[[Kind], Callable[[Mapping[str, Any]], dict[str, Any]]]

OPTIONS = {
    "fleet": {"type": "list", "elements": "dict", "required": True},
    "fleet_defaults": {"type": "dict", "default": {}},
    "identity_suffix": {"type": "str", "default": ""},
    "regions": REGIONS,
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}
OPTIONS_OF_ONE = {
    "application": {"type": "dict", "required": True},
    "variable_prefix": {"type": "str", "default": ""},
    "max_changes": {"type": "str"},
    "resources": {"type": "str", "choices": ["all", "identity"], "default": "all"},
    **{name: OPTIONS[name] for name in ("identity_suffix", "state")},
}
# What is built on comes before what builds on it, and goes after it.
ORDER = {
    "present": ((ROLE, ROLES), (PROFILE, PROFILES), (GROUP, GROUPS), (FORMERS, PROFILES)),
    "absent": ((GROUP, GROUPS), (PROFILE, PROFILES), (ROLE, ROLES)),
}


def stages(params: Mapping[str, Any], reader: Reader) -> list[Stage]:
    """Roles and instance profiles may be several applications' own, where all say the same of them."""
    say = taken_of_identity if is_identity(params) else taken
    return [
        Stage(kind, reader(kind), partial(say, module, params["state"]), shared=module != GROUP, name=module.replace(" ", "_"))
        for module, kind in ordered(params)
    ]


def ordered(params: Mapping[str, Any]) -> list[tuple[str, Kind]]:
    """The modules of the stages, in their order; those of an identity leave the group out."""
    return [(module, kind) for module, kind in ORDER[params["state"]] if not (is_identity(params) and module == GROUP)]


def is_identity(params: Mapping[str, Any]) -> bool:
    return params.get("resources") == "identity"


def taken_of_identity(module: str, state: str, one: Mapping[str, Any], briefs: Mapping[str, Any]) -> dict[str, Any] | None:
    """The same for a role and its profile alone, which live in no region: if another region uses them, deleting them is refused."""
    options = taken(module, state, one, briefs)
    return options and {name: value for name, value in options.items() if name != "on_use_in_other_regions"}


def members(params: Mapping[str, Any]) -> list[Member]:
    refuse_unknown(params["fleet_defaults"], "fleet_defaults.")
    validate_regions(params["regions"])
    defaults = {**({} if params["regions"] is None else {"regions": params["regions"]}), **params["fleet_defaults"]}
    return [member(index, one, defaults, params["identity_suffix"]) for index, one in enumerate(params["fleet"])]


def stages_of_one(params: Mapping[str, Any], reader: Reader) -> list[Stage]:
    """The same for a single application, for whose rollout the controller may wait. There is no other that could keep the same resource."""
    return [replace(stage, kind=replace(stage.kind, names=lambda _params: ())) for stage in stages(params, reader)]


def single_member(params: Mapping[str, Any]) -> Member:
    """The application; every mistake in its options at once."""
    given, prefix = without_blank_options(params["application"]), params["variable_prefix"]
    problems = list(list_unknown(given, WORDS, prefix)) or list_mistakes(given, params["state"], params["identity_suffix"], prefix, params["resources"])
    if problems:
        raise Refused("\n".join(problems))
    return member(0, given, {}, params["identity_suffix"])


def rename_stage_option(message: str, stage: int | None, params: Mapping[str, Any]) -> str:
    """The message of a stage with the option that the user gave at its beginning."""
    if stage is None:
        return message
    state = params["state"]
    module, _kind = ordered(params)[stage]
    return rename_option(message, {option: f"{params['variable_prefix']}{word}" for option, word in TAKEN[module, state].items()})
