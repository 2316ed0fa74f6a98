# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `make test` runs. A step is a command, and how to tell how much it tested: by its own output, or by the files it is for."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from dev.place import OLDEST, ROOT


@dataclass(frozen=True)
class Step:
    name: str
    command: tuple[str, ...]
    noun: str
    counts: str = ""
    files: tuple[str, ...] = ()

    def tested(self, output: str, root: Path = ROOT) -> int:
        """The sum of the numbers that the pattern finds, and of the files; a pattern without a number counts its matches."""
        found = re.findall(self.counts, output, re.MULTILINE) if self.counts else []
        return sum(int(one) if one.isdigit() else 1 for one in found) + sum(len(list(root.glob(files))) for files in self.files)


def ours(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"dev.{module}", *arguments)


# The longest first, so that two at a time end at about the same time.
STEPS = (
    Step("walk", ours("reliability", "held"), "tests", counts=r"\b(\d+) passed\b"),
    Step("integration", ours("ansible_test", "integration"), "targets", counts=r"^Running \S+ integration test role"),
    Step("units", ("pytest", "--quiet", "--numprocesses=2", "--durations=50", "--ignore=tests/fault_injection"), "tests", counts=r"\b(\d+) passed\b"),
    Step("sanity", ours("ansible_test", "sanity"), "tests", counts=r"^Running sanity test"),
    Step("molecule", ("molecule", "test", "--all"), "scenarios", counts=r"Molecule executed (\d+) scenario"),
    Step("oldest", (str(OLDEST / "bin" / "python"), "-m", "pytest", "--quiet", "--numprocesses=2", "tests/unit/plugins"), "tests", counts=r"\b(\d+) passed\b"),
    Step("install", ours("artefact", "installed"), "tasks", counts=r"\bok=(\d+)"),
    Step("demo", ours("demo"), "tasks", counts=r"\bok=(\d+)"),
    Step("importer", ours("artefact", "judged"), "contents", counts=r"^Loading \w+ \S+$"),
    Step("lint", ("ansible-lint", "--offline", "--profile", "production", "--nocolor"), "files", counts=r"in (\d+) files processed"),
    Step("docs-lint", ("antsibull-docs", "lint-collection-docs", "--plugin-docs", "--skip-rstcheck", "--validate-collection-refs", "dependent", "."),
         "files", files=("plugins/modules/*.py", "roles/*/meta/argument_specs.yml", "docs/docsite/*.yml")),
    Step("changelog-lint", ("antsibull-changelog", "lint"), "files", files=("changelogs/fragments/*.yml", "changelogs/changelog.yaml")),
)
