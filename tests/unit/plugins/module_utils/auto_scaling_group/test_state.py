# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a playbook's words about a group come to."""

from __future__ import annotations

from contextlib import nullcontext

import botocore.session
import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.belongings import belongings
from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.state import OPTIONS, Declarable, FromTemplate, Tag, desired
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.plan import Later
from ansible_collections.passrole.ec2.plugins.modules.asg_launch_with_profile import OPTIONS as MODULE_OPTIONS

MODEL = botocore.session.get_session().get_service_model("autoscaling")
REQUEST = Declarable(*(MODEL.operation_model(f"{verb}AutoScalingGroup").input_shape for verb in ("Create", "Update")))
DEFAULTS = {name: option.get("default") for name, option in MODULE_OPTIONS.items()}


def asked(name="web", **options):
    return desired({**DEFAULTS, "name": name, **options}, REQUEST)


def test_every_option_names_a_member_that_the_api_has():
    assert set(OPTIONS.values()) <= set(REQUEST.members)


def test_amazon_aws_names_become_the_apis():
    assert asked(health_check_period=60, load_balancers=["a"]).members == {
        "HealthCheckGracePeriod": 60,
        "LoadBalancerNames": ["a"],
    }


def test_health_checks_are_those_that_aws_has():
    assert asked(health_check_type="EC2, VPC_LATTICE,EBS").members == {"HealthCheckType": "VPC_LATTICE,EBS"}
    assert asked(health_check_type="EC2").members == {"HealthCheckType": "EC2"}
    assert asked(auto_scaling_group={"health_check_type": "NEW"}).members == {"HealthCheckType": "NEW"}


def test_subnets_become_one_text():
    assert asked(vpc_zone_identifier=["subnet-1", "subnet-2"]).members == {"VPCZoneIdentifier": "subnet-1,subnet-2"}


def test_a_subnet_that_yaml_reads_as_a_number_is_no_traceback():
    assert asked(auto_scaling_group={"vpc_zone_identifier": [1]}).members == {"VPCZoneIdentifier": "1"}


def test_what_is_not_declared_is_not_there():
    assert asked().members == {}


def test_an_empty_list_is_a_value():
    assert asked(target_group_arns=[]).members == {"TargetGroupARNs": []}


def test_further_members_are_said_in_snake_case():
    assert asked(auto_scaling_group={"default_instance_warmup": "0", "capacity_rebalance": "yes"}).members == {
        "DefaultInstanceWarmup": 0,
        "CapacityRebalance": True,
    }


@pytest.mark.skipif(
    REQUEST.update.members["PlacementGroup"].metadata.get("min", 0) > 0,
    reason="this botocore lets no update take it away",
)
def test_an_update_may_take_the_placement_group_away_though_no_creation_can():
    assert asked(placement_group="").members == {"PlacementGroup": ""}


def test_instance_types_stand_for_overrides():
    policy = asked(mixed_instances_policy={"instance_types": ["t3.micro", "t3a.micro"]}).members["MixedInstancesPolicy"]
    assert policy == {"LaunchTemplate": {"Overrides": [{"InstanceType": "t3.micro"}, {"InstanceType": "t3a.micro"}]}}


def test_tags_carry_whether_they_propagate():
    assert asked(tags=[{"team": "a"}, {"cost": 1, "propagate_at_launch": "no"}]).tags == {
        "team": Tag("a"),
        "cost": Tag("1", propagate=False),
    }


def test_a_group_refers_to_its_version_by_number_as_text():
    assert FromTemplate("lt-1", 3).reference == {"LaunchTemplateId": "lt-1", "Version": "3"}
    assert FromTemplate("lt-1", Later("create", "Number")).reference["Version"].through(3) == "3"


