# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run ansible-playbook as a user does, on any installed ansible-core, with nothing of this machine's AWS settings in sight.

`make env` installs the oldest core that this machine can run beside the newest; `make test-all` runs the same tests on every supported one.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from dev.env.ansible_cores import AnsibleCore, installed, newest

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "sandbox-access-key", "AWS_SECRET_ACCESS_KEY": "sandbox-secret-key"}
# A run of all front doors takes a minute on two idle cores; a busy machine may take ten times as long.
TIMEOUT = 900.0

# Runs a test once on each installed core, as the argument ``core``.
every_core = pytest.mark.parametrize("core", installed(), ids=lambda core: f"core-{core.version}")
# The same, but in `make test` on the newest core only: tests/e2e/test_front_doors.py runs the same playbooks and roles on the oldest one.
newest_core_first = pytest.mark.parametrize(
    "core",
    [pytest.param(core, id=f"core-{core.version}", marks=() if core == newest() else pytest.mark.exhaustive) for core in installed()],
)


@dataclass(frozen=True)
class PlaybookRun:
    """What ansible-playbook returned and printed; standard error is part of the output."""

    status: int
    output: str

    @property
    def changed(self) -> int:
        """The number of changed tasks in the recap, of all hosts together."""
        return self.total("changed")

    @property
    def failed(self) -> int:
        return self.total("failed") + self.total("unreachable")

    def total(self, column: str) -> int:
        return sum(int(number) for number in re.findall(rf"\bok=\d+.*?\b{column}=(\d+)", self.output))

    @property
    def stats(self) -> dict[str, Any]:
        """What set_stats published for the whole run."""
        found = re.search(r"RUN: (\{.*\})", self.output)
        return json.loads(found[1]) if found else {}


def run_playbook(folder: Path, *arguments: str, core: AnsibleCore | None = None, extra_vars: dict[str, Any] | None = None, **environment: str) -> PlaybookRun:
    """Start ansible-playbook in the folder, which is HOME as well; keyword arguments become environment variables."""
    core = core or newest()
    given = ("--extra-vars", json.dumps(extra_vars)) if extra_vars is not None else ()
    done = subprocess.run(
        [core.python, "-m", "ansible", "playbook", *arguments, *given],
        cwd=folder,
        env=playbook_environment(folder, core) | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    return PlaybookRun(done.returncode, done.stdout)


def playbook_environment(folder: Path, core: AnsibleCore) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        **CREDENTIALS,
        "ANSIBLE_COLLECTIONS_PATH": str(core.collections),
        "ANSIBLE_HOME": str(folder / "ansible"),
        "ANSIBLE_SHOW_CUSTOM_STATS": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "COLUMNS": "400",
        "HOME": str(folder),
        "NO_PROXY": "127.0.0.1",
        # The working directory counts, and not what a program such as ansible-runner or make left in the environment.
        "PWD": "/",
    }
