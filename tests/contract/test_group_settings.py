# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The promises hold for whatever Auto Scaling's model takes as a member of a group, leaf by leaf and as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.belongings import belongings
from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.observe import observe
from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.plan import plan
from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.state import Declarable, FromTemplate, desired
from ansible_collections.passrole.ec2.plugins.module_utils.core.earlier import Earlier
from ansible_collections.passrole.ec2.plugins.module_utils.core.plan import Action, shown
from ansible_collections.passrole.ec2.plugins.module_utils.core.shapes import to_words
from ansible_collections.passrole.ec2.plugins.modules.asg_launch_with_profile import OPTIONS

from tests.support import strategies as drawn
from tests.support.fake_auto_scaling import ALB, CLB, LATTICE, SUBNETS, REQUEST, SHAPE, KeptByAws, in_other_words
from tests.support.service_models import input_shape, model
from tests.support.contracts.contract import agrees
from tests.contract.test_launch_template_data import at, leaves, with_leaf, without_leaf

MODEL = model("autoscaling")
DEFAULTS = {name: option.get("default") for name, option in OPTIONS.items()}
LAUNCH = FromTemplate("lt-1", 1)
DECLARABLE = Declarable(REQUEST, input_shape("autoscaling", "update_auto_scaling_group"))
# The module says these by options that are no members, or AWS never tells of them.
NOT_DRAWN = {
    "AutoScalingGroupName", "InstanceId", "LaunchConfigurationName", "LaunchTemplate", "LifecycleHookSpecificationList",
    "Operator", "SkipZonalShiftValidation", "Tags",
}  # fmt: skip
BASIS = {"MinSize": 1, "MaxSize": 9, "VPCZoneIdentifier": SUBNETS[0]}
# As a playbook that says nothing of the member any more, but that it be as it was at first.
TAKEN_AWAY = {
    "AvailabilityZoneDistribution": {"CapacityDistributionStrategy": "balanced-best-effort"},
    "CapacityRebalance": False,
    "CapacityReservationSpecification": {
        "CapacityReservationPreference": "default",
        "CapacityReservationTarget": {"CapacityReservationIds": [], "CapacityReservationResourceGroupArns": []},
    },
    "DefaultInstanceWarmup": -1,
    "DeletionProtection": "none",
    "DesiredCapacityType": "units",
    "HealthCheckType": "EC2",
    "InstanceMaintenancePolicy": {"MinHealthyPercentage": -1, "MaxHealthyPercentage": -1},
    "LoadBalancerNames": [],
    "MaxInstanceLifetime": 0,
    "MixedInstancesPolicy": {},
    "NewInstancesProtectedFromScaleIn": False,
    "PlacementGroup": "",
    "TargetGroupARNs": [],
    "TerminationPolicies": [],
    "TrafficSources": [],
}


def lists_of(*words: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), min_size=1, max_size=3, unique=True)


def source(identifier: str, kind: str) -> st.SearchStrategy[dict[str, str]]:
    """A traffic source, whose type AWS can tell from an ARN."""
    told, untold = {"Identifier": identifier, "Type": kind}, {"Identifier": identifier}
    return st.just(told) if kind == "elb" else st.sampled_from([told, untold])


