# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What earlier tasks left, as a later task reads it out of their results."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.earlier import Earlier
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused


def made(name, **facts):
    return {"changed": True, "outcome": {"iam_role": {name: facts}}}


def gone(name):
    return {"changed": True, "outcome": {"iam_role": {name: None}}}


def earlier(*results):
    return Earlier.from_params({"builds_on": list(results)})


def test_what_an_earlier_task_made_is_known_with_its_facts():
    assert earlier(made("app", path="/")).made("iam_role", "app") == {"path": "/"}


def test_what_no_task_spoke_of_is_neither_made_nor_removed():
    nothing = earlier()
    assert nothing.made("iam_role", "app") is None
    assert not nothing.removed("iam_role", "app")


def test_a_name_counts_for_its_kind_only():
    assert earlier(made("app")).made("instance_profile", "app") is None


def test_what_an_earlier_task_removed_is_gone():
    left = earlier(gone("app"))
    assert left.removed("iam_role", "app")
    assert left.made("iam_role", "app") is None


def test_the_last_task_has_the_last_word():
    assert earlier(made("app"), gone("app")).removed("iam_role", "app")
    assert not earlier(gone("app"), made("app", path="/")).removed("iam_role", "app")


def test_what_was_made_without_a_fact_is_made_all_the_same():
    assert earlier(made("app")).made("iam_role", "app") == {}


def test_news_is_what_the_latest_run_of_a_task_changed():
    left = earlier(made("app"), {"changed": False, "outcome": {"iam_role": {"old": {}}}})
    assert left.is_fresh("iam_role", "app")
    assert not left.is_fresh("iam_role", "old")
    assert not left.is_fresh("instance_profile", "app")


def test_the_results_of_a_loop_are_taken_apart():
    left = earlier({"changed": True, "results": [made("a"), {"results": [made("b")]}]})
    assert left.made("iam_role", "a") is not None
    assert left.made("iam_role", "b") is not None


def test_a_skipped_task_left_nothing():
    assert earlier({"changed": False, "skipped": True, "skip_reason": "Conditional result was False"}) == Earlier({})


@pytest.mark.parametrize(
    "outcome", [5, "web", ["iam_role"], {"iam_role": 5}, {"iam_role": ["web"]}, {"iam_role": {"web": 5}}, {"iam_role": {"web": ["path"]}}]
)
def test_an_outcome_of_another_making_is_refused(outcome):
    with pytest.raises(Refused, match=r"^builds_on\[0\]\.outcome: not that of a passrole\.ec2 module"):
        earlier({"changed": True, "outcome": outcome})


@pytest.mark.parametrize(
    ("given", "why"), [({"results": 5}, r"\[0\]\.results: must be a list"), ({"results": [5]}, r"\[0\]\.results\[0\]: must be a registered result")]
)
def test_a_result_that_is_none_is_refused_with_its_place(given, why):
    with pytest.raises(Refused, match=f"^builds_on{why}"):
        earlier(given)


def test_a_result_of_another_module_is_refused_with_its_place():
    with pytest.raises(Refused, match=r"^builds_on\[1\]\.results\[0\]: not the registered result of a passrole\.ec2 module"):
        earlier(made("app"), {"results": [{"changed": False, "stdout": ""}]})
