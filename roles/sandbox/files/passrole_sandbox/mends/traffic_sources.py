# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Traffic sources are attached, detached and listed; those that are target groups or load balancers are the group's own of that kind too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult

from ..mending import mends
from ..paging import page
from ..traffic import check_balancers, leave, route

Sources = Sequence[Mapping[str, str]]


def sources_of(group: FakeAutoScalingGroup) -> list[dict[str, Any]]:
    targets = [{"Identifier": arn, "Type": "elbv2"} for arn in group.target_group_arns]
    balancers = [{"Identifier": name, "Type": "elb"} for name in group.load_balancer_names]
    return [*targets, *balancers, *others_of(group)]


FakeAutoScalingGroup.traffic_sources = property(sources_of)


def others_of(group: FakeAutoScalingGroup) -> list[dict[str, Any]]:
    """Those moto knows nothing of: VPC Lattice's."""
    return group.__dict__.setdefault("other_sources", [])


def kind_of(source: Mapping[str, str]) -> str:
    identifier = source["Identifier"]
    told = "vpc-lattice" if ":vpc-lattice:" in identifier else "elbv2" if ":elasticloadbalancing:" in identifier else "elb"
    return source.get("Type", told)


def identifiers(sources: Sources, kind: str) -> list[str]:
    return [source["Identifier"] for source in sources if kind_of(source) == kind]


@mends(AutoScalingBackend)
def attach_load_balancer_target_groups(self, group_name, target_group_arns):
    check_balancers(self, target_group_arns, [])
    group = self.autoscaling_groups[group_name]
    group.append_target_groups(target_group_arns)
    route(group)


@mends(AutoScalingBackend)
def attach_load_balancers(self, group_name, load_balancer_names):
    check_balancers(self, [], load_balancer_names)
    group = self.autoscaling_groups[group_name]
    group.load_balancer_names.extend(name for name in load_balancer_names if name not in group.load_balancer_names)
    route(group)


@mends(AutoScalingBackend)
def detach_load_balancer_target_groups(self, group_name, target_group_arns):
    group = self.autoscaling_groups[group_name]
    leave(group, target_group_arns)
    group.target_group_arns = [arn for arn in group.target_group_arns if arn not in target_group_arns]


@mends(AutoScalingBackend)
def detach_load_balancers(self, group_name, load_balancer_names):
    group = self.autoscaling_groups[group_name]
    leave(group, load_balancer_names)
    group.load_balancer_names = [name for name in group.load_balancer_names if name not in load_balancer_names]


@mends(AutoScalingBackend)
def update_attached_target_groups(self, group_name):
    route(self.autoscaling_groups[group_name])


@mends(AutoScalingBackend)
def update_attached_elbs(self, group_name):
    route(self.autoscaling_groups[group_name])


@mends(AutoScalingBackend)
def attach_traffic_sources(self, name, sources):
    group = self.autoscaling_groups[name]
    check_balancers(self, identifiers(sources, "elbv2"), identifiers(sources, "elb"))
    self.attach_load_balancer_target_groups(name, identifiers(sources, "elbv2"))
    self.attach_load_balancers(name, identifiers(sources, "elb"))
    known = {source["Identifier"] for source in others_of(group)}
    fresh = [arn for arn in identifiers(sources, "vpc-lattice") if arn not in known]
    others_of(group).extend({"Identifier": arn, "Type": "vpc-lattice"} for arn in fresh)


@mends(AutoScalingBackend)
def detach_traffic_sources(self, name, sources):
    group = self.autoscaling_groups[name]
    self.detach_load_balancer_target_groups(name, identifiers(sources, "elbv2"))
    self.detach_load_balancers(name, identifiers(sources, "elb"))
    leaving = identifiers(sources, "vpc-lattice")
    group.other_sources = [source for source in others_of(group) if source["Identifier"] not in leaving]


@mends(AutoScalingResponse, "attach_traffic_sources")
def attach(self):
    self.autoscaling_backend.attach_traffic_sources(self._get_param("AutoScalingGroupName"), self._get_param("TrafficSources", []))
    return EmptyResult()


@mends(AutoScalingResponse, "detach_traffic_sources")
def detach(self):
    self.autoscaling_backend.detach_traffic_sources(self._get_param("AutoScalingGroupName"), self._get_param("TrafficSources", []))
    return EmptyResult()


@mends(AutoScalingResponse)
def describe_traffic_sources(self):
    group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
    wanted = self._get_param("TrafficSourceType")
    found = [{**source, "State": "InService"} for source in sources_of(group) if wanted in (None, source["Type"])]
    shown = page(found, self._get_int_param("MaxRecords", 50), self._get_param("NextToken"))
    return ActionResult({"TrafficSources": shown.items, "NextToken": shown.token})