SOURCES = [source(one, kind) for kind, known in (("elb", CLB), ("elbv2", ALB), ("vpc-lattice", LATTICE)) for one in known]
SPECIFICATION = st.builds(
    lambda named, version: {**named, **version},
    st.sampled_from([{"LaunchTemplateId": "lt-1"}, {"LaunchTemplateId": "lt-2"}, {"LaunchTemplateName": "template-2"}]),
    st.sampled_from([{}, {"Version": "$Default"}, {"Version": "2"}]),
)
OVERRIDE = REQUEST.members["MixedInstancesPolicy"].members["LaunchTemplate"].members["Overrides"].member
OVERRIDES = st.lists(drawn.structure(OVERRIDE, whole=False, known={"LaunchTemplateSpecification": SPECIFICATION}).filter(bool), max_size=3)
DISTRIBUTION = drawn.value(REQUEST.members["MixedInstancesPolicy"].members["InstancesDistribution"])
KNOWN = {
    "AvailabilityZoneIds": lists_of("euw1-az1", "euw1-az2"),
    "AvailabilityZones": lists_of("eu-west-1a", "eu-west-1b"),
    "DesiredCapacity": st.integers(1, 5),
    "HealthCheckType": lists_of("EC2", "ELB", "EBS", "VPC_LATTICE").map(",".join),
    "InstanceMaintenancePolicy": st.fixed_dictionaries(
        {"MinHealthyPercentage": st.integers(50, 100), "MaxHealthyPercentage": st.integers(100, 150)}
    ),
    "LoadBalancerNames": lists_of(*CLB),
    "MaxSize": st.integers(5, 9),
    "MinSize": st.integers(0, 1),
    "MixedInstancesPolicy": st.fixed_dictionaries(
        {"LaunchTemplate": st.fixed_dictionaries({"Overrides": OVERRIDES})}, optional={"InstancesDistribution": DISTRIBUTION}
    ),
    "TargetGroupARNs": lists_of(*ALB),
    "TerminationPolicies": lists_of("Default", "OldestInstance", "NewestInstance"),
    "TrafficSources": st.lists(st.one_of(SOURCES), min_size=1, max_size=3, unique_by=lambda one: one["Identifier"]),
    "VPCZoneIdentifier": lists_of(*SUBNETS).map(",".join),
}
MEMBERS = {name: KNOWN.get(name, drawn.value(shape)).filter(bool) for name, shape in REQUEST.members.items() if name not in NOT_DRAWN}
CALLS = {
    "LoadBalancerNames": {"attach_load_balancers", "detach_load_balancers"},
    "TargetGroupARNs": {"attach_load_balancer_target_groups", "detach_load_balancer_target_groups"},
    "TrafficSources": {"attach_traffic_sources", "detach_traffic_sources"},
}


class Kept:
    """A group of its own, kept as each declaration says."""

    def __init__(self, telling: str = "as said") -> None:
        self.aws = KeptByAws(telling)

    def planned(self, members: Mapping[str, Any], **options: Any) -> Any:
        params = {**DEFAULTS, "name": "web", "auto_scaling_group": to_words(members, REQUEST), "wait_for_instances": False, **options}
        want = desired(params, DECLARABLE, belongings(params, MODEL))
        return plan(want, observe(want, self.aws.find, Earlier(), REQUEST), LAUNCH, SHAPE)

    def settles(self, members: Mapping[str, Any], **options: Any) -> list[Action]:
        """The calls it takes to have what is wanted; made, they leave nothing to do, and what was foretold is there."""
        planned = self.planned(members, **options)
        made = [step for step in planned if isinstance(step, Action)]
        for action in made:
            self.aws.take(action.operation, action.params)
        again = self.planned(members, **options)
        assert again.steps == () and again.before == again.after
        assert self.aws.telling != "as said" or agrees(again.before, shown(planned.after))
        return made


def is_of(member: str, made: list[Action]) -> bool:
    """Whether these calls carry the one member and nothing else."""
    if member in CALLS:
        return bool(made) and {action.operation for action in made} <= CALLS[member]
    (update,) = made
    return update.operation == "update_auto_scaling_group" and update.params.keys() - {"AutoScalingGroupName"} == carried(member, update.params)


def carried(member: str, params: Mapping[str, Any]) -> set[str]:
    # Without a policy the group launches from the template itself.
    return {"LaunchTemplate"} if member == "MixedInstancesPolicy" and member not in params else {member}


def test_every_member_of_the_model_is_tried():
    assert MEMBERS.keys() | NOT_DRAWN == REQUEST.members.keys()


@pytest.mark.parametrize("telling", ["as said", "in full", "briefly"])
@pytest.mark.parametrize("member", sorted(MEMBERS))
@settings(max_examples=5, derandomize=True, deadline=None, phases=[Phase.generate])
@given(choice=st.data())
def test_one_member_is_kept_changed_and_taken_away_by_calls_of_its_own(member, telling, choice):
    first, second = (choice.draw(MEMBERS[member]) for _time in range(2))
    kept = Kept(telling)
    kept.settles({**BASIS, member: first})
    assert kept.settles({**BASIS, member: in_other_words(first, member)}) == []
    made = kept.settles({**BASIS, member: second})
    assert made == [] or is_of(member, made)
    assert bool(made) == kept.aws.differs(member, first, second)
    if member in TAKEN_AWAY:
        made = kept.settles({**BASIS, member: TAKEN_AWAY[member]})
        assert made == [] or is_of(member, made)
        assert kept.aws.is_as_at_first(member)


