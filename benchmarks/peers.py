# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The peers, each with the same jobs done in its own way: create, check what is unchanged, change the profile in all launch templates, delete.

Who can foretells the creation on the empty account first; we audit too.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.stage import KEY, REGION, Stage

JOBS = ("create", "unchanged", "change", "delete")
FORETOLD = ("foretell", *JOBS)  # amazon.aws fails at it: its launch template looks for the profile that is still to be made
OURS_TOO = ("foretell", "create", "unchanged", "audit", "change", "delete")  # no peer judges the chain
FILES = Path(__file__).with_name("jobs")
FLOORS = "floor"
CHECKS = ("foretell", "unchanged")


@dataclass(frozen=True)
class Peer:
    """How one peer is prepared, what it is run with, and why it cannot be run here."""

    name: str
    prepare: Callable[[Path, Stage, int], None]
    command: Callable[[str], list[str]]
    lacks: Callable[[], str] = lambda: ""
    jobs: tuple[str, ...] = JOBS

    def environment(self, folder: Path, stage: Stage) -> dict[str, str]:
        credentials = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": KEY, "AWS_REGION": REGION, "AWS_EC2_METADATA_DISABLED": "true", "PWD": str(folder)}
        return {**os.environ, **credentials, "NO_PROXY": "127.0.0.1", "ANSIBLE_LOCALHOST_WARNING": "0", "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0"}


def told(folder: Path, stage: Stage, count: int) -> None:
    """What a playbook is told: where, and how many."""
    names = [f"app-{number}" for number in range(count)]
    applications = [{"name": name} for name in names]
    facts: Mapping[str, Any] = {
        "aws_endpoint_url": stage.url, "aws_region": REGION, "subnet": stage.subnet, "names": names, "applications": applications
    }  # fmt: skip
    (folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")


def playbook(name: str) -> Callable[[str], list[str]]:
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    return lambda job: [program, str(FILES / f"{name}.yml"), "-e", "@facts.json", "-e", f"job={job}", *(["--check"] if job in CHECKS else [])]


def passrole(job: str) -> list[str]:
    """The audit is the collection's own playbook, with its page and its JSON."""
    audit = [str(Path(sys.executable).with_name("ansible-playbook")), "passrole.ec2.audit", "-e", "@facts.json"]
    return audit if job == "audit" else playbook("passrole")(job)


def of_terraform(folder: Path, stage: Stage, count: int) -> None:
    shutil.copy(FILES / "terraform.tf", folder / "main.tf")
    facts = {"endpoint": stage.url, "region": REGION, "subnet": stage.subnet, "applications": count}
    (folder / "terraform.tfvars.json").write_text(json.dumps(facts), encoding="utf-8")
    subprocess.run(["terraform", "init", "-input=false"], cwd=folder, check=True, capture_output=True)


def terraform(job: str) -> list[str]:
    apply = ["terraform", "apply", "-auto-approve", "-input=false", "-no-color"]
    plan = ["terraform", "plan", "-input=false", "-no-color"]
    return {
        "foretell": plan,
        "create": apply,
        "unchanged": [*plan, "-detailed-exitcode"],
        "change": [*apply, "-var", "other=true"],
        "delete": ["terraform", "destroy", "-auto-approve", "-input=false", "-no-color", "-var", "other=true"],
    }[job]


def lacks_terraform() -> str:
    return "" if shutil.which("terraform") else "terraform is not on this machine"


PEERS = {
    peer.name: peer
    for peer in (
        Peer("passrole.ec2", told, passrole, jobs=OURS_TOO),
        Peer("amazon.aws", told, playbook("amazon_aws")),
        Peer("terraform", of_terraform, terraform, lacks_terraform, FORETOLD),
        # What Ansible costs to start, and any module that loads boto3 and makes the reads for one application.
        Peer(FLOORS, told, playbook("floor"), jobs=FORETOLD),
    )
}
