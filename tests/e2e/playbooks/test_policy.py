# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook that writes the policy for launching applications, run as its users run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "sandbox-access-key", "AWS_SECRET_ACCESS_KEY": "sandbox-secret-key"}
INVENTORY = """
all:
  vars:
    application_launch_template: {image_id: ami-01e24be29428c15b2, instance_type: t3.micro}
    application_min_size: 1
    application_max_size: 2
    application_availability_zones: [eu-west-1a]
  hosts:
    web:
    batch: {application_role: job}
"""


def test_one_policy_is_written_for_all_hosts_and_nothing_is_made(account, tmp_path):
    (tmp_path / "policies").mkdir()
    written = written_by("policies/web.json", account, tmp_path, policy_file="policies/web.json")
    statements = json.loads(written)["Statement"]
    (passed,) = (one for one in statements if one["Sid"] == "PassRole")
    assert passed["Resource"] == [f"arn:aws:iam::*:role/{name}" for name in ("*/job", "*/web", "job", "web")]
    assert passed["Condition"] == {"StringEquals": {"iam:PassedToService": ["ec2.amazonaws.com"]}}
    assert not [call for call in account.calls() if call["mutates"]]


def test_a_fleet_of_applications_has_one_policy(account, tmp_path):
    of_all = {"launch_template": {"image_id": "ami-01e24be29428c15b2", "instance_type": "t3.micro"}, "min_size": 1, "max_size": 2}
    fleet = [{"name": "web"}, {"name": "batch", "role": "job"}]
    words = {"application_fleet": fleet, "application_fleet_defaults": {**of_all, "availability_zones": ["eu-west-1a"]}, "application_hosts": "web"}
    statements = json.loads(written_by("passrole-policy.json", account, tmp_path, **words))["Statement"]
    (passed,) = (one for one in statements if one["Sid"] == "PassRole")
    assert passed["Resource"] == [f"arn:aws:iam::*:role/{name}" for name in ("*/job", "*/web", "job", "web")]


def written_by(path, account, folder, **words):
    (folder / "applications.yml").write_text(INVENTORY, encoding="utf-8")
    assert f'"msg": "{folder}/{path}"' in ansible_playbook("passrole.ec2.policy", account, folder, **words)
    return (folder / path).read_text(encoding="utf-8")


def ansible_playbook(name, account, folder, **more):
    here = {variable: value for variable, value in os.environ.items() if not variable.startswith("AWS_")}
    words = json.dumps({"aws_region": "eu-west-1", "aws_endpoint_url": account.url, **more})
    done = subprocess.run(
        [sys.executable, "-m", "ansible", "playbook", name, "--inventory", "applications.yml", "--extra-vars", words],
        cwd=folder,
        env={**here, **CREDENTIALS, "HOME": str(folder), "PWD": "/", "ANSIBLE_HOME": str(folder / "ansible"), "NO_PROXY": "127.0.0.1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
