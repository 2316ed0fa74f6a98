# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is decided about a group's suspended processes, its metrics and its protected instances."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.switches import (
    METRICS,
    Metrics,
    Processes,
    Protection,
    declared_metrics,
    declared_processes,
    declared_protection,
)
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.modules.asg_launch_with_profile import OPTIONS

NOTHING_SAID = {name: option.get("default") for name, option in OPTIONS.items()}
ANSWER = {
    "SuspendedProcesses": [{"ProcessName": "Launch", "SuspensionReason": "User suspended"}],
    "EnabledMetrics": [{"Metric": "GroupMinSize", "Granularity": "1Minute"}, {"Metric": "GroupMaxSize", "Granularity": "1Minute"}],
    "Instances": [{"InstanceId": "i-1", "ProtectedFromScaleIn": True}, {"InstanceId": "i-2", "ProtectedFromScaleIn": False}],
}


def made(want, answer=None):
    return [(action.operation, action.params) for action in want.changes("web", want.seen(answer or ANSWER))]


def web(**params):
    return {"AutoScalingGroupName": "web", **params}


@pytest.mark.parametrize("declared", [declared_processes, declared_metrics, declared_protection])
def test_what_is_not_declared_is_left_alone(declared):
    assert declared(NOTHING_SAID, None) is None


def test_processes_that_are_named_are_suspended_and_all_others_go_on():
    assert made(Processes(("AZRebalance",))) == [
        ("suspend_processes", web(ScalingProcesses=["AZRebalance"])),
        ("resume_processes", web(ScalingProcesses=["Launch"])),
    ]
    assert made(Processes(("Launch",))) == []


def test_no_process_named_resumes_all():
    want = declared_processes({**NOTHING_SAID, "suspend_processes": []}, None)
    assert made(want) == [("resume_processes", web(ScalingProcesses=["Launch"]))]


def test_what_is_not_purged_goes_on_as_it_did():
    processes = declared_processes({**NOTHING_SAID, "suspend_processes": ["AZRebalance"], "purge_suspend_processes": False}, None)
    assert made(processes) == [("suspend_processes", web(ScalingProcesses=["AZRebalance"]))]
    assert processes.after(("Launch",)) == ("AZRebalance", "Launch")
    said = {**NOTHING_SAID, "metrics_collection": True, "metrics_list": ["GroupTotalInstances"], "purge_metrics_list": False}
    assert made(declared_metrics(said, None)) == [("enable_metrics_collection", web(Metrics=["GroupTotalInstances"], Granularity="1Minute"))]
    assert sorted(declared_metrics(said, None).after({"GroupMinSize": "1Minute"})) == ["GroupMinSize", "GroupTotalInstances"]
    assert made(declared_metrics({**said, "metrics_collection": False}, None)) == [
        ("disable_metrics_collection", web(Metrics=["GroupMaxSize", "GroupMinSize"]))
    ]


def test_metrics_have_one_granularity():
    with pytest.raises(Refused, match="metrics_granularity: must be 1Minute, the one that AWS has, not 5Minute"):
        declared_metrics({**NOTHING_SAID, "metrics_collection": True, "metrics_granularity": "5Minute"}, None)


def test_metrics_that_are_not_listed_stop_and_those_that_are_start():
    assert made(Metrics(("GroupMinSize", "GroupTotalInstances"))) == [
        ("disable_metrics_collection", web(Metrics=["GroupMaxSize"])),
        ("enable_metrics_collection", web(Metrics=["GroupTotalInstances"], Granularity="1Minute")),
    ]


def test_no_collection_stops_all_metrics():
    want = declared_metrics({**NOTHING_SAID, "metrics_collection": False}, None)
    assert made(want) == [("disable_metrics_collection", web(Metrics=["GroupMaxSize", "GroupMinSize"]))]


def test_a_collection_with_no_list_is_that_of_amazon_aws():
    assert declared_metrics({**NOTHING_SAID, "metrics_collection": True}, None).names == tuple(sorted(METRICS))


def test_a_list_with_no_collection_is_refused_as_it_would_do_nothing():
    with pytest.raises(Refused, match="metrics_list: has an effect with metrics_collection only"):
        declared_metrics({**NOTHING_SAID, "metrics_list": ["GroupMinSize"]}, None)


def test_running_instances_that_differ_are_protected_or_no_longer():
    assert made(Protection(True)) == [("set_instance_protection", web(InstanceIds=["i-2"], ProtectedFromScaleIn=True))]
    assert made(Protection(False)) == [("set_instance_protection", web(InstanceIds=["i-1"], ProtectedFromScaleIn=False))]


def test_instances_are_protected_fifty_at_a_time():
    many = {"Instances": [{"InstanceId": f"i-{number:02}", "ProtectedFromScaleIn": False} for number in range(51)]}
    assert [len(params["InstanceIds"]) for _operation, params in made(Protection(True), many)] == [50, 1]


def test_running_instances_follow_what_is_said_of_new_ones():
    with pytest.raises(Refused, match="protect_running_instances: extends protected_from_scale_in, which must be given too"):
        declared_protection({**NOTHING_SAID, "protect_running_instances": True}, None)
