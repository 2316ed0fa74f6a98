# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hold what instances hear of their role against what AWS knows, by ids, and say of each what is wrong. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..core.errors import Refused

COLUMNS = ("host", "instance", "instance profile", "role", "code", "expires in", "IMDSv1", "verdict")
NOTHING = "-"


class Known(NamedTuple):
    """What AWS knows: of each instance the profile it carries, and of each profile, by its account and name, its id and its role."""

    carried: Mapping[str, Mapping[str, str]]
    profiles: Mapping[tuple[str, str], Mapping[str, Any]]


def verdict(hosts: Sequence[Mapping[str, Any]], instances: Sequence[Mapping[str, Any]], profiles: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A row for each host, the same as a table, and what is wrong in sentences."""
    known = Known(
        {one["instance_id"]: one.get("iam_instance_profile") or {} for one in instances},
        {(account_of(one), one["instance_profile_name"]): one for one in profiles},
    )
    rows = [row_of(host, known) for host in hosts]
    return {"rows": rows, "table": table(rows), "faults": [f"{row['host']}: {fault}" for row in rows for fault in row["faults"]]}


def row_of(host: Mapping[str, Any], known: Known) -> dict[str, Any]:
    if not isinstance(host, Mapping) or "host" not in host:
        raise Refused("verified_credentials: each host must be a mapping with its name as host, and what it heard as heard")
    heard = host.get("heard") or {}
    instance = heard.get("instance_id") or host.get("instance_id") or ""
    carried = known.carried.get(instance) or {}
    return {
        "host": host["host"],
        "instance_id": instance,
        "instance_profile": name_of(carried),
        "role": heard.get("role"),
        "code": heard.get("code"),
        "seconds_left": heard.get("seconds_left"),
        "imdsv1": (heard.get("imds") or {}).get("v1_answered"),
        "faults": list(faults(host, heard, instance, known)),
    }


def name_of(carried: Mapping[str, str]) -> str | None:
    return carried["arn"].rpartition("/")[2] if carried.get("arn") else None


def account_of(profile: Mapping[str, Any]) -> str:
    """The account of a profile; none if it is told without its ARN."""
    return profile["arn"].split(":")[4] if profile.get("arn") else ""


def faults(host: Mapping[str, Any], heard: Mapping[str, Any], instance: str, known: Known) -> Iterator[str]:
    """What is wrong on the instance, and then what AWS knows otherwise."""
    if "delivered" not in heard:
        yield f"was not asked what it hears: {heard.get('msg') or 'nobody reached it'}"
    elif not heard["delivered"]:
        yield heard["reason"]
    if (heard.get("imds") or {}).get("v1_answered") and host.get("refuse_imdsv1"):
        yield "the metadata service answers IMDSv1, that is, without a token; http_tokens must be required"
    if instance not in known.carried:
        yield f"AWS knows no instance {instance} here" if instance else "its instance id is not known"
        return
    yield from otherwise(host, heard, known.carried[instance], known.profiles)


def otherwise(host: Mapping[str, Any], heard: Mapping[str, Any], carried: Mapping[str, str], profiles: Mapping[Any, Any]) -> Iterator[str]:
    """Where what is carried, what is wanted and what is heard differ."""
    name = name_of(carried)
    wanted = host.get("instance_profile")
    if wanted and name != wanted:
        yield f"it carries {f'instance profile {name}' if name else 'no instance profile'}, and is to carry {wanted}"
    profile = (profiles.get((account_of(carried), name)) or profiles.get(("", name))) if name else None
    if name and profile is None:
        yield f"it carries instance profile {name}, which is not there any more"
    elif profile is not None and profile["instance_profile_id"] != carried["id"]:
        yield f"it carries an instance profile {name} that was deleted ({carried['id']}, not {profile['instance_profile_id']})"
    told = heard.get("instance_profile") or {}
    if carried.get("id") and told.get("id") not in (None, carried["id"]):
        yield f"it still hears of instance profile {told.get('name')} ({told['id']}), and carries {name} ({carried['id']})"
    yield from other_role(heard, profile)


def other_role(heard: Mapping[str, Any], profile: Mapping[str, Any] | None) -> Iterator[str]:
    roles = [role["role_name"] for role in (profile or {}).get("roles", [])]
    if heard.get("role") and roles and heard["role"] not in roles:
        yield f"it has credentials of role {heard['role']}, and the instance profile holds {roles[0]}; its next credential refresh brings that"


def table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The rows as lines of text, each column as wide as its widest word."""
    cells = [COLUMNS, *(cells_of(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(COLUMNS))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in cells]


def cells_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    answered = {True: "answered", False: "refused"}.get(row["imdsv1"], NOTHING)
    return (
        row["host"],
        row["instance_id"] or NOTHING,
        row["instance_profile"] or NOTHING,
        row["role"] or NOTHING,
        row["code"] or NOTHING,
        lasting(row["seconds_left"]),
        answered,
        "; ".join(row["faults"]) or "ok",
    )


def lasting(seconds: int | None) -> str:
    return NOTHING if seconds is None else f"{seconds // 3600} h {seconds % 3600 // 60:02} min"
