# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The main job on a local AWS, in eight acts: the plan, the run, a run that changes nothing, another profile by each strategy, the proof, and what is there.

After each act the sandbox's recorder tells what was called; an act that should not have changed anything fails if it did.
As in AWS, news of a new instance profile take some seconds to reach Auto Scaling: the run waits them out, and says so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import boto3

from dev import processes
from dev.place import ROOT, VENV, environment, site_packages
from dev.sandbox import sandbox


NEWS_TAKE = 5.0  # seconds
QUICK = {"instance_warmup": 2}  # seconds, of an instance that has nothing to load
DEMO, VERIFY = "passrole.ec2.demo", "passrole.ec2.verify"
REGION = "eu-west-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "sandbox-access-key", "AWS_SECRET_ACCESS_KEY": "sandbox-secret-key"}
# No proxy: the sandbox is on loopback, whatever the environment says.
ASK = build_opener(ProxyHandler({})).open


@dataclass(frozen=True)
class Act:
    """A run of the demo, and whether it may change anything in AWS."""

    heading: str
    play: Callable[[], int]
    may_write: bool = False


def main() -> int:
    processes.end_on_signals()
    with sandbox() as endpoint_url:
        ask(endpoint_url, "settings", {"profile_delay": NEWS_TAKE})
        return next((status for status in (told(act, endpoint_url) for act in acts(endpoint_url)) if status), 0)


def acts(endpoint_url: str) -> tuple[Act, ...]:
    run = partial(play, DEMO, "-e", f"demo_endpoint_url={endpoint_url}")

    def roll(profile: str, **rollout: Any) -> Callable[[], int]:
        return partial(run, "-e", json.dumps({"demo_instance_profile": profile, "demo_rollout": rollout}))

    return (
        Act("1/8  The plan, before anything is done: ansible-playbook passrole.ec2.demo --check --diff", partial(run, "--check", "--diff")),
        Act("2/8  The run: ansible-playbook passrole.ec2.demo", run, may_write=True),
        Act("3/8  The same run again, which changes nothing", run),
        Act("4/8  Another profile for web, strategy none: running instances stay, and are told", roll("web-2", strategy="none"), may_write=True),
        Act("5/8  The same, strategy associate: it is swapped in place", roll("web-2", strategy="associate", batch_size=1, verify=True), may_write=True),
        Act("6/8  Yet another, strategy refresh: instances are replaced", roll("web-3", strategy="refresh", preferences=QUICK, verify=True), may_write=True),
        Act("7/8  The proof: ansible-playbook passrole.ec2.verify, on each instance", partial(verify, endpoint_url)),
        Act("8/8  What is there now, read back from the API", partial(show, endpoint_url)),
    )


def told(act: Act, endpoint_url: str) -> int:
    """Play one act; it fails as well when the sandbox recorded a change that it should not have made."""
    print(f"\n{act.heading}\n", flush=True)
    ask(endpoint_url, "run", {"name": act.heading})
    status = act.play()
    written = writes(ask(endpoint_url, f"calls?{urlencode({'run': act.heading})}")["calls"])
    return status or int(bool(written) and not act.may_write)


def writes(calls: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The calls that change something; how many there were is said, and which of them were refused."""
    changing = [call for call in calls if call["mutates"]]
    print(f"\nThe sandbox recorded {len(calls)} AWS calls, {len(changing) or 'none'} of which could change anything.", flush=True)
    refused = Counter(call["operation"] for call in changing if call["error"])
    for operation, times in sorted(refused.items()):
        print(f"{times} of these were calls of {operation} that were refused.", flush=True)
    return changing


def ask(endpoint_url: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
    """Speak to the sandbox itself."""
    sent = None if body is None else json.dumps(body).encode()
    with ASK(Request(f"{endpoint_url}/_sandbox/{path}", data=sent, headers={"Content-Type": "application/json"}), timeout=30) as answer:
        return json.load(answer)


def play(playbook: str, *options: str, collections: Path = site_packages(VENV), folder: Path = ROOT) -> int:
    # The collection that is looked at, then the folder where amazon.aws is.
    path = os.pathsep.join([str(collections), str(site_packages(VENV))])
    return call(["ansible-playbook", playbook, *options], folder, {"ANSIBLE_COLLECTIONS_PATH": path, **CREDENTIALS})


def verify(endpoint_url: str) -> int:
    """On every instance of the sandbox, which answers for the metadata service of each."""
    with TemporaryDirectory() as folder:
        inventory = Path(folder) / "instances.json"
        inventory.write_text(json.dumps({"all": {"hosts": {name: host(endpoint_url, name) for name in instances(endpoint_url)}}}), encoding="utf-8")
        return play(VERIFY, "-i", str(inventory), "-e", json.dumps({"aws_region": REGION, "aws_endpoint_url": endpoint_url}))


def host(endpoint_url: str, instance: str) -> dict[str, str]:
    return {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, "verify_endpoint": f"{endpoint_url}/_sandbox/imds/{instance}"}


def instances(endpoint_url: str) -> list[str]:
    key, secret = CREDENTIALS.values()
    ec2 = boto3.client("ec2", region_name=REGION, endpoint_url=endpoint_url, aws_access_key_id=key, aws_secret_access_key=secret)
    found = ec2.describe_instances(Filters=[{"Name": "instance-state-name", "Values": ["running"]}])
    return sorted(one["InstanceId"] for reservation in found["Reservations"] for one in reservation["Instances"])


def show(endpoint_url: str) -> int:
    return call([sys.executable, "playbooks/files/what_is_there.py", "--endpoint-url", endpoint_url], ROOT, {})


def call(command: list[str], folder: Path, variables: dict[str, str]) -> int:
    return subprocess.run(command, check=False, cwd=folder, env=environment() | variables, stdin=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    sys.exit(main())
