# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks as AWX runs them: by ansible-runner, from a private data directory, in slices, with what a survey answers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from dev.pattern import controller

from tests.support.misconfigured_account import Applications
from tests.support.contracts.ec2_association import launched, stage

ROOT = Path(__file__).parents[3]
TEMPLATES = {template["name"].removeprefix("passrole "): template for template in controller()["controller_templates"]}
# What a credential of type Amazon Web Services gives a job, and nothing else of AWS.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "sandbox-access-key", "AWS_SECRET_ACCESS_KEY": "sandbox-secret-key"}
# The length of a result above which AWX keeps none of it.
KEPT = 700_000
SLICES = 2
# In no order; a survey and AWX's own form give numbers as texts, too.
APPLICATIONS = {
    "web": {"application_max_size": "3"},
    "batch": {"application_role": "job"},
    "api": {"application_managed_policies": ["AmazonSSMManagedInstanceCore"]},
    "old": {},
}
DISABLED = {"old"}
WORDS = {
    "application_launch_template": {"image_id": "ami-01e24be29428c15b2", "instance_type": "t3.micro"},
    "application_min_size": "1",
    "application_max_size": "2",
    "application_availability_zones": ["eu-west-1a"],
}
PROMPTS = re.compile(r"^\s*-?\s*(vars_prompt|(ansible\.builtin\.)?pause)\s*:", re.MULTILINE)


class Unsafe(str):
    """What a user typed: AWX writes it so that Ansible does not take it for a template."""


class Dumper(yaml.SafeDumper):
    """Writes extra variables as AWX does."""


Dumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))


@dataclass
class Job:
    """What AWX keeps of a job."""

    rc: int
    stdout: str
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def artifacts(self) -> dict[str, Any]:
        [last] = [event for event in self.events if event["event"] == "playbook_on_stats"]
        return last["event_data"].get("artifact_data", {})

    @property
    def longest(self) -> int:
        return max(len(json.dumps(event["event_data"].get("res", {}))) for event in self.events)

    def told(self, key: str) -> list[Any]:
        """What the events' results have by this key."""
        results = (event["event_data"].get("res", {}) for event in self.events)
        return [result[key] for result in results if key in result]

    @property
    def lost(self) -> list[str]:
        """Events whose result was too long to be kept, or is empty, in whose place there is nothing."""
        return [event["event_data"]["task"] for event in self.events if event["event"].startswith("runner_on_ok") and not event["event_data"].get("res")]


def answers(name: str, account: Any, **given: Any) -> dict[str, Any]:
    """What the survey of a job template gives the job: its defaults, and what was answered instead."""
    asked = TEMPLATES[name]["survey_spec"]["spec"]
    answered = {question["variable"]: question["default"] for question in asked if "default" in question}
    blank = {question["variable"]: "" for question in asked if question["type"] == "text" and not question["required"]}
    said = blank | answered | {"aws_endpoint_url": account.url} | given
    return {variable: Unsafe(value) if isinstance(value, str) else value for variable, value in said.items()}


def cut(hosts: dict[str, Any], number: int = 1, count: int = 1) -> dict[str, Any]:
    """The hosts of a slice by AWX's own rule: the enabled ones, sorted by name, and each count-th of them."""
    return {name: hosts[name] for name in sorted(hosts.keys() - DISABLED)[number - 1 :: count]}


def private_data(folder: Path, hosts: dict[str, Any], variables: dict[str, Any], extra_vars: dict[str, Any]) -> None:
    told = {"all": {"hosts": list(hosts), "vars": variables}, "_meta": {"hostvars": hosts}}
    script = f"#! /usr/bin/env python3\n# -*- coding: utf-8 -*-\nprint({json.dumps(told)!r})\n"
    for path, text in (
        ("inventory/hosts", script),
        ("env/envvars", json.dumps({**CREDENTIALS, "NO_PROXY": "127.0.0.1", "HOME": str(folder)})),
        ("env/extravars", yaml.dump(extra_vars, Dumper=Dumper)),
        ("env/cmdline", "-u root"),
        ("env/settings", json.dumps({"suppress_ansible_output": True, "job_timeout": 300})),
    ):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    (folder / "inventory" / "hosts").chmod(0o700)
    (folder / "project").mkdir()
    (folder / "project" / "playbooks").symlink_to(ROOT / "playbooks", target_is_directory=True)


