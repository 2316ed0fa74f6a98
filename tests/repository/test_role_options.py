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
from ansible_collections.passrole.ec2.plugins.modules.instance_profile_audit import OPTIONS as OPTIONS_OF_AUDIT
from ansible_collections.passrole.ec2.plugins.modules.iam_ec2_role import OPTIONS as OPTIONS_OF_ROLE

ROLES = Path(__file__).parents[2] / "roles"
MODULE = "passrole.ec2.asg_launch_with_profile"
# The role's own tags are those of the IAM role and the profile.
NAMED_APART = {"tags": "application_group_tags", "purge_tags": "application_purge_group_tags"}
# The name is the role's own; what bears on deletion alone is in absent.yml.
OF_THE_ROLE = sorted({*OPTIONS_OF_ROLE} - {"adopt", "force_delete", "name", "on_use_in_other_regions", "regions", "remove_from_instance_profiles", "state"})
FOR_DELETION = [
    "adopt",
    "complete_lifecycle_actions",
    "force_delete",
    "force_delete_launch_template",
    "launch_configuration",
    "launch_template",
    "name",
    "wait_timeout",
]
FOR_A_TEMPLATE_ALONE = ["adopt", "force_delete_launch_template", "vet"]
FORCED = {
    "application": {"iam_instance_profile": "application_force_delete_instance_profile", "iam_ec2_role": "application_force_delete_role"},
    "ec2_identity": {"iam_instance_profile": "ec2_identity_force_delete_instance_profile", "iam_ec2_role": "ec2_identity_force_delete_role"},
}


def variable(option: str) -> str:
    return NAMED_APART.get(option, f"application_{option}")


def read(path: str) -> Any:
    return yaml.safe_load((ROLES / path).read_text(encoding="utf-8"))


def passed_on(path: str, module: str = MODULE) -> dict[str, str]:
    """What the one task that calls the module hands it, by option."""
    [task] = [task for task in read(path) if module in task]
    return task[module]


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


@pytest.mark.parametrize(("role", "module"), [(role, module) for role in FORCED for module in FORCED[role]])
def test_force_is_asked_for_each_kind_by_a_variable_of_its_own(role, module):
    asked = FORCED[role][module]
    assert passed_on(f"{role}/tasks/absent.yml", f"passrole.ec2.{module}")["force_delete"] == f"{{{{ {asked} | default(omit) }}}}"
    assert documented(role)[asked]["type"] == "bool"


@pytest.mark.parametrize(("role", "module"), [(role, module) for role in FORCED for module in FORCED[role]])
def test_what_something_else_keeps_is_adopted_by_one_word_for_all(role, module):
    assert passed_on(f"{role}/tasks/absent.yml", f"passrole.ec2.{module}")["adopt"] == f"{{{{ {role}_adopt | default(omit) }}}}"
    assert documented(role)[f"{role}_adopt"]["type"] == "bool"


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


@pytest.mark.parametrize("role", ["ec2_identity", "application"])
@pytest.mark.parametrize("option", OF_THE_ROLE)
def test_the_roles_that_keep_an_iam_role_pass_on_and_document_its_options(role, option):
    assert f"{role}_{option}" in passed_on(f"{role}/tasks/present.yml", "passrole.ec2.iam_ec2_role")[option]
    assert form(documented(role)[f"{role}_{option}"]) == form(OPTIONS_OF_ROLE[option])


@pytest.mark.parametrize("role", ["application", "ec2_identity", "launch_configuration", "launch_template"])
def test_every_task_of_a_role_passes_on_whether_to_ask_for_permission_beforehand(role):
    tasks = [task for path in (ROLES / role / "tasks").glob("*.yml") for task in yaml.safe_load(path.read_text(encoding="utf-8"))]
    calls = [words for task in tasks for name, words in task.items() if name.startswith("passrole.ec2.")]
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
