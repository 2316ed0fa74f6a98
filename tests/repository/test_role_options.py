# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever the module takes can be asked of the roles, by a documented variable. Read from the files; nothing is run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.passrole.ec2.plugins.module_utils.application.front_door import APPLICATION, EC2_IDENTITY
from ansible_collections.passrole.ec2.plugins.module_utils.application.options import SPECS
from ansible_collections.passrole.ec2.plugins.modules.asg_launch_with_profile import OPTIONS
from ansible_collections.passrole.ec2.plugins.modules.iam_ec2_role import OPTIONS as OPTIONS_OF_ROLE
from ansible_collections.passrole.ec2.plugins.modules.instance_profile_audit import OPTIONS as OPTIONS_OF_AUDIT

ROLES = Path(__file__).parents[2] / "roles"
# The role's own tags are those of the IAM role and the profile.
NAMED_APART = {"tags": "application_group_tags", "purge_tags": "application_purge_group_tags"}
# The name is the role's own; adopt and force_delete bear on several resources.
OF_THE_ROLE = sorted({*OPTIONS_OF_ROLE} - {"adopt", "force_delete", "name", "on_use_in_other_regions", "state"})
FOR_A_TEMPLATE_ALONE = ["adopt", "force_delete_launch_template", "vet"]
FRONT_DOORS = {"application": APPLICATION, "ec2_identity": EC2_IDENTITY}


def variable(option: str) -> str:
    return NAMED_APART.get(option, f"application_{option}")


def read(path: str) -> Any:
    return yaml.safe_load((ROLES / path).read_text(encoding="utf-8"))


def passed_on(path: str, module: str) -> dict[str, str]:
    """What the one task that calls the module hands it, by option."""
    [task] = [task for task in read(path) if module in task]
    return task[module]


def documented(role: str) -> dict[str, dict[str, Any]]:
    return read(f"{role}/meta/argument_specs.yml")["argument_specs"]["variables"]["options"]


def form(spec: dict[str, Any]) -> dict[str, Any]:
    return {word: spec.get(word) for word in ("type", "elements", "choices")}


@pytest.mark.parametrize("role", FRONT_DOORS)
def test_a_role_documents_the_variables_that_its_task_takes(role):
    door = FRONT_DOORS[role]
    assert {f"{door.prefix}{name}" for name in door.variables} == documented(role).keys()


@pytest.mark.parametrize("role", FRONT_DOORS)
def test_a_role_documents_variables_in_the_form_in_which_its_modules_take_them(role):
    prefix = FRONT_DOORS[role].prefix
    taken = {name: form(spec) for name, spec in SPECS.items() if f"{prefix}{name}" in documented(role)}
    assert {name: form(documented(role)[f"{prefix}{name}"]) for name in taken} == taken


@pytest.mark.parametrize("role", FRONT_DOORS)
def test_a_role_is_one_task_that_takes_all_of_its_variables(role):
    tasks = read(f"{role}/tasks/main.yml")
    assert [task["passrole.ec2.ec2_application"] for task in tasks if "passrole.ec2.ec2_application" in task] == [{"variable_prefix": f"{role}_"}]
    assert [path.name for path in (ROLES / role / "tasks").iterdir()] == ["main.yml"]
    assert not list((ROLES / role).glob("defaults/*"))


@pytest.mark.parametrize("path", sorted(ROLES.glob("*/meta/argument_specs.yml")), ids=lambda path: path.parts[-3])
def test_ansible_does_not_validate_a_role_by_itself(path):
    """It would print the whole specification for one mistake, and refuse blank survey answers."""
    assert [*yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]] == ["variables"]


@pytest.mark.parametrize("option", sorted(OPTIONS))
def test_the_role_application_documents_every_option_in_the_form_the_module_takes(option):
    assert form(documented("application")[variable(option)]) == form(OPTIONS[option])


@pytest.mark.parametrize("option", FOR_A_TEMPLATE_ALONE)
def test_the_role_launch_template_passes_on_what_bears_on_a_template_alone(option):
    assert f"launch_template_{option}" in passed_on("launch_template/tasks/main.yml", "passrole.ec2.asg_launch_with_profile")[option]
    assert form(documented("launch_template")[f"launch_template_{option}"]) == form(OPTIONS[option])


@pytest.mark.parametrize("role", FRONT_DOORS)
@pytest.mark.parametrize("option", OF_THE_ROLE)
def test_the_roles_that_keep_an_iam_role_document_its_options(role, option):
    assert form(documented(role)[f"{role}_{option}"]) == form(OPTIONS_OF_ROLE[option])


@pytest.mark.parametrize("role", ["launch_configuration", "launch_template"])
def test_every_task_of_a_role_passes_on_whether_to_ask_for_permission_beforehand(role):
    tasks = [task for path in (ROLES / role / "tasks").glob("*.yml") for task in yaml.safe_load(path.read_text(encoding="utf-8"))]
    calls = [words for task in tasks for name, words in task.items() if name == "passrole.ec2.asg_launch_with_profile"]
    assert calls
    assert all(words["preflight"] == f"{{{{ {role}_preflight | default(omit) }}}}" for words in calls)
    assert documented(role)[f"{role}_preflight"]["type"] == "bool"
    assert all(words["max_calls_per_second"] == f"{{{{ {role}_max_calls_per_second | default(omit) }}}}" for words in calls)
    assert documented(role)[f"{role}_max_calls_per_second"]["type"] == "float"


@pytest.mark.parametrize("option", sorted(OPTIONS_OF_AUDIT))
def test_the_role_audit_passes_on_and_documents_every_option(option):
    tasks = next(task["block"] for task in read("audit/tasks/main.yml") if "block" in task)
    [asked] = [task["passrole.ec2.instance_profile_audit"] for task in tasks if "passrole.ec2.instance_profile_audit" in task]
    # Files of rules are found from where Ansible was started.
    on = "__audit_rules_path if audit_rules_path is defined else omit" if option == "rules_path" else f"audit_{option} | default(omit)"
    assert asked[option] == f"{{{{ {on} }}}}"
    assert form(documented("audit")[f"audit_{option}"]) == form({**OPTIONS_OF_AUDIT[option], "choices": OPTIONS_OF_AUDIT[option].get("choices")})
