# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rule carries everything that its author declares, and holds for one region unless declared otherwise."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.audit.rule import rule

DECLARED = {"severity": "low", "title": "A title", "why": "A reason"}


def a_rule(**more):
    @rule(**DECLARED, **more)
    def example(_estate, _settings):
        return ()

    return example.as_words


def test_a_rule_without_options_has_no_guide_no_controls_and_one_region():
    assert a_rule() == {"rule": "example", **DECLARED, "guide": "", "controls": {}, "everywhere": False}


@pytest.mark.parametrize("more", [{"guide": "https://example.com/guide"}, {"everywhere": True}])
def test_a_rule_returns_its_guide_and_its_scope(more):
    assert a_rule(**more) == {"rule": "example", **DECLARED, "guide": "", "controls": {}, "everywhere": False, **more}


def test_a_rule_returns_the_controls_of_other_frameworks():
    assert a_rule(prowler=["ec2_one", "ec2_two"])["controls"] == {"prowler": ["ec2_one", "ec2_two"]}


@pytest.mark.parametrize("wrong", [{"severity": "grave"}, {"nobody": ["1"]}])
def test_an_unknown_severity_or_framework_is_refused(wrong):
    with pytest.raises(ValueError, match="must be one of"):
        rule(**{**DECLARED, **wrong})
