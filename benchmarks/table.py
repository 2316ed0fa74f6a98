# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cells as a page of Markdown: one row for each job, the peers side by side, and how many times ours each takes. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from benchmarks.peers import OURS_TOO

OURS = "passrole.ec2"
HEAD = """# Results

Written by `make bench` on {day}. Each application is a role with a managed policy, its instance profile, a launch template and a group of one instance,
on the sandbox. *foretell* is a check on the empty account, at which amazon.aws' modules fail; *unchanged* is a check of what is there; for Terraform both
are plans. *change* moves all launch templates to another instance profile. *audit* judges all of them and writes the report; no peer has that.

Every row runs `application_fleet`, the rows of one application too: a fleet of one is one module. The first play of the README runs three modules, and
is in no row of this table, so these rows give no ratio to amazon.aws.

A cell is seconds by the wall / calls, of them writes / megabytes of the largest process, the median of so many runs as the last column says, in the order
of the peers. Behind it stands how many times ours that is, in seconds. *floor* is a play with one module of nothing but boto3 that makes the five reads for
one application: no play that knows about one can take less.

All that stands in one row was measured on one machine of two cores; other rows may be another's, or another day's. Seconds are the machine's, with whatever
else it did; the ratios are what to read.
"""


def page(cells: Sequence[Any]) -> str:
    peers = sorted({cell.peer for cell in cells}, key=lambda name: (name != OURS, name))
    told = {(cell.count, cell.latency, cell.job, cell.peer): cell for cell in cells}
    lines = [
        f"| applications | latency | job | {' | '.join(peers)} | runs |",
        f"|{'---|' * (len(peers) + 4)}",
        *(row(key, peers, told) for key in sorted({one[:3] for one in told}, key=order)),
    ]
    return f"{HEAD.format(day=f'{datetime.now(timezone.utc):%Y-%m-%d}')}\n" + "\n".join(lines) + "\n"


def order(key: tuple[int, float, str]) -> tuple[int, float, int]:
    return key[0], key[1], OURS_TOO.index(key[2])


def row(key: tuple[int, float, str], peers: Sequence[str], told: Mapping[Any, Any]) -> str:
    count, latency, job = key
    here = [told.get((*key, peer)) for peer in peers]
    ours = told.get((*key, OURS))
    runs = "/".join(str(cell.runs) if cell else "-" for cell in here)
    return f"| {count:,} | {1000 * latency:g} ms | {job} | {' | '.join(said(cell, ours) for cell in here)} | {runs} |"


def said(cell: Any, ours: Any) -> str:
    if cell is None:
        return "-"
    # A fleet of one is not the play that users write for one application, which amazon.aws' four modules do.
    comparable = ours and cell.peer != OURS and not (cell.count == 1 and cell.peer == "amazon.aws")
    ratio = f" (x{cell.seconds / ours.seconds:.1f})" if comparable else ""
    return f"{cell.seconds:.1f} s / {cell.calls:,.0f}, {cell.writes:,.0f} / {cell.megabytes:.0f}{ratio}"
