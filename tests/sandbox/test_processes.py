# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Suspended processes, after Auto Scaling's user guide: as-suspend-resume-processes, understand-how-suspending-processes-affects-other-processes."""

from __future__ import annotations

import pytest

WEB = {"AutoScalingGroupName": "web"}
PIN = {"LaunchTemplateName": "web", "Version": "1"}


@pytest.fixture
def size(see_group):
    """What the group wants, and how much it has."""
    return lambda: (see_group()["DesiredCapacity"], len(see_group()["Instances"]))


@pytest.fixture
def suspended(autoscaling, template, make_group):
    """A group of one instance, in which this process is suspended."""

    def suspended(process, **params):
        group = make_group(LaunchTemplate=PIN, DesiredCapacity=1, **params)
        autoscaling.suspend_processes(ScalingProcesses=[process], **WEB)
        return group

    return suspended


def scale(autoscaling, desired):
    autoscaling.set_desired_capacity(DesiredCapacity=desired, **WEB)


def test_without_launch_nothing_is_launched_until_it_is_resumed(autoscaling, suspended, size):
    """as-suspend-resume-processes, Launch: "Adds instances to the Auto Scaling group when the group scales out"."""
    suspended("Launch")
    scale(autoscaling, 3)
    assert size() == (3, 1)
    autoscaling.update_auto_scaling_group(MinSize=4, **WEB)
    assert size() == (4, 1)
    autoscaling.resume_processes(ScalingProcesses=["Launch"], **WEB)
    assert size() == (4, 4)


def test_without_launch_what_ends_is_replaced_once_it_is_resumed(autoscaling, ec2, suspended, size):
    """understand-how-…: "When you resume the Launch process, Amazon EC2 Auto Scaling immediately replaces any instances that it terminated"."""
    group = suspended("Launch")
    ec2.terminate_instances(InstanceIds=[group["Instances"][0]["InstanceId"]])
    assert size() == (1, 0)
    autoscaling.resume_processes(**WEB)
    assert size() == (1, 1)


def test_without_launch_no_warm_pool_is_filled_nor_taken_from(autoscaling, suspended, size):
    """as-suspend-resume-processes, Launch: "such as when it adds instances to a warm pool"."""
    suspended("Launch", MaxSize=3)
    autoscaling.put_warm_pool(**WEB)
    assert autoscaling.describe_warm_pool(**WEB)["Instances"] == []
    autoscaling.resume_processes(**WEB)
    assert len(autoscaling.describe_warm_pool(**WEB)["Instances"]) == 2
    autoscaling.suspend_processes(ScalingProcesses=["Launch"], **WEB)
    scale(autoscaling, 2)
    assert size() == (2, 1)


def test_without_terminate_nothing_is_ended_until_it_is_resumed(autoscaling, suspended, size):
    """as-suspend-resume-processes, Terminate: "Removes instances from the Auto Scaling group when the group scales in"."""
    suspended("Terminate")
    scale(autoscaling, 0)
    assert size() == (0, 1)
    scale(autoscaling, 2)
    assert size() == (2, 2)
    autoscaling.update_auto_scaling_group(MaxSize=1, **WEB)
    assert size() == (1, 2)
    autoscaling.resume_processes(ScalingProcesses=["Terminate"], **WEB)
    assert size() == (1, 1)


def test_without_terminate_a_group_still_goes_by_force(autoscaling, suspended, instances):
    """suspend-resume-considerations: "you can still force instances to be terminated by using the delete-auto-scaling-group command"."""
    suspended("Terminate")
    autoscaling.delete_auto_scaling_group(ForceDelete=True, **WEB)
    assert instances() == []


@pytest.mark.parametrize("process", ["Launch", "Terminate", "InstanceRefresh"])
def test_without_them_an_instance_refresh_replaces_nothing(account, autoscaling, suspended, see_group, process):
    """understand-how-…: "InstanceRefresh does not replace instances"."""
    account.advance(0)
    before = suspended(process)["Instances"]
    autoscaling.start_instance_refresh(Preferences={"MinHealthyPercentage": 0, "InstanceWarmup": 1}, **WEB)
    account.advance(60)
    assert see_group()["Instances"] == before
    refresh = autoscaling.describe_instance_refreshes(**WEB)["InstanceRefreshes"][0]
    assert (refresh["Status"], refresh["StatusReason"]) == ("InProgress", f"Waiting for suspended processes: {process}.")
    autoscaling.resume_processes(**WEB)
    account.advance(20)
    assert autoscaling.describe_instance_refreshes(**WEB)["InstanceRefreshes"][0]["Status"] == "Successful"
    assert see_group()["Instances"] != before


def test_all_are_suspended_and_resumed_when_none_is_named(autoscaling, template, make_group, see_group):
    """API_SuspendProcesses, API_ResumeProcesses: "If you omit this property, all processes are specified"; API_DescribeScalingProcessTypes."""
    make_group(LaunchTemplate=PIN)
    autoscaling.suspend_processes(**WEB)
    there = {one["ProcessName"] for one in autoscaling.describe_scaling_process_types()["Processes"]}
    assert {one["ProcessName"] for one in see_group()["SuspendedProcesses"]} == there
    assert {"Launch", "Terminate", "AZRebalance"} < there
    autoscaling.resume_processes(**WEB)
    assert see_group()["SuspendedProcesses"] == []


@pytest.mark.parametrize("operation", ["suspend_processes", "resume_processes"])
def test_a_process_that_is_none_is_refused(autoscaling, template, make_group, see_group, refused, operation):
    """API_SuspendProcesses, ScalingProcesses; the words are the sandbox's own, after those for termination policies."""
    make_group(LaunchTemplate=PIN)
    code, words = refused(getattr(autoscaling, operation), ScalingProcesses=["Launch", "Foo"], **WEB)
    assert (code, words.partition(".")[0]) == ("ValidationError", "[Foo] is not a valid scaling process")
    assert see_group()["SuspendedProcesses"] == []
