# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a controller is told of the job templates is what it, awx.awx and infra.aap_configuration document, and what the playbooks take."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from dev.pattern import CONTROLLER, PAGE, PATTERN, controller, page
from ansible_collections.passrole.ec2.plugins.plugin_utils.known_variables import PLAYBOOKS, read_specs
from jinja2 import Environment, meta

ROOT = Path(__file__).parents[3]
# What the lookup aws_connection reads.
CONNECTION = {"aws_region", "aws_endpoint_url", "aws_profile", "aws_assume_role"}
# The options that those collections document, each with where. None of them can be had where the tests run.
DOCUMENTED = json.loads((Path(__file__).parent / "documented.json").read_text(encoding="utf-8"))
MODULES = DOCUMENTED["awx.awx"]["modules"]
TOLD = controller()
TEMPLATES = TOLD["controller_templates"]
SURVEYED = [*TEMPLATES, *TOLD["controller_workflows"]]
QUESTIONS = [(one["name"], question) for one in SURVEYED for question in one["survey_spec"]["spec"]]
# What a template's text becomes when it is awx.awx's to read.
KINDS = {"str": str, "int": (int, str), "bool": bool, "list": list, "dict": dict}
ONCE_A_NAME = [name for name in TOLD if name.startswith("controller_")]


def named(one: Any) -> str:
    return one["name"] if isinstance(one, dict) else str(one)


def asked(one: Any) -> str:
    return one["variable"] if isinstance(one, dict) else str(one)


def configured() -> dict[str, dict[str, Any]]:
    """The tasks that make what the variables tell, by their modules."""
    tasks = yaml.safe_load((PATTERN / "tasks" / "configure.yml").read_text(encoding="utf-8"))
    return {module: task for task in tasks for module in task if module.startswith("awx.awx.")}


TASKS = configured()


@pytest.mark.parametrize("variable", ONCE_A_NAME)
def test_each_option_is_one_that_infra_aap_configuration_documents(variable):
    assert {option for one in TOLD[variable] for option in one} <= set(DOCUMENTED["infra.aap_configuration"][variable]["options"])


def test_no_variable_of_infra_aap_configuration_has_another_name():
    assert set(ONCE_A_NAME) == set(DOCUMENTED["infra.aap_configuration"])


@pytest.mark.parametrize("name", TASKS)
def test_each_task_has_options_that_awx_awx_documents_and_all_that_are_told(name):
    task, known = TASKS[name], MODULES[name.rpartition(".")[2]]
    assert set(task[name]) <= set(known)
    told = TOLD[re.search(r"\w+", task["loop"].strip("{ "))[0]]
    assert {option for one in told for option in one} <= set(task[name])
    assert all(value == f"{{{{ item.{option} }}}}" or value == f"{{{{ item.{option} | default(omit) }}}}" for option, value in from_items(task[name]))


def from_items(options: dict[str, Any]) -> Iterator[tuple[str, str]]:
    return ((option, value) for option, value in options.items() if option != "wait")


@pytest.mark.parametrize("name", TASKS)
def test_what_is_told_has_the_types_that_awx_awx_documents(name):
    known = MODULES[name.rpartition(".")[2]]
    for one in TOLD[re.search(r"\w+", TASKS[name]["loop"].strip("{ "))[0]]:
        assert list(misread(one, known)) == []


def misread(told: dict[str, Any], known: dict[str, Any], path: str = "") -> Iterator[str]:
    for option, value in told.items():
        at = f"{path}.{option}" if path else option
        if option not in known:
            yield f"{at}: no such option"
        elif not isinstance(value, KINDS[known[option]["type"]]):
            yield f"{at}: {value!r} is no {known[option]['type']}"
        elif value not in known[option].get("choices", [value]):
            yield f"{at}: {value!r} is no choice"
        elif "options" in known[option]:
            for inner in value if isinstance(value, list) else [value]:
                yield from misread(inner, known[option]["options"], at)


def test_the_tasks_leave_nothing_out():
    assert {re.search(r"\w+", task["loop"].strip("{ "))[0] for task in TASKS.values()} == set(ONCE_A_NAME)


