# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which instances are to carry which instance profile, and what they carry. Pure: no AWS. Private to this collection."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..core.errors import Refused
from ..core.gate import Gate
from ..core.profile_names import checked_profile, in_ec2_words, profile_named
from ..core.shapes import to_api
from ..core.timeouts import checked_timeout
from ..rollout.state import Carried, Profile

ID = re.compile(r"i-[0-9a-f]{8,17}")
GOING = ("shutting-down", "terminated")


@dataclass(frozen=True)
class Desired:
    """What the playbook asks for. Without a profile, ``absent`` means whichever it is."""

    ids: tuple[str, ...] = ()
    filters: Mapping[str, Any] = field(default_factory=dict)
    profile: str | None = None  # its name
    arn: str | None = None  # as it was said, if it was
    present: bool = True
    gate: Gate = Gate()
    batch_size: int = 10
    wait: bool = True
    wait_timeout: float = 600


@dataclass(frozen=True)
class Member:
    """One instance of the fleet."""

    id: str
    state: str
    group: str | None = None  # the Auto Scaling group that it belongs to
    carried: Carried | None = None

    @property
    def stopped(self) -> bool:
        return self.state in ("stopped", "stopping")


@dataclass(frozen=True)
class Observed:
    members: tuple[Member, ...] = ()
    profile: Profile | None = None


def desired(params: Mapping[str, Any], request: Any) -> Desired:
    """What the options ask for, held against the forms of EC2; ``request`` is that of DescribeInstances."""
    said = params["instance_profile"]
    if said is None and params["state"] == "present":
        raise Refused("instance_profile: must be given, as state is present")
    if params["batch_size"] < 1:
        raise Refused(f"batch_size: {params['batch_size']}, and at least 1 needed")
    named = in_ec2_words(checked_profile(said)) if said is not None else {}
    return Desired(
        ids=checked_ids(params["instance_ids"]),
        filters=checked_filters(params["filters"], request),
        profile=profile_named(named),
        arn=named.get("Arn"),
        present=params["state"] == "present",
        gate=Gate.from_params({"max_changes": params.get("max_changes"), "max_fail_percentage": None}),
        batch_size=params["batch_size"],
        wait=params["wait"],
        wait_timeout=checked_timeout(params["wait_timeout"]),
    )


def checked_ids(ids: list[str] | None) -> tuple[str, ...]:
    for index, one in enumerate(ids or ()):
        if not ID.fullmatch(one):
            raise Refused(f"instance_ids[{index}]: must be an instance's id such as i-0123456789abcdef0, not {one or 'empty'}")
    return tuple(dict.fromkeys(ids or ()))


def checked_filters(filters: Mapping[str, Any] | None, request: Any) -> dict[str, list[str]]:
    """Filters as a mapping of lists, each text as EC2 takes it. Without any, whole regions would be meant."""
    if filters is not None and not filters:
        raise Refused("filters: without any, every instance of the region would be meant; say which, for example by tag:Name")
    said = {name: [as_text(one, name) for one in (value if isinstance(value, list) else [value])] for name, value in (filters or {}).items()}
    to_api([{"name": name, "values": values} for name, values in said.items()], request.members["Filters"], "filters")
    if empty := next((name for name, values in said.items() if not values), None):
        raise Refused(f"filters.{empty}: an empty list, which no instance fits")
    return said


def as_text(value: Any, name: str) -> str:
    if isinstance(value, (Mapping, list)) or value is None:
        raise Refused(f"filters.{name}: must be a text, or a list of texts")
    return str(value).lower() if isinstance(value, bool) else str(value)
