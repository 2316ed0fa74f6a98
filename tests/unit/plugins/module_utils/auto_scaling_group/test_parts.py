# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan newly gives a group is looked for, and refused where it is not there."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.parts import refuse_missing_companions
from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.state import Desired
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused, Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.plan import Action, Plan

LACKING = {
    "describe_availability_zones": CallRefused("InvalidParameterValue", "Invalid availability zone: [eu-west-9a]"),
    "describe_target_groups": CallRefused("TargetGroupNotFound", "One or more target groups not found"),
    "describe_load_balancers": CallRefused("LoadBalancerNotFound", "There is no ACTIVE Load Balancer named 'lb'"),
    "describe_placement_groups": CallRefused("InvalidPlacementGroup.Unknown", "The Placement Group 'near' is unknown."),
}


def planned(operation, **params):
    return Plan(None, None, steps=(Action("autoscaling", operation, {"AutoScalingGroupName": "web", **params}, "do it"),))


def looked_for(plan, **answers):
    asked = []

    def find(service, operation, **params):
        asked.append((service, operation, params))
        if operation in answers:
            raise answers[operation]

    assert list(refuse_missing_companions(Desired("web"), plan, find)) == []
    return asked


@pytest.mark.parametrize("operation", ["create_auto_scaling_group", "attach_load_balancer_target_groups"])
def test_target_groups_are_looked_for_where_they_are_attached(operation):
    assert looked_for(planned(operation, TargetGroupARNs=["arn:tg"])) == [("elbv2", "describe_target_groups", {"TargetGroupArns": ["arn:tg"]})]


def test_traffic_sources_are_looked_for_by_their_kind():
    sources = [{"Identifier": "arn:tg"}, {"Identifier": "lb", "Type": "elb"}, {"Identifier": "arn:aws:vpc-lattice:r:1:targetgroup/t"}]
    assert [operation for _service, operation, _params in looked_for(planned("attach_traffic_sources", TrafficSources=sources))] == [
        "describe_target_groups",
        "describe_load_balancers",
    ]


def test_what_is_not_new_is_not_looked_for():
    assert looked_for(planned("detach_traffic_sources", TrafficSources=[{"Identifier": "arn:tg"}])) == []


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"TargetGroupARNs": ["arn:tg"]}, "^target_group_arns: there is no arn:tg: One or more target groups not found"),
        ({"LoadBalancerNames": ["lb"]}, "^load_balancers: There is no ACTIVE Load Balancer named 'lb'"),
        ({"AvailabilityZones": ["eu-west-9a"]}, r"^availability_zones: Invalid availability zone: \[eu-west-9a\]"),
        ({"AvailabilityZoneIds": ["euw9-az1"]}, r"^auto_scaling_group\.availability_zone_ids: there is no euw9-az1"),
        ({"PlacementGroup": "near"}, "^placement_group: The Placement Group 'near' is unknown"),
        ({"TrafficSources": [{"Identifier": "arn:tg"}]}, r"^auto_scaling_group\.traffic_sources: there is no arn:tg"),
    ],
)
def test_what_is_not_there_is_refused_at_its_option(params, why):
    with pytest.raises(Refused, match=why):
        looked_for(planned("create_auto_scaling_group", **params), **LACKING)
