# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait until a group has its capacity in service, or says why it never will. Pure. Private to this collection.

AWS tries again by itself whatever the reason was. A reason that time mends is
waited out; any other ends the wait at once, in AWS's own words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

from ..core.plan import Later, Step, Trouble, Wait
from .companions import beside
from .members import kind_of
from .state import Desired, Group
from .switches import Processes
from .waits import READ, watch

ACTIVITIES = "describe_scaling_activities"
LAUNCHED = "Launching a new EC2 instance: i-"
MAY_LAUNCH = (
    "create_auto_scaling_group",
    "update_auto_scaling_group",
    "resume_processes",
    "attach_load_balancer_target_groups",
    "attach_load_balancers",
    "attach_traffic_sources",
)
# What an update may say of a group that is served without its launching anything for it: the next launch takes it up.
TAKEN_UP_LATER = {
    "AutoScalingGroupName",
    "DefaultCooldown",
    "DefaultInstanceWarmup",
    "HealthCheckGracePeriod",
    "LaunchConfigurationName",
    "LaunchTemplate",
    "NewInstancesProtectedFromScaleIn",
    "PlacementGroup",
    "ServiceLinkedRoleARN",
    "TerminationPolicies",
}
SPREADING = ("Invalid IAM Instance Profile", "no associated IAM Roles")
PASSING = (
    *SPREADING,
    "do not have sufficient",
    "no Spot capacity",
    "Request limit exceeded",
    "Internal error",
)


def is_in_service(answer: Mapping[str, Any]) -> bool:
    """Whether the group has as much in service as it is to have, or launches nothing on purpose."""
    return all(is_served(group) for group in answer["AutoScalingGroups"]) and bool(answer["AutoScalingGroups"])


def is_served(group: Mapping[str, Any]) -> bool:
    suspended = [process["ProcessName"] for process in group.get("SuspendedProcesses", [])]
    serving = sum(int(one.get("WeightedCapacity", 1)) for one in group.get("Instances", []) if is_healthy(one))
    return "Launch" in suspended or serving >= group.get("DesiredCapacity", 0)


def is_healthy(instance: Mapping[str, Any]) -> bool:
    return instance.get("LifecycleState") == "InService" and instance.get("HealthStatus", "").lower() == "healthy"


def may_launch(steps: Sequence[Step], short: bool) -> bool:
    """Whether the group may launch for these; one that is short of its capacity goes on trying, with whatever it is given."""
    return any(step.operation in MAY_LAUNCH and (short or not is_taken_up_later(step)) for step in steps)


def is_taken_up_later(step: Step) -> bool:
    return step.operation == "update_auto_scaling_group" and step.params.keys() <= TAKEN_UP_LATER


def known_before(group: str) -> Wait:
    """What failed before this run is no news of it: remember it, by AWS's own record and not by our clock."""
    return Wait("autoscaling", ACTIVITIES, {"AutoScalingGroupName": group}, f"read what group {group} did before", until=lambda answer: True)


def capacity(want: Desired, now: Group | None, known: bool) -> Iterator[Wait]:
    """The capacity in service; behind load balancers too, where their health is the group's."""
    summary = f"wait until group {want.name} has its capacity in service"
    yield watch(want.name, summary, is_in_service, want.wait_timeout, failed_launches(want.name, known))
    have = now.members if now else {}
    members = {**have, **{name: beside(have.get(name, []), value) if name in want.kept else value for name, value in want.members.items()}}
    checks = members.get("HealthCheckType", "")
    behind = balancers(members)
    if "ELB" in checks:
        yield from (targets_healthy(arn, want) for arn in behind["elbv2"])
        yield from (balancer_in_service(name, want) for name in behind["elb"])
    if "VPC_LATTICE" in checks and behind["vpc-lattice"]:
        yield sources_in_service(behind["vpc-lattice"], want)


def balancers(members: Mapping[str, Any]) -> dict[str, list[str]]:
    """What the group's instances are registered with, by its kind, whichever member says it."""
    found: dict[str, list[str]] = {"elb": [*members.get("LoadBalancerNames", [])], "elbv2": [*members.get("TargetGroupARNs", [])], "vpc-lattice": []}
    for source in members.get("TrafficSources", []):
        found[kind_of(source)].append(source["Identifier"])
    return {kind: list(dict.fromkeys(named)) for kind, named in found.items()}


