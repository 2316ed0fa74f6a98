# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instance refreshes: one at a time, batch by batch as the clock goes on, back again where that is asked.

After Auto Scaling's user guide: instance-refresh-overview, asg-adding-checkpoints-instance-refresh, instance-refresh-rollback,
asg-instance-refresh-skip-matching, understand-instance-refresh-default-values. The guide quotes no reason of a status: they are the sandbox's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from moto.autoscaling.models import FakeAutoScalingGroup, InstanceState, autoscaling_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError

from .account import ACCOUNT
from .launch_sources import Source, source_for, use
from .processes import LAUNCH, REFRESH, TERMINATE, suspended
from .replacements import Batch, begin, give_up, is_lasting, matches, put_in_place, refreshable, settled

ACTIVE = ("Pending", "InProgress", "Cancelling", "RollbackInProgress", "Baking")
GIVES_UP_AFTER = 3600.0  # seconds in which nothing could be replaced
TRIES_EVERY = 10.0
CHECKPOINT_DELAY = 3600
HEALTHY = 90
FORWARD, BACK = "InProgress", "RollbackInProgress"

FakeAutoScalingGroup.refreshes = ()  # the latest first


@dataclass
class Refresh:
    """One refresh, in the words of DescribeInstanceRefreshes, and what it has still to do."""

    auto_scaling_group: FakeAutoScalingGroup
    strategy: str
    preferences: Mapping[str, Any]
    desired_configuration: Mapping[str, Any] | None
    instance_refresh_id: str = field(default_factory=lambda: str(uuid4()))
    status: str = "Pending"
    status_reason: str | None = None
    start_time: datetime = field(default_factory=utcnow)
    end_time: datetime | None = None
    percentage_complete: int = 0
    instances_to_update: int = 0
    rollback_details: dict[str, Any] | None = None
    live: list[InstanceState] = field(default_factory=list)  # still to be replaced
    warm: list[InstanceState] = field(default_factory=list)
    total: int = 0
    made: list[InstanceState] = field(default_factory=list)
    batch: Batch | None = None
    passed: int = 0  # the highest checkpoint that was reached
    stuck_since: float | None = None

    @property
    def auto_scaling_group_name(self) -> str:
        return self.auto_scaling_group.name

    @property
    def active(self) -> bool:
        return self.status in ACTIVE

    @property
    def left(self) -> int:
        return len(self.live) + len(self.warm) + (len(self.batch.leaving) if self.batch else 0)

    @property
    def progress_details(self) -> dict[str, Any] | None:
        if self.auto_scaling_group.warm_pool is None:
            return None
        return {"LivePoolProgress": pool_progress(self.live), "WarmPoolProgress": pool_progress(self.warm)}

    @property
    def source(self) -> Source:
        """What replacements are launched from: the desired configuration, or on the way back the group's own."""
        return source_for(self.auto_scaling_group, self.desired_configuration if self.status == FORWARD else None)


def pool_progress(left: list[InstanceState]) -> dict[str, int]:
    return {"PercentageComplete": 0 if left else 100, "InstancesToUpdate": len(left)}


def active(group: FakeAutoScalingGroup) -> Refresh | None:
    return next((one for one in group.refreshes if one.active), None)


def start(group: FakeAutoScalingGroup, strategy: str, preferences: Mapping[str, Any], desired: Mapping[str, Any] | None) -> Refresh:
    made = Refresh(group, strategy, {**defaults(group), **preferences}, desired)
    group.refreshes = (made, *group.refreshes)
    soon(lambda: set_out(made))
    return made