def test_a_wrong_option_would_be_seen():
    assert list(misread({"nam": "x", "scm_type": "git", "timeout": []}, MODULES["project"])) == ["nam: no such option", "timeout: [] is no int"]
    node = {"identifier": "a", "related": {"success_nodes": [{"name": "b"}]}}
    assert list(misread({"workflow_nodes": [node]}, MODULES["workflow_job_template"])) == ["workflow_nodes.related.success_nodes.name: no such option"]


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_a_template_has_a_playbook_by_its_path_and_refers_to_what_is_told(template):
    assert (ROOT / template["playbook"]).is_file()
    for option, variable in (("project", "projects"), ("inventory", "inventories"), ("execution_environment", "execution_environments")):
        assert template[option] in [one["name"] for one in TOLD[f"controller_{variable}"]]


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_a_survey_asks_for_the_region_which_a_credential_tells_none_of_and_for_an_endpoint(template):
    asks = {question["variable"]: question["required"] for question in template["survey_spec"]["spec"]}
    assert asks["aws_region"] is True and asks["aws_endpoint_url"] is False


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_whatever_a_survey_asks_for_is_a_variable_that_the_playbook_takes(template):
    assert {question["variable"] for question in template["survey_spec"]["spec"]} <= taken_by(ROOT / template["playbook"])
    assert set(template.get("extra_vars", {})) <= taken_by(ROOT / template["playbook"])


