# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The main job on a local AWS, in four acts: the plan, the run, a run that changes nothing, and what is there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from dev import processes
from dev.place import ROOT, VENV, environment, site_packages
from dev.sandbox import sandbox


@dataclass(frozen=True)
class Act:
    heading: str
    play: Callable[[], int]


def main() -> int:
    processes.end_on_signals()
    with sandbox() as endpoint_url:
        return next((status for status in map(told, acts(endpoint_url)) if status), 0)


def acts(endpoint_url: str) -> tuple[Act, ...]:
    run = partial(play, "-e", f"demo_endpoint_url={endpoint_url}")
    return (
        Act("1/4  The plan, before anything is done: ansible-playbook passrole.ec2.demo --check --diff", partial(run, "--check", "--diff")),
        Act("2/4  The run: ansible-playbook passrole.ec2.demo", run),
        Act("3/4  The same run again, which changes nothing", run),
        Act("4/4  What is there now, read back from the API", partial(show, endpoint_url)),
    )


def told(act: Act) -> int:
    print(f"\n{act.heading}\n", flush=True)
    return act.play()


def play(*options: str, collections: Path = site_packages(VENV), folder: Path = ROOT) -> int:
    # The collection that is looked at, then the folder where amazon.aws is.
    path = os.pathsep.join([str(collections), str(site_packages(VENV))])
    return call(["ansible-playbook", "passrole.ec2.demo", *options], folder, {"ANSIBLE_COLLECTIONS_PATH": path})


def show(endpoint_url: str) -> int:
    return call([sys.executable, "playbooks/files/what_is_there.py", "--endpoint-url", endpoint_url], ROOT, {})


def call(command: list[str], folder: Path, variables: dict[str, str]) -> int:
    return subprocess.run(command, check=False, cwd=folder, env=environment() | variables, stdin=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    sys.exit(main())
