# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Auto Scaling makes of a group's members, as its model documents it: no server, so that thousands of values can be tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.passrole.ec2.plugins.module_utils.core.shapes import meaning, to_api, to_words

from tests.support.service_models import input_shape, model

REQUEST = input_shape("autoscaling", "create_auto_scaling_group")
SHAPE = model("autoscaling").shape_for("AutoScalingGroup")
SUBNETS = ("subnet-1", "subnet-2", "subnet-3")
CLB = ("balancer-1", "balancer-2")
ALB = tuple(f"arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/t/{number}" for number in (1, 2))
LATTICE = tuple(f"arn:aws:vpc-lattice:eu-west-1:123456789012:targetgroup/tg-{number}" for number in (1, 2))

# API_CreateAutoScalingGroup: "Default: ...", always told, and told by some accounts' answers only.
TOLD = {"DefaultCooldown": 300, "HealthCheckGracePeriod": 0, "HealthCheckType": "EC2", "TerminationPolicies": ["Default"]}
MAYBE_TOLD = {
    "AvailabilityZoneDistribution": {"CapacityDistributionStrategy": "balanced-best-effort"},
    "AvailabilityZoneImpairmentPolicy": {"ZonalShiftEnabled": False},
    "CapacityRebalance": False,
    "CapacityReservationSpecification": {"CapacityReservationPreference": "default"},
    "DeletionProtection": "none",
    "DesiredCapacityType": "units",
    "InstanceLifecyclePolicy": {"RetentionTriggers": {"TerminateHookAbandon": "terminate"}},
    "NewInstancesProtectedFromScaleIn": False,
    "ServiceLinkedRoleARN": "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
}
# API_InstancesDistribution: "Default: ...".
DISTRIBUTION = {
    "OnDemandAllocationStrategy": "prioritized",
    "OnDemandBaseCapacity": 0,
    "OnDemandPercentageAboveBaseCapacity": 100,
    "SpotAllocationStrategy": "lowest-price",
}
# API_UpdateAutoScalingGroup: each member's own words on how to remove it.
CLEARED = {
    "DefaultInstanceWarmup": -1,
    "InstanceMaintenancePolicy": {"MinHealthyPercentage": -1, "MaxHealthyPercentage": -1},
    "MaxInstanceLifetime": 0,
    "PlacementGroup": "",
    "TerminationPolicies": [],
}
IN_ORDER = ("DistributionSegments", "Overrides", "TargetCapacityTypes", "TerminationPolicies")
COMMAS = ("HealthCheckType", "VPCZoneIdentifier")
SOURCES = ("LaunchConfigurationName", "LaunchTemplate", "MixedInstancesPolicy")
POOL = {"MaxGroupPreparedCapacity": -1, "MinSize": 0, "PoolState": "Stopped", "InstanceReusePolicy": {"ReuseOnScaleIn": False}}


