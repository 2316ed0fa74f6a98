# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sandbox of a directory: one directory, one sandbox, whose files are there and nowhere else."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml
from passrole_sandbox.server.directory import locate
from passrole_sandbox.server.messages import SINGULAR, extra_var, held, since_when

from tests.conftest import ASK, COMMAND, boto_client

SHELL_FILE = "passrole-sandbox.sh"


def call(folder, *words):
    """Run sandbox.py as the role does; its working directory is the playbook's, not the user's."""
    command = [sys.executable, str(COMMAND), *words, "--working-directory", str(folder)]
    return subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)


@pytest.fixture
def start(tmp_path):
    """Start a sandbox in a folder; every one that is still running is stopped in the end."""
    started = []

    def start(folder=tmp_path, *words, directory="", shell_file=SHELL_FILE):
        started.append((folder, directory))
        done = call(folder, "--detach", "--directory", directory, "--shell-file", shell_file, *words)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    yield start
    for folder, directory in started:
        stop(folder, directory)


def stop(folder, directory=""):
    done = call(folder, "--stop", "--directory", directory)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refusal(folder, **options):
    """The one line with which a start is refused."""
    words = [word for name, value in {"directory": "", **options}.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    done = call(folder, "--detach", *words)
    assert (done.returncode, done.stdout) == (1, "") and done.stderr.count("\n") == 1
    return done.stderr.strip()


def is_running(endpoint_url):
    try:
        return ASK(f"{endpoint_url}/_sandbox/process", timeout=5).status == 200
    except OSError:
        return False


def test_all_files_are_in_the_folder_and_are_deleted_when_it_stops(start, tmp_path):
    found = start()
    directory = tmp_path / ".passrole-sandbox"
    assert found["directory"] == str(directory)
    assert {path.name for path in tmp_path.iterdir()} == {".passrole-sandbox", SHELL_FILE}
    assert directory.stat().st_mode & 0o077 == 0 and (tmp_path / SHELL_FILE).stat().st_mode & 0o077 == 0
    assert json.loads((directory / "ready.json").read_text())["endpoint_url"] == found["endpoint_url"]
    assert stop(tmp_path)["changed"]
    assert list(tmp_path.iterdir()) == []
    assert not is_running(found["endpoint_url"])


def test_git_ignores_the_directory_whatever_the_project_ignores(start, tmp_path):
    start(shell_file="")
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    listed = subprocess.run(["git", "-C", str(tmp_path), "status", "--porcelain"], capture_output=True, text=True, check=True)
    assert listed.stdout == ""


def test_two_folders_have_a_sandbox_each(start, tmp_path):
    """As two clones of one project have."""
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
    first, second = map(start, folders)
    assert first["pid"] != second["pid"] and second["changed"] and second["messages"] == []
    boto_client("iam", "eu-west-1", first["endpoint_url"]).create_instance_profile(InstanceProfileName="web")
    assert boto_client("iam", "eu-west-1", second["endpoint_url"]).list_instance_profiles()["InstanceProfiles"] == []
    stop(folders[1])
    assert is_running(first["endpoint_url"]) and (folders[0] / SHELL_FILE).exists()


def test_a_sandbox_that_is_running_is_described(start, tmp_path):
    first = start()
    iam = boto_client("iam", "eu-west-1", first["endpoint_url"])
    iam.create_instance_profile(InstanceProfileName="web")
    iam.create_instance_profile(InstanceProfileName="db")
    iam.create_user(UserName="user")
    second = start()
    assert (second["changed"], second["pid"], second["endpoint_url"]) == (False, first["pid"], first["endpoint_url"])
    already, holds, _empty, stopping, starting = second["messages"]
    assert f"in {tmp_path}/.passrole-sandbox at {first['endpoint_url']} (process {first['pid']}) since {datetime.now():%Y-%m-%d}" in already
    assert holds == "It holds 2 instance profiles and 1 user."
    assert stopping == f"ansible-playbook passrole.ec2.sandbox -e sandbox_state=stopped -e sandbox_directory={tmp_path}/.passrole-sandbox"
    assert starting == f"ansible-playbook passrole.ec2.sandbox -e sandbox_directory={tmp_path}/.passrole-sandbox"
    assert stopping in second["next_steps"] and stopping in first["next_steps"]


def test_an_empty_sandbox_that_is_running_says_so(start):
    start()
    assert start()["messages"][1].startswith("It is empty: no roles, instance profiles, ")


def test_sandboxes_that_start_at_the_same_time_in_one_folder_are_one(start, tmp_path):
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _number: start(), range(3)))
    assert len({one["pid"] for one in found}) == 1
    assert sorted(one["changed"] for one in found) == [False, False, True]


