# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the variables of the role application ask for: one application or a fleet of them, or every mistake at once. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..core.errors import Refused
from ..core.spec import is_blank
from .members import WORDS, application
from .options import list_mistakes, without_blank_options

PREFIX = "application_"
# Options that the role gives to either module, and those that it gives to a fleet alone.
SHARED = ("builds_on", "max_calls_per_second", "max_changes", "preflight", "state")
OF_FLEET = ("concurrency", "details", "details_path", "fleet", "fleet_defaults", "max_fail_percentage")
VARIABLES = tuple(sorted({*WORDS, *SHARED, *OF_FLEET}))
# What the role itself sets.
OTHER_VARIABLES = ("former_result", "profile_result", "result", "role_result")

PRESENT, STATES = "present", ("present", "absent")


@dataclass(frozen=True)
class Request:
    """The arguments of the module to run, and the names of a single application."""

    args: Mapping[str, Any]
    is_fleet: bool
    name: str = ""
    role: str = ""


def make_request(given: Mapping[str, Any], problems: Sequence[str], args: Mapping[str, Any], host: Mapping[str, Any]) -> Request:
    """Decide which module runs with which arguments.

    ``given`` are the role's variables without their prefix, ``problems`` mistakes that were found while they were read, ``args`` the arguments of the task,
    which have the connection, and ``host`` the variables of the inventory host. Raises Refused with one line for each mistake.
    """
    shared = {name: given[name] for name in SHARED if name in given and not is_blank(given[name])}
    is_target = "aws_targets" in host.get("group_names", ())
    # IAM has no regions: an application in several regions of an account has a role in each, which is created and deleted with it.
    suffix = f"-{host['region']}" if is_target else ""
    found = [*problems, *list_wrong_state(shared)]
    if not is_blank(given.get("fleet")):
        fleet = {name: given[name] for name in OF_FLEET if name in given and not is_blank(given[name])}
        refuse(found)
        connection = {name: value for name, value in args.items() if name != "variable_prefix"}
        return Request({**connection, **shared, **fleet, "identity_suffix": suffix}, is_fleet=True)
    said = without_blank_options({name: value for name, value in given.items() if name in WORDS})
    if "name" not in said and (is_target or host["inventory_hostname"] == "localhost"):
        found.append(f"{PREFIX}name: required on localhost, and on hosts that are accounts and regions. Give the name of the application.")
    said.setdefault("name", host["inventory_hostname"])
    refuse([*found, *list_mistakes(said, shared.get("state", PRESENT) if not found else PRESENT, suffix, PREFIX)])
    whole = application(said, {}, suffix)
    return Request({**args, **shared, "application": said, "identity_suffix": suffix}, is_fleet=False, name=whole["name"], role=whole["role"])


def list_wrong_state(shared: Mapping[str, Any]) -> list[str]:
    state = shared.get("state", PRESENT)
    return [] if state in STATES else [f"{PREFIX}state: must be one of {', '.join(STATES)}, not {state}."]


def refuse(problems: Sequence[str]) -> None:
    if problems:
        raise Refused("\n".join(problems))