class KeptByAws:
    """One group as AWS keeps it and tells of it: as it was said, in full with all defaults, or briefly without any."""

    def __init__(self, telling: str) -> None:
        self.telling = telling
        self.members: dict[str, Any] | None = None
        self.tags: dict[str, tuple[str, bool]] = {}
        self.sources: dict[str, str] = {}
        self.suspended: set[str] = set()
        self.metrics: set[str] = set()
        self.protected: dict[str, bool] = {}
        self.pool: dict[str, Any] = {}

    def find(self, _service: str, operation: str, **_params: Any) -> dict[str, Any]:
        assert operation == "describe_auto_scaling_groups"
        return {"AutoScalingGroups": [] if self.members is None else [self.answer()]}

    def take(self, operation: str, params: Mapping[str, Any]) -> None:
        shape = input_shape("autoscaling", operation)
        assert to_api(to_words(params, shape), shape, operation) == params
        getattr(self, operation)({name: value for name, value in params.items() if name != "AutoScalingGroupName"})

    def create_auto_scaling_group(self, params: Mapping[str, Any]) -> None:
        assert self.members is None
        self.members = {"DesiredCapacity": params["MinSize"], **TOLD}
        self.attach(params)
        self.create_or_update_tags({"Tags": params.get("Tags", [])})
        self.keep({name: value for name, value in params.items() if name not in ("Tags", "TrafficSources", "TargetGroupARNs", "LoadBalancerNames")})

    def update_auto_scaling_group(self, params: Mapping[str, Any]) -> None:
        if {*SOURCES} & params.keys():
            self.members = {name: value for name, value in self.members.items() if name not in SOURCES or name in params}
        self.keep(params)
        least, most, desired = (self.members[name] for name in ("MinSize", "MaxSize", "DesiredCapacity"))
        self.members["DesiredCapacity"] = min(max(desired, least), most)

    def keep(self, params: Mapping[str, Any]) -> None:
        kept = {**self.members, **params}
        if "MixedInstancesPolicy" in params:
            kept["MixedInstancesPolicy"] = completed(params["MixedInstancesPolicy"], self.members.get("MixedInstancesPolicy", {}))
        cleared = {name: TOLD.get(name) for name, value in kept.items() if name in CLEARED and value == CLEARED[name]}
        self.members = {name: value for name, value in {**kept, **cleared}.items() if value is not None}

    def attach(self, params: Mapping[str, Any]) -> None:
        self.sources |= said_sources(params)

    def detach(self, params: Mapping[str, Any]) -> None:
        gone = said_sources(params)
        assert gone.keys() <= self.sources.keys()
        self.sources = {one: kind for one, kind in self.sources.items() if one not in gone}

    attach_load_balancers = attach_load_balancer_target_groups = attach_traffic_sources = attach
    detach_load_balancers = detach_load_balancer_target_groups = detach_traffic_sources = detach

    def create_or_update_tags(self, params: Mapping[str, Any]) -> None:
        self.tags |= {tag["Key"]: (tag["Value"], tag["PropagateAtLaunch"]) for tag in params["Tags"]}

    def delete_tags(self, params: Mapping[str, Any]) -> None:
        for tag in params["Tags"]:
            del self.tags[tag["Key"]]

    def suspend_processes(self, params: Mapping[str, Any]) -> None:
        self.suspended |= {*params["ScalingProcesses"]}

    def resume_processes(self, params: Mapping[str, Any]) -> None:
        self.suspended -= {*params["ScalingProcesses"]}

    def enable_metrics_collection(self, params: Mapping[str, Any]) -> None:
        assert params["Granularity"] == "1Minute"
        self.metrics |= {*params["Metrics"]}

    def disable_metrics_collection(self, params: Mapping[str, Any]) -> None:
        self.metrics -= {*params["Metrics"]}

    def set_instance_protection(self, params: Mapping[str, Any]) -> None:
        self.protected |= dict.fromkeys(params["InstanceIds"], params["ProtectedFromScaleIn"])

    def put_warm_pool(self, params: Mapping[str, Any]) -> None:
        self.pool = over(POOL, params)

    def delete_warm_pool(self, params: Mapping[str, Any]) -> None:
        assert {name: self.pool[name] for name in ("MaxGroupPreparedCapacity", "MinSize")} == {"MaxGroupPreparedCapacity": 0, "MinSize": 0}
        self.pool = {}

    def answer(self) -> dict[str, Any]:
        told = {**(MAYBE_TOLD if self.telling == "in full" else {}), **self.members, **self.balancing()}
        return {
            "AutoScalingGroupName": "web",
            "AutoScalingGroupARN": "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:1:autoScalingGroupName/web",
            "AvailabilityZones": ["eu-west-1a"],
            **{name: self.worded(value, name) for name, value in told.items() if not self.goes_untold(name, value)},
            "Tags": [{"Key": key, "Value": value, "PropagateAtLaunch": goes} for key, (value, goes) in self.tags.items()],
            "SuspendedProcesses": [{"ProcessName": name, "SuspensionReason": "User suspended"} for name in self.suspended],
            "EnabledMetrics": [{"Metric": name, "Granularity": "1Minute"} for name in self.metrics],
            "Instances": [{"InstanceId": name, "ProtectedFromScaleIn": so} for name, so in self.protected.items()],
            **({"WarmPoolConfiguration": self.shown_pool()} if self.pool else {}),
        }

    def worded(self, value: Any, name: str) -> Any:
        """What is not told as it was said is told in an order of AWS's own."""
        return value if self.telling == "as said" else in_other_words(self.specified(value), name, twice=False)

    def specified(self, value: Any) -> Any:
        """AWS tells of a launch template its id and its name."""
        if isinstance(value, list):
            return [self.specified(item) for item in value]
        if not isinstance(value, Mapping):
            return value
        told = {name: self.specified(item) for name, item in value.items()}
        return {**both_names(told), **({"Version": "$Default"} if self.telling == "in full" else {}), **told} if is_template(told) else told

    def goes_untold(self, name: str, value: Any) -> bool:
        return self.telling == "briefly" and name in MAYBE_TOLD and meaning(value) == meaning(MAYBE_TOLD[name])

    def balancing(self) -> dict[str, Any]:
        """Load balancers and target groups are traffic sources too."""
        by_kind = {wanted: [one for one, kind in self.sources.items() if kind == wanted] for wanted in ("elb", "elbv2")}
        told = [{"Identifier": one, "Type": kind} for one, kind in self.sources.items()]
        return {"LoadBalancerNames": by_kind["elb"], "TargetGroupARNs": by_kind["elbv2"], "TrafficSources": told}

    def shown_pool(self) -> dict[str, Any]:
        return self.pool if self.telling != "briefly" else {name: value for name, value in self.pool.items() if value != POOL[name]} or {"MinSize": 0}

    @staticmethod
    def kind_of(source: Mapping[str, str]) -> str:
        """API_TrafficSourceIdentifier: the type is "required if the identifier is the name of a Classic Load Balancer"."""
        return source.get("Type") or ("vpc-lattice" if ":vpc-lattice:" in source["Identifier"] else "elbv2")

    def differs(self, member: str, first: Any, second: Any) -> bool:
        """Whether the second value says anything that the first does not; what a structure leaves out is left as it is."""
        return self.means(member, first) != self.means(member, over(first, second))

    def means(self, member: str, value: Any) -> Any:
        if member == "TrafficSources":
            return {one["Identifier"] for one in value}
        if member in COMMAS:
            return {*value.split(",")} - {"EC2"}
        if member == "MixedInstancesPolicy":
            return in_full(completed(value, {}))
        return value if member in IN_ORDER else meaning(over(MAYBE_TOLD.get(member), value))

    def is_as_at_first(self, member: str) -> bool:
        told = self.answer().get(member)
        fresh = {**TOLD, **MAYBE_TOLD, "TerminationPolicies": ["Default"]}.get(member)
        return meaning([told]) == [] or told == fresh or meaning(told) == meaning(fresh)

    def has(self, options: Mapping[str, Any]) -> bool:
        """Whether the switches and tags are as these options of the module say."""
        return all(check(self, options) for check in CHECKS)


