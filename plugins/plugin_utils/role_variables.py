# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Collect the variables of a role or playbook, from wherever they come, and list those that nobody knows. Private to this collection.

Only the role's own variables are templated: a variable of the user's that is undefined or vaulted is not touched.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from ansible.errors import AnsibleError

ALLOWED = "passrole_allowed_variables"


@dataclass(frozen=True)
class RoleVariables:
    """The values that were given, by the names without the prefix, and one line for each mistake."""

    given: Mapping[str, Any]
    problems: tuple[str, ...]


def collect_variables(prefix: str, own: Collection[str], others: Collection[str], task_vars: Mapping[str, Any], templar: Any) -> RoleVariables:
    """Return the role's own variables; each other variable with the prefix is a mistake, unless it is one of the others or the user allows it.

    ``own`` and ``others`` are names without the prefix: variables of the role, and names that the collection uses elsewhere, such as results.
    """
    given: dict[str, Any] = {}
    problems: list[str] = []
    unknown = []
    allowed = list_allowed(task_vars, templar)
    for name in sorted(name for name in task_vars if isinstance(name, str) and name.startswith(prefix)):
        option = name[len(prefix) :]
        if option in own:
            try:
                value = templar.template(task_vars[name])
            except AnsibleError as error:
                problems.append(f"{name}: {error.message}")
                continue
            if not is_omitted(value, task_vars):
                given[option] = without_omitted(value, task_vars)
        elif option not in others and not option.endswith("hosts") and name not in allowed:
            unknown.append(name)
    return RoleVariables(given, (*(describe_unknown(name, prefix, own) for name in unknown), *explain_allowed(unknown, allowed), *problems))


def list_allowed(task_vars: Mapping[str, Any], templar: Any) -> list[str]:
    """The names that the user's own variables may have; a survey gives them as one text."""
    allowed = templar.template(task_vars.get(ALLOWED)) or []
    return str(allowed).replace(",", " ").split() if isinstance(allowed, str) else [str(name) for name in allowed]


def describe_unknown(name: str, prefix: str, own: Collection[str]) -> str:
    near = get_close_matches(name[len(prefix) :], own, n=1)
    return f"{name}: unknown variable{f'; did you mean {prefix}{near[0]}?' if near else '.'}"


def explain_allowed(unknown: list[str], allowed: list[str]) -> list[str]:
    if not unknown:
        return []
    return [f"If a variable is your own, name it: {ALLOWED}: [{', '.join([*allowed, *unknown])}]"]


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