@settings(max_examples=60, derandomize=True, deadline=None, phases=[Phase.generate])
@given(choice=st.data())
def test_a_group_is_as_it_was_last_declared_whatever_it_was_before(choice):
    before, after = (choice.draw(whole_groups()) for _time in range(2))
    changed, fresh = Kept("in full"), Kept("briefly")
    changed.settles(before)
    changed.settles(after)
    fresh.settles(after)
    assert changed.settles(in_any_words(after)) == fresh.settles(in_any_words(after)) == []


def whole_groups() -> st.SearchStrategy[dict[str, Any]]:
    """Any members that AWS takes together."""
    needed = {name: MEMBERS[name] for name in BASIS}
    some = st.fixed_dictionaries(needed, optional={name: one for name, one in MEMBERS.items() if name not in BASIS})
    return some.map(without_what_is_said_twice)


def without_what_is_said_twice(members: Mapping[str, Any]) -> dict[str, Any]:
    said = {"TargetGroupARNs": "elbv2", "LoadBalancerNames": "elb"}
    kinds = {kind for member, kind in said.items() if member in members}
    sources = [one for one in members.get("TrafficSources", []) if KeptByAws.kind_of(one) not in kinds]
    rest = {name: value for name, value in members.items() if name != "AvailabilityZoneIds" or "AvailabilityZones" not in members}
    return {**rest, **({"TrafficSources": sources} if "TrafficSources" in members else {})}


def in_any_words(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: in_other_words(value, name) for name, value in members.items()}


POLICY = {
    "LaunchTemplate": {
        "Overrides": [
            {
                "ImageId": "ami-12345",
                "LaunchTemplateSpecification": {"LaunchTemplateId": "lt-2", "Version": "2"},
                "WeightedCapacity": "2",
                "InstanceType": "t3.micro",
            },
            {
                "InstanceRequirements": {
                    "AcceleratorCount": {"Min": 1, "Max": 2},
                    "AcceleratorManufacturers": ["nvidia"],
                    "AcceleratorNames": ["a100"],
                    "AcceleratorTotalMemoryMiB": {"Min": 1, "Max": 2},
                    "AcceleratorTypes": ["gpu"],
                    "AllowedInstanceTypes": ["m5.*"],
                    "BareMetal": "included",
                    "BaselineEbsBandwidthMbps": {"Min": 1, "Max": 2},
                    "BaselinePerformanceFactors": {"Cpu": {"References": [{"InstanceFamily": "c6i"}]}},
                    "BurstablePerformance": "required",
                    "CpuManufacturers": ["intel"],
                    "ExcludedInstanceTypes": ["m5.large"],
                    "InstanceGenerations": ["current"],
                    "LocalStorage": "required",
                    "LocalStorageTypes": ["ssd"],
                    "MaxSpotPriceAsPercentageOfOptimalOnDemandPrice": 50,
                    "MemoryGiBPerVCpu": {"Min": 1.0, "Max": 2.0},
                    "MemoryMiB": {"Min": 1, "Max": 2},
                    "NetworkBandwidthGbps": {"Min": 1.0, "Max": 2.0},
                    "NetworkInterfaceCount": {"Min": 1, "Max": 2},
                    "OnDemandMaxPricePercentageOverLowestPrice": 20,
                    "RequireHibernateSupport": True,
                    "SpotMaxPricePercentageOverLowestPrice": 100,
                    "TotalLocalStorageGB": {"Min": 1.0, "Max": 2.0},
                    "VCpuCount": {"Min": 1, "Max": 2},
                }
            },
        ]
    },
    "InstancesDistribution": {
        "DistributionSegments": [{"TargetCapacityTypes": ["on-demand"]}],
        "OnDemandAllocationStrategy": "lowest-price",
        "OnDemandBaseCapacity": 1,
        "OnDemandPercentageAboveBaseCapacity": 50,
        "SpotAllocationStrategy": "capacity-optimized",
        "SpotInstancePools": 3,
        "SpotMaxPrice": "0.05",
    },
}
POLICY_SHAPE = REQUEST.members["MixedInstancesPolicy"]
LEAVES = list(leaves(POLICY, POLICY_SHAPE))
# An override without them says something else, or is none.
NEEDED = {"Min", "LaunchTemplateId"}


def test_every_leaf_of_a_policy_is_tried():
    overrides = POLICY["LaunchTemplate"]["Overrides"]
    assert {name for override in overrides for name in override} == OVERRIDE.members.keys()
    assert POLICY["InstancesDistribution"].keys() == POLICY_SHAPE.members["InstancesDistribution"].members.keys()
    assert overrides[1]["InstanceRequirements"].keys() == OVERRIDE.members["InstanceRequirements"].members.keys()


