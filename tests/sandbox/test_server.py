# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sandbox as a process: where it listens, what it records, how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import venv
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import pytest
from botocore.exceptions import ClientError

COMMAND = Path(__file__).parents[2] / "roles" / "sandbox" / "files" / "sandbox.py"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}})


ASK = build_opener(ProxyHandler({})).open


def started(folder, *more):
    ready = folder / "a folder with spaces" / "ready.json"
    ready.parent.mkdir(exist_ok=True)
    process = subprocess.Popen([sys.executable, str(COMMAND), "--ready-file", str(ready), *more], env={"AWS_PROFILE": "nobody's", "PATH": os.environ["PATH"]})
    while not ready.exists():
        assert process.poll() is None
        time.sleep(0.02)
    return process, ready


def recorded(account, run=None):
    return [(call["service"], call["operation"], call["mutates"], call["error"]) for call in account.calls(run)]


def test_it_needs_no_environment_says_where_it_is_and_ends_when_told(tmp_path):
    process, ready = started(tmp_path)
    told = json.loads(ready.read_text())
    assert told["pid"] == process.pid
    assert ASK(f"{told['endpoint_url']}/_sandbox/settings").status == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert not ready.exists()


def test_it_ends_when_its_parent_is_gone(tmp_path):
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process, _ready = started(tmp_path, "--parent-pid", str(parent.pid))
    parent.communicate(b"\n")
    assert process.wait(10) == 0


def test_its_port_can_be_had_again_as_soon_as_it_has_ended(tmp_path):
    """socket(7), SO_REUSEADDR: a port whose server hung up first is in use for a minute otherwise."""
    process, ready = started(tmp_path)
    port = int(json.loads(ready.read_text())["endpoint_url"].rpartition(":")[2])
    client = HTTPConnection("127.0.0.1", port)
    client.request("GET", "/_sandbox/settings")
    assert client.getresponse().read()
    process.terminate()
    assert process.wait(10) == 0
    client.close()
    process, _ready = started(tmp_path, "--port", str(port))
    process.terminate()
    assert process.wait(10) == 0


def told(*words):
    answer = subprocess.run([sys.executable, str(COMMAND), *words], capture_output=True, text=True, check=True)
    return json.loads(answer.stdout)


def test_a_detached_sandbox_is_started_once_found_again_and_stopped(tmp_path):
    words = ["--ready-file", str(tmp_path / "ready.json")]
    first = told("--detach", *words)
    try:
        assert first["changed"]
        assert told("--detach", *words) == {**first, "changed": False}
    finally:
        assert told("--stop", *words) == {"changed": True}
    assert told("--stop", *words) == {"changed": False}
    assert list(tmp_path.iterdir()) == []


def test_a_ready_file_somebody_left_behind_is_not_believed(tmp_path, account):
    ready = tmp_path / "ready.json"
    ready.write_text(json.dumps({"endpoint_url": account.url, "pid": os.getpid()}))
    assert told("--stop", "--ready-file", str(ready)) == {"changed": False}


def test_what_a_sandbox_that_cannot_start_lacks_is_told(tmp_path):
    venv.create(tmp_path / "bare", symlinks=True)
    words = [str(tmp_path / "bare" / "bin" / "python"), str(COMMAND), "--detach", "--ready-file", str(tmp_path / "ready.json")]
    answer = subprocess.run(words, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert "pip install" in answer.stderr


def test_it_listens_on_loopback_only(account):
    port = int(account.url.rpartition(":")[2])
    elsewhere = [address for address in ("127.0.0.2", "::1") if answers(address, port)]
    assert account.url.startswith("http://127.0.0.1:")
    assert elsewhere == []


def answers(address, port):
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0


def test_every_call_is_recorded_with_its_service_operation_and_run(account):
    iam = account.client("iam")
    account.run("real")
    iam.create_instance_profile(InstanceProfileName="web")
    with pytest.raises(ClientError):
        iam.create_instance_profile(InstanceProfileName="web")
    account.run("again")
    iam.get_instance_profile(InstanceProfileName="web")
    assert recorded(account, "real") == [
        ("iam", "CreateInstanceProfile", True, None),
        ("iam", "CreateInstanceProfile", True, "EntityAlreadyExists"),
    ]
    assert recorded(account, "again") == [("iam", "GetInstanceProfile", False, None)]
    assert [call["number"] for call in account.calls()] == [1, 2, 3]
    assert [call["status"] for call in account.calls()] == [200, 409, 200]


def test_a_dry_run_mutates_nothing(account):
    with pytest.raises(ClientError, match="DryRunOperation"):
        account.client("ec2").create_launch_template(LaunchTemplateName="web", LaunchTemplateData={}, DryRun=True)
    assert recorded(account) == [("ec2", "CreateLaunchTemplate", False, "DryRunOperation")]


def test_a_reset_empties_the_account_the_record_and_the_settings(account):
    account.client("iam").create_role(RoleName="web", AssumeRolePolicyDocument=TRUST)
    account.settings(profile_delay=3)
    account.reset()
    assert account.client("iam").list_roles()["Roles"] == []
    assert [call["operation"] for call in account.calls()] == ["ListRoles"]
    assert account.control("GET", "settings")["profile_delay"] == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"profile_dealy": 1},
        {"profile_delay": "soon"},
        {"profile_delay": -1},
        {"launch_configurations": 1},
        {"calls_per_second": -1},
        {"burst": 0},
        {"most_groups": 0},
        {"latency": -0.1},
        ["profile_delay"],
    ],
)
def test_a_setting_it_does_not_have_is_a_bad_request(account, wrong):
    with pytest.raises(HTTPError) as refused:
        account.control("POST", "settings", wrong)
    assert refused.value.code == 400


def test_calls_that_are_long_on_their_way_are_so_beside_each_other(account):
    account.settings(latency=0.3)
    iam = account.client("iam")
    begun = time.monotonic()
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda _one: iam.list_roles(), range(5)))
    took = time.monotonic() - begun
    assert 0.3 <= took < 5 * 0.3


def test_its_clock_stands_where_it_is_moved_until_a_reset(account):
    stood = account.control("POST", "clock", {"advance": 0})["clock"]
    assert account.control("POST", "clock", {"advance": 2.5})["clock"] == stood + 2.5
    account.reset()
    assert account.control("POST", "clock", {"advance": 0})["clock"] > stood


@pytest.mark.parametrize("wrong", [{}, {"advance": -1}, {"advance": "1"}, {"advance": 1, "more": 2}])
def test_a_clock_that_is_moved_otherwise_is_a_bad_request(account, wrong):
    with pytest.raises(HTTPError) as refused:
        account.control("POST", "clock", wrong)
    assert refused.value.code == 400


def test_what_it_cannot_do_is_a_refusal_a_client_can_read(account):
    with pytest.raises(ClientError, match="the sandbox cannot answer this") as refused:
        account.client("ec2").describe_host_reservation_offerings()
    assert refused.value.response["Error"]["Code"] == "NotInSandbox"


def test_many_clients_at_once_get_every_answer_once(account):
    def make(number):
        account.client("iam", region=f"eu-west-{number % 3 + 1}").create_instance_profile(InstanceProfileName=f"web-{number}")

    threads = [Thread(target=make, args=(number,)) for number in range(24)]
    for region in ("eu-west-1", "eu-west-2", "eu-west-3"):
        account.client("iam", region)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = {profile["InstanceProfileName"] for profile in account.client("iam").list_instance_profiles()["InstanceProfiles"]}
    assert made == {f"web-{number}" for number in range(24)}
    assert [call["number"] for call in account.calls()] == list(range(1, 26))