def defaults(group: FakeAutoScalingGroup) -> dict[str, Any]:
    """What AWS takes where a preference is not said; those it tells, DescribeInstanceRefreshes shows."""
    policy = getattr(group, "instance_maintenance_policy", None) or {}
    warmup = getattr(group, "default_instance_warmup", None)
    return {
        "MinHealthyPercentage": HEALTHY,
        "InstanceWarmup": getattr(group, "health_check_grace_period", 0) or 0 if warmup is None else warmup,
        "SkipMatching": False,
        "AutoRollback": False,
        "ScaleInProtectedInstances": "Wait",
        "StandbyInstances": "Wait",
        **{name: value for name, value in policy.items() if value not in (None, -1)},
    }


def soon(happens: Callable[[], None], within: float = 0.0) -> None:
    ACCOUNT.at(ACCOUNT.clock() + within, happens)


def set_out(refresh: Refresh) -> None:
    if refresh.status != "Pending":
        return
    refresh.status = FORWARD
    group, skipping = refresh.auto_scaling_group, refresh.preferences["SkipMatching"]
    group.deploying = refresh.desired_configuration
    if why := unsupported(refresh):
        fail(refresh, why)
        return
    everything = [*refreshable(group.instance_states), *group.warm_states]
    refresh.total = len(everything)
    wanted = [state for state in everything if not (skipping and matches(state, refresh.source, refresh.strategy))]
    refresh.live = [state for state in wanted if state in group.instance_states]
    refresh.warm = [state for state in wanted if state in group.warm_states]
    count(refresh)
    go_on(refresh)


def unsupported(refresh: Refresh) -> str | None:
    """instance-refresh-overview, Limitations: such a refresh is taken, and fails."""
    policy = refresh.auto_scaling_group.mixed_instances_policy or (refresh.desired_configuration or {}).get("MixedInstancesPolicy") or {}
    open_types = any("InstanceRequirements" in one for one in policy.get("LaunchTemplate", {}).get("Overrides", []))
    if open_types and (refresh.desired_configuration or refresh.preferences["SkipMatching"]):
        return "Skip matching and a desired configuration are not supported for groups with InstanceRequirements."
    return None


def count(refresh: Refresh) -> None:
    """On the way back the percentage goes down, and what was never updated stays so."""
    done = refresh.left if refresh.status == BACK else refresh.total - refresh.left
    refresh.percentage_complete = int(100 * done / refresh.total) if refresh.total else 100
    if refresh.status != BACK:
        refresh.instances_to_update = refresh.left


def go_on(refresh: Refresh) -> None:
    """Begin the next batch, unless all is done or something is in the way."""
    if refresh.status not in (FORWARD, BACK) or refresh.batch:
        return
    if alarming := alarms(refresh):
        fail(refresh, f"CloudWatch alarm {', '.join(alarming)} is in ALARM.")
        return
    leave_out_lasting(refresh)
    if not refresh.live and not refresh.warm:
        finish(refresh)
        return
    if names := suspended(refresh.auto_scaling_group, LAUNCH, TERMINATE, REFRESH):
        keep_trying(refresh, f"Waiting for suspended processes: {', '.join(names)}.")
        return
    states = next_states(refresh)
    if not states:
        keep_trying(refresh, "Waiting for instances in Standby or protected from scale in.")
        return
    try:
        batch = begin(refresh.auto_scaling_group, refresh.source, states, refresh.strategy, launch_first(refresh))
    except EC2ClientError as refusal:
        keep_trying(refresh, f"Instances could not be launched: {refusal.message}")
        return
    refresh.live = [state for state in refresh.live if state not in states]
    refresh.warm = [state for state in refresh.warm if state not in states]
    refresh.batch = batch
    refresh.made += batch.coming
    refresh.status_reason = f"Waiting for instances to warm up before continuing. {len(states)} being replaced."
    soon(lambda: end_batch(refresh, batch), refresh.preferences["InstanceWarmup"])


def leave_out_lasting(refresh: Refresh) -> None:
    """Instances that ended meanwhile need nothing any more; those that are to be ignored are left as they are."""
    group = refresh.auto_scaling_group
    refresh.live = [one for one in refresh.live if one in group.instance_states and is_lasting(one, refresh.preferences) != "Ignore"]
    refresh.warm = [one for one in refresh.warm if one in group.warm_states]


