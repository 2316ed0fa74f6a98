# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a job takes: seconds by the wall, calls by the sandbox's recorder, and the most memory that one of its processes had."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.peers import Peer
from benchmarks.stage import Stage


@dataclass(frozen=True)
class Cell:
    """One job of one peer, with so many applications."""

    peer: str
    job: str
    count: int
    latency: float
    seconds: float
    calls: int
    writes: int
    megabytes: float
    runs: int = 1

    @property
    def key(self) -> tuple[str, str, int, float]:
        return self.peer, self.job, self.count, self.latency

    @classmethod
    def median(cls, same: Sequence[Cell]) -> Cell:
        middle = {name: statistics.median(getattr(one, name) for one in same) for name in ("seconds", "calls", "writes", "megabytes")}
        return replace(same[0], **middle, runs=len(same))


def measured(peer: Peer, count: int, latency: float, stage: Stage, folder: Path) -> Iterator[Cell]:
    """All jobs of the peer, each from what the one before it left."""
    folder.mkdir()
    peer.prepare(folder, stage, count)
    for job in peer.jobs:
        stage.run(job)
        seconds, megabytes = took(peer.command(job), folder, peer.environment(folder, stage))
        calls = stage.calls(job)
        yield Cell(peer.name, job, count, latency, seconds, len(calls), sum(call["mutates"] for call in calls), megabytes)


def took(command: Sequence[str], folder: Path, environment: dict[str, str]) -> tuple[float, float]:
    """The seconds, and the megabytes of its largest process; a job that fails ends the measurement with what it said."""
    log = folder / "log"
    with log.open("a", encoding="utf-8") as said:
        begun = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{log.read_text(encoding='utf-8')[-3000:]}")
    return seconds, usage.ru_maxrss / 1024
