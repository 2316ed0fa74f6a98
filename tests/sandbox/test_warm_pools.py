# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The instances of a warm pool, after Auto Scaling's user guide: ec2-auto-scaling-warm-pools, warm-pool-instance-lifecycle, and its API reference."""

from __future__ import annotations

import pytest

WEB = {"AutoScalingGroupName": "web"}


@pytest.fixture
def group(template, make_group):
    return make_group(LaunchTemplate={"LaunchTemplateName": "web", "Version": "1"}, MinSize=1, MaxSize=4)


@pytest.fixture
def warm(autoscaling):
    """The lifecycle states of the pool's instances, by id."""
    return lambda: {one["InstanceId"]: one["LifecycleState"] for one in autoscaling.describe_warm_pool(**WEB)["Instances"]}


def test_it_holds_what_could_be_launched_beside_the_desired_capacity(autoscaling, group, warm, see_group):
    """API_PutWarmPool, MaxGroupPreparedCapacity: by default, the difference between the largest size and the desired capacity."""
    autoscaling.put_warm_pool(**WEB)
    assert len(warm()) == see_group()["WarmPoolSize"] == 3
    autoscaling.put_warm_pool(MaxGroupPreparedCapacity=2, **WEB)
    assert len(warm()) == 1
    autoscaling.put_warm_pool(MinSize=2, **WEB)
    assert len(warm()) == 2


@pytest.mark.parametrize(("state", "of_ec2"), [("Stopped", "stopped"), ("Running", "running"), ("Hibernated", "stopped")])
def test_its_instances_are_in_its_state_and_carry_the_groups_profile(state, of_ec2, autoscaling, ec2, group, warm, profile, see_group):
    """warm-pool-instance-lifecycle; DescribeAutoScalingGroups lists those in service only."""
    autoscaling.put_warm_pool(PoolState=state, MaxGroupPreparedCapacity=2, **WEB)
    [(instance, shown)] = warm().items()
    assert shown == f"Warmed:{state}"
    [told] = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"]
    assert (told["State"]["Name"], told["IamInstanceProfile"]["Arn"]) == (of_ec2, profile["Arn"])
    assert instance not in {one["InstanceId"] for one in see_group()["Instances"]}
    assert autoscaling.describe_auto_scaling_instances(InstanceIds=[instance])["AutoScalingInstances"][0]["LifecycleState"] == shown


def test_a_group_that_scales_out_takes_from_it_and_it_is_filled_again(autoscaling, group, warm, see_group):
    """ec2-auto-scaling-warm-pools: "it draws from the warm pool"."""
    autoscaling.put_warm_pool(MaxGroupPreparedCapacity=3, **WEB)
    before = set(warm())
    autoscaling.set_desired_capacity(DesiredCapacity=2, **WEB)
    assert before & {one["InstanceId"] for one in see_group()["Instances"]}
    assert len(warm()) == 1


@pytest.mark.parametrize("reuse", [True, False])
def test_a_group_that_scales_in_puts_back_what_the_pool_reuses(reuse, autoscaling, group, warm, see_group):
    """API_InstanceReusePolicy."""
    autoscaling.set_desired_capacity(DesiredCapacity=2, **WEB)
    served = {one["InstanceId"] for one in see_group()["Instances"]}
    autoscaling.put_warm_pool(MaxGroupPreparedCapacity=2, InstanceReusePolicy={"ReuseOnScaleIn": reuse}, **WEB)
    autoscaling.set_desired_capacity(DesiredCapacity=1, **WEB)
    assert bool(served & set(warm())) == reuse


def test_it_goes_with_its_instances_and_by_force_at_once(account, autoscaling, ec2, group, warm, see_group, instances):
    """API_DeleteWarmPool."""
    account.advance(0)
    autoscaling.put_warm_pool(PoolState="Running", **WEB)
    assert len(instances()) == 4
    autoscaling.delete_warm_pool(ForceDelete=True, **WEB)
    assert len(instances()) == 1
    assert "WarmPoolConfiguration" not in see_group()
