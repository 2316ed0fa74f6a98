# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what to do about one line of launch configurations. Pure: no AWS, no Ansible. Private to this collection."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..core.errors import Refused
from ..core.plan import Action, NotYet, Plan
from ..core.shapes import NOTHING
from .as_template import advice
from .state import OPTION, Configuration, Desired, Observed, differing, found, in_words, later_name, profile_of

# The profile is known to be there: refuse_missing_parts looked, or an earlier task made it. Terraform's provider has seen both.
PROFILE_NOT_SPREAD = NotYet("ValidationError", "Invalid IamInstanceProfile")
# The same words are a denial's, and of a profile that is no news they are nothing else.
ROLE_NOT_SPREAD = NotYet("ValidationError", "You are not authorized to perform this operation")
STILL_ATTACHED = (NotYet("ResourceInUse"),)
NOT_IN_THIS_ACCOUNT = "UnsupportedOperation"


def plan(want: Desired, seen: Observed, shape: Any, freed: Collection[str] = ()) -> Plan:
    """The calls that give the wanted configuration; the older ones go by ``clearing``, once the group has moved.

    ``freed`` are instances that will be gone by then.
    """
    now = found(want, seen.line)
    before = now or (seen.line[-1] if seen.line else None)
    after = now or Configuration(new_name(want, seen), want.data)
    going = [one.name for one in superseded(want, seen, freed)]
    return Plan(
        before={OPTION: told(before, others(seen, before), shape)} if before else None,
        after={OPTION: told(after, [one for one in others(seen, after) if one.name not in going], shape)},
        steps=() if now else (create(after, before, want, seen, shape),),
        result={OPTION: {"launch_configuration_name": after.name, "instance_profile": profile_of(want.data)}},
        outcome={OPTION: {want.name: {"launch_configuration_name": after.name, "instance_profile": profile_of(want.data), "deleted": going}}},
    )


def clearing(want: Desired, seen: Observed, freed: Collection[str] = ()) -> Plan:
    """The calls that delete what is older and used no more."""
    return Plan(before=None, after=None, steps=tuple(delete(one) for one in superseded(want, seen, freed)))


def superseded(want: Desired, seen: Observed, freed: Collection[str]) -> tuple[Configuration, ...]:
    """Those that no group launches from, and no instance was launched from: they alone tell what it runs with."""
    older = others(seen, found(want, seen.line))
    used = [*in_use(older, want, seen), *running(older, seen, freed)]
    return tuple(one for one in older if one not in used)


def running(some: Sequence[Configuration], seen: Observed, freed: Collection[str]) -> tuple[Configuration, ...]:
    names = {name for instance, name in seen.launched.items() if instance not in freed}
    return tuple(one for one in some if one.name in names)


def absence(want: Desired, seen: Observed, shape: Any) -> Plan:
    """The calls that leave nothing of the line."""
    refuse_in_use(want, seen)
    newest = seen.line[-1] if seen.line else None
    return Plan(
        before={OPTION: told(newest, others(seen, newest), shape)} if newest else None,
        after=None,
        steps=tuple(delete(one) for one in seen.line),
        result={OPTION: None},
        outcome={OPTION: {want.name: None, **{one.name: None for one in seen.line}}},
    )


def refuse_in_use(want: Desired, seen: Observed) -> None:
    used = {one.name for one in in_use(seen.line, want, seen)}
    groups = sorted(group for group, name in seen.users.items() if name in used and group != want.group)
    if groups:
        raise Refused(f"{OPTION}.name: {want.name} is still in use by group {', '.join(groups)}; move or delete that first")


def new_name(want: Desired, seen: Observed) -> str:
    return later_name(want) if seen.line else want.name


def others(seen: Observed, one: Configuration | None) -> tuple[Configuration, ...]:
    return tuple(other for other in seen.line if other != one)


def in_use(some: Sequence[Configuration], want: Desired, seen: Observed) -> tuple[Configuration, ...]:
    """Those that a group launches from; the group of this declaration moves on, or goes."""
    used = {name for group, name in seen.users.items() if group != want.group}
    return tuple(one for one in some if one.name in used)


def create(after: Configuration, before: Configuration | None, want: Desired, seen: Observed, shape: Any) -> Action:
    made = f"with instance profile {profile_of(want.data)}"
    why = f"in place of {before.name}: {', '.join(differing(before.data, want.data))}" if before else made
    return Action(
        service="autoscaling",
        operation="create_launch_configuration",
        params={"LaunchConfigurationName": after.name, **said(want.data)},
        summary=f"create launch configuration {after.name} {why}",
        not_yet=(PROFILE_NOT_SPREAD, ROLE_NOT_SPREAD) if seen.new_profile else (PROFILE_NOT_SPREAD,),
        advice={NOT_IN_THIS_ACCOUNT: advice(want, shape)},
    )


def said(data: Mapping[str, Any]) -> dict[str, Any]:
    return {member: value for member, value in data.items() if value not in NOTHING}


def delete(one: Configuration) -> Action:
    return Action(
        service="autoscaling",
        operation="delete_launch_configuration",
        params={"LaunchConfigurationName": one.name},
        summary=f"delete launch configuration {one.name}",
        not_yet=STILL_ATTACHED,
    )


def told(one: Configuration, older: Sequence[Configuration], shape: Any) -> dict[str, Any]:
    """The configuration, and those of its line beside it, for the diff."""
    return {"name": one.name, "data": in_words(one.data, shape), "older": sorted(other.name for other in older)}
