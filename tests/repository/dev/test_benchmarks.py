# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmark's table: what is measured, how it is told, and that the page is what the measurements say. Nothing is timed here."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import __main__ as bench
from benchmarks.measure import Cell, took
from benchmarks.peers import FILES, JOBS, PEERS
from benchmarks.table import OURS, page


def cell(**said):
    return Cell(**{"peer": OURS, "job": "create", "count": 1, "latency": 0.0, "seconds": 2.0, "calls": 21, "writes": 6, "megabytes": 90.0, **said})


def rows(*said):
    return [(row.peer.name, row.count, row.latency) for row in bench.rows(bench.options().parse_args(said))]


def test_the_median_of_each_measure_counts():
    same = [cell(seconds=seconds, calls=calls) for seconds, calls in ((3.0, 20), (1.0, 22), (2.0, 21))]
    middle = Cell.median(same)
    assert (middle.seconds, middle.calls, middle.runs) == (2.0, 21, 3)


def test_a_cell_tells_how_many_times_ours_it_takes():
    told = page([cell(count=20), cell(count=20, peer="amazon.aws", seconds=5.0, calls=27, megabytes=80.0)])
    assert told.splitlines()[-3] == "| applications | latency | job | passrole.ec2 | amazon.aws | runs |"
    assert told.splitlines()[-1] == "| 20 | 0 ms | create | 2.0 s / 21, 6 / 90 | 5.0 s / 27, 6 / 80 (x2.5) | 1/1 |"


def test_a_fleet_of_one_is_not_compared_with_amazon_aws():
    written = page([cell(), cell(peer="amazon.aws", seconds=5.0), cell(peer="terraform", seconds=18.0)])
    assert "(x2.5)" not in written and "(x9.0)" in written


def test_the_published_results_do_not_compare_a_fleet_of_one_with_amazon_aws():
    cells = [Cell(**said) for said in json.loads(bench.CELLS.read_text(encoding="utf-8"))]
    published, date = bench.RESULTS.read_text(encoding="utf-8"), re.compile(r"on \d{4}-\d\d-\d\d")
    assert date.sub("", published) == date.sub("", page(cells))


def test_what_was_not_measured_is_left_open():
    told = page([cell(count=1000, latency=0.05), cell(peer="amazon.aws")])
    assert told.splitlines()[-2:] == [
        "| 1 | 0 ms | create | - | 2.0 s / 21, 6 / 90 | -/1 |",
        "| 1,000 | 50 ms | create | 2.0 s / 21, 6 / 90 | - | 1/- |",
    ]


def test_what_is_compared_comes_close_together_and_a_peer_gets_no_more_than_it_can_take():
    assert rows("--counts", "1", "1000", "--latencies", "0", "--peers", "passrole.ec2", "amazon.aws") == [
        ("passrole.ec2", 1, 0.0),
        ("amazon.aws", 1, 0.0),
        ("passrole.ec2", 1000, 0.0),
    ]


def test_a_peer_that_is_not_on_this_machine_is_left_out(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert rows("--counts", "1", "--latencies", "0", "--peers", "terraform") == []


@pytest.mark.process
def test_a_job_that_fails_ends_the_measurement_with_what_it_said(tmp_path):
    with pytest.raises(SystemExit, match="it is broken"):
        took([sys.executable, "-c", "import sys; sys.exit('it is broken')"], tmp_path, {})


def test_the_page_is_what_the_measurements_say():
    written = bench.RESULTS.read_text(encoding="utf-8").partition("\n|")
    assert page(bench.kept()).partition("\n|")[2] == written[2]


@pytest.mark.process
@pytest.mark.parametrize("playbook", sorted(FILES.glob("*.yml")), ids=lambda path: path.stem)
def test_the_jobs_are_playbooks(playbook):
    subprocess.run([str(Path(sys.executable).with_name("ansible-playbook")), "--syntax-check", str(playbook)], check=True, capture_output=True)


@pytest.mark.parametrize("peer", PEERS.values(), ids=list(PEERS))
def test_every_peer_does_every_job(peer):
    assert set(JOBS) <= set(peer.jobs) and all(peer.command(job) for job in peer.jobs)


@pytest.mark.parametrize("peer", PEERS.values(), ids=list(PEERS))
def test_what_only_looks_is_a_check_or_a_plan_and_nothing_else_is(peer):
    looks = {job for job in peer.jobs if {"--check", "plan"} & {*peer.command(job)}}
    assert looks == {"foretell", "unchanged"} & {*peer.jobs}


def test_what_only_we_do_is_told_beside_the_rest():
    told = page([cell(job=job) for job in ("delete", "audit", "foretell", "change")])
    assert [line.split(" | ")[2] for line in told.splitlines()[-4:]] == ["foretell", "audit", "change", "delete"]