def failed_launches(group: str, known: bool) -> Trouble:
    return Trouble(
        service="autoscaling",
        operation=ACTIVITIES,
        params={"AutoScalingGroupName": group},
        told=why_none_came,
        known=Later(ACTIVITIES, "Activities") if known else (),
        passing=PASSING,
    )


def why_none_came(answer: Mapping[str, Any], known: Sequence[Mapping[str, Any]]) -> list[str]:
    """Why launches failed since the last that did not, the latest first."""
    before = {activity["ActivityId"] for activity in known}
    news = [activity for activity in answer["Activities"] if activity["ActivityId"] not in before and is_launch(activity)]
    latest = takewhile(lambda activity: activity["StatusCode"] != "Successful", news)
    return [activity.get("StatusMessage", activity["Cause"]) for activity in latest if is_failed(activity)]


def is_launch(activity: Mapping[str, Any]) -> bool:
    return activity.get("Description", "").startswith("Launching")


def is_failed(activity: Mapping[str, Any]) -> bool:
    """Also one that a lifecycle hook abandoned: AWS tells it as cancelled."""
    return activity["StatusCode"] in ("Failed", "Cancelled")


def launches_at_once(want: Desired) -> bool:
    """Whether a new group launches anything when it is made."""
    suspended = any(isinstance(one, Processes) and "Launch" in one.names for one in want.belongings)
    return not suspended and want.members.get("DesiredCapacity", want.members["MinSize"]) > 0


def first_launch(group: str) -> Wait:
    """See a new group's first launch through the news of its profile, which its creation may have heard before its launches do."""
    return Wait(
        service="autoscaling",
        operation=ACTIVITIES,
        params={"AutoScalingGroupName": group},
        summary=f"see group {group} launch its first instance",
        until=lambda answer: bool(launched(answer) or broken(answer)),
        lacks=lambda answer: next(iter(why_none_came(answer, ())), "it has begun no launch"),
        warns=lambda answer: [] if launched(answer) else [f"group {group} goes on trying to launch its first instance: {why}" for why in broken(answer)],
    )


def launched(answer: Mapping[str, Any]) -> list[str]:
    """The launches that came as far as to have an instance."""
    return [one["Description"] for one in answer["Activities"] if one.get("Description", "").startswith(LAUNCHED)]


def broken(answer: Mapping[str, Any]) -> list[str]:
    """Why the latest launch failed, unless it is news that spreads late."""
    return [why for why in why_none_came(answer, ())[:1] if not any(saying in why for saying in SPREADING)]


def targets_healthy(arn: str, want: Desired) -> Wait:
    return Wait(
        service="elbv2",
        operation="describe_target_health",
        params={"TargetGroupArn": arn, "Targets": instances("Id")},
        summary=f"wait until the instances of group {want.name} are healthy in target group {arn}",
        until=lambda answer: all(one["TargetHealth"]["State"] == "healthy" for one in answer["TargetHealthDescriptions"]),
        timeout=want.wait_timeout,
    )


def balancer_in_service(name: str, want: Desired) -> Wait:
    return Wait(
        service="elb",
        operation="describe_instance_health",
        params={"LoadBalancerName": name, "Instances": instances("InstanceId")},
        summary=f"wait until the instances of group {want.name} are in service behind load balancer {name}",
        until=lambda answer: all(one["State"] == "InService" for one in answer["InstanceStates"]),
        timeout=want.wait_timeout,
    )


def sources_in_service(arns: Sequence[str], want: Desired) -> Wait:
    """A target group of VPC Lattice is asked about by way of the group."""
    return Wait(
        service="autoscaling",
        operation="describe_traffic_sources",
        params={"AutoScalingGroupName": want.name, "TrafficSourceType": "vpc-lattice"},
        summary=f"wait until the instances of group {want.name} are in service behind {', '.join(arns)}",
        until=lambda answer: all(one["State"] == "InService" for one in answer["TrafficSources"] if one["Identifier"] in arns),
        timeout=want.wait_timeout,
        lacks=lambda answer: "; ".join(f"{one['Identifier']} is {one['State']}" for one in answer["TrafficSources"] if one["State"] != "InService"),
    )


def instances(member: str) -> Later:
    """The instances in service that the wait for the capacity has seen; AWS deregisters those that leave or stand by."""
    return Later(READ, "AutoScalingGroups.0.Instances", through=lambda found: [{member: one["InstanceId"]} for one in found if is_healthy(one)])