def run_job(folder: Path, name: str, hosts: dict[str, Any], extra_vars: dict[str, Any], variables: dict[str, Any] | None = None, check: bool = False) -> Job:
    folder.mkdir()
    private_data(folder, hosts, variables or {}, {**TEMPLATES[name].get("extra_vars", {}), **extra_vars})
    (folder / "env" / "cmdline").write_text("-u root --check" if check else "-u root", encoding="utf-8")
    # A container's environment, not the tests'.
    here = {variable: os.environ[variable] for variable in ("PATH", "LC_ALL", "LANG", "PYTHONPYCACHEPREFIX", "TMPDIR") if variable in os.environ}
    command = [sys.executable, "-m", "ansible_runner", "run", str(folder), "-p", TEMPLATES[name]["playbook"], "-i", "1", "-q"]
    done = subprocess.run(command, env=here, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    told = folder / "artifacts" / "1"
    events = [json.loads(path.read_text(encoding="utf-8")) for path in (told / "job_events").glob("*.json") if "-partial" not in path.name]
    return Job(done.returncode, done.stdout + (told / "stdout").read_text(encoding="utf-8"), sorted(events, key=lambda event: event["counter"]))


def work(account: Any, run: str | None = None) -> Counter[str]:
    """How often each thing was done."""
    return Counter(f"{call['service']}:{call['operation']}" for call in account.calls(run) if call["mutates"] and call["status"] == 200)


def there(account: Any) -> dict[str, Any]:
    """What is in the account, without what AWS names at random."""
    iam, groups = account.client("iam"), account.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    profiles, roles = iam.list_instance_profiles()["InstanceProfiles"], iam.list_roles()["Roles"]
    return {
        "profiles": {one["InstanceProfileName"]: [role["RoleName"] for role in one["Roles"]] for one in profiles},
        "groups": {one["AutoScalingGroupName"]: (one["MinSize"], one["MaxSize"], len(one["Instances"])) for one in groups},
        "templates": sorted(one["LaunchTemplateName"] for one in account.client("ec2").describe_launch_templates()["LaunchTemplates"]),
        "roles": {role["RoleName"]: attached(iam, role["RoleName"]) for role in roles if not role["Path"].startswith("/aws-service-role/")},
    }


def attached(iam: Any, role: str) -> list[str]:
    return sorted(policy["PolicyName"] for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"])


def launch(account: Any, folder: Path, hosts: dict[str, Any], **more: Any) -> Job:
    check = more.pop("check", False)
    return run_job(folder, "launch", hosts, answers("launch", account, **more), WORDS, check)


def test_a_job_launches_each_enabled_host_and_hands_on_what_it_did(account, tmp_path):
    job = launch(account, tmp_path / "job", cut({name: APPLICATIONS[name] for name in ("batch", "old")}), application_wait_timeout=300)
    assert job.rc == 0, job.stdout
    assert there(account)["profiles"] == {"job": ["job"]}
    assert there(account)["groups"] == {"batch": (1, 2, 1)}
    assert set(job.artifacts["passrole_launch"]) == {"batch"}
    assert job.artifacts["passrole_launch"]["batch"] == {"application": "batch", "role": "job", "changed": True, "changes": 5, "behind": 0}
    assert job.longest < KEPT and job.lost == []


def test_a_fleet_on_one_host_is_handed_on_by_numbers(account, tmp_path):
    words = {name.removeprefix("application_"): value for name, value in WORDS.items()}
    hosts = {"team": {"application_fleet": [{"name": "web", **words}, {"name": "batch", **words}]}}
    job = run_job(tmp_path / "job", "launch", hosts, answers("launch", account), check=True)
    assert job.rc == 0, job.stdout
    told = job.artifacts["passrole_launch"]["team"]
    assert told["changed"] is True and told["members"]["changed"] == 2
    assert job.longest < KEPT


@pytest.mark.exhaustive  # tests/e2e/test_front_doors.py compares a check with its run
def test_a_check_job_tells_the_same_and_writes_nothing(account, tmp_path):
    hosts = {"web": APPLICATIONS["web"]}
    foretold = launch(account, tmp_path / "check", hosts, check=True)
    assert foretold.rc == 0, foretold.stdout
    assert work(account) == Counter()
    assert launch(account, tmp_path / "job", hosts).artifacts == foretold.artifacts


@pytest.mark.exhaustive
def test_the_slices_do_together_what_the_whole_job_does_and_nothing_twice(account, tmp_path):
    whole = launch(account, tmp_path / "whole", cut(APPLICATIONS))
    wanted, done = there(account), work(account)
    account.reset()
    parts = []
    for number in range(1, SLICES + 1):
        account.run(f"slice {number}")
        parts.append(launch(account, tmp_path / f"slice-{number}", cut(APPLICATIONS, number, SLICES)))
    assert [part.rc for part in (whole, *parts)] == [0] * (SLICES + 1)
    assert there(account) == wanted
    assert work(account, "slice 1") + work(account, "slice 2") == done
    handed_on = [part.artifacts["passrole_launch"] for part in parts]
    assert [sorted(part) for part in handed_on] == [["api", "web"], ["batch"]]
    assert handed_on[0] | handed_on[1] == whole.artifacts["passrole_launch"]


@pytest.mark.exhaustive  # tests/e2e/test_front_doors.py rolls out and retires; tests/repository/extensions checks what surveys ask
def test_what_is_rolled_out_and_retired_is_what_was_named(account, tmp_path):
    hosts = {name: APPLICATIONS[name] for name in ("api", "web")}
    two = {**WORDS, "application_min_size": "2"}
    launched_job = run_job(tmp_path / "launch", "launch", hosts, answers("launch", account, application_hosts="web"), two)
    assert launched_job.rc == 0, launched_job.stdout
    # The survey's strategy holds, and the rest of what the application says of its own rollout.
    changed = {**two, "application_instance_profile": "web-2", "application_rollout": {"strategy": "none", "batch_size": "1"}}
    said = answers("roll out", account, application_hosts="web", roll_out_strategy="associate")
    rolled = run_job(tmp_path / "roll-out", "roll out", hosts, said, changed, check=True)
    assert rolled.rc == 0, rolled.stdout
    [rollout] = rolled.told("rollout")
    assert rollout["strategy"] == "associate" and [len(batch) for batch in rollout["associated"]] == [1, 1]
    assert set(rolled.artifacts["passrole_roll_out"]) == {"web"} and rolled.artifacts["passrole_roll_out"]["web"]["changed"] is True
    said = answers("retire", account, application_hosts="web", application_force_delete="true")
    retired = run_job(tmp_path / "retire", "retire", hosts, said, two)
    assert retired.rc == 0, retired.stdout
    assert set(retired.artifacts["passrole_retire"]) == {"web"} and retired.artifacts["passrole_retire"]["web"]["changes"] > 3
    assert not any(there(account).values())
    assert retired.longest < KEPT and retired.lost == []


def test_a_policy_is_handed_on_and_shown(account, tmp_path):
    said = {**answers("policy", account), "policy_file": str(tmp_path / "policy.json")}
    job = run_job(tmp_path / "job", "policy", {"web": {}}, said, WORDS)
    assert job.rc == 0, job.stdout
    written = json.loads((tmp_path / "policy.json").read_text(encoding="utf-8"))
    assert job.artifacts["passrole_policy"] == written and "PassRole" in job.stdout
    assert work(account) == Counter()


def test_an_audit_hands_on_its_figures_and_in_check_mode_what_it_would_mend(account, tmp_path):
    Applications.of(account).application("web", {"MetadataOptions": {"HttpTokens": "optional"}})
    account.run("job")
    said = {**answers("audit", account, audit_fix="true", audit_fix_rules="imdsv2_not_required"), "audit_report_dir": str(tmp_path / "reports")}
    job = run_job(tmp_path / "job", "audit", {"web": {}, "batch": {}}, said, check=True)
    assert job.rc == 0, job.stdout
    assert set(job.artifacts["passrole_audit"]) == {"localhost"} and job.artifacts["passrole_audit"]["localhost"]["mended"] == 1
    assert work(account, "job") == Counter() and job.longest < KEPT
    assert {path.name for path in (tmp_path / "reports").iterdir()} == {"audit.html", "audit.json"}


@pytest.mark.parametrize(("fail", "rc"), [("true", 2), pytest.param("false", 0, marks=pytest.mark.exhaustive)])
def test_what_is_verified_is_handed_on_whether_or_not_something_is_wrong(account, tmp_path, fail, rc):
    stage(account)
    instances = {"fine": launched(account, 1, "web")[0], "bare": launched(account, 1, "")[0]}
    hosts = {
        name: {"verify_endpoint": f"{account.url}/_sandbox/imds/{instance}", "ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        for name, instance in instances.items()
    }
    job = run_job(tmp_path / "job", "verify", hosts, answers("verify", account, verify_timeout=0, verify_fail=fail, verify_refuse_imdsv1="false"))
    assert job.rc == rc, job.stdout
    found = job.artifacts["passrole_verify"]
    assert found["fine"]["faults"] == [] and found["fine"]["role"] == "a" and found["bare"]["faults"]
    assert job.longest < KEPT


def test_a_region_is_asked_for_since_the_credential_tells_none(account, tmp_path):
    said = answers("launch", account)
    job = run_job(tmp_path / "job", "launch", {"web": {}}, {name: value for name, value in said.items() if name != "aws_region"}, WORDS)
    assert job.rc != 0 and "region" in job.stdout.lower()


@pytest.mark.parametrize("path", sorted((ROOT / "playbooks").rglob("*.yml")) + sorted((ROOT / "roles").rglob("*.yml")), ids=str)
def test_nothing_prompts(path):
    assert PROMPTS.search(path.read_text(encoding="utf-8")) is None


def test_a_prompt_would_be_seen():
    assert PROMPTS.search("  vars_prompt:\n") and PROMPTS.search("    - ansible.builtin.pause:\n") and PROMPTS.search("- pause: {}\n")
