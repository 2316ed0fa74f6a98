# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every process started here ends here, however the run ends."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
PROC = Path("/proc")


def end_on_signals() -> None:
    """Let a termination unwind the run as Ctrl-C does, so that what was started is ended."""
    # A shell that runs a command in the background has it ignore Ctrl-C, and so would everything started here.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    signal.signal(signal.SIGHUP, lambda number, frame: sys.exit(128 + number))


def adopt_orphans() -> None:
    """On Linux, become the parent of whatever a step leaves behind; elsewhere only the process groups are ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def start(command: list[str], log, environment: Mapping[str, str], folder: Path) -> subprocess.Popen:
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment, cwd=folder, start_new_session=True
    )


def end_descendants(patience: float = 4.0) -> int:
    """Interrupt every descendant, so that each can tidy up; then insist. Say how many there were."""
    found = list(descendants(os.getpid()))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        send(descendants(os.getpid()), number)
        wait_while(still_there, patience)
    return len(found)


def wait_while(condition: Callable[[], bool], patience: float) -> None:
    deadline = time.monotonic() + patience
    while condition() and time.monotonic() < deadline:
        time.sleep(0.05)


def still_there() -> bool:
    reap()
    return any(descendants(os.getpid()))


def reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def send(pids, number: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def descendants(ancestor: int) -> Iterator[int]:
    for child in children(ancestor):
        yield from descendants(child)
        yield child


def children(parent: int) -> list[int]:
    return [int(stat.parent.name) for stat in PROC.glob("[0-9]*/stat") if parent_of(stat) == parent]


def parent_of(stat: Path) -> int | None:
    try:
        # The name before it stands in brackets and may hold spaces and brackets of its own.
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except (OSError, ProcessLookupError):
        return None
