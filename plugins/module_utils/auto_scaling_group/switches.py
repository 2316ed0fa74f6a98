# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a group has or has not, by word: suspended processes, metrics, protected instances. Pure. Private to this collection.

The group's own answer tells them all, so that reading them costs no call.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..core.errors import Refused
from ..core.plan import Action

AT_ONCE = 50  # the most instances that SetInstanceProtection takes

# amazon.aws.autoscaling_group's own choice where none is made; Auto Scaling's would be all.
METRICS = (
    "GroupMinSize", "GroupMaxSize", "GroupDesiredCapacity", "GroupInServiceInstances",
    "GroupPendingInstances", "GroupStandbyInstances", "GroupTerminatingInstances", "GroupTotalInstances",
)  # fmt: skip
GRANULARITY = "1Minute"
PROCESSES = (
    "AddToLoadBalancer", "AlarmNotification", "AZRebalance", "HealthCheck", "InstanceRefresh",
    "Launch", "ReplaceUnhealthy", "ScheduledActions", "Terminate",
)  # fmt: skip


@dataclass(frozen=True)
class ToldByGroup:
    """A belonging that needs no call to be read, and none at the group's creation."""

    read = ""

    def reading(self, group: str) -> dict[str, Any]:
        return {}

    def born(self) -> dict[str, Any]:
        return {}

    def told(self, have: Any) -> Any:
        return list(have)


@dataclass(frozen=True)
class Processes(ToldByGroup):
    """The processes that are to be suspended; all others go on."""

    names: tuple[str, ...]
    purge: bool = True
    option = "suspend_processes"

    def seen(self, answer: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(sorted(process["ProcessName"] for process in answer.get("SuspendedProcesses", [])))

    def after(self, have: tuple[str, ...]) -> tuple[str, ...]:
        return self.names if self.purge else tuple(sorted({*have, *self.names}))

    def changes(self, group: str, have: tuple[str, ...]) -> Iterator[Action]:
        if stopping := without(self.names, have):
            yield processes("suspend_processes", group, stopping, "suspend")
        if resuming := without(have, self.after(have)):
            yield processes("resume_processes", group, resuming, "resume")


def processes(operation: str, group: str, names: list[str], doing: str) -> Action:
    params = {"AutoScalingGroupName": group, "ScalingProcesses": names}
    return Action("autoscaling", operation, params, f"{doing} {', '.join(names)} of group {group}")


@dataclass(frozen=True)
class Metrics(ToldByGroup):
    """The metrics that the group is to send to CloudWatch, and how fine; no others."""

    names: tuple[str, ...]
    granularity: str = GRANULARITY
    purge: bool = True
    option = "metrics_collection"

    def seen(self, answer: Mapping[str, Any]) -> dict[str, str]:
        enabled = answer.get("EnabledMetrics", [])
        return {metric["Metric"]: metric["Granularity"] for metric in sorted(enabled, key=lambda metric: metric["Metric"])}

    def after(self, have: Mapping[str, str]) -> dict[str, str]:
        return {**({} if self.purge else have), **{name: self.granularity for name in self.names}}

    def changes(self, group: str, have: Mapping[str, str]) -> Iterator[Action]:
        if leaving := without(have, self.after(have)):
            params = {"AutoScalingGroupName": group, "Metrics": leaving}
            yield Action("autoscaling", "disable_metrics_collection", params, f"stop metrics of group {group}: {', '.join(leaving)}")
        if starting := [name for name in self.names if have.get(name) != self.granularity]:
            params = {"AutoScalingGroupName": group, "Metrics": starting, "Granularity": self.granularity}
            yield Action("autoscaling", "enable_metrics_collection", params, f"collect metrics of group {group}: {', '.join(starting)}")

    def told(self, have: Mapping[str, str]) -> dict[str, str]:
        return dict(have)


@dataclass(frozen=True)
class Protection(ToldByGroup):
    """Whether the instances that run already are protected from scale in, as new ones are."""

    wanted: bool
    option = "protect_running_instances"

    def seen(self, answer: Mapping[str, Any]) -> dict[str, bool]:
        return {one["InstanceId"]: one["ProtectedFromScaleIn"] for one in answer.get("Instances", [])}

    def after(self, have: Mapping[str, bool]) -> dict[str, bool]:
        return {instance: self.wanted for instance in have}

    def changes(self, group: str, have: Mapping[str, bool]) -> Iterator[Action]:
        turning = sorted(instance for instance, protected in have.items() if protected != self.wanted)
        for start in range(0, len(turning), AT_ONCE):
            yield protect(group, turning[start : start + AT_ONCE], self.wanted)

    def told(self, have: Mapping[str, bool]) -> list[bool]:
        """Not by instance: those to come are not known yet, and are as the declaration wants them."""
        return sorted(set(have.values()) or {self.wanted})


def protect(group: str, instances: list[str], wanted: bool) -> Action:
    verb = "protect instances of group {} from" if wanted else "no longer protect instances of group {} from"
    params = {"AutoScalingGroupName": group, "InstanceIds": instances, "ProtectedFromScaleIn": wanted}
    return Action("autoscaling", "set_instance_protection", params, f"{verb.format(group)} scale in: {', '.join(instances)}")


def without(some: Iterable[str], others: Iterable[str]) -> list[str]:
    return sorted(set(some) - set(others))


def declared_processes(params: Mapping[str, Any], _model: Any) -> Processes | None:
    names = params["suspend_processes"]
    return None if names is None else Processes(tuple(sorted(set(names))), params["purge_suspend_processes"])


def declared_metrics(params: Mapping[str, Any], _model: Any) -> Metrics | None:
    refuse_idle_words(params)
    if params["metrics_collection"] is None:
        return None
    if not params["metrics_collection"]:
        return Metrics(())
    names = METRICS if params["metrics_list"] is None else params["metrics_list"]
    return Metrics(tuple(sorted(set(names))), params["metrics_granularity"] or GRANULARITY, params["purge_metrics_list"])


def refuse_idle_words(params: Mapping[str, Any]) -> None:
    """Say so rather than pass over what has no effect."""
    for option in ("metrics_list", "metrics_granularity"):
        if params["metrics_collection"] is None and params[option] is not None:
            raise Refused(f"{option}: has an effect with metrics_collection only, which must be given too")
    if params["metrics_granularity"] not in (None, GRANULARITY):
        raise Refused(f"metrics_granularity: must be {GRANULARITY}, the one that AWS has, not {params['metrics_granularity']}")


def declared_protection(params: Mapping[str, Any], _model: Any) -> Protection | None:
    if not params["protect_running_instances"]:
        return None
    if params["protected_from_scale_in"] is None:
        raise Refused("protect_running_instances: extends protected_from_scale_in, which must be given too")
    return Protection(params["protected_from_scale_in"])