def next_states(refresh: Refresh) -> list[InstanceState]:
    """Those in service before those in the warm pool; as many as the percentages and the next checkpoint allow."""
    ready = [one for one in refresh.live if is_lasting(one, refresh.preferences) != "Wait"]
    return (ready or ([] if refresh.live else refresh.warm))[: min(at_once(refresh), up_to_checkpoint(refresh))]


def at_once(refresh: Refresh) -> int:
    size = refresh.auto_scaling_group.desired_capacity or refresh.total
    least, most = refresh.preferences["MinHealthyPercentage"], refresh.preferences.get("MaxHealthyPercentage", 100)
    return max(1, math.floor(size * most / 100) - size + size - math.ceil(size * least / 100))


def launch_first(refresh: Refresh) -> bool:
    """With a least of 100, or a most that was said and leaves no other way, new instances come before the old ones go."""
    size = refresh.auto_scaling_group.desired_capacity or refresh.total
    least, most = refresh.preferences["MinHealthyPercentage"], refresh.preferences.get("MaxHealthyPercentage")
    return least == 100 or (most is not None and (math.floor(size * most / 100) > size or math.ceil(size * least / 100) == size))


def up_to_checkpoint(refresh: Refresh) -> int:
    checkpoint = next_checkpoint(refresh)
    if checkpoint is None or refresh.status == BACK:
        return refresh.total
    return max(1, math.ceil(refresh.total * checkpoint / 100) - (refresh.total - refresh.left))


def next_checkpoint(refresh: Refresh) -> int | None:
    return next((one for one in refresh.preferences.get("CheckpointPercentages", []) if one > refresh.passed), None)


def end_batch(refresh: Refresh, batch: Batch) -> None:
    """The new instances have warmed up, or are given more time; the old ones end where they have not yet."""
    if refresh.batch is not batch:
        return
    if not settled(batch):
        hold_on(refresh, "Waiting for new instances to come into service.", lambda: end_batch(refresh, batch))
        return
    put_in_place(refresh.auto_scaling_group, batch)
    refresh.batch = refresh.stuck_since = refresh.status_reason = None
    count(refresh)
    if refresh.status == "Cancelling":
        end(refresh, "Cancelled", "Cancelled by a request.")
    else:
        pass_checkpoint(refresh)


def pass_checkpoint(refresh: Refresh) -> None:
    reached = [one for one in refresh.preferences.get("CheckpointPercentages", []) if refresh.passed < one <= refresh.percentage_complete]
    if refresh.status == BACK or not reached:
        go_on(refresh)
        return
    refresh.passed = reached[-1]
    if next_checkpoint(refresh) is None:
        refresh.live, refresh.warm = [], []
        go_on(refresh)
        return
    delay = refresh.preferences.get("CheckpointDelay", CHECKPOINT_DELAY)
    refresh.status_reason = f"Checkpoint of {refresh.passed} percent reached; waiting {delay} seconds."
    soon(lambda: go_on(refresh), delay)


def keep_trying(refresh: Refresh, reason: str) -> None:
    hold_on(refresh, reason, lambda: go_on(refresh))


def hold_on(refresh: Refresh, reason: str, then: Callable[[], None]) -> None:
    """instance-refresh-overview, One-hour timeout: what is in the way is waited for, and then the refresh fails."""
    now = ACCOUNT.clock()
    refresh.stuck_since = now if refresh.stuck_since is None else refresh.stuck_since
    refresh.status_reason = reason
    if now - refresh.stuck_since >= GIVES_UP_AFTER:
        fail(refresh, reason)
    else:
        soon(then, TRIES_EVERY)


def finish(refresh: Refresh) -> None:
    bake = refresh.preferences.get("BakeTime", 0)
    if refresh.status == FORWARD and bake:
        refresh.status, refresh.status_reason = "Baking", f"Baking for {bake} seconds."
        soon(lambda: succeed(refresh), bake)
    else:
        succeed(refresh)


