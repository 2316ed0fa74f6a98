# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ships is chosen: each thing at the root, and each kind of extension, is either for users or left out by name."""

from __future__ import annotations

from pathlib import Path

import yaml
import pytest
from dev.collection_copy import tracked_or_new

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[3]
FOR_USERS = {
    "CHANGELOG.md",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "changelogs",
    "docs",
    "extensions/patterns",
    "galaxy.yml",
    "meta",
    "playbooks",
    "plugins",
    "roles",
}


def test_nothing_ships_by_accident():
    left_out = set(yaml.safe_load((ROOT / "galaxy.yml").read_text())["build_ignore"])
    assert {place(Path(name)) for name in tracked_or_new()} - FOR_USERS - left_out == set()


def place(path: Path) -> str:
    """The thing at the root; extensions are each for someone else."""
    return "/".join(path.parts[: 2 if path.parts[0] == "extensions" else 1])


def test_files_that_git_ignores_do_not_ship():
    """Such as reports and the files of a sandbox, which a user's first steps write into the clone."""
    left_out = set(yaml.safe_load((ROOT / "galaxy.yml").read_text())["build_ignore"])
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines() if line.startswith("/")}
    assert ".passrole-sandbox" in ignored
    assert ignored - left_out == set()
