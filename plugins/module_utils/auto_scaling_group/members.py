# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a member of a group is as it is wanted, whatever AWS adds to its answer. Pure. Private to this collection.

A structure that leaves something out leaves it as it is; an item of a list is
declared whole, as AWS takes a list in place of the one before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..core.shapes import NOTHING, in_one_order, meaning

# The value by which an update takes a member away; AWS then no longer returns it.
CLEARED = {
    "DefaultInstanceWarmup": -1,
    "InstanceMaintenancePolicy": {"MinHealthyPercentage": -1, "MaxHealthyPercentage": -1},
    "MaxInstanceLifetime": 0,
}
# What Auto Scaling's reference calls the default. An answer may tell it or leave it out.
DEFAULTS = {
    "CapacityDistributionStrategy": "balanced-best-effort",
    "CapacityReservationPreference": "default",
    "DeletionProtection": "none",
    "DesiredCapacityType": "units",
    "TerminateHookAbandon": "terminate",
    "Version": "$Default",
}
IN_ORDER = ("DistributionSegments", "Overrides", "TargetCapacityTypes", "TerminationPolicies")  # the lists whose order AWS obeys
ADDED = ("LaunchTemplateId", "LaunchTemplateName")  # AWS tells both, and takes one
COMPANION_KINDS = {"LoadBalancerNames": "elb", "TargetGroupARNs": "elbv2"}


def so(name: str, wanted: Any, have: Any) -> bool:
    """Whether a member is as it is wanted, AWS's defaults beside it or not."""
    if name in CLEARED and wanted == CLEARED[name]:
        return have in (None, wanted)
    kept = KEPT_AS.get(name, unchanged)
    return covers(kept(have), kept(wanted), name)


def words_between_commas(text: str | None) -> list[str]:
    return sorted({word.strip() for word in (text or "").split(",")} - {""})


def health_checks(text: str | None) -> list[str]:
    """EC2's own cannot be turned off, said or not."""
    return [check for check in words_between_commas(text) if check != "EC2"]


def termination_policies(policies: Sequence[str] | None) -> Sequence[str]:
    return policies or ["Default"]


def typed(sources: Sequence[Mapping[str, str]] | None) -> list[dict[str, str]]:
    """Traffic sources with their types, which AWS tells also where nobody said them."""
    return [{"Identifier": source["Identifier"], "Type": kind_of(source)} for source in sources or ()]


def kind_of(source: Mapping[str, str]) -> str:
    # Only the name of a Classic Load Balancer must have its type with it.
    return source.get("Type") or ("vpc-lattice" if ":vpc-lattice:" in source["Identifier"] else "elbv2")


def unchanged(value: Any) -> Any:
    return value


# How AWS keeps what can be said of one member in several ways.
KEPT_AS: Mapping[str, Callable[[Any], Any]] = {
    "HealthCheckType": health_checks,
    "TerminationPolicies": termination_policies,
    "TrafficSources": typed,
    "VPCZoneIdentifier": words_between_commas,
}


def covers(have: Any, wanted: Any, name: str = "") -> bool:
    """Whether all that is wanted is there; AWS may have added defaults to it."""
    if isinstance(wanted, Mapping) and isinstance(have or {}, Mapping):
        return all(covers((have or {}).get(key), item, key) for key, item in wanted.items())
    if isinstance(wanted, (list, tuple)) and isinstance(have, (list, tuple)):
        return are_so(have, wanted, name in IN_ORDER)
    return have == wanted or says(have, name) == says(wanted, name)


def are_so(have: Sequence[Any], wanted: Sequence[Any], in_order: bool) -> bool:
    """Whether the items are those, with nothing else to any of them."""
    if not in_order:
        have, wanted = (in_one_order(map(meaning, items)) for items in (have, wanted))
    return len(have) == len(wanted) and all(covers(*pair) and covers(pair[1], without_added(pair[0])) for pair in zip(have, wanted))


def says(value: Any, name: str) -> Any:
    """What a value says to AWS, which takes an empty one for none; a zero is a value."""
    return None if value is False or value in ("", [], {}, DEFAULTS.get(name)) else value


def without_added(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: without_added(item) for name, item in value.items() if name not in ADDED}
    return value


def in_one_wording(value: Any, name: str = "") -> Any:
    """A member for the eyes, without what says nothing, and each list sorted whose order does not count."""
    if isinstance(value, Mapping):
        said = {key: in_one_wording(item, key) for key, item in value.items()}
        return {key: item for key, item in said.items() if item not in NOTHING}
    if isinstance(value, (list, tuple)):
        items = [in_one_wording(item) for item in value]
        return items if name in IN_ORDER else in_one_order(items)
    return ",".join(words_between_commas(value)) if name == "VPCZoneIdentifier" else value


def told_once(members: Mapping[str, Any], declared: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a group, each load balancer told by the member that declares it: AWS tells it as a traffic source too."""
    rest = {name: value for name, value in members.items() if name not in COMPANION_KINDS or name in declared or "TrafficSources" not in declared}
    kinds = {kind for name, kind in COMPANION_KINDS.items() if name in rest}
    sources = [source for source in members.get("TrafficSources", []) if kind_of(source) not in kinds]
    return {**rest, "TrafficSources": sources} if "TrafficSources" in members else rest
