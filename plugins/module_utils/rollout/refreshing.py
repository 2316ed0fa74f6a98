# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Have AWS replace a group's instances by an instance refresh, and see it through. Pure. Private to this collection.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..core.errors import Refused
from ..core.permissions import Permission
from ..core.plan import Action, Later, NotYet, Step, Trouble, Wait
from .state import LAUNCH_FIRST, ROLLING, ROOT_VOLUME, Behind, Desired, Refresh, Target
from .verifying import seen_at_once

REFRESHES = "describe_instance_refreshes"
STARTED = "start_instance_refresh"
GROUP = "describe_auto_scaling_groups"
OVER = ("Successful", "Failed", "Cancelled", "RollbackSuccessful", "RollbackFailed")
ENDED = "end"  # of whichever kind
LONGEST_PAUSE = 15.0  # seconds; a replacement takes minutes
AWS_LEAST, AWS_MOST = 90, 100  # percent, where neither the group nor the refresh says any
# The profile is known to be there.
PROFILE_NOT_SPREAD = (NotYet("ValidationError", "Invalid IAM Instance Profile"), NotYet("ValidationError", "no associated IAM Roles"))


def effective(want: Desired, target: Target) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The preferences as they are sent, with the safe choice where nothing is said; and what to warn of."""
    said = want.preferences
    if target.reversible and said.get("AutoRollback"):
        raise Refused(f"rollout.preferences.auto_rollback: AWS rolls nothing back here, as {target.reversible}; leave it out, or set it to false")
    if not target.in_place and said.get("SkipMatching"):
        raise Refused("rollout.preferences.skip_matching: AWS does not compare instances here, as it takes no desired configuration; leave it out")
    healthy = {} if target.maintained or "MinHealthyPercentage" in said else LAUNCH_FIRST
    safe = {**healthy, "SkipMatching": target.in_place, "AutoRollback": not target.reversible}
    warnings = (f"rollout: a failed rollout is not rolled back, as {target.reversible}",) if target.reversible and "AutoRollback" not in said else ()
    return {**safe, **said}, warnings


def refuse_lasting(replaced: Sequence[Behind], preferences: Mapping[str, Any]) -> None:
    """What is in standby or protected holds a refresh up for an hour and then fails it, unless it is said what to do."""
    for word, choices, held in (
        ("StandbyInstances", "Terminate, Ignore or Wait", [one.instance.id for one in replaced if one.instance.in_standby]),
        ("ScaleInProtectedInstances", "Refresh, Ignore or Wait", [one.instance.id for one in replaced if one.instance.protected]),
    ):
        if held and word not in preferences:
            option, why = LASTING[word]
            raise Refused(f"rollout.preferences.{option}: {', '.join(held)} {'is' if len(held) == 1 else 'are'} {why}; say {choices}")


LASTING = {
    "StandbyInstances": ("standby_instances", "in standby"),
    "ScaleInProtectedInstances": ("scale_in_protected_instances", "protected from scale in"),
}


def refresh_steps(
    want: Desired, preferences: Mapping[str, Any], target: Target, group: str, needs: tuple[Permission, ...], replaced: Sequence[str]
) -> tuple[Step, ...]:
    started = start(want, preferences, target, group, needs, replaced)
    return (started, *(see_through(want, Later(STARTED, "InstanceRefreshId"), group) if want.wait else ()))


def start(
    want: Desired, preferences: Mapping[str, Any], target: Target, group: str, needs: tuple[Permission, ...], replaced: Sequence[str]
) -> Action:
    refuse_root_volumes(want, target)
    strategy = {} if want.refresh_strategy == ROLLING else {"Strategy": want.refresh_strategy}
    desired = {"DesiredConfiguration": target.configuration} if target.in_place else {}
    return Action(
        service="autoscaling",
        operation=STARTED,
        params={"AutoScalingGroupName": group, **strategy, **desired, "Preferences": dict(preferences)},
        summary=f"start an instance refresh of group {group} to {target.told}: {', '.join(replaced)}",
        needs=needs,
        not_yet=PROFILE_NOT_SPREAD,
    )


def refuse_root_volumes(want: Desired, target: Target) -> None:
    """instance-refresh-overview, requirements of the strategy."""
    overrides = target.configuration.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {}).get("Overrides") or [{}]
    if want.refresh_strategy == ROOT_VOLUME and any("ImageId" not in one for one in overrides):
        raise Refused("rollout.refresh_strategy: ReplaceRootVolume takes a mixed_instances_policy whose overrides all have an image_id")


def see_through(want: Desired, refresh_id: str | Later, group: str) -> tuple[Wait, ...]:
    """Read until AWS has ended the refresh, or it pauses where that is enough; any other end than success is a failure."""
    checkpoint = want.wait_for == "checkpoint"
    wait = Wait(
        service="autoscaling",
        operation=REFRESHES,
        params={"AutoScalingGroupName": group, "InstanceRefreshIds": [refresh_id]},
        summary=f"see the instance refresh of group {group} through{' to its next checkpoint' if checkpoint else ''}",
        until=lambda answer: has_succeeded(answer) or (checkpoint and is_at_checkpoint(answer)),
        timeout=0 if want.begun else want.wait_timeout,
        waited=want.wait_timeout if want.begun else 0,
        longest_pause=LONGEST_PAUSE,
        lacks=standing,
        never=why_not,
        aftermath=left_in(group),
    )
    return (for_caller(want, wait, refresh_id, want.wait_for),)


def for_caller(want: Desired, wait: Wait, refresh_id: str | Later, until: str) -> Wait:
    """The same, or where the caller wants to wait by itself, no more than a look."""
    if not want.hand_over or want.begun:
        return wait
    return replace(wait, until=seen_at_once, elsewhere={"instance_refresh_id": refresh_id, "until": until})


def latest(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    return answer["InstanceRefreshes"][0] if answer["InstanceRefreshes"] else {}


def has_succeeded(answer: Mapping[str, Any]) -> bool:
    return latest(answer).get("Status") == "Successful"


def is_at_checkpoint(answer: Mapping[str, Any]) -> bool:
    return at_checkpoint(latest(answer))


def at_checkpoint(told: Mapping[str, Any]) -> bool:
    """Whether a refresh has come to a checkpoint, the last one apart, at which AWS pauses."""
    checkpoints = told.get("Preferences", {}).get("CheckpointPercentages", [])
    return told.get("Status") == "InProgress" and any(one <= told.get("PercentageComplete", 0) for one in checkpoints[:-1])


def standing(answer: Mapping[str, Any]) -> str:
    """How far it has come, in AWS's words where it has any."""
    told = latest(answer)
    reason = told.get("StatusReason")
    return f"it is {told.get('Status')}, {told.get('PercentageComplete', 0)} %, {told.get('InstancesToUpdate', 0)} to go{f': {reason}' if reason else ''}"


