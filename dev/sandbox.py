# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A local AWS of one's own for as long as a `with` block lasts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from dev.place import ROOT, environment

PATIENCE = 60.0


@contextmanager
def sandbox(collection: Path = ROOT) -> Iterator[str]:
    """Start that collection's sandbox, hand over its endpoint, and end it."""
    with TemporaryDirectory(prefix="sandbox-") as folder:
        ready = Path(folder) / "ready.json"
        process = start(collection / "roles" / "sandbox" / "files" / "sandbox.py", ready)
        try:
            yield endpoint(process, ready)
        finally:
            process.terminate()
            process.wait()


def start(program: Path, ready: Path) -> subprocess.Popen:
    command = [sys.executable, program, "--port", "0", "--ready-file", ready, "--parent-pid", os.getpid()]
    return subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, env=environment())


def endpoint(process: subprocess.Popen, ready: Path) -> str:
    deadline = time.monotonic() + PATIENCE
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit("The sandbox did not start.")
        time.sleep(0.02)
    return json.loads(ready.read_text())["endpoint_url"]