def succeed(refresh: Refresh) -> None:
    """A refresh gives the group what it desired; one that was rolled back leaves it as it was."""
    if refresh.status == BACK:
        end(refresh, "RollbackSuccessful", refresh.rollback_details["RollbackReason"])
    elif refresh.status in (FORWARD, "Baking"):
        if refresh.desired_configuration:
            use(refresh.auto_scaling_group, refresh.desired_configuration)
        refresh.percentage_complete, refresh.instances_to_update = max(refresh.percentage_complete, refresh.passed), 0
        end(refresh, "Successful", None)


def drop_batch(refresh: Refresh) -> None:
    """Take back what has only begun: where the old instances are still there, the new ones go."""
    if refresh.batch:
        give_up(refresh.auto_scaling_group, refresh.batch)
        refresh.live += [state for state in refresh.batch.leaving if state in refresh.auto_scaling_group.instance_states]
        refresh.batch = None


def fail(refresh: Refresh, reason: str) -> None:
    drop_batch(refresh)
    if refresh.status == BACK:
        end(refresh, "RollbackFailed", reason)
    elif refresh.preferences["AutoRollback"]:
        roll_back(refresh, reason)
    else:
        end(refresh, "Failed", reason)


def end(refresh: Refresh, status: str, reason: str | None) -> None:
    refresh.status, refresh.status_reason, refresh.end_time = status, reason, utcnow()
    refresh.auto_scaling_group.surge, refresh.auto_scaling_group.deploying = 0, None
    refresh.auto_scaling_group.set_desired_capacity(refresh.auto_scaling_group.desired_capacity)


def cancel(refresh: Refresh, wait: bool) -> None:
    """No further replacement begins; those under way are waited for, unless that is not asked."""
    refresh.status, refresh.status_reason = "Cancelling", "Cancelled by a request."
    if not wait:
        drop_batch(refresh)
    if not refresh.batch:
        soon(lambda: end(refresh, "Cancelled", "Cancelled by a request."))


def roll_back(refresh: Refresh, reason: str) -> None:
    """Replace what was replaced by what the group still says."""
    refresh.rollback_details = {
        "RollbackReason": reason,
        "RollbackStartTime": utcnow(),
        "PercentageCompleteOnRollback": refresh.percentage_complete,
        "InstancesToUpdateOnRollback": refresh.instances_to_update,
    }
    drop_batch(refresh)
    refresh.status, refresh.status_reason, refresh.stuck_since = BACK, reason, None
    group = refresh.auto_scaling_group
    group.deploying = None
    refresh.live = [state for state in refresh.made if state in group.instance_states]
    refresh.warm = [state for state in refresh.made if state in group.warm_states]
    refresh.made = []
    count(refresh)
    soon(lambda: go_on(refresh))


def alarms(refresh: Refresh) -> list[str]:
    """The watched alarms that are in ALARM; nobody watches on the way back."""
    group, watched = refresh.auto_scaling_group, refresh.preferences.get("AlarmSpecification", {}).get("Alarms", [])
    backend = cloudwatch_backends[group.account_id][group.region]
    return [] if refresh.status == BACK else [name for name in watched if name in backend.alarms and backend.alarms[name].state_value == "ALARM"]


def watch() -> None:
    """An alarm is heard of at any time, be it at a checkpoint or while new instances bake."""
    for group in groups():
        refresh = active(group)
        if refresh and refresh.status in (FORWARD, "Baking") and (alarming := alarms(refresh)):
            fail(refresh, f"CloudWatch alarm {', '.join(alarming)} is in ALARM.")


def groups() -> Iterator[FakeAutoScalingGroup]:
    for regions in list(autoscaling_backends.values()):
        for backend in list(regions.values()):
            yield from list(backend.autoscaling_groups.values())


ACCOUNT.watches.append(watch)
