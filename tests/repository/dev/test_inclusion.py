# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What docs/inclusion.md names as evidence is there, and the README has the headings that Galaxy and Automation Hub ask for."""

from __future__ import annotations

import re

import pytest
import yaml
from dev.place import ROOT

ROWS = [
    [cell.strip() for cell in row.strip("|").split("|")]
    for row in re.findall(r"^\| (?!asked).+\|$", (ROOT / "docs" / "inclusion.md").read_text(), re.MULTILINE)
]
HEADINGS = (
    "Description", "Requirements", "Installation", "Use cases", "Testing", "Contributing", "Support", "Release notes", "Related information", "License",
)
STANDARD_TAGS = {"application", "cloud", "database", "eda", "infrastructure", "linux", "monitoring", "networking", "security", "storage", "tools", "windows"}


def evidence(row):
    """The files and the targets that a row names; what stands behind a colon is said of a file."""
    return [name for name in re.findall(r"`([^`]+)`", " ".join(row)) if name.startswith("make ") or "/" in name or "." in name]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_row_has_evidence_that_is_there(row):
    targets = set(re.findall(r"[\w-]+", re.search(r"^steps := (.+)$", makefile(), re.MULTILINE)[1])) | set(re.findall(r"^([\w-]+): ", makefile(), re.MULTILINE))
    found = evidence(row)
    assert found
    missing = [name for name in found if not (name.removeprefix("make ") in targets if name.startswith("make ") else (ROOT / name).exists())]
    assert missing == []


def makefile():
    return (ROOT / "Makefile").read_text()


def test_the_readme_has_the_headings_in_their_order():
    assert re.findall(r"^## (.+)$", (ROOT / "README.md").read_text(), re.MULTILINE) == [*HEADINGS]


def test_the_readme_leads_nowhere_that_galaxy_cannot_show():
    assert [link for link in re.findall(r"\]\(([^)]+)\)", (ROOT / "README.md").read_text()) if not link.startswith("https://")] == []


def test_galaxy_finds_it_by_a_standard_tag():
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text())
    assert set(galaxy["tags"]) & STANDARD_TAGS
    assert all(versions.startswith(">=") and "<" not in versions for versions in galaxy["dependencies"].values())
    assert int(galaxy["version"].split(".")[0]) >= 1


def test_an_execution_environment_is_held_to_no_pin():
    asked = (ROOT / "meta" / "ee-requirements.txt").read_text().split()
    assert asked and all(re.fullmatch(r"[\w.-]+>=[\d.]+", line) for line in asked)
