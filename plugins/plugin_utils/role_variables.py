# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Collect the variables of a role or playbook, from wherever they come, and list those that nobody knows. Private to this collection.

Only the role's own variables are templated: a variable of the user's that is undefined or vaulted is not touched.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.passrole.ec2.plugins.module_utils.core.shapes import closest
from ansible_collections.passrole.ec2.plugins.module_utils.core.spec import describe_mistakes, is_blank, sayable

ALLOWED = "passrole_allowed_variables"


@dataclass(frozen=True)
class RoleVariables:
    """The values that were given, by the names without the prefix; and one line for each mistake.

    ``unknown`` are names that nobody knows, ``unresolved`` values that cannot be templated, and ``advice`` is printed after all mistakes.
    """

    given: Mapping[str, Any]
    unknown: tuple[str, ...]
    unresolved: tuple[str, ...]
    advice: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        return (*self.unknown, *self.unresolved)


def collect_variables(prefix: str, own: Collection[str], others: Collection[str], task_vars: Mapping[str, Any], templar: Any) -> RoleVariables:
    """Return the role's own variables; each other variable with the prefix is a mistake, unless it is one of the others or the user allows it.

    ``own`` and ``others`` are names without the prefix: variables of the role, and names that the collection uses elsewhere, such as results.
    """
    given: dict[str, Any] = {}
    unresolved: list[str] = []
    names = {f"{prefix}{name}" for name in own}
    for name in sorted(names.intersection(task_vars)):
        try:
            # In a dictionary, as ansible-core since 2.19 leaves an omitted value out of one, and fails on one alone.
            templated = templar.template({name: task_vars[name]})
        except AnsibleError as error:
            unresolved.append(f"{name}: {error.message}")
            continue
        if name in templated and not is_omitted(templated[name], task_vars):
            given[name[len(prefix) :]] = without_omitted(templated[name], task_vars)
    allowed = list_allowed(task_vars, templar)
    unknown = list_unknown(prefix, names.union(f"{prefix}{name}" for name in others), task_vars, allowed)
    lines = tuple(describe_unknown(name, prefix, names) for name in unknown)
    return RoleVariables(given, lines, tuple(unresolved), explain_allowed(unknown, allowed))


def list_unknown(prefix: str, known: Collection[str], task_vars: Mapping[str, Any], allowed: Collection[str]) -> list[str]:
    """The names with the prefix that are neither known nor allowed, nor choose hosts."""
    names = sorted(name for name in task_vars if isinstance(name, str) and name.startswith(prefix))
    return [name for name in names if name not in known and name not in allowed and name != f"{prefix}hosts"]


def list_wrong_values(prefix: str, options: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    """One line for each value that is not of its type or not one of the choices, and for each that is missing. A blank value counts as not given."""
    names = {name: f"{prefix}{name}" for name in options}
    params = {name: value for name, value in given.items() if not is_blank(value)}
    missing = [f"{names[name]}: required." for name, option in options.items() if option.get("required") and name not in params]
    validator = ArgumentSpecValidator({name: {**option, "required": False} for name, option in options.items()})
    result = validator.validate(sayable(params, {"options": options}))
    return [*missing, *describe_mistakes(result.error_messages, names, params)]


def list_allowed(task_vars: Mapping[str, Any], templar: Any) -> list[str]:
    """The names that the user's own variables may have; a survey gives them as one text."""
    allowed = templar.template(task_vars.get(ALLOWED)) or []
    names = str(allowed).replace(",", " ").split() if isinstance(allowed, str) else [str(name) for name in allowed]
    # The error shows these names in a line to paste, so nothing else may be among them.
    return [name for name in names if name.isidentifier()]


def describe_unknown(name: str, prefix: str, own: Collection[str]) -> str:
    """What follows the prefix is compared, as a long prefix makes all names alike."""
    return f"{name}: unknown variable{closest(name[len(prefix) :], [one[len(prefix) :] for one in own], prefix) or '.'}"


def explain_allowed(unknown: Collection[str], allowed: Collection[str]) -> tuple[str, ...]:
    """How to keep variables of one's own that begin as those of the role do, with the value to paste."""
    return (f"If a variable is your own, name it: {ALLOWED}: [{', '.join([*allowed, *unknown])}]",) if unknown else ()


def is_omitted(value: Any, task_vars: Mapping[str, Any]) -> bool:
    """Whether it is Ansible's ``omit``: a text up to ansible-core 2.18, an object of its own since."""
    omit = task_vars.get("omit")
    return omit is not None and (value is omit or (isinstance(omit, str) and isinstance(value, str) and value == omit))


def without_omitted(value: Any, task_vars: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        return {key: without_omitted(item, task_vars) for key, item in value.items() if not is_omitted(item, task_vars)}
    if isinstance(value, (list, tuple)):
        return [without_omitted(item, task_vars) for item in value if not is_omitted(item, task_vars)]
    return value
