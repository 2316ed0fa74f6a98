# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each variable that the roles and playbooks read or set is a known one, and each role and playbook refuses misspelt ones first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from dev.pattern import controller

from ansible_collections.passrole.ec2.plugins.plugin_utils.known_variables import PLAYBOOKS, SET_BY_COLLECTION, all_variables, read_specs

ROOT = Path(__file__).parents[2]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
PREFIXES = tuple(f"{name}_" for name in {*ROLES, *read_specs(PLAYBOOKS)})
# Names that begin so and are no variables: filters, modules, options and results of modules.
NO_VARIABLES = re.compile(
    r"audit_(fixes|path_problems)|keep_former_instance_profiles|launch_(configuration|template)s?|launch_configuration_moves"
    r"|(application|ec2_identity)_|audit_report"
)
FILES = [path for folder in ("roles", "playbooks") for path in (ROOT / folder).rglob("*")]
TEXTS = [path for path in FILES if path.suffix in (".yml", ".j2") and "meta" not in path.parts]
# What gives variables to the playbooks: the acts of `make demo`.
GIVES = [ROOT / "dev" / "demo.py"]
FIRST = "passrole.ec2.check_variables"


@pytest.mark.parametrize("path", [*TEXTS, *GIVES], ids=lambda path: str(path.relative_to(ROOT)))
def test_every_variable_in_a_role_or_playbook_is_known(path):
    names = {name for name in re.findall(r"\b[a-z]\w+\b", path.read_text(encoding="utf-8")) if name.startswith(PREFIXES)}
    assert {name for name in names - all_variables() if not NO_VARIABLES.fullmatch(name)} == set()


def test_every_variable_that_the_collection_sets_is_in_one_of_its_files():
    words = set(re.findall(r"\b[a-z]\w+\b", "\n".join(path.read_text(encoding="utf-8") for path in TEXTS)))
    assert SET_BY_COLLECTION - words == set()


@pytest.mark.parametrize("role", ROLES)
def test_every_role_refuses_misspelt_variables_first(role):
    first = yaml.safe_load((ROOT / "roles" / role / "tasks" / "main.yml").read_text(encoding="utf-8"))[0]
    assert first.get(FIRST) == {"role": role} or first.get("passrole.ec2.ec2_application") == {"variable_prefix": f"{role}_"}


@pytest.mark.parametrize("playbook", sorted(read_specs(PLAYBOOKS)))
def test_every_playbook_with_variables_of_its_own_refuses_misspelt_ones_first(playbook):
    plays = yaml.safe_load((ROOT / "playbooks" / f"{playbook}.yml").read_text(encoding="utf-8"))
    asked = plays[0].get("tasks", [{}])[0].get(FIRST)
    # A role of the same name that is the playbook's only task checks the same.
    has_own = any(name.startswith(f"{playbook}_") for name in read_specs(PLAYBOOKS)[playbook]["options"])
    assert asked == {"playbook": playbook} or not has_own or playbook in ROLES


def test_every_question_of_a_survey_is_a_known_variable():
    asked = {question["variable"] for template in controller()["controller_templates"] for question in template.get("survey_spec", {}).get("spec", [])}
    assert {name for name in asked if name.startswith(PREFIXES)} - all_variables() == set()