@pytest.mark.parametrize(("path", "shape"), LEAVES, ids=lambda part: ".".join(map(str, part)) if isinstance(part, tuple) else "")
def test_one_leaf_of_a_policy_changed_or_taken_away_is_one_update(path, shape):
    for changed in (with_leaf(POLICY, path, another(at(POLICY, path), shape)), *taken_away(path)):
        kept = Kept()
        kept.settles(policy(POLICY))
        assert is_of("MixedInstancesPolicy", kept.settles(policy(changed)))


def policy(said: Mapping[str, Any]) -> dict[str, Any]:
    return {**BASIS, "MixedInstancesPolicy": said}


def taken_away(path: tuple[Any, ...]) -> list[Any]:
    """An override is declared whole. What else a policy leaves out is left as it is."""
    return [without_leaf(POLICY, path)] if "Overrides" in path and path[-1] not in NEEDED else []


def another(value: Any, shape: Any) -> Any:
    """Another value for a leaf."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    return next((choice for choice in getattr(shape, "enum", ()) if choice != value), None) or f"{value}1"


SEVERAL = {
    "TerminationPolicies": ["OldestInstance", "Default"],
    "MixedInstancesPolicy": {
        "LaunchTemplate": {"Overrides": [{"InstanceType": "t3.micro"}, {"InstanceType": "t3a.micro"}]},
        "InstancesDistribution": {
            "DistributionSegments": [{"TargetCapacityTypes": ["on-demand", "capacity-block"]}, {"TargetCapacityTypes": ["capacity-block"]}],
        },
    },
}


@pytest.mark.parametrize(
    "path",
    [
        ("TerminationPolicies",),
        ("MixedInstancesPolicy", "LaunchTemplate", "Overrides"),
        ("MixedInstancesPolicy", "InstancesDistribution", "DistributionSegments"),
        ("MixedInstancesPolicy", "InstancesDistribution", "DistributionSegments", 0, "TargetCapacityTypes"),
    ],
    ids=lambda path: path[-1],
)
def test_a_list_whose_order_aws_obeys_is_another_one_turned_round(path):
    kept = Kept()
    kept.settles({**BASIS, **SEVERAL})
    assert is_of(path[0], kept.settles({**BASIS, **with_leaf(SEVERAL, path, at(SEVERAL, path)[::-1])}))


POOLS = drawn.structure(
    model("autoscaling").operation_model("PutWarmPool").input_shape, whole=False, known={"AutoScalingGroupName": st.just("web")}
).map(lambda pool: {name: value for name, value in pool.items() if name != "AutoScalingGroupName"})
SWITCHES = st.fixed_dictionaries(
    {},
    optional={
        "suspend_processes": st.lists(st.sampled_from(OPTIONS["suspend_processes"]["choices"]), max_size=9),
        "warm_pool": POOLS.map(lambda pool: to_words(pool, MODEL.operation_model("PutWarmPool").input_shape)),
        "protected_from_scale_in": st.booleans(),
    },
)
METRICS = st.sampled_from([{}, {"metrics_collection": False}]) | st.builds(
    lambda names: {"metrics_collection": True, "metrics_list": names}, st.lists(st.sampled_from(["GroupMinSize", "GroupMaxSize", "GroupTotalInstances"]))
)
TAGS = st.builds(
    lambda tags, propagate, purge: {"tags": [{**tags, "propagate_at_launch": propagate}], "purge_tags": purge},
    st.dictionaries(
        drawn.text(REQUEST.members["Tags"].member.members["Key"]).filter(lambda key: key != "propagate_at_launch" and drawn.is_free(key)),
        st.text("ab:é ", max_size=9),
    ),
    st.booleans(),
    st.booleans(),
)


@settings(max_examples=60, derandomize=True, deadline=None, phases=[Phase.generate])
@given(choice=st.data())
def test_what_is_switched_or_tagged_is_as_it_was_last_declared(choice):
    options = st.builds(lambda *some: {name: value for one in some for name, value in one.items()}, SWITCHES, METRICS, TAGS)
    before, after = (with_protection(choice.draw(options)) for _time in range(2))
    kept = Kept()
    kept.settles(BASIS, **before)
    kept.aws.protected = {"i-1": False, "i-2": True}
    kept.settles(BASIS, **after)
    assert kept.aws.has(after)


def with_protection(options: Mapping[str, Any]) -> dict[str, Any]:
    return {**options, "protect_running_instances": "protected_from_scale_in" in options}
