# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the variables of the roles application and ec2_identity ask for, or every mistake at once. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..core.errors import Refused
from ..core.spec import as_dictionary, is_blank
from .members import GROUP, TAKEN, WORDS, application, without_blank_options
from .options import list_mistakes

# Options that both modules have, and those that only a fleet has.
SHARED = ("builds_on", "max_calls_per_second", "max_changes", "preflight", "state")
OF_FLEET = ("concurrency", "details", "details_path", "fleet", "fleet_defaults", "max_fail_percentage")
OF_IDENTITY = {word for (module, _state), options in TAKEN.items() if module != GROUP for word in options.values()}
PRESENT, ABSENT = STATES = ("present", "absent")
RETIRE, UNNAMED = "retire", "unnamed"
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
    warnings: tuple[str, ...] = ()


class Variables(Protocol):
    """The variables of a role as they were collected: values by the names without the prefix, mistakes, and a line to print after all mistakes."""

    given: Mapping[str, Any]
    problems: Sequence[str]
    advice: Sequence[str]


def make_request(
    door: FrontDoor,
    variables: Variables,
    args: Mapping[str, Any],
    host: Mapping[str, Any],
    operation: str = "",
    roll_out: Mapping[str, Any] | None = None,
) -> Request:
    """Decide which module runs with which arguments.

    ``args`` are the arguments of the task, which have the connection, and ``host`` the variables of the inventory host. ``operation`` is
    the playbook that runs the role, where it does more than keep what is declared, and ``roll_out`` are the variables of the playbook roll_out without
    their prefix. Raises Refused with one line for each mistake.
    """
    given = variables.given if roll_out is None else with_rollout(variables.given, roll_out)
    shared = {name: given[name] for name in SHARED if name in given and not is_blank(given[name])}
    found = [*variables.problems, *list_wrong_state(shared, door.prefix, operation)]
    if operation == RETIRE:
        shared["state"] = ABSENT
    if not is_blank(given.get("fleet")):
        fleet = {name: given[name] for name in (*OF_FLEET, "regions") if name in given and not is_blank(given[name])}
        if "name" in without_blank_options(given):
            found.append(f"{door.prefix}name: cannot be given with {door.prefix}fleet. Name the applications in the fleet, or leave the fleet out.")
        refuse(found, variables.advice)
        unused = sorted(f"{door.prefix}{name}" for name in without_blank_options(given) if name in WORDS and name not in ("name", "regions", "rollout"))
        warnings = (f"{', '.join(unused)}: no effect with {door.prefix}fleet. Give them in {door.prefix}fleet_defaults.",) if unused else ()
        connection = {name: value for name, value in args.items() if name != "variable_prefix"}
        return Request({**connection, **shared, **fleet, "identity_suffix": suffix_of(host)}, is_fleet=True, warnings=warnings)
    said = without_blank_options({name: value for name, value in given.items() if name in WORDS})
    if door is APPLICATION:
        found += list_missing_name(said, host)
        said.setdefault("name", host["inventory_hostname"])
        suffix = suffix_of(host)
    else:
        found += [] if "name" in said else [f"{door.prefix}name: required. Give the name of the role."]
        said = {**said, "role": said.get("name", UNNAMED)}
        suffix = ""
    state = shared.get("state", PRESENT)
    # Also of an application without a name all mistakes are listed.
    mistakes = list_mistakes({"name": UNNAMED, **said}, state, suffix, door.prefix, door.resources) if state in STATES else []
    refuse([*found, *mistakes], variables.advice)
    whole = application(said, {}, suffix)
    request = {**args, **shared, "application": said, "identity_suffix": suffix, "resources": door.resources}
    return Request(request, is_fleet=False, name=whole["name"], role=whole["role"])


def with_rollout(given: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """The variables with a rollout of each application. Values that are no dictionaries stay as they are, to be refused with all other mistakes."""
    asked = {name: value for name, value in asked.items() if not is_blank(value)}
    whole = {**given, "rollout": rollout_of(given.get("rollout"), asked)}
    if is_blank(given.get("fleet")):
        return whole
    defaults = as_dictionary(given.get("fleet_defaults"))
    if isinstance(defaults, Mapping):
        whole["fleet_defaults"] = {**defaults, "rollout": rollout_of(defaults.get("rollout", given.get("rollout")), asked)}
    if isinstance(given["fleet"], (list, tuple)):
        whole["fleet"] = [
            {**one, "rollout": rollout_of(one["rollout"], asked)} if isinstance(one, Mapping) and not is_blank(one.get("rollout")) else one
            for one in given["fleet"]
        ]
    return whole


def rollout_of(declared: Any, asked: Mapping[str, Any]) -> Any:
    """What is asked of all applications holds, then what the application declares, then the defaults of the playbook."""
    words = as_dictionary(declared)
    if not isinstance(words, Mapping):
        return words
    words = {name: value for name, value in words.items() if not is_blank(value)}
    rollout = {**ROLL_OUT, **words, **asked}
    if rollout["strategy"] == "none" or rollout.get("wait") is False:
        # There is nothing to verify, and the application did not ask for it.
        rollout = {name: value for name, value in rollout.items() if name != "verify" or name in words}
    return rollout


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


def list_wrong_state(shared: Mapping[str, Any], prefix: str, operation: str) -> list[str]:
    state = shared.get("state", ABSENT if operation == RETIRE else PRESENT)
    if operation == RETIRE and state == PRESENT:
        return [f"{prefix}state: must be {ABSENT}, as the playbook retire deletes applications. Leave it out."]
    return [] if state in STATES else [f"{prefix}state: must be one of {', '.join(STATES)}, not {state}."]


def refuse(problems: Sequence[str], advice: Sequence[str]) -> None:
    if problems:
        raise Refused("\n".join([*problems, *advice]))
