# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Auto Scaling's answers about a group are read as."""

from __future__ import annotations

import botocore.session
import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.kinds import LIFECYCLE_HOOKS
from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.named import Named
from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.observe import (
    observe,
    parse,
    refuse_missing_subnets,
)
from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.state import Desired, Tag
from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.switches import Processes
from ansible_collections.passrole.ec2.plugins.module_utils.core.earlier import Earlier
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused, Refused

MODEL = botocore.session.get_session().get_service_model("autoscaling")
REQUEST = MODEL.operation_model("CreateAutoScalingGroup").input_shape
ANSWER = {
    "AutoScalingGroupName": "web",
    "MinSize": 1,
    "Tags": [{"Key": "team", "Value": "a", "PropagateAtLaunch": True, "ResourceId": "web", "ResourceType": "auto-scaling-group"}],
    "Instances": [{"InstanceId": "i-1"}],
    "CreatedTime": "now",
}


def test_members_are_those_that_a_request_could_say():
    assert parse(ANSWER, REQUEST).members == {"AutoScalingGroupName": "web", "MinSize": 1}


def test_tags_and_instances_are_read():
    group = parse(ANSWER, REQUEST)
    assert (group.tags, group.instances) == ({"team": Tag("a")}, ("i-1",))


def test_a_status_means_that_the_group_is_being_deleted():
    assert parse({**ANSWER, "Status": "Delete in progress"}, REQUEST).deleting


def test_a_group_that_is_not_there_is_none():
    assert observe(Desired("web"), lambda *_, **__: {"AutoScalingGroups": []}, Earlier(), REQUEST).group is None


def test_a_group_that_an_earlier_task_removed_is_gone_and_not_read():
    assert observe(Desired("web"), None, Earlier({"auto_scaling_group": {"web": None}}), REQUEST).group is None


def test_only_what_is_declared_of_what_belongs_to_a_group_is_read():
    read = []

    def find(_service, operation, **_params):
        read.append(operation)
        return {"AutoScalingGroups": [ANSWER], "LifecycleHooks": []}

    observe(Desired("web"), find, Earlier(), REQUEST)
    hooks = Named(LIFECYCLE_HOOKS, {}, purge=True, shape=None)
    group = observe(Desired("web", belongings=(hooks, Processes(()))), find, Earlier(), REQUEST).group
    assert read == ["describe_auto_scaling_groups", "describe_auto_scaling_groups", "describe_lifecycle_hooks"]
    assert group.belongings == {"lifecycle_hooks": {}, "suspend_processes": ()}


def test_subnets_that_are_not_there_are_refused_in_ec2s_words():
    def find(*_args, **_params):
        raise CallRefused("InvalidSubnetID.NotFound", "The subnet ID 'subnet-1' does not exist")

    with pytest.raises(Refused, match="vpc_zone_identifier: The subnet ID 'subnet-1' does not exist"):
        refuse_missing_subnets(Desired("web", {"VPCZoneIdentifier": "subnet-1"}), find)


def test_a_refusal_of_another_kind_is_not_taken_for_a_missing_subnet():
    def find(*_args, **_params):
        raise CallRefused("UnauthorizedOperation", "no")

    with pytest.raises(CallRefused):
        refuse_missing_subnets(Desired("web", {"VPCZoneIdentifier": "subnet-1"}), find)