def is_suspended(kept: KeptByAws, options: Mapping[str, Any]) -> bool:
    return kept.suspended == {*options.get("suspend_processes", kept.suspended)}


def is_collected(kept: KeptByAws, options: Mapping[str, Any]) -> bool:
    if "metrics_collection" not in options:
        return True
    return kept.metrics == {*options.get("metrics_list", [])}


def is_protected(kept: KeptByAws, options: Mapping[str, Any]) -> bool:
    return {*kept.protected.values()} == {options["protected_from_scale_in"]} if options["protect_running_instances"] else True


def is_pooled(kept: KeptByAws, options: Mapping[str, Any]) -> bool:
    if "warm_pool" not in options:
        return True
    said = to_api(options["warm_pool"], PoolShape, "warm_pool")
    return kept.pool == (over(POOL, said) if said else {})


def is_tagged(kept: KeptByAws, options: Mapping[str, Any]) -> bool:
    ((propagate, said),) = [(one["propagate_at_launch"], {key: value for key, value in one.items() if key != "propagate_at_launch"}) for one in options["tags"]]
    wanted = {key: (value, propagate) for key, value in said.items()}
    return kept.tags == wanted if options["purge_tags"] else wanted.items() <= kept.tags.items()


CHECKS: Sequence[Callable[[KeptByAws, Mapping[str, Any]], bool]] = (is_suspended, is_collected, is_protected, is_pooled, is_tagged)