def taken_by(playbook: Path) -> set[str]:
    """The variables in the templates of the play and of the files of tasks that it includes, and those that the roles of the play document."""
    text = playbook.read_text(encoding="utf-8")
    included = re.findall(r"include_tasks: (tasks/\w+\.yml)$", text, re.MULTILINE)
    text += "".join((playbook.parent / path).read_text(encoding="utf-8") for path in included)
    roles = re.findall(r"name: passrole\.ec2\.(\w+)$", text, re.MULTILINE)
    specs = (yaml.safe_load((ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8")) for role in roles)
    own = read_specs(PLAYBOOKS).get(playbook.stem, {}).get("options", {})
    connection = CONNECTION if "passrole.ec2.aws_connection" in text else set()
    return read_in(text) | connection | {*own} | {option for spec in specs for option in spec["argument_specs"]["variables"]["options"]}


def read_in(text: str) -> set[str]:
    jinja = Environment(autoescape=False)
    jinja.filters.update(dict.fromkeys(re.findall(r"\|\s*([\w.]+)", text), str))
    expressions = re.findall(r"{{(.*?)}}", text, re.DOTALL)
    return {name for expression in expressions for name in meta.find_undeclared_variables(jinja.parse(f"{{{{ {expression} }}}}"))}


def test_a_variable_that_no_playbook_takes_would_be_seen():
    known = taken_by(ROOT / "playbooks" / "launch.yml")
    assert {"aws_region", "application_hosts", "application_min_size"} <= known and "application_minimum" not in known


@pytest.mark.parametrize(("survey", "question"), QUESTIONS, ids=asked)
def test_a_question_is_as_awx_takes_it(survey, question):
    assert set(question) <= set(DOCUMENTED["survey"]["options"]) and question["type"] in DOCUMENTED["survey"]["types"]
    assert {"type", "question_name", "question_description", "variable", "required"} <= set(question)
    assert question.get("default", question.get("choices", [""])[0]) in question.get("choices", [question.get("default", "")])
    assert ("choices" in question) == (question["type"] == "multiplechoice")
    assert all(isinstance(question[bound], int) for bound in ("min", "max") if bound in question)


@pytest.mark.parametrize("one", SURVEYED, ids=named)
def test_a_survey_asks_once_for_a_variable(one):
    variables = [question["variable"] for question in one["survey_spec"]["spec"]]
    assert len(variables) == len(set(variables)) and one["survey_enabled"] is True


@pytest.mark.parametrize("workflow", TOLD["controller_workflows"], ids=named)
def test_a_workflow_launches_once_what_it_would_do_is_approved_and_verifies_and_audits_then(workflow):
    nodes = {node["identifier"]: node for node in workflow["workflow_nodes"]}
    [first] = nodes.keys() - {next_one["identifier"] for node in nodes.values() for next_one in followers(node)}
    steps = list(order(nodes, first))
    kinds = [nodes[step].get("job_type", nodes[step]["unified_job_template"]["type"]) for step in steps]
    assert kinds == ["check", "workflow_approval", "run", "job_template", "job_template"]
    assert steps == ["plan", "approve", "launch", "verify", "audit"]


def followers(node: dict[str, Any]) -> list[dict[str, str]]:
    return node.get("related", {}).get("success_nodes", [])


def order(nodes: dict[str, Any], step: str) -> Iterator[str]:
    yield step
    for follower in followers(nodes[step]):
        yield from order(nodes, follower["identifier"])


@pytest.mark.parametrize("workflow", TOLD["controller_workflows"], ids=named)
def test_the_jobs_of_a_workflow_are_told_of_and_take_what_it_asks_for(workflow):
    templates = {template["name"]: template for template in TEMPLATES}
    jobs = [node for node in workflow["workflow_nodes"] if node["unified_job_template"]["type"] == "job_template"]
    for node in jobs:
        template = templates[node["unified_job_template"]["name"]]
        assert "job_type" not in node or template["ask_job_type_on_launch"]
        assert template["ask_variables_on_launch"]
    wanted = {question["variable"] for question in workflow["survey_spec"]["spec"]}
    assert wanted == {question["variable"] for question in templates["passrole launch"]["survey_spec"]["spec"]}


def test_the_pattern_is_what_the_script_makes_of_the_variables():
    assert PAGE.read_text(encoding="utf-8") == page(TOLD), "run `make pattern`"


def test_the_pattern_is_as_its_schema_says():
    told, known = json.loads(PAGE.read_text(encoding="utf-8")), DOCUMENTED["pattern"]
    assert set(known["required"]) <= set(told) and told["name"] == PATTERN.name
    assert len(told["title"]) <= 64 and re.fullmatch("[a-z0-9_]{1,64}", told["name"])
    resources = told["aap_resources"]
    assert set(resources) <= set(known["resources"])
    assert [one["name"] for one in resources["controller_job_templates"] if one["primary"]] == ["passrole launch"]
    for template in resources["controller_job_templates"]:
        assert set(template) <= set(known["template"]) and (PATTERN / "playbooks" / template["playbook"]).is_file()
        assert all(set(question) <= set(known["question"]) for question in template["survey"]["spec"])
        assert all(isinstance(question.get("default", ""), str) for question in template["survey"]["spec"])


def test_a_playbook_of_the_pattern_is_that_of_the_collection():
    for template in TEMPLATES:
        name = Path(template["playbook"]).stem
        [play] = yaml.safe_load((PATTERN / "playbooks" / f"{name}.yml").read_text(encoding="utf-8"))
        assert play["ansible.builtin.import_playbook"] == f"passrole.ec2.{name}"


def test_whoever_configures_a_controller_may_say_otherwise():
    told = controller(passrole_organization="Cloud", passrole_slices="4", passrole_regions=["us-east-1"])
    assert {one["organization"] for name in ONCE_A_NAME for one in told[name]} == {"Cloud"}
    assert [str(one["job_slice_count"]) for one in told["controller_templates"]] == ["4", "4", "4", "4", "1", "1"]
    assert told["controller_templates"][0]["survey_spec"]["spec"][0]["default"] == "us-east-1"


def test_the_readme_of_the_pattern_tells_every_template_and_every_variable():
    readme = (PATTERN / "README.md").read_text(encoding="utf-8")
    variables = set(re.findall(r"passrole_\w+", CONTROLLER.read_text(encoding="utf-8")))
    assert [template["name"] for template in TEMPLATES if f"`{template['name']}`" not in readme] == []
    assert [name for name in sorted(variables) if not name.startswith("passrole_template") and f"`{name}`" not in readme] == []
