# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rollout as its users see it: lines in a terminal, none between the braces of JSON, and a run that was broken off picked up by the next."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from tests.contract.modules import test_rollout
from tests.contract.modules.test_rollout import WEB, latest_refresh, versions

web = test_rollout.web
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "sandbox-access-key", "AWS_SECRET_ACCESS_KEY": "sandbox-secret-key"}
PLAY = """
- hosts: localhost
  gather_facts: false
  module_defaults:
    group/passrole.ec2.aws: {region: eu-west-1, endpoint_url: "{{ aws_endpoint_url }}"}
  tasks:
    - passrole.ec2.asg_launch_with_profile:
        name: web
        instance_profile: web
        launch_template: {image_id: ami-01e24be29428c15b2, instance_type: t3.micro}
        min_size: 4
        max_size: 5
        availability_zones: [eu-west-1a]
        rollout: {strategy: refresh, preferences: {instance_warmup: 10}, verify: true}
"""


@pytest.fixture
def passing(web):
    """Time passes in the sandbox: five seconds in each half one."""
    over = threading.Event()

    def pass_on():
        while not over.wait(0.5):
            web.advance(5)

    clock = threading.Thread(target=pass_on)
    clock.start()
    yield web
    over.set()
    clock.join()


def started(account, folder, play=PLAY, **more):
    (folder / "play.yml").write_text(play, encoding="utf-8")
    here = {variable: value for variable, value in os.environ.items() if not variable.startswith("AWS_")}
    # Ansible looks for what runs in the background where the user is at home, whatever HOME says.
    homes = {"HOME": str(folder), "ANSIBLE_HOME": str(folder / "ansible"), "ANSIBLE_ASYNC_DIR": str(folder / "async")}
    return subprocess.Popen(
        [sys.executable, "-m", "ansible", "playbook", "play.yml", "--extra-vars", json.dumps({"aws_endpoint_url": account.url})],
        cwd=folder,
        env={**here, **CREDENTIALS, **homes, "NO_PROXY": "127.0.0.1", **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_lines_tell_how_far_it_is_and_the_play_ends_with_what_was_done(passing, tmp_path):
    stdout, stderr = started(passing, tmp_path).communicate()
    assert "changed=1" in stdout, stdout + stderr
    assert "is AWS's own and goes on when the play is interrupted" in stdout
    assert "of 4 replaced" in stdout and "web: refresh 100 %, 4 of 4 replaced, 0 to go" in stdout
    assert versions(passing) == ["2"] * 4


@pytest.mark.exhaustive  # tests/unit/plugins/action: no progress where the output is for programs
def test_what_is_written_for_programs_stays_json(passing, tmp_path):
    stdout, _stderr = started(passing, tmp_path, ANSIBLE_STDOUT_CALLBACK="ansible.posix.jsonl").communicate()
    events = [json.loads(line) for line in stdout.splitlines() if line]
    assert events and versions(passing) == ["2"] * 4


@pytest.mark.exhaustive  # tests/unit/plugins/action: no progress for async tasks
def test_in_the_background_the_module_waits_by_itself_and_nothing_is_printed(passing, tmp_path):
    stdout, stderr = started(passing, tmp_path, f"{PLAY}      async: 300\n      poll: 1\n").communicate()
    assert "changed=1" in stdout, stdout + stderr
    assert "to go" not in stdout and versions(passing) == ["2"] * 4


@pytest.mark.exhaustive  # tests/unit/plugins/action: no progress for tasks with no_log
def test_a_task_that_is_not_to_be_logged_prints_nothing(passing, tmp_path):
    stdout, stderr = started(passing, tmp_path, f"{PLAY}      no_log: true\n").communicate()
    assert "changed=1" in stdout, stdout + stderr
    assert "web: " not in stdout and versions(passing) == ["2"] * 4


def said_beforehand(line):
    return "goes on when the play is interrupted; the next run joins it" in line


def test_an_interrupted_run_leaves_the_rollout_to_aws_and_the_next_one_joins_it(passing, tmp_path):
    broken_off = started(passing, tmp_path)
    while not said_beforehand(broken_off.stdout.readline()):
        assert broken_off.poll() is None
    # Ansible hangs if its worker dies before it has let go of the queue by which it prints.
    time.sleep(0.3)
    os.killpg(broken_off.pid, signal.SIGINT)
    broken_off.communicate(timeout=60)
    assert broken_off.returncode and latest_refresh(passing)["Status"] == "InProgress"
    stdout, stderr = started(passing, tmp_path).communicate()
    assert "failed=0" in stdout, stdout + stderr
    assert len(passing.client("autoscaling").describe_instance_refreshes(**WEB)["InstanceRefreshes"]) == 1
    assert (latest_refresh(passing)["Status"], versions(passing)) == ("Successful", ["2"] * 4)
