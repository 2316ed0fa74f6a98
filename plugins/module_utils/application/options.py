# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of an application: their types, which values are not given, and every mistake in them at once. Pure. Private to this collection.

An option of an application is an option of one or more modules, which ``members.TAKEN`` maps. Its type is that of the first module that has it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from ..asg_launch.task import FLEET as GROUPS
from ..core.errors import PassroleError
from ..core.fleet import Kind
from ..core.spec import Spec, is_blank
from ..ec2_role.task import FLEET as ROLES
from ..instance_profile.task import FLEET as PROFILES
from .members import FORMERS, GROUP, PROFILE, ROLE, TAKEN, application, taken

KINDS: Mapping[str, Kind] = {ROLE: ROLES, PROFILE: PROFILES, GROUP: GROUPS, FORMERS: PROFILES}
# Options for which an empty text is a value: it clears the description, and takes the boundary off.
EMPTY_TEXTS = frozenset({"description", "boundary"})

TYPES = {
    "bool": "true or false",
    "dict": "a dictionary",
    "float": "a number",
    "int": "an integer",
    "json": "JSON",
    "list": "a list",
    "path": "a path",
    "str": "a text",
}
NOT_OF_TYPE = re.compile(r"^argument '([^']+)' is of type .*? and we were unable to convert to (\w+)")
ELEMENT_NOT_OF_TYPE = re.compile(r"^Elements value for option '?([^' ]+)'? is of type .*? and we were unable to convert to (\w+)")
NO_CHOICE = re.compile(r"^value of (\w+) must be one of: (.*?), got: (.*?)(?: found in (.*))?$", re.DOTALL)
FOUND_IN = re.compile(r" found in '?([\w -]+?(?: -> [\w -]+)*)'?(?=[.:]|$)")
UNKNOWN_MEMBER = re.compile(r"^([\w.]+)\. Supported parameters include: (.*?)\.?$", re.DOTALL)
# Members of rollout that the collection's own action plugin sets.
INTERNAL = {"hand_over", "instance_refresh_id"}
CLASS = re.compile(r"<class '(\w+)'>")


def option_specs() -> dict[str, Mapping[str, Any]]:
    """Each option of an application with its type, by its name."""
    specs: dict[str, Mapping[str, Any]] = {}
    for (module, _state), options in TAKEN.items():
        for option, word in options.items():
            specs.setdefault(word, KINDS[module].options[option])
    return specs


SPECS = option_specs()


def without_blank_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out null, and blank texts of options for which an empty text is no value. Zero, false, an empty list and an empty dictionary are values."""
    return {name: value for name, value in given.items() if not (is_blank(value) and (value is None or name not in EMPTY_TEXTS))}


def list_unknown(given: Mapping[str, Any], known: Sequence[str], prefix: str = "") -> Iterator[str]:
    """One line for each name that is no option, with the nearest that is one."""
    for name in given:
        if name not in known:
            near = get_close_matches(str(name), known, n=1)
            yield f"{prefix}{name}: unknown variable{f'; did you mean {prefix}{near[0]}?' if near else '.'}"


def list_mistakes(said: Mapping[str, Any], state: str, suffix: str = "", prefix: str = "") -> list[str]:
    """One line for each option whose value is not what its module takes, under the name that it has for the user."""
    try:
        whole = application(said, {}, suffix)
    except PassroleError as refusal:
        return [f"{prefix}{refusal}"]
    lines: dict[str, None] = {}
    for module, stage_state in TAKEN:
        if stage_state == state:
            lines.update(dict.fromkeys(list_mistakes_of_module(module, state, whole, prefix)))
    return list(lines)


def list_mistakes_of_module(module: str, state: str, whole: Mapping[str, Any], prefix: str) -> Iterator[str]:
    params = taken(module, state, whole, {})
    if params is None:
        return
    result = Spec(KINDS[module]).validate(params)
    names = {option: f"{prefix}{word}" for option, word in TAKEN[module, state].items()}
    for message in result.error_messages:
        yield describe_mistake(message, names, params)


def describe_mistake(message: str, names: Mapping[str, str], params: Mapping[str, Any]) -> str:
    """Ansible's message about one option in the form ``option.path: problem``, without the names of Python classes."""
    plain = CLASS.sub(r"\1", message)
    context = FOUND_IN.search(plain)
    parents = context[1].split(" -> ") if context else []
    for pattern in (NOT_OF_TYPE, ELEMENT_NOT_OF_TYPE):
        if found := pattern.match(message):
            element = "each element " if pattern is ELEMENT_NOT_OF_TYPE else ""
            return f"{path_of([*parents, found[1]], names)}: {element}must be {TYPES.get(found[2], found[2])}{not_as_given([*parents, found[1]], params)}."
    if found := UNKNOWN_MEMBER.match(plain):
        *parents, word = found[1].split(".")
        near = get_close_matches(word, [one for one in found[2].split(", ") if one not in INTERNAL], n=1)
        return f"{path_of([*parents, word], names)}: unknown option{f'; did you mean {near[0]}?' if near else '.'}"
    if found := NO_CHOICE.match(plain):
        where = found[4].split(" -> ") if found[4] else []
        return f"{path_of([*where, found[1]], names)}: must be one of {found[2]}, not {found[3]}."
    return rename_option(plain, names)


def path_of(words: Sequence[str], names: Mapping[str, str]) -> str:
    first, *rest = words
    return ".".join([names.get(first, first), *rest])


def not_as_given(words: Sequence[str], params: Mapping[str, Any]) -> str:
    """What was given instead, unless it is long or inside of a structure, which may hold secrets."""
    value = params.get(words[0]) if len(words) == 1 else None
    shown = json.dumps(value, default=str) if isinstance(value, (str, int, float, bool)) else ""
    return f", not {shown}" if shown and len(shown) < 60 else ""


def rename_option(message: str, names: Mapping[str, str]) -> str:
    """The message with the user's name in the place of the module's option at its beginning."""
    option = re.match(r"\w+", message)
    if option and option[0] in names and message[option.end() : option.end() + 1] in (":", ".", "["):
        return f"{names[option[0]]}{message[option.end():]}"
    return message
