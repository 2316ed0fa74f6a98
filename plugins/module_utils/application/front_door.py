# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the variables of the roles application and ec2_identity ask for, or every mistake at once. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..core.errors import Refused
from ..core.spec import is_blank
from .members import GROUP, TAKEN, WORDS, application
from .options import list_mistakes, without_blank_options

# Options that both modules have, and those that only a fleet has.
SHARED = ("builds_on", "max_calls_per_second", "max_changes", "preflight", "state")
OF_FLEET = ("concurrency", "details", "details_path", "fleet", "fleet_defaults", "max_fail_percentage")
OF_IDENTITY = {word for (module, _state), options in TAKEN.items() if module != GROUP for word in options.values()}
PRESENT, STATES = "present", ("present", "absent")
IDENTITY = "identity"
# What the playbook roll_out does unless it is told otherwise.
ROLL_OUT: Mapping[str, Any] = {"strategy": "refresh", "when_more_differs": "refuse", "when_under_way": "refuse", "verify": True}


@dataclass(frozen=True)
class FrontDoor:
    """A role: how its variables begin, which there are, and which names with that beginning the role itself sets."""

    prefix: str
    variables: tuple[str, ...]
    set_by_role: tuple[str, ...]
    resources: str = "all"


APPLICATION = FrontDoor(
    "application_", tuple(sorted({*WORDS, *SHARED, *OF_FLEET})), ("former_result", "profile_result", "result", "role_result")
)
EC2_IDENTITY = FrontDoor(
    "ec2_identity_",
    tuple(sorted({*OF_IDENTITY, "name", *SHARED} - {"role", "max_changes"})),
    ("profile_result", "result", "role_result"),
    IDENTITY,
)
FRONT_DOORS = {door.prefix: door for door in (APPLICATION, EC2_IDENTITY)}


@dataclass(frozen=True)
class Request:
    """The arguments of the module to run, and the names of a single application."""

    args: Mapping[str, Any]
    is_fleet: bool
    name: str = ""
    role: str = ""


class Variables(Protocol):
    """The variables of a role as they were collected: values by the names without the prefix, mistakes, and a line to print after all mistakes."""

    given: Mapping[str, Any]
    problems: Sequence[str]
    advice: Sequence[str]


def make_request(
    door: FrontDoor, variables: Variables, args: Mapping[str, Any], host: Mapping[str, Any], roll_out: Mapping[str, Any] | None = None
) -> Request:
    """Decide which module runs with which arguments.

    ``args`` are the arguments of the task, which have the connection, and ``host`` the variables of the inventory host. ``roll_out`` are
    the variables of the playbook roll_out without their prefix, where that runs. Raises Refused with one line for each mistake.
    """
    given = variables.given if roll_out is None else with_rollout(variables.given, roll_out)
    shared = {name: given[name] for name in SHARED if name in given and not is_blank(given[name])}
    found = [*variables.problems, *list_wrong_state(shared, door.prefix)]
    if not is_blank(given.get("fleet")):
        fleet = {name: given[name] for name in (*OF_FLEET, "regions") if name in given and not is_blank(given[name])}
        refuse(found, variables.advice)
        connection = {name: value for name, value in args.items() if name != "variable_prefix"}
        return Request({**connection, **shared, **fleet, "identity_suffix": suffix_of(host)}, is_fleet=True)
    said = without_blank_options({name: value for name, value in given.items() if name in WORDS})
    if door is APPLICATION:
        found += list_missing_name(said, host)
        said.setdefault("name", host["inventory_hostname"])
        suffix = suffix_of(host)
    else:
        found += [] if "name" in said else [f"{door.prefix}name: required. Give the name of the role."]
        said = {**said, "role": said.get("name", "")}
        suffix = ""
    state = shared.get("state", PRESENT)
    mistakes = list_mistakes(said, state, suffix, door.prefix, door.resources) if state in STATES and said.get("name") else []
    refuse([*found, *mistakes], variables.advice)
    whole = application(said, {}, suffix)
    request = {**args, **shared, "application": said, "identity_suffix": suffix, "resources": door.resources}
    return Request(request, is_fleet=False, name=whole["name"], role=whole["role"])


def with_rollout(given: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """The variables with a rollout: what is asked of all applications holds, then what an application declares, then the defaults of the playbook."""
    declared = given.get("rollout")
    declared = {name: value for name, value in declared.items() if not is_blank(value)} if isinstance(declared, Mapping) else {}
    asked = {name: value for name, value in asked.items() if not is_blank(value)}
    rollout = {**ROLL_OUT, **{name: declared[name] for name in ROLL_OUT if name in declared}, **asked}
    defaults = given.get("fleet_defaults")
    fleet = {"fleet_defaults": {**(defaults if isinstance(defaults, Mapping) else {}), "rollout": rollout}} if not is_blank(given.get("fleet")) else {}
    return {**given, **fleet, "rollout": {**declared, **rollout}}


def suffix_of(host: Mapping[str, Any]) -> str:
    """IAM has no regions: an application in several regions of an account has a role in each, which is created and deleted with it."""
    return f"-{host['region']}" if is_target(host) else ""


def is_target(host: Mapping[str, Any]) -> bool:
    """Whether the host is an account and a region, of the inventory plugin aws_targets."""
    return "aws_targets" in host.get("group_names", ())


def list_missing_name(said: Mapping[str, Any], host: Mapping[str, Any]) -> list[str]:
    if "name" in said or not (is_target(host) or host["inventory_hostname"] == "localhost"):
        return []
    return ["application_name: required on localhost, and on hosts that are accounts and regions. Give the name of the application."]


def list_wrong_state(shared: Mapping[str, Any], prefix: str) -> list[str]:
    state = shared.get("state", PRESENT)
    return [] if state in STATES else [f"{prefix}state: must be one of {', '.join(STATES)}, not {state}."]


def refuse(problems: Sequence[str], advice: Sequence[str]) -> None:
    if problems:
        raise Refused("\n".join([*problems, *advice]))
