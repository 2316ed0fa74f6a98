# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A check of whole roles tells, task by task, what the real run then does, and makes no changing call.

Real runs of `ansible-playbook` against the sandbox, in both shapes of play: inventory hosts, and a loop on localhost.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

PLAYS = Path(__file__).parents[1] / "plays"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "sandbox-access-key", "AWS_SECRET_ACCESS_KEY": "sandbox-secret-key"}
COMPARED = ("changed", "plan", "diff", "permissions", "outcome")


def creation(name: str, *policies: str) -> list[list[str]]:
    """The plans of the three tasks for an application of which everything has one name."""
    return [
        [f"create role {name}", *policies],
        [f"create instance profile {name}", f"put role {name} in instance profile {name}"],
        [f"create launch template {name} with instance profile {name}", f"create group {name} of 1 to 2 instances"],
    ]


# What each application is told on an empty account: its own plan, and nothing of the other's.
PLANS = {
    "inventory_hosts": {
        "my-application": [
            ["create role my-role"],
            ["create instance profile my-instance-profile", "put role my-role in instance profile my-instance-profile"],
            ["create launch template my-lt-with-instance-profile with instance profile my-instance-profile", "create group my-application of 1 to 2 instances"],
        ],
        "legacy": [
            *creation("legacy")[:2],
            [
                "create launch configuration legacy with instance profile legacy",
                "create group legacy of 1 to 2 instances",
                "suspend AZRebalance of group legacy",
            ],
        ],
        "web": creation("web", "attach policy AmazonSSMManagedInstanceCore to role web", "write inline policy read-bucket into role web"),
    },
    "localhost_loop": {"web": creation("web"), "batch": creation("batch")},
}

Told = dict[str, list[Any]]
Play = Callable[..., Told]


@pytest.fixture
def play(account, tmp_path) -> Play:
    """Run a play on the sandbox, and return what its tasks told, by application."""

    def run(name: str, state: str = "present", check: bool = False) -> Told:
        folder = Path(mkdtemp(dir=tmp_path, prefix="what was told "))
        account.run(folder.name)
        words = {"told_in": str(folder), "asked_state": state, "aws_region": "eu-west-1", "aws_endpoint_url": account.url}
        ansible_playbook(name, words, check, home=tmp_path)
        return {path.stem: compared(json.loads(path.read_text(encoding="utf-8"))) for path in folder.glob("*.json")}

    return run


def ansible_playbook(name: str, words: dict[str, str], check: bool, home: Path) -> None:
    """Run one of the plays beside these tests, with nothing of this machine's AWS settings in its sight."""
    options = ["--extra-vars", json.dumps(words), *(["--inventory", str(PLAYS / "applications.yml")] if name == "inventory_hosts" else [])]
    here = {variable: value for variable, value in os.environ.items() if not variable.startswith("AWS_")}
    done = subprocess.run(
        [sys.executable, "-m", "ansible", "playbook", str(PLAYS / f"{name}.yml"), *options, *(["--check", "--diff"] if check else [])],
        env={**here, **CREDENTIALS, "HOME": str(home), "ANSIBLE_HOME": str(home / "ansible"), "AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "127.0.0.1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def compared(results: list[Any]) -> list[Any]:
    """Of each task's result, what must be the same in check mode and in the real run."""
    return [{key: result[key] for key in COMPARED} if isinstance(result, dict) else result for result in results]


def plans(told: Told) -> dict[str, list[list[str]]]:
    return {name: [result["plan"] for result in results] for name, results in told.items()}


def writes(account) -> list[str]:
    """The calls of the latest run that asked for a change."""
    calls = account.calls()
    return [call["operation"] for call in calls if call["mutates"] and call["run"] == calls[-1]["run"]]


def told_alike(shape: str, state: str, account, play: Play) -> Told:
    """What a check tells, held against what the real run after it tells."""
    foretold = play(shape, state, check=True)
    assert writes(account) == []
    assert play(shape, state) == foretold
    return foretold


@pytest.mark.exhaustive  # tests/e2e/test_front_doors.py compares the playbooks that use the roles; template_alone compares plan and diff of each task
def test_over_inventory_hosts_a_check_tells_how_all_is_launched_and_how_it_is_retired(account, play):
    assert plans(told_alike("inventory_hosts", "present", account, play)) == PLANS["inventory_hosts"]
    retired = told_alike("inventory_hosts", "absent", account, play)
    assert all(result["changed"] for results in retired.values() for result in results)


@pytest.mark.exhaustive  # the plan of a role is compared for inventory hosts, too
def test_in_a_loop_on_localhost_a_check_tells_each_application_apart(account, play):
    assert plans(told_alike("localhost_loop", "present", account, play)) == PLANS["localhost_loop"]


def test_a_check_foretells_a_template_alone_and_refuses_what_the_run_refuses(account, play):
    told = told_alike("template_alone", "present", account, play)
    assert told["my-role"][-1]["plan"] == ["create launch template my-lt-with-instance-profile with instance profile my-instance-profile"]
    assert "there is no role nope to put in instance profile other" in told["refusals"][0]
    assert "there is no instance profile nope" in told["refusals"][1]
