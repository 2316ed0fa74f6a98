# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real module, and a real ansible-playbook, killed by SIGKILL while they wait for an answer: the next run finishes the work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dev import processes
from tests.support.module_process import CREDENTIALS, run_module, started
from tests.support.contracts.instance_profile import roles
from tests.fault_injection.account import all_of

PLAY = Path(__file__).parents[1] / "e2e" / "plays" / "localhost_loop.yml"
PATIENCE = 120.0


def until_hanging(account, process):
    """Wait until the process waits for an answer that does not come."""
    latest = time.monotonic() + PATIENCE
    while not account.control("GET", "faults")["rules"][0]["made"]:
        assert process.poll() is None, "it ended by itself"
        assert time.monotonic() < latest, "it did not come so far"
        time.sleep(0.05)


@pytest.mark.parametrize("operation", ["CreateInstanceProfile", "AddRoleToInstanceProfile", "GetRole"])
def test_a_module_that_was_killed_is_finished_by_the_next(account, tmp_path, operation):
    roles(account)
    said = {"name": "web", "role": "a", "endpoint_url": account.url, "region": "eu-west-1", **CREDENTIALS}
    account.faults({"kind": "read_timeout", "operation": operation})
    with started("iam_instance_profile", tmp_path, said) as process:
        until_hanging(account, process)
        process.kill()
        assert process.wait() == -signal.SIGKILL
    account.faults()
    assert run_module("iam_instance_profile", tmp_path, **said)["iam_instance_profile"]["roles"][0]["role_name"] == "a"
    assert not run_module("iam_instance_profile", tmp_path, **said)["changed"]


def playbook(account, home):
    """The play of two applications in a loop."""
    words = {"told_in": str(home), "asked_state": "present", "aws_region": "eu-west-1", "aws_endpoint_url": account.url}
    here = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    ours = {"AWS_ACCESS_KEY_ID": "sandbox", "AWS_SECRET_ACCESS_KEY": "sandbox", "AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "127.0.0.1"}
    return subprocess.Popen(
        [sys.executable, "-m", "ansible", "playbook", str(PLAY), "--extra-vars", json.dumps(words)],
        env={**here, **ours, "HOME": str(home), "ANSIBLE_HOME": str(home / "ansible")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def played(account, home):
    with playbook(account, home) as process:
        output, _nothing = process.communicate()
    assert process.returncode == 0, output


def kill_whole(process):
    """Ansible's workers are in sessions of their own: one that outlived its parent would make its call again, in another test's account."""
    processes.send([*processes.descendants(process.pid), process.pid], signal.SIGKILL)


def test_a_playbook_that_was_killed_is_finished_by_the_next(account, tmp_path):
    played(account, tmp_path)
    whole = all_of(account)
    account.reset()
    account.faults({"kind": "read_timeout", "operation": "CreateLaunchTemplate"})
    with playbook(account, tmp_path) as process:
        until_hanging(account, process)
        kill_whole(process)
    account.faults()
    assert all_of(account) != whole
    played(account, tmp_path)
    assert all_of(account) == whole
