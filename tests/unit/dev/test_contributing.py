# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who follows CONTRIBUTING.md gets where it says: its walk-throughs are run as they stand there."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.audit import rulebook, rules_of_groups
from ansible_collections.passrole.ec2.plugins.module_utils.audit.task import OPTIONS, read
from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws

from tests.unit import planted
from tests.unit.promised.doors import Door

TEXT = (Path(__file__).parents[3] / "CONTRIBUTING.md").read_text(encoding="utf-8")
RULE, PLANT = (textwrap.dedent(block) for block in re.findall(r"^ *```python\n(.*?)^ *```", TEXT, re.DOTALL | re.MULTILINE)[:2])


@pytest.fixture
def followed(monkeypatch):
    """The rule added to the file that the text names, and planted as it says."""
    names = {**vars(rules_of_groups)}
    exec(RULE, names)
    [rule] = [value for name, value in names.items() if name not in vars(rules_of_groups) and name != "__builtins__"]
    monkeypatch.setattr(rulebook, "OURS", (*rulebook.OURS, rule))
    monkeypatch.setattr(planted, "PLANTS", {**planted.PLANTS})
    exec(PLANT, vars(planted))
    return rule


def test_the_rule_finds_what_the_text_plants_and_nothing_else(account, followed):
    made = planted.Applications.of(account)
    made.application("clean")
    planted.PLANTS[followed.id](made, followed.id)
    params = {name: option.get("default") for name, option in OPTIONS.items()}
    findings = read(params, Aws(Door(account)))[0]["findings"]
    assert [(one["rule"], one["what"]) for one in findings] == [("no_sensible_maximum", "Group no_sensible_maximum may have 2000 instances")]
