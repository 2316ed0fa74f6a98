# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""See that instances carry their profile, by its id, and name those that do not. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..core.plan import Later, Wait
from .state import Desired, Instance, Observed, Target

GROUP = "describe_auto_scaling_groups"
ASSOCIATIONS = "describe_iam_instance_profile_associations"
ASSOCIATED, DISASSOCIATING = "associated", "disassociating"
PROFILE = "get_instance_profile"
WARM = "describe_warm_pool"


def of_instances(ids: Iterable[str]) -> dict[str, Any]:
    return {"Filters": [{"Name": "instance-id", "Values": sorted(ids)}]}


def late(seen: Observed, target: Target) -> list[Instance]:
    """Those that are on their way to the right profile."""
    return [one for one in seen.instances if seen.profile and seen.profile.carried_by(one.carried) and one.carried.state != ASSOCIATED]


def until_associated(instances: Sequence[Instance], target: Target, want: Desired) -> Wait:
    ids = [one.id for one in instances]
    return Wait(
        service="ec2",
        operation=ASSOCIATIONS,
        params=of_instances(ids),
        summary=f"wait until {', '.join(ids)} {'carry' if len(ids) > 1 else 'carries'} instance profile {target.profile}",
        until=lambda answer: not list(lacking(answer, ids, target.profile)),
        timeout=want.wait_timeout,
        lacks=lambda answer: "; ".join(lacking(answer, ids, target.profile)),
    )


def lacking(answer: Mapping[str, Any], ids: Iterable[str], profile: str, profile_id: str | None = None) -> Iterator[str]:
    """Which instances do not carry the profile yet, and what they do."""
    carried = {one["InstanceId"]: one for one in answer["IamInstanceProfileAssociations"]}
    for instance in ids:
        if fault := fault_of(carried.get(instance), profile, profile_id):
            yield f"{instance} {fault}"


def fault_of(association: Mapping[str, Any] | None, profile: str, profile_id: str | None) -> str:
    if association is None:
        return "carries no instance profile"
    named, known = association["IamInstanceProfile"]["Arn"].rpartition("/")[2], association["IamInstanceProfile"]["Id"]
    if named != profile:
        return f"carries instance profile {named}"
    if profile_id and known != profile_id:
        return f"carries an instance profile {named} that was deleted ({known}, not {profile_id})"
    return "" if association["State"] == ASSOCIATED else f"is {association['State']}"


def verification(target: Target, group: str, warm: bool, timeout: float) -> tuple[Wait, ...]:
    """Read who is there, in the warm pool too, and which profile that is; and then what each carries."""
    pool = Wait("autoscaling", WARM, {"AutoScalingGroupName": group}, f"read which instances the warm pool of group {group} has", until=seen_at_once)
    return (
        Wait("autoscaling", GROUP, {"AutoScalingGroupNames": [group]}, f"read which instances group {group} has", until=seen_at_once),
        *((pool,) if warm else ()),
        Wait("iam", PROFILE, {"InstanceProfileName": target.profile}, f"read instance profile {target.profile}", until=seen_at_once),
        Wait(
            service="ec2",
            operation=ASSOCIATIONS,
            params={},
            summary=f"verify that every instance of group {group} carries instance profile {target.profile}",
            until=lambda answer, known: not list(mismatches(answer, known)),
            timeout=timeout,
            lacks=lambda answer, known: "; ".join(mismatches(answer, known)),
            against={
                "instances": Later(GROUP, "AutoScalingGroups.0.Instances"),
                "warm": Later(WARM, "Instances") if warm else [],
                "profile": Later(PROFILE, "InstanceProfile"),
            },
        ),
    )


def seen_at_once(_answer: Any) -> bool:
    return True


def mismatches(answer: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[str]:
    profile = known["profile"]
    ids = [one["InstanceId"] for one in (*known["instances"], *known["warm"]) if "Terminat" not in one["LifecycleState"]]
    return lacking(answer, ids, profile["InstanceProfileName"], profile["InstanceProfileId"])
