# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write docs/reliability.md by what the walk finds: python -m dev.reliability. With ``held``, fail if it finds something else than is told."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from dev.place import ROOT, environment

FIGURES = ROOT / "tests" / "unit" / "walk" / "figures.json"
PAGE = ROOT / "docs" / "reliability.md"


def main(words: Sequence[str]) -> int:
    with TemporaryDirectory(prefix="reliability-") as folder:
        if code := walked(Path(folder)):
            return code
        figures = gathered(Path(folder))
    return hold(figures) if "held" in words else write(figures)


def walked(folder: Path) -> int:
    """Walk, with every finding left in a folder."""
    command = [sys.executable, "-m", "pytest", "--quiet", "--numprocesses=2", "tests/fault_injection"]
    return subprocess.run(command, cwd=ROOT, env={**environment(), "PASSROLE_FIGURES": str(folder)}, check=False).returncode


def gathered(folder: Path) -> dict[str, dict[str, dict[str, int]]]:
    """The findings, by chapter and by line."""
    figures: dict[str, dict[str, dict[str, int]]] = {}
    for told in folder.glob("*.json"):
        chapter, line, found = json.loads(told.read_text(encoding="utf-8"))
        figures.setdefault(chapter, {})[line] = found
    return {chapter: dict(sorted(lines.items())) for chapter, lines in sorted(figures.items())}


def write(figures: dict[str, dict[str, dict[str, int]]]) -> int:
    from tests.fault_injection.report import page

    FIGURES.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(figures), encoding="utf-8")
    return 0


def hold(figures: dict[str, dict[str, dict[str, int]]]) -> int:
    if figures == json.loads(FIGURES.read_text(encoding="utf-8")):
        return 0
    print("The walk finds other figures than docs/reliability.md tells; make reliability writes them anew.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
