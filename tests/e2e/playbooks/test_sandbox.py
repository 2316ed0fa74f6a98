# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook that starts a sandbox and points a shell to it: one for each folder, described when it is already running, stopped by the command shown."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

from tests.conftest import ASK, boto_client
from tests.support.playbook_runner import newest_core_first, playbook_environment, run_playbook

PLAYBOOK = "passrole.ec2.sandbox"
FILE, DIRECTORY = "passrole-sandbox.sh", ".passrole-sandbox"
STOP = "ansible-playbook passrole.ec2.sandbox -e sandbox_state=stopped"
ELSEWHERE = {"AWS_PROFILE": "production", "AWS_SESSION_TOKEN": "of-a-session", "AWS_URL": "https://example.com", "AWS_REGION": "us-east-1"}
WHO = "import boto3; print(boto3.client('sts').get_caller_identity()['Account'], boto3.session.Session().region_name)"
# The Python that has moto; the oldest core's has not.
PYTHON = f"sandbox_python={sys.executable}"


@pytest.fixture
def make_folder(tmp_path):
    """Make a folder whose name a shell takes for two words; a sandbox that is still running in it is stopped in the end."""
    folders = []

    def make_folder(name):
        folders.append(tmp_path / name)
        folders[-1].mkdir()
        return folders[-1]

    yield make_folder
    for folder in folders:
        run_playbook(folder, PLAYBOOK, "-e", PYTHON, "-e", "sandbox_state=stopped")


@pytest.fixture
def folder(make_folder):
    return make_folder("a folder")


def play(folder, core, *options, **environment):
    """Run the playbook in the folder. PWD is another one, as under a program that changes its folder: ansible-runner, make."""
    done = run_playbook(folder, PLAYBOOK, "-e", PYTHON, *options, core=core, **{"PWD": "/", **environment})
    assert (done.status, done.failed) == (0, 0), done.output
    return done


def exported(folder, told):
    """What a shell that used another account exports after the command that the playbook shows."""
    (source,) = re.findall(rf'"(\. .*{FILE}.?)"', told)
    shell = {"PATH": os.environ["PATH"], "HOME": str(folder), **ELSEWHERE}
    command = ["sh", "-c", f'{source} && "$0" -c "$1" && env', sys.executable, WHO]
    printed = subprocess.run(command, cwd=folder, env=shell, capture_output=True, text=True, check=True).stdout.splitlines()
    return printed[0], dict(line.split("=", 1) for line in printed[1:] if "=" in line)


def stop_as_shown(elsewhere, core, told):
    """Paste the stop command into a shell that is in another folder."""
    (command,) = set(re.findall(rf'"({re.escape(STOP)}.*)"', told))
    (elsewhere / "bin").mkdir()
    (elsewhere / "bin" / "ansible-playbook").write_text(f'#!/bin/sh\nexec "{core.python}" -m ansible playbook "$@" -e "{PYTHON}"\n')
    (elsewhere / "bin" / "ansible-playbook").chmod(0o755)
    environment = playbook_environment(elsewhere, core) | {"PATH": f"{elsewhere / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["sh", "-c", command], cwd=elsewhere, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def endpoint(folder, directory=DIRECTORY):
    return json.loads((folder / directory / "ready.json").read_text())["endpoint_url"]


def is_running(endpoint_url):
    try:
        return ASK(f"{endpoint_url}/_sandbox/process", timeout=5).status == 200
    except OSError:
        return False


@newest_core_first
def test_a_shell_uses_the_sandbox_until_the_shown_command_stops_it(core, make_folder, folder):
    told = play(folder, core).output
    who, variables = exported(folder, told)
    assert who == "123456789012 eu-west-1"
    assert [name for name in ELSEWHERE if variables.get(name) == ELSEWHERE[name]] == []
    assert variables["AWS_ENDPOINT_URL"] in told

    # The folder of another sandbox, which stays.
    second = make_folder("second")
    play(second, core)
    assert "everything in it is deleted" in stop_as_shown(second, core, told)
    assert not is_running(variables["AWS_ENDPOINT_URL"])
    assert {path.name for path in folder.iterdir()} <= {"ansible", ".ansible"}
    assert is_running(endpoint(second)) and (second / FILE).exists()


@newest_core_first
def test_a_start_describes_the_sandbox_that_is_running_and_changes_nothing(core, folder):
    first = play(folder, core).output
    url = endpoint(folder)
    boto_client("iam", "eu-west-1", url).create_instance_profile(InstanceProfileName="web")
    again = play(folder, core, "--check")
    assert again.changed == 0
    assert "already running" not in first
    described = re.search(r"already running in (.*) at (\S+) \(process \d+\) since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d .* ago\)", again.output)
    assert described and (described[1], described[2]) == (str(folder / DIRECTORY), url)
    assert "It holds 1 instance profile." in again.output
    assert f'"{STOP}' in again.output.partition("To get an empty sandbox")[2]


@newest_core_first
def test_a_stop_in_the_folder_stops_the_sandbox_of_the_folder(core, folder):
    play(folder, core)
    url = endpoint(folder)
    assert play(folder, core, "-e", "sandbox_state=stopped").changed == 1
    assert not is_running(url) and not (folder / FILE).exists() and not (folder / DIRECTORY).exists()
    again = play(folder, core, "-e", "sandbox_state=stopped")
    assert again.changed == 0 and f"No sandbox is running in {folder / DIRECTORY}" in again.output


@newest_core_first
def test_a_directory_and_a_file_that_the_user_names_are_stopped_by_the_shown_command_too(core, make_folder, folder):
    named = json.dumps({"sandbox_directory": "my sandbox", "sandbox_file": "use it.sh", "aws_region": "us-west-2"})
    told = play(folder, core, "-e", named).output
    url = endpoint(folder, "my sandbox")
    assert "AWS_REGION=us-west-2" in (folder / "use it.sh").read_text()
    stop_as_shown(make_folder("elsewhere"), core, told)
    assert not is_running(url) and not (folder / "use it.sh").exists()


@newest_core_first
def test_blank_variables_are_not_given(core, folder):
    blanks = {"sandbox_directory": "", "sandbox_file": " ", "aws_region": ""}
    play(folder, core, "-e", json.dumps(blanks))
    assert (folder / DIRECTORY).is_dir() and "AWS_REGION=eu-west-1" in (folder / FILE).read_text()


@newest_core_first
@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        ({"sandbox_directory": "/proc/self/sandbox"}, "sandbox_directory: directory /proc/self/sandbox is not writable"),
        ({"sandbox_file": "missing/x.sh"}, "sandbox_file: directory .*/missing does not exist"),
    ],
)
def test_files_that_cannot_be_written_are_refused_before_anything_starts(core, variables, problem, folder):
    done = run_playbook(folder, PLAYBOOK, "-e", PYTHON, core=core, extra_vars=variables)
    assert done.status != 0 and re.search(problem, done.output), done.output
    assert not (folder / DIRECTORY).exists() and not (folder / FILE).exists()
