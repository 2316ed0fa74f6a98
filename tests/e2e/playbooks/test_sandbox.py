# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook that starts a local AWS which stays: it turns a shell towards it, whatever that shell spoke to before, and ends it when asked."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.conftest import ASK

FILE = "passrole-sandbox.sh"
ELSEWHERE = {"AWS_PROFILE": "production", "AWS_SESSION_TOKEN": "of-a-session", "AWS_URL": "https://example.com", "AWS_REGION": "us-east-1"}
WHO = "import boto3; print(boto3.client('sts').get_caller_identity()['Account'], boto3.session.Session().region_name)"


@pytest.fixture
def folder(tmp_path):
    """One whose name a shell takes for two words."""
    (tmp_path / "a folder").mkdir()
    return tmp_path / "a folder"


@pytest.fixture
def play(folder):
    """Runs the playbook in that folder; a sandbox that is there in the end is ended."""
    here = {variable: value for variable, value in os.environ.items() if not variable.startswith("AWS_")}
    own = {"HOME": str(folder), "PWD": str(folder), "ANSIBLE_HOME": str(folder / "ansible"), "NO_PROXY": "127.0.0.1"}

    def play(*options):
        command = [sys.executable, "-m", "ansible", "playbook", "passrole.ec2.sandbox", *options]
        done = subprocess.run(command, cwd=folder, env={**here, **own}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        assert done.returncode == 0, done.stdout
        return done.stdout

    yield play
    play("-e", "sandbox_state=stopped")


def exported(folder, told):
    """What a shell that spoke to another account exports once it was given the command that the playbook tells."""
    (turned,) = re.findall(rf'"(\. .*{FILE}.?)"', told)
    shell = {"PATH": os.environ["PATH"], "HOME": str(folder), **ELSEWHERE}
    command = ["sh", "-c", f'{turned} && "$0" -c "$1" && env', sys.executable, WHO]
    told = subprocess.run(command, cwd=folder, env=shell, capture_output=True, text=True, check=True).stdout.splitlines()
    return told[0], dict(line.split("=", 1) for line in told[1:] if "=" in line)


def test_a_shell_is_turned_towards_it_and_it_stays_until_it_is_ended(play, folder):
    told = play()
    who, variables = exported(folder, told)
    assert who == "123456789012 eu-west-1"
    assert [name for name in ELSEWHERE if variables.get(name) == ELSEWHERE[name]] == []
    assert variables["AWS_ENDPOINT_URL"] in told

    assert "changed=0" in play("--check"), "a second run starts another, or changes this one"
    play("-e", "sandbox_state=stopped")
    assert not (folder / FILE).exists()
    with pytest.raises(OSError):
        ASK(f"{variables['AWS_ENDPOINT_URL']}/_sandbox/process", timeout=5)
