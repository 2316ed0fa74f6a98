# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is decided about a group's warm pool."""

from __future__ import annotations

import botocore.session
import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.warm_pool import declared_pool
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.plan import Action
from ansible_collections.passrole.ec2.plugins.modules.asg_launch_with_profile import OPTIONS

MODEL = botocore.session.get_session().get_service_model("autoscaling")
NOTHING_SAID = {name: option.get("default") for name, option in OPTIONS.items()}
POOL = {"MinSize": 0, "PoolState": "Stopped"}


def pool(words, **said):
    return declared_pool({**NOTHING_SAID, "warm_pool": words, **said}, MODEL)


def steps(want, there=None):
    answer = {"WarmPoolConfiguration": there} if there else {}
    return [step.summary for step in want.changes("web", want.seen(answer))]


def test_what_is_not_declared_is_left_alone():
    assert pool(None) is None


def test_a_pool_says_all_it_may_so_that_nothing_old_is_kept():
    want = pool({"pool_state": "Running"})
    (action,) = want.changes("web", want.seen({}))
    assert action.params == {
        "AutoScalingGroupName": "web",
        "MaxGroupPreparedCapacity": -1,
        "MinSize": 0,
        "PoolState": "Running",
        "InstanceReusePolicy": {"ReuseOnScaleIn": False},
    }


def test_a_pool_with_awss_defaults_is_there_already():
    assert steps(pool({"pool_state": "Stopped"}), POOL) == []


def test_what_is_taken_out_of_a_pool_is_a_change():
    assert steps(pool({"pool_state": "Stopped"}), {**POOL, "MinSize": 2}) == ["change the warm pool of group web"]


def test_an_empty_pool_is_none():
    assert steps(pool({})) == []
    assert steps(pool({}), POOL) == [
        "empty the warm pool of group web",
        "wait until the warm pool of group web is empty",
        "delete the warm pool of group web",
        "wait until the warm pool of group web is gone",
    ]


def test_force_takes_a_pool_away_with_its_instances():
    want = pool({}, force_delete=True)
    first, _wait = want.changes("web", want.seen({"WarmPoolConfiguration": POOL}))
    assert (first.operation, first.params["ForceDelete"]) == ("delete_warm_pool", True)


def test_a_pool_that_is_emptied_already_is_not_emptied_again():
    assert "empty the warm pool of group web" not in steps(pool({}), {"MinSize": 0, "MaxGroupPreparedCapacity": 0})


def test_a_pool_that_goes_already_is_waited_for_and_no_change():
    want = pool({})
    found = list(want.changes("web", want.seen({"WarmPoolConfiguration": {**POOL, "Status": "PendingDelete"}})))
    assert not [step for step in found if isinstance(step, Action)]


def test_a_pool_that_aws_does_not_know_is_refused():
    with pytest.raises(Refused, match="warm_pool.pool_state: Cold is none of Stopped, Running, Hibernated"):
        pool({"pool_state": "Cold"})
