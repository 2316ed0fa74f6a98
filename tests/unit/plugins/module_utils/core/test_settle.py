# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The look at the end: patient with what spreads late, plain about what someone else did."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import AwsUnreachable, CallRefused, Refused, StoppedHalfway
from ansible_collections.passrole.ec2.plugins.module_utils.core.plan import Action, Later, Plan
from ansible_collections.passrole.ec2.plugins.module_utils.core.settle import differences, settle

UPDATE = Action("ec2", "update", {}, "update it")
THERE = Plan({"size": 2, "secret": "a"}, {"size": 2, "secret": "a"})
OTHER = Plan({"size": 3, "secret": "b"}, {"size": 2, "secret": "a"}, steps=(UPDATE,))


def settled(*seen):
    """What a look that shows these, the last of them for ever, comes to; and the pauses it took."""
    left, pauses = list(seen), []

    def look():
        now = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(now, Exception):
            raise now
        return now

    return settle(look, ["make it"], pauses.append), pauses


def test_what_is_as_planned_takes_one_look():
    assert settled(THERE) == ((), [])


def test_what_spreads_late_is_looked_at_again():
    assert settled(Refused("there is no role a"), OTHER, THERE) == ((), [0.25, 0.5])


def test_what_someone_else_changed_is_told_by_name_and_not_by_value():
    with pytest.raises(StoppedHalfway) as stopped:
        settled(OTHER)
    assert stopped.value.as_result() == {
        "msg": "Could not see all as planned: someone else changes it at the same time, or AWS keeps another value than is asked for: secret, size",
        "changed": True,
        "done": ["make it"],
        "not_done": ["update it"],
    }


def test_what_tidying_is_left_is_no_ones_fault():
    assert settled(Plan({"size": 2}, {"size": 2}, steps=(UPDATE,))) == ((), [])


def test_who_may_not_look_is_warned():
    assert settled(CallRefused("AccessDenied", "no"))[0] == ("what was done could not be looked at again: no (AccessDenied)",)


def test_who_cannot_look_is_told_what_was_done():
    with pytest.raises(StoppedHalfway, match="^Could not see all as planned: no network$") as stopped:
        settled(AwsUnreachable("no network", lost=True))
    assert (stopped.value.done, stopped.value.left, stopped.value.not_known) == (["make it"], [], [])


@pytest.mark.parametrize(
    ("have", "want", "paths"),
    [
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, {"a.c"}),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": 3}}, {"a.c"}),
        ({}, {"a": 1}, {"all of it"}),
        ({"a": [1]}, {"a": [2]}, {"a"}),
        ({"a": 1}, {"a": 1}, set()),
    ],
)
def test_differences_are_told_by_where_they_are(have, want, paths):
    assert set(differences(have, want)) == paths


def test_what_only_aws_knows_counts_as_a_difference():
    with pytest.raises(StoppedHalfway, match="version"):
        settled(Plan({"name": "web", "version": 1}, {"name": "web", "version": Later("make", "Version")}))
