# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who follows the guide to audits in CI has a pipeline that does as the guide says: its files are written and its commands run as they stand there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import yaml
from junitparser import JUnitXml

from ansible_collections.passrole.ec2.plugins.module_utils.audit.task import OPTIONS, read
from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws

from tests.support import misconfigured_account as planted
from tests.support.contracts.clients import Door

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "docsite" / "rst" / "audit_in_ci.rst").read_text(encoding="utf-8")
SHOWN = re.compile(r"``([\w./-]+\.(?:yml|py|json))``:\n\n\.\. code-block:: \w+\n\n((?:    .*\n|\n)+)")
FILES = {found[1]: textwrap.dedent(found[2]).strip() + "\n" for found in SHOWN.finditer(TEXT)}
ASKED, GITHUB, GITLAB = (yaml.load(FILES[name], yaml.BaseLoader) for name in ("audit.yml", ".github/workflows/audit.yml", ".gitlab-ci.yml"))
STEPS = GITHUB["jobs"]["audit"]["steps"]
[FIRST] = re.findall(r"^    \$ (ansible-playbook .+)$", TEXT, re.MULTILINE)
[NIGHTLY] = [step["run"] for step in STEPS if "ansible-playbook" in step.get("run", "")]
LAX = {"MetadataOptions": {"HttpTokens": "optional", "HttpPutResponseHopLimit": 1}}


class Pipeline:
    """A checkout with what the guide shows, and the role of its job."""

    def __init__(self, account, folder):
        self.account, self.folder, self.key = account, folder, user(account)
        for name, text in FILES.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            # The day that is shown will be over some day.
            (folder / name).write_text(text.replace(ASKED["audit_silences"][0]["expires"], "2099-12-31"), encoding="utf-8")

    def run(self, command):
        """The exit status of a command, and what was said."""
        program, *words = command.split()
        assert program == "ansible-playbook"
        here = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        job = {"AWS_ACCESS_KEY_ID": self.key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": self.key["SecretAccessKey"], "AWS_REGION": "eu-west-1"}
        sandbox = {"AWS_ENDPOINT_URL": self.account.url, "AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "127.0.0.1"}
        own = {"HOME": str(self.folder), "PWD": str(self.folder), "ANSIBLE_HOME": str(self.folder / "ansible"), "COLUMNS": "400"}
        done = subprocess.run(
            [sys.executable, "-m", "ansible", "playbook", *words],
            cwd=self.folder,
            env={**here, **job, **sandbox, **own},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    def report(self, path="passrole-audit/audit.json"):
        return json.loads((self.folder / path).read_text(encoding="utf-8"))


def user(account):
    """The key of a user who may do what the guide says, and nothing else."""
    iam = account.client("iam")
    iam.create_user(UserName="auditor")
    iam.put_user_policy(UserName="auditor", PolicyName="audit", PolicyDocument=FILES["auditor.json"])
    return iam.create_access_key(UserName="auditor")["AccessKey"]


@pytest.fixture
def made(account):
    made = planted.Applications.of(account)
    made.application("web", LAX)
    return made


@pytest.fixture
def pipeline(account, made, tmp_path):
    return Pipeline(account, tmp_path)


def new(report, rule):
    return [one["subject_name"] for one in report["findings"] if one["rule"] == rule and one["new"]]


def test_a_pipeline_begins_with_what_is_there_and_stops_at_what_is_new_and_grave(account, made, pipeline):
    status, said = pipeline.run(FIRST)
    assert (status, (pipeline.folder / ASKED["audit_baseline"]).exists()) == (0, True), said
    made.application("legacy", LAX)
    status, said = pipeline.run(NIGHTLY)
    assert status == 0, said
    assert [one["subject_name"] for one in pipeline.report()["silenced"]] == ["legacy"]
    assert new(pipeline.report(), "group_without_team") == ["legacy"]
    made.application("api", LAX)
    status, said = pipeline.run(NIGHTLY)
    assert (status, "1 new finding of severity high or graver" in said) == (2, True), said
    assert new(pipeline.report(), "imdsv2_not_required") == ["api"]
    uploaded_and_kept(pipeline)
    assert [call["operation"] for call in account.calls() if call["caller"].endswith("user/auditor") and (call["mutates"] or call["error"])] == []


def uploaded_and_kept(pipeline):
    """What the jobs hand on is where they look for it, and says what failed."""
    upload = next(step for step in STEPS if "upload-sarif" in step.get("uses", ""))
    results = pipeline.report(upload["with"]["sarif_file"])["runs"][0]["results"]
    assert {one["ruleId"] for one in results} >= {"imdsv2_not_required", "group_without_team"}
    assert upload["with"]["sarif_file"] in upload["if"]
    [kept] = GITLAB["audit"]["artifacts"]["paths"]
    junit = GITLAB["audit"]["artifacts"]["reports"]["junit"]
    assert junit.startswith(kept)
    suites = JUnitXml.fromstring((pipeline.folder / junit).read_bytes())
    assert [case.name for suite in suites for case in suite if case.result and not case.is_skipped] == ["imdsv2_not_required"]


def test_an_audit_that_could_not_be_made_leaves_no_report(account, pipeline):
    status, said = pipeline.run(NIGHTLY)
    assert (status, "audit_baseline: there is no file" in said) == (2, True), said
    account.client("iam").delete_user_policy(UserName="auditor", PolicyName="audit")
    status, said = pipeline.run(FIRST)
    assert (status, "is not authorized to perform" in said) == (2, True), said
    assert not (pipeline.folder / "passrole-audit").exists()
    (pipeline.folder / "audit.yml").unlink()
    assert pipeline.run(NIGHTLY)[0] not in (0, 2)


def test_the_policy_names_what_an_audit_reads_and_nothing_else(account):
    planted.estate(account)
    aws = Aws(Door(account))
    read({name: option.get("default") for name, option in OPTIONS.items()} | {"vet_policies": []}, aws)
    [statement] = json.loads(FILES["auditor.json"])["Statement"]
    assert statement["Action"] == sorted({one.action for one in aws.permissions})


def test_both_jobs_run_the_same():
    assert GITLAB["audit"]["script"] == [NIGHTLY]
    assert set(GITLAB["audit"]["before_script"]) >= {step["run"] for step in STEPS if "install" in step.get("run", "")}
    assert {*GITHUB["permissions"]} == {"contents", "id-token", "security-events"}


def test_every_variable_is_one_of_the_role():
    options = yaml.safe_load((ROOT / "roles" / "audit" / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]["variables"]["options"]
    assert {*re.findall(r"\b(audit_(?!in_ci)\w+)", TEXT)} - options.keys() == set()


def test_every_block_is_followed():
    assert len(FILES) + len([FIRST]) == TEXT.count(".. code-block::")
