# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An instance refresh that is under way is in conflict only with a rollout that has something to do."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.rollout.plan import Group, plan
from ansible_collections.passrole.ec2.plugins.module_utils.rollout.state import Desired, Instance, Observed, Refresh, Source, Target

TARGET = Target("web", {}, {}, Source("lt-1", "3"))
OLD = Instance("i-1", "InService", Source("lt-1", "2"))
OTHER = Refresh("r-1", "InProgress", 50, {"DesiredConfiguration": {"LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "2"}}})
ENDING = Refresh("r-1", "Cancelling", 50, {})


def planned(strategy, instances, active, moves):
    seen = Observed(instances, refreshes=(active,))
    differs = {TARGET.source: (), OLD.source: ("ImageId",)}.__getitem__
    return plan(Desired(strategy=strategy), seen, TARGET, Group("web", 1, moves), differs)


@pytest.mark.parametrize("active", [OTHER, ENDING])
@pytest.mark.parametrize(
    ("strategy", "instances", "moves", "conflicts"),
    [
        ("none", (), False, False),
        ("none", (OLD,), False, False),
        ("none", (), True, True),
        ("refresh", (), False, False),
        ("refresh", (OLD,), False, True),
        ("refresh", (), True, True),
    ],
)
def test_another_refresh_conflicts_if_the_group_or_its_instances_are_to_change(strategy, instances, moves, conflicts, active):
    refused = pytest.raises(Refused, match=r"^rollout\.when_under_way: group web is being rolled out otherwise by instance refresh r-1")
    with refused if conflicts else nullcontext():
        assert planned(strategy, instances, active, moves).first == ()
