# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook that verifies instances, run as its users run it, on instances of the sandbox with something wrong in each."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.support.contracts.ec2_association import launched, stage

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "sandbox-access-key", "AWS_SECRET_ACCESS_KEY": "sandbox-secret-key"}


@pytest.fixture
def hosts(account):
    """Instances that carry web, other and nothing, and one whose profile was deleted and made again."""
    stage(account)
    iam = account.client("iam")
    iam.create_instance_profile(InstanceProfileName="again")
    iam.add_role_to_instance_profile(InstanceProfileName="again", RoleName="a")
    found = {host: launched(account, 1, profile)[0] for host, profile in (("fine", "web"), ("odd", "other"), ("bare", ""), ("gone", "again"))}
    iam.remove_role_from_instance_profile(InstanceProfileName="again", RoleName="a")
    iam.delete_instance_profile(InstanceProfileName="again")
    iam.create_instance_profile(InstanceProfileName="again")
    return found


def verify(account, folder, hosts, **words):
    inventory = {host: {"verify_endpoint": f"{account.url}/_sandbox/imds/{instance}", "ansible_connection": "local"} for host, instance in hosts.items()}
    python = {"ansible_python_interpreter": sys.executable}
    (folder / "instances.json").write_text(json.dumps({"all": {"vars": python, "hosts": inventory}}), encoding="utf-8")
    said = {"aws_region": "eu-west-1", "aws_endpoint_url": account.url, "verify_timeout": 0, **words}
    here = {variable: value for variable, value in os.environ.items() if not variable.startswith("AWS_")}
    return subprocess.run(
        [sys.executable, "-m", "ansible", "playbook", "passrole.ec2.verify", "--inventory", "instances.json", "--extra-vars", json.dumps(said)],
        cwd=folder,
        env={**here, **CREDENTIALS, "HOME": str(folder), "ANSIBLE_HOME": str(folder / "ansible"), "NO_PROXY": "127.0.0.1", "COLUMNS": "400"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@pytest.mark.exhaustive  # tests/e2e/test_front_doors.py verifies such an instance
def test_where_all_have_their_credentials_the_table_says_so(account, tmp_path, hosts):
    done = verify(account, tmp_path, {"fine": hosts["fine"]}, verify_instance_profile="web")
    assert done.returncode == 0, done.stdout
    [row] = [line for line in done.stdout.splitlines() if hosts["fine"] in line]
    assert row.split()[:5] == ['"fine', hosts["fine"], "web", "a", "Success"] and row.rstrip('",').endswith("ok")


def test_each_thing_that_is_wrong_is_named_with_its_host(account, tmp_path, hosts):
    done = verify(account, tmp_path, hosts, verify_instance_profile="web")
    assert done.returncode != 0
    for fault in (
        "odd: it carries instance profile other, and is to carry web",
        "bare: the instance carries no instance profile; associate one",
        "gone: it carries an instance profile again that was deleted (AIPA",
        "gone: the instance profile that the instance was given was deleted",
    ):
        assert fault in done.stdout
    assert "fine: " not in done.stdout.partition("Assertion")[2]


def test_it_can_be_told_only_to_tell(account, tmp_path, hosts):
    done = verify(account, tmp_path, {"bare": hosts["bare"]}, verify_fail=False)
    assert done.returncode == 0 and "the instance carries no instance profile" in done.stdout