def test_stopping_where_none_is_running_changes_nothing_and_creates_nothing(tmp_path):
    assert stop(tmp_path) == {
        "changed": False,
        "next_steps": [f"No sandbox is running in {tmp_path}/.passrole-sandbox. Start the playbook in the folder of the sandbox, or set sandbox_directory."],
    }
    assert list(tmp_path.iterdir()) == []


def test_the_files_of_a_killed_sandbox_are_deleted_and_another_can_start(start, tmp_path):
    first = start()
    os.kill(first["pid"], signal.SIGKILL)
    while is_running(first["endpoint_url"]):
        time.sleep(0.02)
    second = start()
    assert second["changed"] and second["messages"] == []
    os.kill(second["pid"], signal.SIGKILL)
    while is_running(second["endpoint_url"]):
        time.sleep(0.02)
    assert not stop(tmp_path)["changed"]
    assert list(tmp_path.iterdir()) == []


def test_files_of_others_in_the_directory_stay(start, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir(mode=0o755)
    (mine / "notes.txt").write_text("x")
    (mine / ".gitignore").write_text("*.log\n")
    start(directory="mine")
    stop(tmp_path, "mine")
    assert {path.name for path in mine.iterdir()} == {"notes.txt", ".gitignore"}
    assert mine.stat().st_mode & 0o777 == 0o755


@pytest.fixture
def read_only(tmp_path):
    """A folder to which nobody can write, not even root."""
    return Path("/proc/self")


@pytest.mark.parametrize("directory", ["file", "file/below", "/proc/self/sandbox", "/proc/self", "/dev/null", "x" * 300, "a/" * 3000])
def test_a_directory_that_is_not_writable_is_refused_before_anything_starts(tmp_path, directory):
    (tmp_path / "file").write_text("x")
    told = refusal(tmp_path, directory=directory)
    assert told.startswith("sandbox_directory: directory ") and "is not writable" in told
    assert told.endswith("Start the sandbox in a writable folder, or set sandbox_directory.")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_working_directory_that_is_not_writable_is_refused(read_only):
    assert refusal(read_only).startswith("sandbox_directory: directory /proc/")


@pytest.mark.parametrize(
    ("shell_file", "problem"),
    [("folder", "is a directory"), ("missing/x.sh", "does not exist"), ("/proc/self/x.sh", "is not writable"), ("file/x.sh", "does not exist")],
)
def test_a_shell_file_that_cannot_be_written_is_refused_before_anything_starts(tmp_path, shell_file, problem):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x")
    told = refusal(tmp_path, shell_file=shell_file)
    assert told.startswith("sandbox_file: ") and problem in told
    assert {path.name for path in tmp_path.iterdir()} == {"folder", "file"}


def test_the_shell_file_of_another_running_sandbox_is_not_overwritten(start, tmp_path):
    first = start()
    told = refusal(tmp_path, directory="other", shell_file=SHELL_FILE)
    assert told.startswith(f"sandbox_file: {tmp_path}/{SHELL_FILE} belongs to the sandbox in {tmp_path}/.passrole-sandbox, which is running.")
    assert first["endpoint_url"] in (tmp_path / SHELL_FILE).read_text()
    assert not (tmp_path / "other").exists()


def test_only_shell_files_of_the_stopped_sandbox_are_deleted(start, tmp_path):
    start(directory="one", shell_file="one.sh")
    start(directory="one", shell_file="again.sh")
    start(directory="two", shell_file="two.sh")
    (tmp_path / "again.sh").write_text("echo mine\n")
    stop(tmp_path, "one")
    assert {path.name for path in tmp_path.iterdir()} == {"two", "two.sh", "again.sh"}


@pytest.mark.parametrize("name", ["a folder", "it's \"$HOME\" `id`; #b", "{{ ünïcode }}\n{}", " x "])
def test_a_shell_in_a_folder_of_any_name_uses_its_sandbox(start, tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    found = start(folder)
    (source,) = [line for line in found["next_steps"] if line.startswith(". ")]
    told = subprocess.run(["sh", "-c", f'{source} && echo "$AWS_ENDPOINT_URL $AWS_REGION"'], capture_output=True, text=True, check=True)
    assert told.stdout == f"{found['endpoint_url']} eu-west-1\n"
    stop(folder)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "value", ["/a", "/a folder/x", "it's", 'say "hi"', "ünï", "$HOME `id`", "{{ 1 + 1 }}", "a, b: {c} [d]", "new\nline", "#x", " x ", "a\\b", "!x"]
)
def test_a_variable_reaches_ansible_through_a_shell_as_it_is(value):
    words = shlex.split(f"-e {extra_var('sandbox_directory', value)}")
    assert words[0] == "-e" and len(words) == 2
    loader = type("Loader", (yaml.SafeLoader,), {})
    loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))
    given = yaml.load(words[1], loader) if words[1].startswith("{") else dict([words[1].split("=", 1)])
    assert given == {"sandbox_directory": value}
    assert words[1].startswith("{") or not set(value) & set(" '\"{\\")


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        ({"seconds": 59}, "less than a minute"),
        ({"minutes": 1}, "1 min"),
        ({"hours": 1}, "1 h"),
        ({"hours": 1, "minutes": 5, "seconds": 59}, "1 h 5 min"),
        ({"days": 2, "minutes": 3}, "2 d 3 min"),
    ],
)
def test_the_time_that_a_sandbox_has_been_running(passed, text):
    started = datetime(2026, 7, 1, 12, tzinfo=timezone.utc)
    assert since_when(started, started + timedelta(**passed)).endswith(f" ({text} ago)")


