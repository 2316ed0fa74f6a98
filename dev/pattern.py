# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the pattern that Automation Platform reads from the variables that tell a controller of the job templates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment

from dev.place import ROOT

PATTERN = ROOT / "extensions" / "patterns" / "applications"
CONTROLLER = PATTERN / "vars" / "controller.yml"
PAGE = PATTERN / "meta" / "pattern.json"
IMAGE = "passrole/ec2_ee"
ABOUT = {
    "schema_version": "3.0.0",
    "name": PATTERN.name,
    "title": "Launch EC2 applications with their IAM roles",
    "short_description": "Launch, roll out, verify, audit and retire EC2 applications, each with its IAM role",
    "description": "Keeps the chain from an IAM role by its instance profile and launch template to an Auto Scaling group and its running instances. "
    "An inventory holds one host for each application. Each job template tells in check mode what it would do, and asks in its survey for the region.",
    "tags": ["aws", "ec2", "iam"],
}
ASKED = ("type", "question_name", "question_description", "variable", "required", "choices", "default")
PRIMARY = "passrole launch"


def main() -> None:
    PAGE.write_text(page(controller()), encoding="utf-8")


def controller(**given: Any) -> dict[str, Any]:
    """What is in the file, with these extra variables and else with its own defaults."""
    return rendered(yaml.safe_load(CONTROLLER.read_text(encoding="utf-8")), {"passrole_image": IMAGE, **given})


def rendered(value: Any, given: dict[str, Any]) -> Any:
    if isinstance(value, str):
        return Environment(autoescape=False).from_string(value).render(given) if "{{" in value else value
    if isinstance(value, list):
        return [rendered(one, given) for one in value]
    return {name: rendered(one, given) for name, one in value.items()} if isinstance(value, dict) else value


def page(told: dict[str, Any]) -> str:
    return json.dumps({**ABOUT, "aap_resources": resources(told)}, indent=2) + "\n"


def resources(told: dict[str, Any]) -> dict[str, Any]:
    [project], [environment] = told["controller_projects"], told["controller_execution_environments"]
    return {
        "controller_project": {name: project[name] for name in ("name", "description")},
        "controller_execution_environment": {**{name: environment[name] for name in ("name", "description", "pull")}, "image_name": environment["image"]},
        "controller_job_templates": [template(one) for one in told["controller_templates"]],
    }


def template(one: dict[str, Any]) -> dict[str, Any]:
    """Whoever launches it chooses the inventory and the credentials, which a pattern does not make."""
    return {
        **{name: one[name] for name in ("name", "description", "execution_environment")},
        "playbook": Path(one["playbook"]).name,
        "primary": one["name"] == PRIMARY,
        "ask_credential_on_launch": True,
        "ask_inventory_on_launch": True,
        "survey": {**one["survey_spec"], "spec": [question(asked) for asked in one["survey_spec"]["spec"]]},
    }


def question(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: asked[name] for name in ASKED if name in asked}


if __name__ == "__main__":
    main()
