# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Choose which contract pairs (wanted, state) `make test` runs: enough that each branch that any pair takes is taken by several of them.

``python -m dev.test_runner.contract_pairs DATA`` reads a coverage data file with a context per test, of a run of all of tests/contract/test_promises.py,
and writes the other pairs to tests/contract/exhaustive_pairs.txt. A pair that the file does not list runs in `make test`, so a new one always does.
"""

from __future__ import annotations

import re
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from dev.place import ROOT

EXHAUSTIVE = ROOT / "tests" / "contract" / "exhaustive_pairs.txt"
TIMES = 3
CONTEXT = re.compile(r"test_promises\.py::\w+\[(?P<pair>.+)\]")
Branch = tuple[int, int, int]  # file, from line, to line


def main(words: list[str]) -> None:
    [data] = words
    branches = branches_of_pairs(Path(data))
    taken = choose(branches, TIMES)
    EXHAUSTIVE.write_text("".join(f"{pair}\n" for pair in sorted(branches.keys() - taken)), encoding="utf-8")
    print(f"{len(taken)} of {len(branches)} pairs run in make test")


def branches_of_pairs(data: Path) -> dict[str, set[Branch]]:
    """The branches that the tests of each pair take."""
    found = defaultdict(set)
    with sqlite3.connect(f"file:{data}?mode=ro", uri=True) as database:
        rows = database.execute("select context.context, arc.file_id, arc.fromno, arc.tono from arc join context on context.id = arc.context_id")
        for context, *branch in rows:
            if match := CONTEXT.search(context):
                found[match["pair"]].add(tuple(branch))
    return dict(found)


def choose(branches: Mapping[str, Iterable[Branch]], times: int) -> set[str]:
    """A small set of pairs of which so many take each branch, or all that there are where fewer take it; the one that adds most comes first."""
    among = Counter(branch for taken in branches.values() for branch in taken)
    wanted = Counter({branch: min(times, count) for branch, count in among.items()})
    left, chosen = {pair: set(taken) for pair, taken in branches.items()}, set()
    while left:
        pair = min(left, key=lambda name: (-sum(1 for branch in left[name] if wanted[branch] > 0), name))
        taken = {branch for branch in left.pop(pair) if wanted[branch] > 0}
        if not taken:
            break
        chosen.add(pair)
        wanted.subtract(taken)
    return chosen


if __name__ == "__main__":
    main(sys.argv[1:])
