# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of an application: their types, which values are not given, and every mistake in them at once. Pure. Private to this collection.

An option of an application is an option of one or more modules, which ``members.TAKEN`` maps. Its type is that of the first module that has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..asg_launch.task import FLEET as GROUPS
from ..core.errors import PassroleError
from ..core.fleet import Kind
from ..core.shapes import closest
from ..core.spec import Spec, describe_mistakes
from ..ec2_role.task import FLEET as ROLES
from ..instance_profile.task import FLEET as PROFILES
from .members import FORMERS, GROUP, PROFILE, ROLE, TAKEN, application, options

KINDS: Mapping[str, Kind] = {ROLE: ROLES, PROFILE: PROFILES, GROUP: GROUPS, FORMERS: PROFILES}


def option_specs() -> dict[str, Mapping[str, Any]]:
    """Each option of an application with its type, by its name."""
    specs: dict[str, Mapping[str, Any]] = {}
    for (module, _state), words in TAKEN.items():
        for option, word in words.items():
            specs.setdefault(word, KINDS[module].options[option])
    return specs


SPECS = option_specs()


def list_unknown(given: Mapping[str, Any], known: Sequence[str], prefix: str = "") -> Iterator[str]:
    """One line for each name that is no option, with the nearest that is one."""
    for name in given:
        if name not in known:
            yield f"{prefix}{name}: unknown variable{closest(str(name), known, prefix) or '.'}"


def list_mistakes(said: Mapping[str, Any], state: str, suffix: str = "", prefix: str = "", resources: str = "all") -> list[str]:
    """One line for each option whose value is not what its module takes, under the name that it has for the user."""
    try:
        whole = application(said, {}, suffix)
    except PassroleError as refusal:
        return [f"{prefix}{refusal}"]
    lines: dict[str, None] = {}
    for module, stage_state in TAKEN:
        if stage_state == state and (module != GROUP or resources == "all"):
            lines.update(dict.fromkeys(list_mistakes_of_module(module, state, whole, prefix)))
    return list(lines)


def list_mistakes_of_module(module: str, state: str, whole: Mapping[str, Any], prefix: str) -> Iterator[str]:
    if module == FORMERS:
        return  # it has no option that the instance profile has not
    # Also where the group stays as it is, as a wrong value is a mistake all the same.
    params = dict(options(whole, module, state, {}))
    result = Spec(KINDS[module]).validate(params)
    names = {option: f"{prefix}{word}" for option, word in TAKEN[module, state].items()}
    yield from describe_mistakes(result.error_messages, names, params)
