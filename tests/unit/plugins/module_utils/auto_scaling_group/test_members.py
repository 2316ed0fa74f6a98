# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a member of a group is as it is wanted: what AWS adds is no difference, anything else is."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.members import so

POLICY = "MixedInstancesPolicy"
BY_ID = {"LaunchTemplateId": "lt-1", "LaunchTemplateName": "web"}


def overrides(*items):
    return {"LaunchTemplate": {"Overrides": list(items)}}


@pytest.mark.parametrize(
    ("name", "wanted", "have", "is_so"),
    [
        ("MinSize", 1, 1, True),
        ("MinSize", 1, 2, False),
        ("MinSize", 0, None, False),
        # The value that takes a member away, which AWS then does not return.
        ("MaxInstanceLifetime", 0, None, True),
        ("MaxInstanceLifetime", 0, 0, True),
        ("MaxInstanceLifetime", 0, 86400, False),
        ("MaxInstanceLifetime", 86400, None, False),
        # A structure leaves what it does not name as it is.
        (POLICY, {"InstancesDistribution": {"SpotMaxPrice": "1"}}, {"InstancesDistribution": {"SpotMaxPrice": "1", "SpotInstancePools": 2}}, True),
        (POLICY, {"InstancesDistribution": {"SpotMaxPrice": "1"}}, {"InstancesDistribution": {"SpotMaxPrice": "2"}}, False),
        (POLICY, {"InstancesDistribution": {"SpotMaxPrice": "1"}}, None, False),
        # An item of a list is declared whole.
        (POLICY, overrides({"InstanceType": "a"}), overrides({"InstanceType": "a"}), True),
        (POLICY, overrides({"InstanceType": "a"}), overrides({"InstanceType": "a", "WeightedCapacity": "2"}), False),
        (POLICY, overrides({"InstanceType": "a", "WeightedCapacity": "2"}), overrides({"InstanceType": "a"}), False),
        (POLICY, overrides({"InstanceType": "a"}), overrides({"InstanceType": "a"}, {"InstanceType": "b"}), False),
        (POLICY, overrides({"InstanceType": "a"}, {"InstanceType": "b"}), overrides({"InstanceType": "a"}), False),
        (POLICY, overrides({"InstanceType": "a"}, {"InstanceType": "b"}), overrides({"InstanceType": "b"}, {"InstanceType": "a"}), False),
        # AWS returns both the name and the id of a launch template, and takes one of them.
        (
            POLICY,
            overrides({"InstanceType": "a", "LaunchTemplateSpecification": {"LaunchTemplateId": "lt-1", "Version": "1"}}),
            overrides({"InstanceType": "a", "LaunchTemplateSpecification": {**BY_ID, "Version": "1"}}),
            True,
        ),
        ("VPCZoneIdentifier", "subnet-1,subnet-2", "subnet-2, subnet-1", True),
        ("VPCZoneIdentifier", "subnet-1", "subnet-1,subnet-2", False),
        ("VPCZoneIdentifier", "", None, True),
        ("HealthCheckType", "EC2,ELB", "ELB", True),
        ("HealthCheckType", "EC2", None, True),
        ("HealthCheckType", "ELB", "EC2", False),
        ("TerminationPolicies", [], ["Default"], True),
        ("TerminationPolicies", ["OldestInstance", "Default"], ["Default", "OldestInstance"], False),
        ("TrafficSources", [{"Identifier": "arn:tg"}], [{"Identifier": "arn:tg", "Type": "elbv2"}], True),
        ("TrafficSources", [{"Identifier": "old", "Type": "elb"}], [{"Identifier": "old", "Type": "elbv2"}], False),
    ],
)
def test_a_member_is_as_it_is_wanted_or_differs(name, wanted, have, is_so):
    assert so(name, wanted, have) is is_so
