# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups: created and updated as asked and as AWS would allow, every member kept, what an update omits left alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from botocore import xform_name
from moto.autoscaling.exceptions import AutoscalingClientError, ValidationError
from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import get_service_model
from moto.ec2.exceptions import EC2ClientError
from moto.iam.models import iam_backends

from ..activities import activities_of
from ..group_rules import check_hook, check_members
from ..hook_targets import check_target
from ..holds import let_go
from ..launch_sources import asked_source, check_source, completed, use
from ..mending import mends
from ..paging import page
from ..refreshes import active
from ..traffic import check_balancers
from ..warm_instances import let_warm_go
from .account_limits import check_room_for_group
from .group_instances import check_within, named_subnets, try_again
from .traffic_sources import identifiers

HEALTH_CHECKS = ("EBS", "EC2", "ELB", "VPC_LATTICE")
ON_CREATE = "LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy"
ON_UPDATE = "LaunchTemplate, LaunchConfigurationName or MixedInstancesPolicy"
DECIDED = {
    "AutoScalingGroupName", "LaunchConfigurationName", "LaunchTemplate", "MixedInstancesPolicy", "MinSize", "MaxSize", "DesiredCapacity",
    "AvailabilityZones", "VPCZoneIdentifier", "LoadBalancerNames", "TargetGroupARNs", "TrafficSources", "Tags",
}  # fmt: skip
CLEARED = {
    "MaxInstanceLifetime": 0,
    "DefaultInstanceWarmup": -1,
    "InstanceMaintenancePolicy": {"MinHealthyPercentage": -1, "MaxHealthyPercentage": -1},
    "PlacementGroup": "",
    "TerminationPolicies": [],
}
AT_FIRST = {"DefaultCooldown": 300, "HealthCheckGracePeriod": 0, "HealthCheckType": "EC2", "TerminationPolicies": ["Default"]}
IN_USE = "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group."
# instance-refresh-overview, "Update restriction"
REFRESHING = (
    "An active instance refresh with a desired configuration exists. All configuration options derived from the desired configuration "
    "are not available for update while the instance refresh is active."
)
LINKED_ROLE = "AWSServiceRoleForAutoScaling"
LINKED_ROLE_IS_FOR = "Default Service-Linked Role enables access to AWS Services and Resources used or managed by Auto Scaling"
LARGEST_PAGE = 100
backend_begins = AutoScalingBackend.__init__
delete_empty = AutoScalingBackend.delete_auto_scaling_group

FakeAutoScalingGroup.launch_configuration_name = None


class Groups(dict):
    """Groups by name; to ask for one that is not there is refused, whatever the operation."""

    def __missing__(self, name: str) -> FakeAutoScalingGroup:
        raise ValidationError(f"AutoScalingGroup name not found - AutoScalingGroup '{name}' not found")


@mends(AutoScalingBackend)
def __init__(self, region_name, account_id):
    backend_begins(self, region_name, account_id)
    self.autoscaling_groups = Groups()


def shown_template(group: FakeAutoScalingGroup) -> dict[str, str] | None:
    if group.ec2_launch_template is None or group.mixed_instances_policy:
        return None
    template = group.ec2_launch_template
    return {"LaunchTemplateId": template.id, "LaunchTemplateName": template.name, "Version": group.provided_launch_template_version}


FakeAutoScalingGroup.launch_template = property(shown_template)


@mends(AutoScalingResponse)
def create_auto_scaling_group(self):
    params, backend = self._get_params(), self.autoscaling_backend
    if params["AutoScalingGroupName"] in backend.autoscaling_groups:
        raise AutoscalingClientError("AlreadyExists", already(params["AutoScalingGroupName"]))
    check_room_for_group(backend.autoscaling_groups)
    source = asked_source(params, ON_CREATE)
    if policy := source.get("MixedInstancesPolicy"):
        source["MixedInstancesPolicy"] = completed(policy, None)
    check_sizes(params["MinSize"], params["MaxSize"], params.get("DesiredCapacity", params["MinSize"]))
    check_health_checks(params)
    check_places(backend, params)
    sources = params.get("TrafficSources", [])
    targets = [*params.get("TargetGroupARNs", []), *identifiers(sources, "elbv2")]
    check_balancers(backend, targets, [*params.get("LoadBalancerNames", []), *identifiers(sources, "elb")])
    check_members(backend, params)
    for hook in params.get("LifecycleHookSpecificationList", []):
        check_hook(hook)
        check_target(backend, hook)
    if source:
        check_source(backend, source)
    make(backend, params, source)
    return EmptyResult()


