# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module run as Ansible runs it: a process of its own, JSON in, JSON out."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CREDENTIALS = {"access_key": "sandbox", "secret_key": "not so secret"}


# What a module writes to the system's log, shown on standard error instead; at last the most memory that it had. The process asks that of itself:
# the rusage that its parent gets counts the parent's own memory too, which the process was forked with.
LOGGED = """
import atexit, pathlib, runpy, sys
atexit.register(lambda: print(pathlib.Path("/proc/self/status").read_text(), file=sys.stderr))
from ansible.module_utils.basic import AnsibleModule
AnsibleModule.log = lambda self, msg, log_args=None: print(msg, file=sys.stderr)
runpy.run_module(sys.argv.pop(1), run_name="__main__")  # popped, or Ansible would take it for the options
"""


def run_module(module: str, home: Path, **said: Any) -> dict[str, Any]:
    """What the module prints, with nothing of this machine's AWS settings in its sight."""
    return json.loads(process(module, home, said).stdout)


def memory_of(module: str, home: Path, **said: Any) -> tuple[dict[str, Any], int]:
    """The same, and the most memory that it took, in kilobytes."""
    ended = process(module, home, said)
    return json.loads(ended.stdout), int(re.search(r"^VmHWM:\s+(\d+) kB$", ended.stderr, re.MULTILINE)[1])


def log_of(module: str, home: Path, **said: Any) -> str:
    """What the module writes to the system's log."""
    return process(module, home, said).stderr


def process(module: str, home: Path, said: Mapping[str, Any]) -> subprocess.CompletedProcess[str]:
    with started(module, home, said) as running:
        stdout, stderr = running.communicate()
    return subprocess.CompletedProcess(running.args, running.returncode, stdout, stderr)


def started(module: str, home: Path, said: Mapping[str, Any]) -> subprocess.Popen[str]:
    """The module on its way, with all it was told."""
    here = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    running = subprocess.Popen(
        [sys.executable, "-c", LOGGED, f"ansible_collections.passrole.ec2.plugins.modules.{module}"],
        env={**here, "HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "127.0.0.1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    running.stdin.write(json.dumps({"ANSIBLE_MODULE_ARGS": said}))
    running.stdin.close()
    running.stdin = None
    return running
