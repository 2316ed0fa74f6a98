# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Templates of roles and playbooks keep empty values and 0, run on every core, and every playbook over accounts checks the account. Reads files only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PLAYBOOKS = sorted((ROOT / "playbooks").glob("*.yml"))
FILES = sorted(
    path for folder in ("roles", "playbooks", "extensions") for kind in ("*.yml", "*.j2") for path in (ROOT / folder).rglob(kind) if "files" not in path.parts
)
# Each replaces 0, false, an empty list and an empty dictionary, which are values.
REPLACES_EMPTY_VALUES = re.compile(r"default\(.*,\s*(true|boolean\s*=\s*true)\s*\)|\bd\(|\bor\s+(none|omit)\b", re.IGNORECASE)
CONDITION = re.compile(r"^\s*(?:- )?(?:that|when|until|changed_when|failed_when):\s*(?P<condition>\S.*)$", re.MULTILINE)
CONNECTION = {"group/passrole.ec2.aws": "{{ lookup('passrole.ec2.aws_connection') }}"}


def templates(text: str) -> str:
    """The text without comments and descriptions."""
    return "\n".join("" if line.lstrip().startswith("#") else line for line in text.splitlines())


@pytest.mark.parametrize(
    "text",
    [
        "{{ x | default(omit, true) }}",
        "{{ x | default(omit , True) }}",
        "{{ x | default([], boolean=true) }}",
        "{{ x | default(f('a, b'), true) }}",
        "{{ x | d(0) }}",
        "{{ x or none }}",
        "{{ x or omit }}",
    ],
)
def test_the_pattern_finds_what_replaces_empty_values(text):
    assert REPLACES_EMPTY_VALUES.search(text)


@pytest.mark.parametrize("text", ["{{ x | default(omit) }}", "{{ x | default('') | passrole.ec2.coalesce(omit) }}", "{{ a | combine(b, recursive=true) }}"])
def test_the_pattern_accepts_what_keeps_empty_values(text):
    assert not REPLACES_EMPTY_VALUES.search(text)


def test_no_template_replaces_empty_values():
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in FILES
        if path.name != "argument_specs.yml"
        for line in templates(path.read_text(encoding="utf-8")).splitlines()
        if REPLACES_EMPTY_VALUES.search(line)
    ]
    assert found == []


def test_no_condition_begins_with_a_value_and_an_if():
    """ansible-core before 2.19 puts a condition into a statement, which takes no bare ``a if b else c``."""
    found = [
        f"{path.relative_to(ROOT)}: {match['condition']}"
        for path in FILES
        for match in CONDITION.finditer(templates(path.read_text(encoding="utf-8")))
        if re.search(r"\bif\b", match["condition"]) and not re.fullmatch(r"[\"']?\(.*\)[\"']?|\[.*\]", match["condition"])
    ]
    assert found == []


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.stem)
def test_a_play_over_accounts_checks_the_account_first(path):
    plays = [play for play in yaml.safe_load(path.read_text(encoding="utf-8")) if "aws_targets" in str(play["hosts"])]
    # The hosts of the second play of verify are instances; the first one checks their accounts.
    checked = [play for play in plays if "all:!aws_targets" not in play["hosts"]]
    # Names of variables are checked without AWS.
    firsts = [next(task for task in play["tasks"] if "passrole.ec2.check_variables" not in task) for play in checked]
    assert all("passrole.ec2.check_account" in task for task in firsts)
    assert all(play["module_defaults"] == CONNECTION for play in plays)
    assert bool(checked) is (path.stem not in ("demo", "sandbox"))
