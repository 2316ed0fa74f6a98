# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Delete a group: what is in it first, with the time that its hooks need, unless less is asked for. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..core.errors import Refused
from ..core.keepers import refuse_kept
from ..core.plan import Action, NotYet, Step, Wait
from .kinds import LIFECYCLE_HOOKS
from .state import Desired, Group
from .switches import processes
from .waits import has_no, is_gone, standing, watch
from .warm_pool import removal

STILL_EMPTYING = (NotYet("ResourceInUse", "instances"),)
LAUNCHING, TERMINATING = "autoscaling:EC2_INSTANCE_LAUNCHING", "autoscaling:EC2_INSTANCE_TERMINATING"
HELD = ":Wait"
BY_A_HOOK = "a lifecycle hook holds what is in a Wait state until its owner completes the action; complete_lifecycle_actions does it at once"
SETTING = "auto_scaling_group.deletion_protection"


def deletion(want: Desired, now: Group) -> Iterator[Step]:
    """The steps that make the group go; those for a group that goes already are to wait for its end."""
    if not now.deleting:
        refuse_kept(f"group {want.name}", {key: tag.value for key, tag in now.tags.items()}, want.adopt)
        refuse_protected(want, now)
        yield from () if want.force_delete else emptying(want, now)
        yield delete_group(want.name, want.force_delete)
    yield watch(want.name, f"wait until group {want.name} is gone", is_gone, want.wait_timeout)


def refuse_protected(want: Desired, now: Group) -> None:
    """Name what holds the group, rather than wait in vain for it to let go."""
    protection = now.members.get("DeletionProtection") or "none"
    if protection == "prevent-all-deletion":
        raise Refused(f"state: group {want.name} is protected from deletion; set {SETTING} to none first")
    if want.force_delete and protection == "prevent-force-deletion":
        raise Refused(f"force_delete: group {want.name} is protected from it; leave it out, or set {SETTING} to none first")
    if not want.force_delete and (held := held_instances(now)):
        raise Refused(
            f"state: group {want.name} keeps instances that no scaling in ends: {', '.join(held)}; "
            "set protected_from_scale_in to false and protect_running_instances to true, bring them back from standby, "
            "terminate those that are retained, or set force_delete"
        )


def held_instances(now: Group) -> list[str]:
    instances = now.answer.get("Instances", [])
    return [f"{one['InstanceId']} ({why})" for one in instances if (why := hold(one))]


def hold(instance: dict[str, Any]) -> str:
    if instance.get("LifecycleState") == "Standby":
        return "in standby"
    if instance.get("LifecycleState", "").endswith(":Retained"):
        return "retained, as the action of its termination hook was abandoned"
    return "protected from scale in" if instance.get("ProtectedFromScaleIn") else ""


def emptying(want: Desired, now: Group) -> Iterator[Step]:
    """The warm pool before the instances, which could return to it."""
    if pool := now.answer.get("WarmPoolConfiguration"):
        yield from removal(want.name, pool, want.wait_timeout, force=want.complete_lifecycle_actions)
    if any(one["ProcessName"] == "Terminate" for one in now.answer.get("SuspendedProcesses", [])):
        yield processes("resume_processes", want.name, ["Terminate"], "resume")
    if now.instances or now.members.get("MaxSize"):
        yield from completion(now, TERMINATING)
        yield update_sizes_to_zero(want.name)
        # No earlier: what is launched anew in the place of an abandoned instance would stay.
        yield from completion(now, LAUNCHING)
        yield without_instances(want)


def without_instances(want: Desired) -> Wait:
    waiting = watch(want.name, f"wait until group {want.name} has no instances", has_no("Instances"), want.wait_timeout)
    return replace(waiting, lacks=standing_for)


def standing_for(answer: Mapping[str, Any]) -> str:
    """What the instances do, and for whom they may wait."""
    held = standing(answer)
    return f"{held}; {BY_A_HOOK}" if HELD in held else held


def completion(now: Group, transition: str) -> Iterator[Action]:
    """Remove hooks: AWS then completes their actions, going on with terminations and abandoning launches."""
    for name, hook in sorted(now.hooks.items()):
        if now.instances and hook["LifecycleTransition"] == transition:
            yield complete_actions(now.name, name)


def complete_actions(group: str, hook: str) -> Action:
    return Action(
        service="autoscaling",
        operation=LIFECYCLE_HOOKS.delete,
        params={"AutoScalingGroupName": group, "LifecycleHookName": hook},
        summary=f"complete the actions of lifecycle hook {hook} of group {group} by removing it",
    )


def update_sizes_to_zero(name: str) -> Action:
    return Action(
        service="autoscaling",
        operation="update_auto_scaling_group",
        params={"AutoScalingGroupName": name, "MinSize": 0, "MaxSize": 0, "DesiredCapacity": 0},
        summary=f"scale group {name} to no instances",
    )


def delete_group(name: str, force: bool) -> Action:
    return Action(
        service="autoscaling",
        operation="delete_auto_scaling_group",
        params={"AutoScalingGroupName": name, **({"ForceDelete": True} if force else {})},
        summary=f"delete group {name}{' with its instances' if force else ''}",
        not_yet=STILL_EMPTYING,
    )
