# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure the collection against its peers on the sandbox, and write the table: python -m benchmarks --help."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import Cell, measured
from benchmarks.peers import OURS_TOO, PEERS, Peer
from benchmarks.stage import Stage, staged
from benchmarks.table import page

RESULTS = Path(__file__).with_name("RESULTS.md")
CELLS = Path(__file__).with_name("results.json")


@dataclass(frozen=True)
class Row:
    """One peer with so many applications, at one latency."""

    peer: Peer
    count: int
    latency: float
    runs: int


def main(said: Sequence[str]) -> None:
    asked = options().parse_args(said)
    cells = {cell.key: cell for cell in kept()} if asked.append else {}
    with TemporaryDirectory(prefix="bench-") as folder, staged() as stage:
        for row in rows(asked):
            cells.update((cell.key, cell) for cell in cells_of(row, stage, Path(folder), asked.jobs) if cell.job in asked.jobs)
            keep(list(cells.values()))
    print(RESULTS.read_text(encoding="utf-8"))


def kept() -> list[Cell]:
    """Those of an earlier measurement."""
    return [Cell(**said) for said in json.loads(CELLS.read_text(encoding="utf-8"))] if CELLS.exists() else []


def keep(cells: Sequence[Cell]) -> None:
    CELLS.write_text(f"{json.dumps([asdict(cell) for cell in cells], indent=1)}\n", encoding="utf-8")
    RESULTS.write_text(page(cells), encoding="utf-8")


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench BENCH=", description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 20, 100, 1000], help="how many applications")
    parser.add_argument("--latencies", type=float, nargs="+", default=[0.0, 0.05], help="seconds that each call is on its way")
    parser.add_argument("--peers", nargs="+", choices=sorted(PEERS), default=sorted(PEERS))
    parser.add_argument("--jobs", nargs="+", choices=OURS_TOO, default=list(OURS_TOO), help="of which the measurements are kept")
    parser.add_argument("--append", action="store_true", help="keep what is measured already, and measure this beside it")
    parser.add_argument("--runs", type=int, default=3, help="of which the median counts")
    parser.add_argument("--most", nargs="*", default=["amazon.aws=100", "terraform=100"], help="how many applications a peer is given at most")
    return parser


def rows(asked: argparse.Namespace) -> Iterator[Row]:
    """What is compared comes close together in time."""
    most = {name: int(count) for name, _sign, count in (said.partition("=") for said in asked.most)}
    for count in asked.counts:
        for latency in asked.latencies:
            for name in asked.peers:
                if count <= most.get(name, count) and not PEERS[name].lacks():
                    yield Row(PEERS[name], count, latency, asked.runs)


def cells_of(row: Row, stage: Stage, folder: Path, jobs: Sequence[str]) -> list[Cell]:
    """Those of all jobs up to the last that is asked for."""
    print(f"{row.peer.name}: {row.count} applications, {1000 * row.latency:g} ms, {row.runs} runs", file=sys.stderr, flush=True)
    rounds, last = [], max((number for number, job in enumerate(row.peer.jobs, 1) if job in jobs), default=0)
    for number in range(row.runs):
        stage.set(row.latency)
        told = measured(row.peer, row.count, row.latency, stage, folder / f"{row.peer.name}-{row.count}-{row.latency:g}-{number}")
        rounds.append(list(islice(told, last)))
    return [Cell.median(same) for same in zip(*rounds)]


if __name__ == "__main__":
    main(sys.argv[1:])
