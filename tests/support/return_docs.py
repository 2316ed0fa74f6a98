# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module's RETURN, held against a result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import yaml

ANSIBLES_OWN = {"changed", "deprecations", "diff", "warnings"}
ALWAYS = ("always", "success", "success, without O(fleet)")


@cache
def returns(module: str) -> Mapping[str, Any]:
    return yaml.safe_load(import_module(f"ansible_collections.passrole.ec2.plugins.modules.{module}").RETURN)


def differences(result: Mapping[str, Any], module: str) -> list[str]:
    """What a result has and RETURN does not tell of, and what RETURN tells of and the result has not."""
    return sorted(differing({key: result[key] for key in result if key not in ANSIBLES_OWN}, returns(module), ""))


def differing(value: Any, told: Mapping[str, Any], path: str) -> Iterator[str]:
    yield from (f"{path}{key} is not documented" for key in value.keys() - told.keys())
    for key, one in told.items():
        if key in value:
            yield from inside(value[key], one, f"{path}{key}")
        elif one["returned"] in ALWAYS:
            yield f"{path}{key} is missing"


def inside(value: Any, told: Mapping[str, Any], path: str) -> Iterator[str]:
    if "contains" not in told:
        return
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, Mapping):
            yield from differing(one, told["contains"], f"{path}.")