@pytest.mark.parametrize(
    ("options", "because"),
    [
        ({"auto_scaling_group": {"capacity_rebalanc": True}}, r"auto_scaling_group\.capacity_rebalanc: no such member .*did you mean"),
        ({"auto_scaling_group": {"min_size": 1}, "min_size": 1}, r"auto_scaling_group\.min_size: given twice"),
        ({"auto_scaling_group": {"launch_template": {"version": "1"}}}, "is said by the module's own options"),
        ({"health_check_type": "EC2, elb"}, "health_check_type: elb is none of EBS, EC2, ELB, VPC_LATTICE; did you mean ELB"),
        ({"health_check_period": "soon"}, "health_check_period: must be a whole number"),
        ({"max_size": -1}, "^max_size: -1, and at least 0 needed"),
        ({"auto_scaling_group": {"instance_id": "i-1"}}, r"auto_scaling_group\.instance_id: .* say launch_configuration\.instance_id"),
        ({"auto_scaling_group": {"instance_maintenance_policy": {"min_healthy_percentage": 90}}}, r"maintenance_policy\.max_healthy_percentage: must be given"),
        ({"auto_scaling_group": {"instance_maintenance_policy": {"min_healthy_percentage": -1, "max_healthy_percentage": 100}}}, "both percentages are -1"),
        ({"auto_scaling_group": {"instance_maintenance_policy": {"min_healthy_percentage": 0, "max_healthy_percentage": 101}}}, "101 is more than 100 above"),
        ({"tags": [{"": "x"}]}, r"tags\[0\]"),
        ({"name": "web:1"}, "name: web:1 is no name for a group"),
        ({"name": "w" * 256}, "name: 256 characters, and at most 255 allowed"),
        ({"mixed_instances_policy": {"instance_types": "t3.micro"}}, r"mixed_instances_policy\.instance_types: must be a list"),
        (
            {"mixed_instances_policy": {"instance_types": ["t3.micro"], "launch_template": "x"}},
            r"mixed_instances_policy\.launch_template: must be a dictionary",
        ),
        ({"tags": [{"team": "a", "propagate_at_lauch": True}]}, r"tags\[0\]\.propagate_at_lauch: did you mean propagate_at_launch\?"),
        ({"mixed_instances_policy": {"instances_distribution": {"spot": 1}}}, r"mixed_instances_policy\.instances_distribution\.spot"),
        (
            {"load_balancers": [], "auto_scaling_group": {"traffic_sources": [{"identifier": "old", "type": "elb"}]}},
            r"auto_scaling_group\.traffic_sources\[0\]: old is of the kind that load_balancers says, which is given too",
        ),
    ],
)
def test_a_wrong_word_is_refused_with_its_path(options, because):
    with pytest.raises(Refused, match=because):
        asked(**options)


@pytest.mark.parametrize("name", ["!", "~", "web ~ api", "a/b", "w" * 255])
def test_a_group_may_have_any_ascii_sign_but_a_colon_in_its_name(name):
    assert asked(name=name).name == name


@pytest.mark.parametrize("name", ["web:1", "web\t1", "w\x7f", "w\x1f", "wéb"])
def test_a_name_with_another_character_is_refused(name):
    with pytest.raises(Refused, match="is no name for a group"):
        asked(name=name)


HOOK = {"lifecycle_hook_name": "drain", "lifecycle_transition": "autoscaling:EC2_INSTANCE_TERMINATING"}


@pytest.mark.parametrize(
    ("options", "is_refused"),
    [
        ({"lifecycle_hooks": [HOOK]}, False),
        ({"auto_scaling_group": {"lifecycle_hook_specification_list": [HOOK]}}, False),
        ({"suspend_processes": ["Launch"], "auto_scaling_group": {"lifecycle_hook_specification_list": [HOOK]}}, False),
        ({"lifecycle_hooks": [HOOK], "auto_scaling_group": {"lifecycle_hook_specification_list": [HOOK]}}, True),
        ({"lifecycle_hooks": [], "auto_scaling_group": {"lifecycle_hook_specification_list": [HOOK]}}, True),
    ],
)
def test_hooks_are_declared_in_one_place(options, is_refused):
    params = {**DEFAULTS, "name": "web", **options}
    refused = pytest.raises(Refused, match="^auto_scaling_group.lifecycle_hook_specification_list: given twice") if is_refused else nullcontext()
    with refused:
        desired(params, REQUEST, belongings(params, MODEL))


@pytest.mark.skipif("AvailabilityZoneIds" not in REQUEST.members, reason="this botocore does not know them")
def test_zones_are_said_by_name_or_by_id():
    with pytest.raises(Refused, match=r"auto_scaling_group\.availability_zone_ids: availability_zones is given too, and AWS takes one of them"):
        asked(availability_zones=["eu-west-1a"], auto_scaling_group={"availability_zone_ids": ["euw1-az1"]})
