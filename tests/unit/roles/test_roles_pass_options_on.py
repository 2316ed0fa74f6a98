# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever the module takes can be asked of the roles, by a documented variable. Read from the files; nothing is run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.passrole.ec2.plugins.modules.asg_launch_with_profile import OPTIONS

ROLES = Path(__file__).parents[3] / "roles"
MODULE = "passrole.ec2.asg_launch_with_profile"
# The role's own tags are those of the IAM role and the profile.
NAMED_APART = {"tags": "application_group_tags", "purge_tags": "application_purge_group_tags"}
FOR_DELETION = ["adopt", "force_delete", "launch_configuration", "launch_template", "name", "wait_timeout"]
FOR_A_TEMPLATE_ALONE = ["adopt", "vet"]


def variable(option: str) -> str:
    return NAMED_APART.get(option, f"application_{option}")


def read(path: str) -> Any:
    return yaml.safe_load((ROLES / path).read_text(encoding="utf-8"))


def passed_on(path: str) -> dict[str, str]:
    """What the one task that calls the module hands it, by option."""
    [task] = [task for task in read(path) if MODULE in task]
    return task[MODULE]


def documented(role: str) -> dict[str, dict[str, Any]]:
    return read(f"{role}/meta/argument_specs.yml")["argument_specs"]["main"]["options"]


def form(spec: dict[str, Any]) -> dict[str, Any]:
    return {word: spec.get(word) for word in ("type", "elements", "choices")}


@pytest.mark.parametrize("option", sorted({*OPTIONS} - {"state"}))
def test_the_role_application_passes_every_option_on(option):
    assert variable(option) in passed_on("application/tasks/present.yml")[option]


@pytest.mark.parametrize("option", FOR_DELETION)
def test_what_bears_on_deletion_is_passed_on_to_it(option):
    assert variable(option) in passed_on("application/tasks/absent.yml")[option]


@pytest.mark.parametrize("option", sorted(OPTIONS))
def test_the_role_application_documents_every_option_in_the_form_the_module_takes(option):
    assert form(documented("application")[variable(option)]) == form(OPTIONS[option])


@pytest.mark.parametrize("tasks", ["present.yml", "absent.yml"])
def test_a_launch_template_stays_behind_where_a_launch_configuration_is_given(tasks):
    assert "omit if application_launch_configuration is defined" in passed_on(f"application/tasks/{tasks}")["launch_template"]


@pytest.mark.parametrize("option", FOR_A_TEMPLATE_ALONE)
def test_the_role_launch_template_passes_on_what_bears_on_a_template_alone(option):
    assert f"launch_template_{option}" in passed_on("launch_template/tasks/main.yml")[option]
    assert form(documented("launch_template")[f"launch_template_{option}"]) == form(OPTIONS[option])
