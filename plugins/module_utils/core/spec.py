# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module's options, read the way Ansible reads them, wherever they are said. Private to this collection."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator, ValidationResult

from .errors import Refused
from .fleet import Kind


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
                near = get_close_matches(str(word), self.words, n=1)
                raise Refused(f"{word}: no such option of a member{f'; did you mean {near[0]}?' if near else ''}")
        result = self.validate(said)
        if result.error_messages:
            raise Refused("; ".join(result.error_messages))
        return result.validated_parameters

    def validate(self, said: Mapping[str, Any]) -> ValidationResult:
        """Ansible's own judgement of the values: the values as the module takes them, or all messages about them."""
        return self.validator.validate(sayable(said, {"options": self.kind.options}))
