# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is written for a file of variables is read back as it was, and never as a template."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.passrole.ec2.plugins.filter.as_variables import FilterModule

as_variables = FilterModule().filters()["as_variables"]

VALUES = {
    "texts": ["{{ 1 + 1 }}", "{% if %}", "{# no #}", "yes", "0123", "2026-01-01", "größe", "two\nlines", "- # :", "", "x" * 400],
    "others": {"a": [True, 3, 1.5, None, [], {}], "{{ key }}": "plain"},
}


def test_what_is_written_is_read_back_as_it_was():
    loader = DataLoader()
    assert Templar(loader=loader, variables={}).template(loader.load(as_variables(VALUES))["texts"]) == VALUES["texts"]
    assert loader.load(as_variables(VALUES)) == VALUES


def test_the_same_twice_is_written_twice_and_lists_stand_below_their_names():
    tags = {"team": "web"}
    assert as_variables({"a": [tags, tags]}) == "a:\n  - team: web\n  - team: web\n"


def test_what_is_no_dictionary_is_refused():
    with pytest.raises(AnsibleFilterError, match="as_variables: must be a dictionary of variables"):
        as_variables([])
