# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pictures of the documentation, drawn from what was measured: benchmarks/results.json and docs/reliability.md. Nothing in them is typed."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from dev.place import ROOT
from jinja2 import Environment, FileSystemLoader

PICTURES = ROOT / "docs" / "pictures"
RESULTS = ROOT / "benchmarks" / "results.json"
SURVIVED = ROOT / "docs" / "reliability.md"

WIDTH, LEFT, RIGHT, TOP = 760, 250, 110, 78
BAR, HEADING, BOTTOM = 26, 30, 14
PEERS = ("passrole.ec2", "amazon.aws", "terraform")
JOBS = ("create", "unchanged", "change", "delete")
FAULT = re.compile(r"^\| (?P<fault>[^|]+) \| (?P<runs>\d+) \| (?P<same>\d+) \| (?P<second>\d+) \| (?P<lost>\d+) \|$", re.MULTILINE)


@dataclass(frozen=True)
class Bar:
    """One line: its label, the length of each part by the kind of the part, and what stands behind it."""

    label: str
    parts: Mapping[int, float]
    value: str
    heading: str = ""


@dataclass(frozen=True)
class Picture:
    title: str
    told: str
    parts: Sequence[str]
    bars: Sequence[Bar]


def main() -> int:
    PICTURES.mkdir(exist_ok=True)
    for name, text in drawn().items():
        (PICTURES / name).write_text(text, encoding="utf-8")
        print(PICTURES / name)
    return 0


def drawn() -> dict[str, str]:
    """Each picture by the name of its file."""
    cells = json.loads(RESULTS.read_text(encoding="utf-8"))
    return {"calls.svg": draw(calls(cells)), "seconds.svg": draw(seconds(cells)), "reliability.svg": draw(reliability(SURVIVED.read_text(encoding="utf-8")))}


def calls(cells: Sequence[Mapping[str, Any]]) -> Picture:
    bars = []
    for count in sorted({cell["count"] for cell in cells}):
        of_count = [cell for cell in cells if (cell["job"], cell["count"]) == ("unchanged", count)]
        heading = "1 application, as a fleet of one" if count == 1 else f"{count:,} applications"
        bars += headed(heading, (measured(cell, "calls", f"{cell['calls']:,.0f}") for cell in of_peers(of_count)))
    return Picture("Calls to AWS for a check that finds nothing to do", "Fewer is better. amazon.aws in a loop.", PEERS, bars)


def seconds(cells: Sequence[Mapping[str, Any]]) -> Picture:
    bars = []
    for job in JOBS:
        of_job = [cell for cell in cells if (cell["job"], cell["count"]) == (job, 20)]
        told = (measured(cell, "seconds", f"{cell['seconds']:.1f} s, {1000 * cell['latency']:g} ms a call") for cell in of_peers(of_job))
        bars += headed(job, told)
    return Picture("Seconds for 20 applications", "Shorter is better. Latency is what was added to each call.", PEERS, bars)


def reliability(page: str) -> Picture:
    by_fault = page.partition("## By fault")[2].partition("\n## ")[0]
    faults = [{name: value if name == "fault" else int(value) for name, value in found.groupdict().items()} for found in FAULT.finditer(by_fault)]
    bars = [Bar(one["fault"], {0: one["same"], 1: one["second"], 2: one["lost"]}, f"{one['lost']} of {one['runs']} lost") for one in faults]
    return Picture("Runs that were disturbed at each of their calls", "By fault.", ("succeeded all the same", "finished by a second run", "lost"), bars)


def of_peers(cells: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """One for each peer, of the highest latency that it was measured with."""
    for peer in PEERS:
        yield from sorted((cell for cell in cells if cell["peer"] == peer), key=lambda cell: cell["latency"])[-1:]


def measured(cell: Mapping[str, Any], measure: str, value: str) -> Bar:
    return Bar(cell["peer"], {PEERS.index(cell["peer"]): cell[measure]}, value)


def headed(heading: str, bars: Iterator[Bar]) -> list[Bar]:
    first, *others = bars
    return [Bar(first.label, first.parts, first.value, heading), *others]


def draw(picture: Picture) -> str:
    longest = max(sum(one.parts.values()) for one in picture.bars)
    scale = (WIDTH - LEFT - RIGHT - 60) / longest
    heights = [HEADING * bool(one.heading) + BAR for one in picture.bars]
    placed = [placed_bar(one, TOP + below - BAR, scale) for one, below in zip(picture.bars, accumulate(heights))]
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "pictures"), autoescape=True, keep_trailing_newline=True)
    height = TOP + sum(heights) + BOTTOM
    return templates.get_template("bars.svg.j2").render(picture=picture, bars=placed, width=WIDTH, height=height, left=LEFT)


def placed_bar(one: Bar, y: int, scale: float) -> dict[str, Any]:
    ends = list(accumulate((scale * length for length in one.parts.values()), initial=LEFT))
    parts = [{"kind": kind, "x": round(x, 1), "width": round(scale * length, 1)} for (kind, length), x in zip(one.parts.items(), ends) if length]
    return {"label": one.label, "heading": one.heading, "value": one.value, "y": y, "parts": parts, "end": round(ends[-1], 1)}


if __name__ == "__main__":
    sys.exit(main())