def already(name: str) -> str:
    return f"AutoScalingGroup by this name already exists - A group with the name {name} already exists"


def make(backend: AutoScalingBackend, params: Mapping[str, Any], source: Mapping[str, Any]) -> None:
    """Make the group empty, set all its members, and only then let it launch."""
    group = backend.create_auto_scaling_group(
        name=params["AutoScalingGroupName"],
        availability_zones=zones_of(backend, params),
        desired_capacity=0,
        max_size=params["MaxSize"],
        min_size=params["MinSize"],
        instance_id=params.get("InstanceId"),
        launch_config_name=source.get("LaunchConfigurationName"),
        launch_template=source.get("LaunchTemplate", {}),
        mixed_instances_policy=source.get("MixedInstancesPolicy"),
        vpc_zone_identifier=params.get("VPCZoneIdentifier"),
        default_cooldown=None,
        health_check_period=None,
        health_check_type=None,
        load_balancers=params.get("LoadBalancerNames", []),
        target_group_arns=params.get("TargetGroupARNs", []),
        placement_group=None,
        termination_policies=[],
        tags=params.get("Tags", []),
    )
    make_linked_role(backend)
    keep(group, {**AT_FIRST, **params})
    for hook in params.get("LifecycleHookSpecificationList", []):
        backend.put_hook(group.name, hook)
    backend.attach_traffic_sources(group.name, params.get("TrafficSources", []))
    group.set_desired_capacity(params.get("DesiredCapacity"))


def make_linked_role(backend: AutoScalingBackend) -> None:
    """Auto Scaling's user guide, autoscaling-service-linked-role: made with the account's first group."""
    iam = iam_backends[backend.account_id][backend.partition]
    if all(role.name != LINKED_ROLE for role in iam.roles.values()):
        iam.create_service_linked_role("autoscaling.amazonaws.com", LINKED_ROLE_IS_FOR, "")


def keep(group: FakeAutoScalingGroup, given: Mapping[str, Any]) -> None:
    """Keep every member DescribeAutoScalingGroups gives back; the value that clears a member clears it."""
    for member in kept_members() & given.keys():
        setattr(group, xform_name(member), kept(member, given[member]))


def kept(member: str, value: Any) -> Any:
    if member in CLEARED and value == CLEARED[member]:
        return AT_FIRST.get(member)
    return value


@lru_cache(maxsize=1)
def kept_members() -> frozenset[str]:
    model = get_service_model("autoscaling")
    shown, taken = model.shape_for("AutoScalingGroup").members, model.operation_model("CreateAutoScalingGroup").input_shape.members
    return frozenset(shown.keys() & taken.keys() - DECIDED)


@mends(AutoScalingResponse)
def update_auto_scaling_group(self):
    params, backend = self._get_params(), self.autoscaling_backend
    group = backend.autoscaling_groups[params["AutoScalingGroupName"]]
    source = asked_source(params, ON_UPDATE)
    if source and (refresh := active(group)) and refresh.desired_configuration:
        raise ValidationError(REFRESHING)
    if policy := source.get("MixedInstancesPolicy"):
        source["MixedInstancesPolicy"] = completed(policy, group.mixed_instances_policy)
    smallest, largest = params.get("MinSize", group.min_size), params.get("MaxSize", group.max_size)
    desired = params.get("DesiredCapacity", max(smallest, min(largest, group.desired_capacity)))
    check_sizes(smallest, largest, desired)
    check_health_checks(params)
    check_places(backend, params)
    check_members(backend, params)
    if source:
        check_source(backend, source)
        use(group, source)
    move(group, params)
    keep(group, params)
    group.min_size, group.max_size = smallest, largest
    group.set_desired_capacity(desired)
    return EmptyResult()


def move(group: FakeAutoScalingGroup, params: Mapping[str, Any]) -> None:
    zones, subnets = zones_of(group.autoscaling_backend, params), params.get("VPCZoneIdentifier")
    if zones or subnets:
        group._set_azs_and_vpcs(zones, subnets, update=True)


def zones_of(backend: AutoScalingBackend, params: Mapping[str, Any]) -> list[str]:
    """The zones asked for, by name or by id."""
    ids = params.get("AvailabilityZoneIds", [])
    return [*params.get("AvailabilityZones", []), *(zone.name for zone in backend.ec2_backend.describe_availability_zones([]) if zone.zone_id in ids)]