@pytest.mark.parametrize(
    ("contents", "text"),
    [
        ({"roles": 1}, "It holds 1 role."),
        ({"roles": 2, "policies": 1}, "It holds 2 roles and 1 policy."),
        ({"roles": 1, "users": 0, "policies": 3, "instances": 1}, "It holds 1 role, 3 policies and 1 instance."),
        ({"roles": 0, "users": 0}, "It is empty: no roles or users."),
    ],
)
def test_what_a_sandbox_holds(contents, text):
    assert held(contents) == text


def test_contents_are_counted_in_all_regions_and_forgotten_at_a_reset(account):
    assert account.control("GET", "contents") == dict.fromkeys(SINGULAR, 0)
    for region in ("eu-west-1", "us-east-1"):
        ec2 = account.client("ec2", region)
        image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
        ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)
        gone = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
        ec2.terminate_instances(InstanceIds=[gone])
        ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"ImageId": image, "InstanceType": "t3.micro"})
        autoscaling = account.client("autoscaling", region)
        autoscaling.create_launch_configuration(LaunchConfigurationName="web", ImageId=image, InstanceType="t3.micro")
        autoscaling.create_auto_scaling_group(
            AutoScalingGroupName="web", MinSize=0, MaxSize=1, LaunchConfigurationName="web", AvailabilityZones=[f"{region}a"]
        )
    iam = account.client("iam")
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    iam.create_policy(PolicyName="read", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    counted = account.control("GET", "contents")
    twice = {"instances", "launch templates", "launch configurations", "Auto Scaling groups"}
    assert {noun for noun, number in counted.items() if number == 2} == twice and counted["policies"] == 1
    account.reset()
    assert set(account.control("GET", "contents").values()) == {0}


@pytest.mark.parametrize(
    ("directory", "wanted"),
    [("", "/w/.passrole-sandbox"), ("  ", "/w/.passrole-sandbox"), ("x", "/w/x"), ("./x/", "/w/x"), ("../x", "/x"), ("/x", "/x"), ("~/x", f"{Path.home()}/x")],
)
def test_a_relative_directory_is_relative_to_the_working_directory(directory, wanted):
    assert str(locate("/w", directory, "").directory) == wanted
    assert locate("/w", directory, " ").shell_file is None
