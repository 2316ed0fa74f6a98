# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JSON Schemas in docs/schemas are those of the argument specifications, accept what the roles accept, and refuse what they refuse."""

from __future__ import annotations

import json
import re
from pathlib import Path
from textwrap import dedent

import jsonschema
import pytest
import yaml
from dev.generate.schemas import FOLDER, schemas

ROOT = Path(__file__).parents[3]
SCHEMAS = schemas()
ROLE_README = (ROOT / "roles" / "application" / "README.md").read_text(encoding="utf-8")
BLOCKS = [dedent(found[0]) for found in re.finditer(r"(?<=\n\n)(?: {4}.*\n|\n(?= {4}))+", ROLE_README)]
EXAMPLES = [yaml.safe_load(block) for block in BLOCKS if re.match(r"(applications|web|application_\w+):", block)]


def problems(name, value):
    return [error.message for error in jsonschema.Draft202012Validator(SCHEMAS[name]).iter_errors(value)]


def test_the_files_are_as_they_are_generated():
    written = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")}
    assert written == json.loads(json.dumps(SCHEMAS)), "run make schemas"


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_is_a_schema(name):
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: next(iter(example)))
def test_the_examples_of_the_role_are_accepted(example):
    first = next(iter(example))
    if first == "applications":
        assert problems("applications", example) == []
    else:
        assert problems("role_application", example if first.startswith("application_") else example["web"]) == []


def test_there_are_examples_of_each_kind():
    assert {next(iter(example)) for example in EXAMPLES} >= {"applications", "web", "application_fleet_defaults"}


@pytest.mark.parametrize("value", [None, "", " ", 3, "3", "{{ size }}"])
def test_what_the_role_accepts_is_accepted(value):
    assert problems("role_application", {"application_min_size": value, "other": 1, "application_hosts": "web"}) == []


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("role_application", {"application_min_sise": 1}),
        ("role_application", {"application_min_size": "many"}),
        ("role_application", {"application_state": "gone"}),
        ("role_application", {"application_tags": ["a"]}),
        ("playbook_audit", {"audit_fail_onn": "high"}),
        ("playbook_audit", {"audit_fix": "perhaps"}),
        ("playbook_keep", {"keep_gruops": []}),
        ("applications", {"all": {"hosts": {"web": {"application_managed_policy": []}}}}),
        ("applications", {"all": {"children": {"team": {"vars": {"application_rolout": {}}}}}}),
    ],
)
def test_a_mistake_is_refused(name, wrong):
    assert problems(name, wrong) != []
