# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What README.md shows can be copied into a playbook: every play and task of it runs on the sandbox, in check mode."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

README = Path(__file__).parents[2] / "README.md"
SHOWN = re.compile(r"^    - name: .*(?:\n(?:    .*)?)*", re.MULTILINE)
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "sandbox-access-key", "AWS_SECRET_ACCESS_KEY": "sandbox-secret-key"}
# What changes nothing, ever.
ONLY_READS = {"Audit the region"}
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::example-web/*"}]}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def shown() -> Iterator[list[dict[str, Any]]]:
    """Every block of plays or tasks, as the reader sees them."""
    for block in SHOWN.finditer(README.read_text(encoding="utf-8")):
        yield yaml.safe_load(block[0])


BLOCKS = list(shown())


def plays(block: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A block as a playbook: its plays, or one play of its tasks."""
    python = {"ansible_python_interpreter": "{{ ansible_playbook_python }}", "web_policies": {"read-bucket": READ}}
    if "hosts" in block[0]:
        return [{**play, "vars": {**play.get("vars", {}), **python}} for play in block]
    return [{"hosts": "localhost", "gather_facts": False, "vars": python, "tasks": block}]


def staged(account: Any) -> dict[str, str]:
    """What the README takes for there: a role, its profile, a boundary. The subnets it names, and those that are there."""
    iam = account.client("iam")
    for role, profile in (("web-server", "old"), ("my-role", "my-instance-profile")):
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(TRUST))
        iam.create_instance_profile(InstanceProfileName=profile)
        iam.add_role_to_instance_profile(InstanceProfileName=profile, RoleName=role)
    iam.create_policy(PolicyName="application-boundary", PolicyDocument=json.dumps(READ))
    subnets = [subnet["SubnetId"] for subnet in account.client("ec2").describe_subnets()["Subnets"]]
    named = sorted(set(re.findall(r"subnet-[0-9a-f]+", README.read_text(encoding="utf-8"))))
    return dict(zip(named, subnets))


def test_every_block_is_found():
    starts = re.findall(r"\n\n(?=    - name: )", README.read_text(encoding="utf-8"))
    assert sum(len(block) for block in BLOCKS) == len(starts) > 5


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block[0]["name"])
def test_what_is_shown_runs(block, account, tmp_path):
    assert ("changed=0" in checked(block, account, tmp_path)) == (block[0]["name"] in ONLY_READS)


def checked(block: list[dict[str, Any]], account: Any, folder: Path) -> str:
    """What a check of the block prints; it succeeds and writes nothing."""
    text = json.dumps(plays(block))
    for named, there in staged(account).items():
        text = text.replace(named, there)
    account.run("read me")
    playbook = folder / "playbook.yml"
    playbook.write_text(text, encoding="utf-8")
    here = {variable: value for variable, value in os.environ.items() if not variable.startswith("AWS_")}
    sandbox = {"AWS_ENDPOINT_URL": account.url, "AWS_REGION": "eu-west-1", "AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(
        [sys.executable, "-m", "ansible", "playbook", str(playbook), "--check", "--diff"],
        cwd=folder,
        env={**here, **CREDENTIALS, **sandbox, "PWD": str(folder), "HOME": str(folder), "ANSIBLE_HOME": str(folder / "ansible")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert [call["operation"] for call in account.calls("read me") if call["mutates"]] == []
    return done.stdout
