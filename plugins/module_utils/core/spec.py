# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module's options, read the way Ansible reads them, wherever they are said. Private to this collection."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator, ValidationResult
from ansible.module_utils.common.validation import check_type_dict

from .errors import Refused
from .fleet import Kind
from .shapes import closest


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
# The types whose wrong values a message shows: in the place of a structure somebody may have given a secret.
SHOWN = ("bool", "float", "int")
NOT_OF_TYPE = re.compile(r"^argument '([^']+)' is of type .*? and we were unable to convert to (\w+)")
ELEMENT_NOT_OF_TYPE = re.compile(r"^Elements value for option '?([^' ]+)'? is of type .*? and we were unable to convert to (\w+)")
NO_CHOICE = re.compile(r"^value of (\w+) must be one of: (.*?), got: (.*?)(?: found in (.*))?$", re.DOTALL)
NO_CHOICES = re.compile(r"^value of (\w+) must be one or more of: (.*?)\. Got no match for: (.*?)(?: found in (.*))?$", re.DOTALL)
REPEATED = re.compile(r"^dictionary requested, could not parse|^value of '\w+' must be of type dict or list of dicts")
FOUND_IN = re.compile(r" found in '?([\w -]+?(?: -> [\w -]+)*)'?(?=[.:]|$)")
UNKNOWN_MEMBER = re.compile(r"^([\w.]+)\. Supported parameters include: (.*?)\.?$", re.DOTALL)
# Members of rollout that the collection's own action plugin sets.
INTERNAL = {"hand_over", "instance_refresh_id"}
CLASS = re.compile(r"<class '(\w+)'>")


def sayable(value: Any, spec: Mapping[str, Any]) -> Any:
    """The same, with texts in the place of structures where plain values are taken, of plain values where structures are, and of no numbers."""
    if spec.get("options"):
        if isinstance(value, Mapping):
            return {name: sayable(item, spec["options"].get(name, {})) for name, item in without_blanks(value, spec["options"]).items()}
        if isinstance(value, list) and spec.get("type") == "list":
            return [sayable(item, {"options": spec["options"]}) for item in value]
        return value if isinstance(value, (str, type(None))) else json.dumps(value, default=str)
    if spec.get("type") in ("int", "float"):
        strange = isinstance(value, (Mapping, list)) or is_not_finite(value)
        return json.dumps(value, default=str) if strange else value
    return value


def is_not_finite(value: Any) -> bool:
    """Whether it is an infinity or not a number, as a number or as a text: ansible-core fails on these with a traceback."""
    try:
        return isinstance(value, (float, str)) and not math.isfinite(float(value))
    except ValueError:
        return False


def without_blanks(params: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out blank values of options that have no empty value, such as the empty answer of an AWX survey: they count as not given."""
    return {name: value for name, value in params.items() if not (is_blank(value) and has_no_empty_value(options.get(name, {})))}


def is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def as_dictionary(value: Any) -> Any:
    """The dictionary that a text says, as Ansible reads one; nothing given is an empty one."""
    if is_blank(value):
        return {}
    try:
        return check_type_dict(value)
    except TypeError:
        return value


def has_no_empty_value(spec: Mapping[str, Any]) -> bool:
    """Whether neither null nor an empty string can be meant: a number, a truth value, a path, or one of several choices."""
    return spec.get("type") in ("int", "float", "bool", "path") or bool(spec.get("choices")) and "" not in spec["choices"]


@dataclass(frozen=True)
class Spec:
    """How the options of one kind of resource are read where they are a member's of a fleet."""

    kind: Kind

    @cached_property
    def validator(self) -> ArgumentSpecValidator:
        return ArgumentSpecValidator(dict(self.kind.options), mutually_exclusive=list(self.kind.not_together))

    @cached_property
    def words(self) -> set[str]:
        return {word for name, option in self.kind.options.items() for word in (name, *option.get("aliases", ()))}

    def read(self, said: Mapping[str, Any]) -> dict[str, Any]:
        for word in said:
            if word not in self.words:
                raise Refused(f"{word}: no such option of a member{closest(str(word), self.words)}")
        result = self.validate(said)
        if result.error_messages:
            raise Refused("; ".join(result.error_messages))
        return result.validated_parameters

    def validate(self, said: Mapping[str, Any]) -> ValidationResult:
        """Ansible's own judgement of the values: the values as the module takes them, or all messages about them."""
        return self.validator.validate(sayable(said, {"options": self.kind.options}))


def describe_mistakes(messages: Iterable[str], names: Mapping[str, str], params: Mapping[str, Any]) -> list[str]:
    """One line for each mistake. Ansible reports a text in the place of a dictionary three times."""
    return [describe_mistake(message, names, params) for message in messages if not REPEATED.match(message)]


def describe_mistake(message: str, names: Mapping[str, str], params: Mapping[str, Any]) -> str:
    """Ansible's message about one option in the form ``option.path: problem``, without the names of Python classes."""
    plain = CLASS.sub(r"\1", message)
    context = FOUND_IN.search(plain)
    parents = context[1].split(" -> ") if context else []
    for pattern in (NOT_OF_TYPE, ELEMENT_NOT_OF_TYPE):
        if found := pattern.match(message):
            element = "each element " if pattern is ELEMENT_NOT_OF_TYPE else ""
            given = not_as_given([*parents, found[1]], params) if found[2] in SHOWN else ""
            return f"{path_of([*parents, found[1]], names)}: {element}must be {TYPES.get(found[2], found[2])}{given}."
    if found := UNKNOWN_MEMBER.match(plain):
        *parents, word = found[1].split(".")
        return f"{path_of([*parents, word], names)}: unknown option{closest(word, {*found[2].split(', ')} - INTERNAL) or '.'}"
    if found := NO_CHOICE.match(plain) or NO_CHOICES.match(plain):
        where = found[4].split(" -> ") if found[4] else []
        return f"{path_of([*where, found[1]], names)}: must be one of {found[2]}, not {found[3]}."
    return rename_option(plain, names)


def path_of(words: Sequence[str], names: Mapping[str, str]) -> str:
    first, *rest = words
    return ".".join([names.get(first, first), *rest])


def not_as_given(words: Sequence[str], params: Mapping[str, Any]) -> str:
    """What was given instead, unless it is long or inside of a structure."""
    value = params.get(words[0]) if len(words) == 1 else None
    shown = json.dumps(value, default=str) if isinstance(value, (str, int, float, bool)) else ""
    return f", not {shown}" if shown and len(shown) < 60 else ""


def rename_option(message: str, names: Mapping[str, str]) -> str:
    """The message with the user's name in the place of the module's option at its beginning."""
    option = re.match(r"\w+", message)
    if option and option[0] in names and message[option.end() : option.end() + 1] in (":", ".", "["):
        return f"{names[option[0]]}{message[option.end():]}"
    return message
