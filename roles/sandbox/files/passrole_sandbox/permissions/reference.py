# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWS's Service Authorization Reference says of actions: the resources and the condition keys each is judged on. Made by ``dev/reference.py``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

PAGE = Path(__file__).with_name("reference.json")


@dataclass(frozen=True)
class Action:
    """An action's types of resources, each with the condition keys that the call has for it, without what follows their slash."""

    name: str
    types: Mapping[str, frozenset[str]]
    keys: frozenset[str]

    def keys_for(self, kind: str) -> frozenset[str]:
        return self.types.get(kind, self.keys)


def find_action(service: str, name: str) -> Action | None:
    """The action of this name, or none if the sandbox cannot tell what it is judged on."""
    told = read().get(service, {}).get("actions", {}).get(name)
    return action(f"{service}:{name}", told) if told else None


def names(service: str) -> list[str]:
    """All actions of a service, or none if the reference here has not the service."""
    told = read().get(service, {})
    return [*told["actions"], *told["others"]] if told else []


@lru_cache(maxsize=None)
def read() -> dict[str, Any]:
    return json.loads(PAGE.read_text(encoding="utf-8"))


def action(name: str, told: Mapping[str, Any]) -> Action:
    own = stems(told["keys"])
    return Action(name, {kind: own | stems(keys) for kind, keys in told["types"].items()}, own)


def stems(keys: list[str]) -> frozenset[str]:
    return frozenset(stem(key) for key in keys)


def stem(key: str) -> str:
    """A key as it is compared: aws:ResourceTag/team is one of aws:ResourceTag."""
    return key.partition("/")[0].lower()


def arn(service: str, kind: str, **named: str) -> str:
    """A resource's ARN, in the reference's form."""
    told = read()[service]["arns"][kind]
    for name, value in named.items():
        told = told.replace(f"${{{name}}}", value)
    return told