def check_sizes(smallest: int, largest: int, desired: int) -> None:
    if smallest > largest:
        raise ValidationError(f"Max bound, {largest}, must be greater than or equal to min bound, {smallest}")
    if not smallest <= desired <= largest:
        raise ValidationError(f"Desired capacity:{desired} must be between the specified min size:{smallest} and max size:{largest}")


def check_health_checks(params: Mapping[str, Any]) -> None:
    said = [one.strip() for one in params.get("HealthCheckType", "EC2").split(",")]
    unknown = [one for one in said if one not in HEALTH_CHECKS]
    if unknown:
        raise ValidationError(f"Invalid Health Check Type {', '.join(unknown)}. Valid values are: {', '.join(HEALTH_CHECKS)}")
    if "EC2" in said[:-1] or "EC2" in said[1:]:
        raise ValidationError("Specifying EC2 in addition to other health check types is not supported.")


def check_places(backend: AutoScalingBackend, params: Mapping[str, Any]) -> None:
    zones = {zone.name for zone in backend.ec2_backend.describe_availability_zones([])}
    unknown = [zone for zone in params.get("AvailabilityZones", []) if zone not in zones]
    if unknown:
        raise ValidationError(f"Invalid availability zones: [{', '.join(unknown)}]")
    try:
        for subnet in named_subnets(params.get("VPCZoneIdentifier") or ""):
            backend.ec2_backend.get_subnet(subnet)
    except EC2ClientError as refusal:
        raise ValidationError(refusal.message) from None


@mends(AutoScalingResponse)
def delete_auto_scaling_group(self):
    backend, name = self.autoscaling_backend, self._get_param("AutoScalingGroupName")
    group = backend.autoscaling_groups[name]
    check_deletion(group, bool(self._get_bool_param("ForceDelete")))
    let_warm_go(group, group.warm_states)
    group.warm_pool = None
    let_go(group, group.instance_states)
    group.min_size = 0
    delete_empty(backend, name)
    forget_belongings(backend, name)
    return EmptyResult()


def check_deletion(group: FakeAutoScalingGroup, force: bool) -> None:
    protection = group.__dict__.get("deletion_protection")
    if protection == "prevent-all-deletion" or (force and protection == "prevent-force-deletion"):
        raise ValidationError(f"AutoScalingGroup {group.name} has deletion protection: {protection}")
    if group.instance_states and not force:
        raise AutoscalingClientError("ResourceInUse", IN_USE)
    if group.warm_pool and not force:
        raise AutoscalingClientError("ResourceInUse", "You cannot delete an AutoScalingGroup while it has a warm pool.")


def forget_belongings(backend: AutoScalingBackend, name: str) -> None:
    """A group's hooks and policies go with it."""
    for owned in (backend.lifecycle_hooks, backend.policies, backend.scheduled_actions):
        for key in [key for key, thing in owned.items() if thing.auto_scaling_group_name == name]:
            del owned[key]


@mends(AutoScalingResponse)
def set_desired_capacity(self):
    group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
    check_within(group, self._get_int_param("DesiredCapacity"))
    group.set_desired_capacity(self._get_int_param("DesiredCapacity"))
    return EmptyResult()


@mends(AutoScalingResponse)
def describe_auto_scaling_groups(self):
    found = self.autoscaling_backend.describe_auto_scaling_groups(self._get_param("AutoScalingGroupNames", []), filters=self._get_param("Filters", []))
    for group in found:
        try_again(group)
    shown = page(found, page_size(self), self._get_param("NextToken"))
    return ActionResult({"AutoScalingGroups": shown.items, "NextToken": shown.token})


@mends(AutoScalingResponse)
def describe_scaling_activities(self):
    name = self._get_param("AutoScalingGroupName")
    groups = [self.autoscaling_backend.autoscaling_groups[name]] if name else self.autoscaling_backend.autoscaling_groups.values()
    for group in groups:
        try_again(group)
    found = [activity for group in groups for activity in activities_of(group)]
    shown = page(found, page_size(self, LARGEST_PAGE), self._get_param("NextToken"))
    return ActionResult({"Activities": shown.items, "NextToken": shown.token})


def page_size(response: AutoScalingResponse, usual: int = 50) -> int:
    size = response._get_int_param("MaxRecords", usual)
    if size <= LARGEST_PAGE:
        return size
    raise ValidationError(
        f"1 validation error detected: Value '{size}' at 'maxRecords' failed to satisfy constraint: "
        f"Member must have value less than or equal to {LARGEST_PAGE}"
    )
