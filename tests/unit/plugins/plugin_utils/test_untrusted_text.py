# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What counts as inert is a template for no ansible-core, the audit page has the same rule, and a comment is one line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.passrole.ec2.plugins.filter.as_comment import FilterModule
from ansible_collections.passrole.ec2.plugins.plugin_utils.untrusted_text import INERT, is_inert
from hypothesis import given
from hypothesis import strategies as st

FINDINGS = Path(__file__).parents[4] / "roles" / "audit" / "files" / "page" / "findings.js"
as_comment = FilterModule().filters()["as_comment"]


@pytest.mark.parametrize(
    "text", ["", "web", "arn:aws:iam::123456789012:role/web", "a | b", "it's; (1 < 2) & $HOME @ 100% ~ ^`\\", "two\nlines", "yes", "!vault x"]
)
def test_plain_texts_are_inert(text):
    assert is_inert(text)


@pytest.mark.parametrize(
    "text",
    ["{{ a }}", "{% a %}", "{# a #}", "${a}", "#jinja2:", " #jinja2:", "a # b", "gr\u00f6\u00dfe", "a\rb", "a\x85b", "a\x00b", "a\n{{ b }}", "\ud800"],
)
def test_texts_that_could_be_a_template_are_not_inert(text):
    assert not is_inert(text)


@given(st.from_regex(INERT, fullmatch=True))
def test_no_inert_text_is_a_template(text):
    templar = Templar(loader=DataLoader(), variables={})
    assert not templar.is_possibly_template(text)
    assert templar.template(text) == text


def test_the_audit_page_has_the_same_rule():
    [pattern] = re.findall(r"^const INERT = /\^(.*)\$/;$", FINDINGS.read_text(encoding="utf-8"), re.MULTILINE)
    assert pattern == INERT.pattern


@given(st.text())
def test_a_comment_is_one_line_that_yaml_takes(text):
    line = as_comment(text)
    assert len(line.splitlines()) <= 1
    assert yaml.safe_load(f"# {line}\na: 1") == {"a": 1}


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\ufeff", "\x00", "\ud800"])
def test_no_line_break_leaves_a_comment(end):
    assert as_comment(f"a{end}b: 1") == "a b: 1"