def why_not(answer: Mapping[str, Any]) -> str:
    """Why it has ended in another way than to succeed."""
    told = latest(answer)
    if told.get("Status") not in OVER[1:]:
        return ""
    back = told.get("RollbackDetails", {})
    reason = told.get("StatusReason") or back.get("RollbackReason") or "AWS gives no reason"
    far = f" at {back['PercentageCompleteOnRollback']} %" if "PercentageCompleteOnRollback" in back else ""
    return f"instance refresh {told['InstanceRefreshId']} ended as {told['Status']}{far}: {reason.rstrip('.')}"


def left_in(group: str) -> Trouble:
    """The group's state once a refresh has failed."""
    return Trouble("autoscaling", GROUP, {"AutoScalingGroupNames": [group]}, told=group_standing)


def group_standing(answer: Mapping[str, Any], _known: Any) -> Iterator[str]:
    for group in answer["AutoScalingGroups"]:
        by_source: dict[str, list[str]] = {}
        for one in group.get("Instances", []):
            by_source.setdefault(launched(one), []).append(f"{one['InstanceId']} ({one['LifecycleState']})")
        running = [f"{', '.join(ids)} run with {source}" for source, ids in sorted(by_source.items())]
        yield f"Group {group['AutoScalingGroupName']} launches {launched(group)}, wants {group.get('DesiredCapacity')}: {'; '.join(running) or 'no instance'}"


def launched(one: Mapping[str, Any]) -> str:
    policy = one.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {}).get("LaunchTemplateSpecification")
    template = one.get("LaunchTemplate") or policy
    return f"version {template.get('Version')}" if template else str(one.get("LaunchConfigurationName"))


def ended(want: Desired, active: Refresh, group: str) -> tuple[Step, ...]:
    """Wait for another rollout's end, cancelled or by itself."""
    waiting = Wait(
        service="autoscaling",
        operation=REFRESHES,
        params={"AutoScalingGroupName": group, "InstanceRefreshIds": [active.id]},
        summary=f"wait until instance refresh {active.id} of group {group} has ended",
        until=lambda answer: latest(answer).get("Status", "Cancelled") in OVER,
        timeout=want.wait_timeout,
        longest_pause=LONGEST_PAUSE,
        lacks=standing,
    )
    waiting = for_caller(want, waiting, active.id, ENDED)
    if want.when_under_way == "wait" or active.status == "Cancelling":
        return (waiting,)
    return (cancel(group, active), waiting)


def cancel(group: str, active: Refresh) -> Action:
    return Action(
        service="autoscaling",
        operation="cancel_instance_refresh",
        params={"AutoScalingGroupName": group},
        summary=f"cancel instance refresh {active.id} of group {group}",
    )


def batches_of(replaced: Sequence[Behind], preferences: Mapping[str, Any], target: Target, size: int) -> list[list[Behind]]:
    """As many at a time as the percentages allow, those in service first. AWS chooses which; ignored ones stay."""
    ignored = [one for one in replaced if is_ignored(one, preferences)]
    going = sorted((one for one in replaced if one not in ignored), key=lambda one: (one.instance.lifecycle_state.startswith("Warmed"), one.instance.id))
    number = at_once({**target.maintained, **preferences}, size or len(going))
    return [going[start : start + number] for start in range(0, len(going), number)]


def is_ignored(one: Behind, preferences: Mapping[str, Any]) -> bool:
    return (one.instance.in_standby and preferences.get("StandbyInstances") == "Ignore") or (
        one.instance.protected and preferences.get("ScaleInProtectedInstances") == "Ignore"
    )


def at_once(preferences: Mapping[str, Any], size: int) -> int:
    least, most = preferences.get("MinHealthyPercentage", AWS_LEAST), preferences.get("MaxHealthyPercentage", AWS_MOST)
    return max(1, math.floor(size * most / 100) - math.ceil(size * least / 100))
