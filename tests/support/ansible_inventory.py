# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run ansible-inventory many times without starting Python each time.

One process imports ansible-core and boto3, which takes most of the time of a run, and forks for each run. Each run is therefore the real command and shares
nothing with the runs before: no plugin, no credentials, no warning that was already shown.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any


def run_inventory(folder: Path, environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ansible-inventory in the folder.

    ansible-core reads its own environment variables when it is imported, so of those only ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED has an effect.
    """
    process = server()
    assert process.stdin and process.stdout
    process.stdin.write(json.dumps({"folder": str(folder), "environment": dict(environment), "arguments": arguments}) + "\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    assert answer, "the process that runs ansible-inventory has ended"
    return subprocess.CompletedProcess(arguments, **json.loads(answer))


@cache
def server() -> subprocess.Popen[str]:
    """The process that forks. It ends when its standard input is closed, which is when this process ends."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_"))}
    settings = {"ANSIBLE_NOCOLOR": "1", "ANSIBLE_HOME": tempfile.gettempdir(), "COLUMNS": "400"}
    return subprocess.Popen([sys.executable, str(Path(__file__))], env=kept | settings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def serve() -> None:
    import boto3
    from ansible.cli import inventory

    assert boto3 and inventory, "imported before the first fork"
    while line := sys.stdin.readline():
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            child = os.fork()
            if child == 0:
                run_forked(json.loads(line), output.fileno(), errors.fileno())
            _child, status = os.waitpid(child, 0)
            answer: dict[str, Any] = {"returncode": os.waitstatus_to_exitcode(status)}
            for name, file in (("stdout", output), ("stderr", errors)):
                file.seek(0)
                answer[name] = file.read().decode()
        print(json.dumps(answer), flush=True)


def run_forked(request: dict[str, Any], output: int, errors: int) -> None:
    """Become ansible-inventory, and end without the cleanup that belongs to the process that was forked."""
    status = 1
    try:
        os.dup2(output, 1)
        os.dup2(errors, 2)
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        from ansible import constants
        from ansible.cli.inventory import InventoryCLI

        constants.INVENTORY_ANY_UNPARSED_IS_FAILED = "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED" in os.environ
        InventoryCLI.cli_executor(["ansible-inventory", *request["arguments"]])
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    serve()
