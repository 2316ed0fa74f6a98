# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a reader sees of a rollout."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.rollout.telling import associated, beginning, standing, total_of


def seen(status="InProgress", **more):
    return {"status": status, "percentage_complete": 40, "instances_to_update": 3, **more}


@pytest.mark.parametrize(
    ("refresh", "line"),
    [
        (seen(), "web: refresh 40 %, 2 of 5 replaced, 3 to go"),
        (seen(at_checkpoint=True), "web: refresh 40 %, 2 of 5 replaced, 3 to go (at a checkpoint)"),
        (seen("RollbackInProgress"), "web: refresh 40 %, 2 of 5 replaced, 3 to go (rolling back)"),
        (seen("Pending", percentage_complete=0, instances_to_update=5), "web: refresh 0 %, 0 of 5 replaced, 5 to go (not begun yet)"),
        (seen("Quiescent"), "web: refresh 40 %, 2 of 5 replaced, 3 to go (Quiescent)"),
    ],
)
def test_a_refresh_is_told_in_percent_and_in_instances(refresh, line):
    assert standing("web", refresh, 5) == line


def test_before_it_is_known_how_many_there_are_only_what_is_left_is_told():
    assert standing("web", {"status": "Pending"}, 0) == "web: refresh 0 %, 0 to go (not begun yet)"


@pytest.mark.parametrize(
    ("refresh", "before", "total"),
    [
        (seen(percentage_complete=0, instances_to_update=5), 0, 5),
        (seen(), 5, 5),
        (seen(), 2, 3),
        (seen(), 0, 0),
    ],
)
def test_how_many_there_are_is_the_most_that_it_had_to_go_and_not_known_of_one_that_had_begun(refresh, before, total):
    assert total_of(refresh, before) == total


def test_associations_are_told_in_the_same_way():
    assert associated("web", 2, 5) == "web: associate 40 %, 2 of 5 associated, 3 to go"


@pytest.mark.parametrize(
    ("handed_over", "words"),
    [
        ({"instance_refresh_id": "r-1", "until": "completion"}, "goes on when the play is interrupted; the next run joins it"),
        ({"instance_refresh_id": "r-1", "until": "checkpoint"}, "goes on when the play is interrupted"),
        ({"instance_refresh_id": "r-1", "until": "end"}, "instance refresh r-1 is in the way"),
        ({"associated": 2, "of": 5}, "the next run goes on with the others"),
    ],
)
def test_the_first_line_tells_what_becomes_of_it_when_the_play_is_interrupted(handed_over, words):
    assert words in beginning("web", handed_over)
