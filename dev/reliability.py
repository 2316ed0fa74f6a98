# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run all of tests/fault_injection and write docs/reliability.md from what it finds: ``python -m dev.reliability``.

The figures count calls of an implementation, so no test compares them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from dev.place import ROOT, environment

PAGE = ROOT / "docs" / "reliability.md"
Figures = dict[str, dict[str, dict[str, int]]]  # by chapter and by line


def main() -> int:
    with TemporaryDirectory(prefix="reliability-") as folder:
        if status := run_tests(Path(folder)):
            return status
        write_page(read_figures(Path(folder)))
    return 0


def run_tests(folder: Path) -> int:
    """Run the tests, which leave their figures in the folder."""
    command = [sys.executable, "-m", "pytest", "--quiet", "--numprocesses=2", "tests/fault_injection"]
    return subprocess.run(command, cwd=ROOT, env={**environment(), "PASSROLE_FIGURES": str(folder)}, check=False).returncode


def read_figures(folder: Path) -> Figures:
    figures: Figures = {}
    for path in folder.glob("*.json"):
        chapter, line, found = json.loads(path.read_text(encoding="utf-8"))
        figures.setdefault(chapter, {})[line] = found
    return {chapter: dict(sorted(lines.items())) for chapter, lines in sorted(figures.items())}


def write_page(figures: Figures) -> None:
    from tests.fault_injection.report import page

    PAGE.write_text(page(figures), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