class PoolShape:
    """PutWarmPool's request without the group."""

    type_name, metadata, required_members, name = "structure", {}, (), "WarmPool"
    members = {name: shape for name, shape in input_shape("autoscaling", "put_warm_pool").members.items() if name != "AutoScalingGroupName"}


def said_sources(params: Mapping[str, Any]) -> dict[str, str]:
    return {
        **dict.fromkeys(params.get("LoadBalancerNames", []), "elb"),
        **dict.fromkeys(params.get("TargetGroupARNs", []), "elbv2"),
        **{one["Identifier"]: KeptByAws.kind_of(one) for one in params.get("TrafficSources", [])},
    }


def completed(policy: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """A policy over the one before, member by member: API_InstancesDistribution tells how to remove one of them."""
    distribution = {**DISTRIBUTION, **before.get("InstancesDistribution", {}), **policy.get("InstancesDistribution", {})}
    pools = {"SpotInstancePools": 2} if distribution["SpotAllocationStrategy"] == "lowest-price" else {}
    said = {name: value for name, value in {**pools, **distribution}.items() if value not in ("", [])}
    return {"LaunchTemplate": {**before.get("LaunchTemplate", {}), **policy.get("LaunchTemplate", {})}, "InstancesDistribution": said}


def in_full(policy: Mapping[str, Any]) -> Any:
    """A policy with its order, which counts, and with a template's version said."""
    overrides = [by_number(meaning(one)) for one in policy["LaunchTemplate"].get("Overrides", [])]
    return [overrides, dict(policy["InstancesDistribution"])]


def by_number(override: dict[str, Any]) -> dict[str, Any]:
    specification = override.get("LaunchTemplateSpecification")
    if not specification:
        return override
    return {**override, "LaunchTemplateSpecification": {"Version": "$Default", **specification, **both_names(specification)}}


def over(before: Any, after: Any) -> Any:
    """A structure with another's members put over its own."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return {**before, **{name: over(before.get(name), item) for name, item in after.items()}}
    return after


def is_template(told: Mapping[str, Any]) -> bool:
    return "LaunchTemplateId" in told or "LaunchTemplateName" in told


def both_names(told: Mapping[str, str]) -> dict[str, str]:
    number = (told.get("LaunchTemplateId") or told["LaunchTemplateName"]).rpartition("-")[2]
    return {"LaunchTemplateId": f"lt-{number}", "LaunchTemplateName": f"template-{number}"}


def in_other_words(value: Any, name: str, twice: bool = True) -> Any:
    """The same, each list turned round whose order does not count, and each plain item of it said twice."""
    if isinstance(value, Mapping):
        return {key: in_other_words(item, key, twice) for key, item in value.items()}
    if isinstance(value, list):
        items = [in_other_words(item, "", twice) for item in value]
        if name in IN_ORDER:
            return items
        return items[::-1] * (2 if twice and not any(isinstance(item, (Mapping, list)) for item in items) else 1)
    if name in COMMAS:
        return ",".join(reversed(value.split(",")))
    return value
