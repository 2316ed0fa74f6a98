# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules on groups: whether they keep their instances through what goes wrong. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from . import fixes
from .estate import Estate, Group
from .rule import Found, Settings, rule

GUIDE = "https://docs.aws.amazon.com/autoscaling/ec2/userguide/"


@rule(
    "low",
    "A group behind a load balancer does not ask it for the health of its instances",
    "An instance whose application is dead stays, as long as the machine runs.",
    guide=f"{GUIDE}health-checks-overview.html",
    aws_config=["autoscaling-group-elb-healthcheck-required"],
    security_hub=["AutoScaling.1"],
    control_tower=["CT.AUTOSCALING.PR.4"],
    prowler=["autoscaling_group_elb_health_check_enabled"],
)
def no_elb_health_check(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for group in estate.groups:
        checks = group.answer.get("HealthCheckType", "EC2").split(",")
        if kinds_of_balancers(group) - set(checks):
            wanted = ",".join(sorted({*checks} - {"EC2"} | kinds_of_balancers(group)))
            yield Found(
                group,
                f"Group {group.name} is behind a load balancer, and its health check is {','.join(checks)}",
                f"Set health_check_type to {wanted}",
                {"health_check_type": ",".join(checks)},
                fixes.of_group(group, estate.source_of(group), health_check_type=wanted),
            )


def kinds_of_balancers(group: Group) -> set[str]:
    """As health checks are called, by who sends the traffic."""
    lattice = [one.get("Type") == "vpc-lattice" for one in group.answer.get("TrafficSources", ())]
    others = group.answer.get("TargetGroupARNs") or group.answer.get("LoadBalancerNames") or not all(lattice)
    return {*(["VPC_LATTICE"] if any(lattice) else []), *(["ELB"] if others else [])}


@rule(
    "medium",
    "A group is in one Availability Zone",
    "What befalls the zone befalls all of its instances.",
    guide=f"{GUIDE}disaster-recovery-resiliency.html",
    aws_config=["autoscaling-multiple-az"],
    security_hub=["AutoScaling.2"],
    control_tower=["CT.AUTOSCALING.PR.1"],
    prowler=["autoscaling_group_multiple_az"],
)
def one_availability_zone(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for group in estate.groups:
        zones = group.answer.get("AvailabilityZones", ())
        if len(zones) == 1:
            yield Found(
                group,
                f"Group {group.name} is in {zones[0]} alone",
                "Give vpc_zone_identifier subnets in more zones",
                {"availability_zones": list(zones)},
            )


@rule(
    "low",
    "A group can launch one instance type only",
    "Where AWS has no more of it, the group stays short.",
    guide=f"{GUIDE}ec2-auto-scaling-mixed-instances-groups.html",
    aws_config=["autoscaling-multiple-instance-types"],
    security_hub=["AutoScaling.6"],
    control_tower=["CT.AUTOSCALING.PR.6"],
    prowler=["autoscaling_group_multiple_instance_types"],
)
def one_instance_type(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for group in estate.groups:
        overrides = policy_of(group).get("LaunchTemplate", {}).get("Overrides", ())
        types = {one["InstanceType"] for one in overrides if "InstanceType" in one}
        if len(types) < 2 and not any("InstanceRequirements" in one for one in (*overrides, data_of(estate, group))):
            only = next(iter(types), data_of(estate, group).get("InstanceType", ""))
            yield Found(
                group,
                f"Group {group.name} launches {only or 'one instance type'} only",
                "Give mixed_instances_policy more instance types",
                {"instance_type": only},
            )


@rule(
    "low",
    "A group with Spot Instances does not replace them before AWS takes them",
    "It is short of instances from each interruption until the next launch is healthy.",
    guide=f"{GUIDE}ec2-auto-scaling-capacity-rebalancing.html",
    aws_config=["autoscaling-capacity-rebalancing"],
    prowler=["autoscaling_group_capacity_rebalance_enabled"],
)
def capacity_rebalancing_off(estate: Estate, _settings: Settings) -> Iterator[Found]:
    for group in estate.groups:
        if uses_spot(estate, group) and not group.answer.get("CapacityRebalance"):
            yield Found(
                group,
                f"Group {group.name} launches Spot Instances without Capacity Rebalancing",
                "Set auto_scaling_group.capacity_rebalance to true",
                {"capacity_rebalance": False},
                fixes.of_group(group, estate.source_of(group), auto_scaling_group={"capacity_rebalance": True}),
            )


def uses_spot(estate: Estate, group: Group) -> bool:
    """All but what is asked for on demand is spot, and that is all where nothing is said."""
    shares = policy_of(group).get("InstancesDistribution", {})
    data = data_of(estate, group)
    in_policy = bool(policy_of(group)) and shares.get("OnDemandPercentageAboveBaseCapacity", 100) < 100
    return in_policy or data.get("InstanceMarketOptions", {}).get("MarketType") == "spot" or bool(data.get("SpotPrice"))


def policy_of(group: Group) -> Mapping[str, Any]:
    return group.answer.get("MixedInstancesPolicy") or {}


def data_of(estate: Estate, group: Group) -> Mapping[str, Any]:
    source = estate.source_of(group)
    return source.data if source else {}
