# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write JSON Schemas of the variables of each role and playbook into docs/schemas, from their argument specifications.

An editor checks a file of variables or an inventory by them while it is written. A blank value, a template and a value that Ansible converts are accepted, as
the roles accept them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.passrole.ec2.plugins.plugin_utils.known_variables import PLAYBOOKS, SET_BY_COLLECTION, options_of, read_specs

from dev.place import ROOT

FOLDER = ROOT / "docs" / "schemas"
BASE = "https://raw.githubusercontent.com/passrole/passrole.ec2/main/docs/schemas"
DRAFT = "https://json-schema.org/draft/2020-12/schema"
ROLES = sorted(path.parts[-3] for path in ROOT.glob("roles/*/meta/argument_specs.yml"))
# The forms in which Ansible takes a value: as it is, as a text that it converts, and not given.
TEMPLATE = {"type": "string", "pattern": r"\{\{|\{%"}
BLANK: list[dict[str, Any]] = [{"type": "null"}, {"type": "string", "pattern": r"^\s*$"}]
NUMBER = {"type": "string", "pattern": r"^\s*[+-]?\d+(\.\d+)?\s*$"}
TRUTH = {"enum": [*("yes", "no", "on", "off", "y", "n", "t", "f", "true", "false", "True", "False", "Yes", "No", "On", "Off", "1", "0"), 0, 1]}
TYPES: Mapping[str, list[dict[str, Any]]] = {
    "bool": [{"type": "boolean"}, TRUTH],
    "dict": [{"type": "object"}, {"type": "string", "pattern": "="}, {"type": "string", "pattern": r"^\s*\{"}],
    "float": [{"type": "number"}, NUMBER],
    "int": [{"type": "integer"}, NUMBER],
    "json": [{"type": ["object", "array", "string"]}],
    "list": [{"type": "array"}, {"type": ["string", "number"]}],
    "path": [{"type": "string"}],
    "str": [{"type": ["string", "number", "boolean"]}],
}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, schema in schemas().items():
        (FOLDER / f"{name}.json").write_text(f"{json.dumps(schema, indent=2)}\n", encoding="utf-8")


def schemas() -> dict[str, dict[str, Any]]:
    """The schema of each file: one for each role and playbook, and one for an inventory of applications."""
    roles = {f"role_{name}": of_variables(f"{name}_", options_of("role", name), f"Variables of the role {name}") for name in ROLES}
    playbooks = {
        f"playbook_{name}": of_variables(f"{name}_", options_of("playbook", name), f"Variables of the playbook {name}") for name in read_specs(PLAYBOOKS)
    }
    found = {**roles, **playbooks, "applications": of_inventory()}
    return {name: {"$schema": DRAFT, "$id": f"{BASE}/{name}.json", **schema} for name, schema in sorted(found.items())}


def of_variables(prefix: str, options: Mapping[str, Any], title: str) -> dict[str, Any]:
    """A file of variables: those of the role in their forms, no misspelt ones, and any others."""
    known = sorted(name[len(prefix) :] for name in (*options, *SET_BY_COLLECTION) if name.startswith(prefix))
    unknown = f"^{prefix}(?!(?:{'|'.join(known)}|.*hosts)$)"
    properties = {name: of_option(option) for name, option in sorted(options.items())}
    return {"title": title, "type": "object", "properties": properties, "patternProperties": {unknown: False}}


def of_option(option: Mapping[str, Any]) -> dict[str, Any]:
    description = option.get("description", "")
    text = description if isinstance(description, str) else " ".join(description)
    if option.get("choices") and option.get("type", "str") != "list":
        forms: list[dict[str, Any]] = [{"enum": list(option["choices"])}]
    else:
        forms = list(TYPES.get(option.get("type", "str"), []))
    schema: dict[str, Any] = {"description": " ".join(text.split())}
    if "default" in option:
        schema["default"] = option["default"]
    return {**schema, "anyOf": [*forms, TEMPLATE, *BLANK]} if forms else schema


def of_inventory() -> dict[str, Any]:
    """An inventory in YAML whose hosts are applications."""
    variables = of_variables("application_", options_of("role", "application"), "Variables of an application")
    group = {
        "type": ["object", "null"],
        "properties": {
            "hosts": {"type": ["object", "null"], "additionalProperties": {"anyOf": [{"$ref": "#/$defs/variables"}, {"type": "null"}]}},
            "vars": {"anyOf": [{"$ref": "#/$defs/variables"}, {"type": "null"}]},
            "children": {"type": ["object", "null"], "additionalProperties": {"$ref": "#/$defs/group"}},
        },
        "additionalProperties": False,
    }
    return {
        "title": "An inventory of applications",
        "type": "object",
        "additionalProperties": {"$ref": "#/$defs/group"},
        "$defs": {"group": group, "variables": variables},
    }


if __name__ == "__main__":
    main()
