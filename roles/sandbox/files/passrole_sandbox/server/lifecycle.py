# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start a sandbox that outlives its starter, find it again by its ready-file, end it by its pid."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

from ..paths import CONTROL

STARTS_WITHIN = 60.0
ENDS_WITHIN = 10.0
LOOK_EVERY = 0.05
Told = Mapping[str, Any]


class NotStarted(Exception):
    """The sandbox ended, or stayed silent, before it was ready."""


def start(command: Sequence[str], ready_file: Path) -> Told:
    """The running sandbox of this ready-file, started now if there is none."""
    found = running(ready_file)
    if found:
        return {**found, "changed": False}
    ready_file.unlink(missing_ok=True)
    return {**wait_for(detached(command, ready_file), ready_file), "changed": True}


def stop(ready_file: Path) -> Told:
    found = running(ready_file)
    if found:
        os.kill(found["pid"], signal.SIGTERM)
        wait_for_end(ready_file)
    return {"changed": found is not None}


def running(ready_file: Path) -> Told | None:
    """What the ready-file says, if the sandbox it tells of answers."""
    try:
        told = json.loads(ready_file.read_text(encoding="utf-8"))
        return told if answers(told) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def answers(told: Told) -> bool:
    """Whether it is that very process that answers: another program may have come to its port since."""
    found = ask(told, "process")
    return isinstance(found, dict) and found.get("pid") == told["pid"]


def ask(told: Told, path: str) -> Any:
    """Return what the sandbox answers at a control path, or None if nobody answers or it has no such path."""
    try:
        with build_opener(ProxyHandler({})).open(f"{told['endpoint_url']}{CONTROL}{path}", timeout=5) as answer:
            return json.load(answer)
    except (OSError, HTTPException, ValueError):
        return None


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Let one process at a time start or stop the sandbox of a directory. A file system without locks goes without."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def detached(command: Sequence[str], ready_file: Path) -> subprocess.Popen[bytes]:
    with complaints(ready_file).open("wb") as errors:
        return subprocess.Popen(
            [sys.executable, *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True, cwd="/"
        )


def wait_for(process: subprocess.Popen[bytes], ready_file: Path) -> Told:
    latest = time.monotonic() + STARTS_WITHIN
    while process.poll() is None and time.monotonic() < latest:
        if found := running(ready_file):
            return found
        time.sleep(LOOK_EVERY)
    raise NotStarted(complaints(ready_file).read_text(encoding="utf-8", errors="replace").strip() or "The sandbox did not become ready.")


def wait_for_end(ready_file: Path) -> None:
    latest = time.monotonic() + ENDS_WITHIN
    while ready_file.exists() and time.monotonic() < latest:
        time.sleep(LOOK_EVERY)
    with suppress(OSError):
        complaints(ready_file).unlink()


def complaints(ready_file: Path) -> Path:
    """Where a detached sandbox says why it could not start."""
    return ready_file.with_name(f"{ready_file.name}.err")
