# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look for what a plan newly gives a group beside its launch: zones, load balancers, topics, a placement group. Reading never changes anything.

Private to this collection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..core.launch_parts import Named, Part, at, refuse_missing
from ..core.plan import Plan
from .hook_targets import refuse_missing_target
from .kinds import NOTIFICATIONS
from .members import kind_of
from .state import Desired

Find = Callable[..., Any]

TARGET_GROUP = Part("describe_target_groups", "TargetGroupArns", ("TargetGroupNotFound",), service="elbv2")
ZONE = Part("describe_availability_zones", "ZoneNames", ("InvalidParameterValue",))
ZONE_BY_ID = Part("describe_availability_zones", "ZoneIds", ("InvalidParameterValue",))
LOAD_BALANCER = Part("describe_load_balancers", "LoadBalancerNames", ("LoadBalancerNotFound", "AccessPointNotFound"), service="elb")
PLACEMENT_GROUP = Part("describe_placement_groups", "GroupNames", ("InvalidPlacementGroup",))
SOURCES = "auto_scaling_group.traffic_sources"
GIVING = (
    "create_auto_scaling_group",
    "update_auto_scaling_group",
    "attach_load_balancers",
    "attach_load_balancer_target_groups",
    "attach_traffic_sources",
)


def refuse_missing_companions(want: Desired, planned: Plan, find: Find) -> Iterator[str]:
    """Refuse what is not there before anything is written; tell of which topics the caller may not look for."""
    given = [step.params for step in planned if step.operation in GIVING]
    for part, named in named_parts(given):
        refuse_missing(part, named, find)
    for path, topic in topics(want, planned):
        yield from refuse_missing_target(topic, path, find)


def named_parts(given: list[Mapping[str, Any]]) -> Iterator[tuple[Part, Named]]:
    sources = [source for params in given for source in params.get("TrafficSources", [])]
    groups = at("target_group_arns", (arn for params in given for arn in params.get("TargetGroupARNs", [])))
    yield TARGET_GROUP, {**at(SOURCES, of_kind(sources, "elbv2")), **groups}
    balancers = at("load_balancers", (name for params in given for name in params.get("LoadBalancerNames", [])))
    yield LOAD_BALANCER, {**at(SOURCES, of_kind(sources, "elb")), **balancers}
    yield ZONE, at("availability_zones", (zone for params in given for zone in params.get("AvailabilityZones", [])))
    yield ZONE_BY_ID, at("auto_scaling_group.availability_zone_ids", (zone for params in given for zone in params.get("AvailabilityZoneIds", [])))
    yield PLACEMENT_GROUP, at("placement_group", (params.get("PlacementGroup") for params in given))


def of_kind(sources: list[Mapping[str, str]], kind: str) -> list[str]:
    return [source["Identifier"] for source in sources if kind_of(source) == kind]


def topics(want: Desired, planned: Plan) -> Iterator[tuple[str, str]]:
    """The topics that the plan puts, with where they stand in the playbook."""
    put = {step.params[NOTIFICATIONS.name] for step in planned if step.operation == NOTIFICATIONS.put}
    for one in want.belongings:
        if one.option == NOTIFICATIONS.option:
            named = [(f"{one.option}[{index}].topic_arn" if one.purge else "notification_topic", topic) for index, topic in enumerate(one.items)]
            yield from ((path, topic) for path, topic in named if topic in put)
