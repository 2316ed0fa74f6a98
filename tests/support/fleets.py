# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fleets of roles, of instance profiles, of groups and of whole applications, run in this process against a sandbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.passrole.ec2.plugins.module_utils.application import stages as application
from ansible_collections.passrole.ec2.plugins.module_utils.asg_launch.task import FLEET as GROUPS
from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.chain import FleetRefused, Stage, run_chain
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import FleetFailed
from ansible_collections.passrole.ec2.plugins.module_utils.core.fleet import Kind, Way
from ansible_collections.passrole.ec2.plugins.module_utils.core.fleet_results import refusal_of, result_of
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import named_by_themselves
from ansible_collections.passrole.ec2.plugins.module_utils.core.spec import Spec
from ansible_collections.passrole.ec2.plugins.module_utils.ec2_role.task import FLEET as ROLES
from ansible_collections.passrole.ec2.plugins.module_utils.instance_profile.task import FLEET as PROFILES

from tests.support.contracts.clients import Door

__all__ = ("GROUPS", "PROFILES", "ROLES", "Account", "applications", "fleet", "named", "written")

Account = Any
Fleet = Sequence[Mapping[str, Any]]
CHANGING = ("Create", "Delete", "Update", "Put", "Attach", "Detach", "Add", "Remove", "Modify", "Tag", "Untag")


def named(count: int, **each: Any) -> list[dict[str, Any]]:
    """So many members, which differ in their names alone."""
    return [{"name": f"app-{number}", **each} for number in range(count)]


def fleet(kind: Kind, said: Fleet, account: Account, dry: bool = False, aws: Aws | None = None, **way: Any) -> dict[str, Any]:
    """What a task returns for a fleet of one kind."""
    stages = [Stage(kind, Spec(kind).read, lambda one, _briefs: one)]
    return ended(named_by_themselves({"fleet": said}), stages, Way(aws or Aws(Door(account)), **{"concurrency": 8, **way}), dry)


def applications(
    said: Fleet,
    account: Account,
    dry: bool = False,
    state: str = "present",
    defaults: Any = None,
    suffix: str = "",
    aws: Aws | None = None,
    regions: Sequence[str] | None = None,
    **way: Any,
) -> dict[str, Any]:
    """What a task returns for a fleet of whole applications."""
    params = {"fleet": said, "fleet_defaults": defaults or {}, "identity_suffix": suffix, "regions": regions, "state": state}
    stages = application.stages(params, lambda kind: Spec(kind).read)
    return ended(application.members(params), stages, Way(aws or Aws(Door(account)), **{"concurrency": 8, **way}), dry)


def ended(members: Any, stages: Any, way: Way, dry: bool) -> dict[str, Any]:
    try:
        result, warnings = result_of(run_chain(members, stages, way, dry))
    except FleetRefused as refusal:
        return {**refusal_of(str(refusal), refusal.courses).as_result(), "failed": True}
    except FleetFailed as failure:
        return {**failure.as_result(), "failed": True}
    return {**result, "warnings": list(warnings)}


def written(account: Account) -> Counter[str]:
    """The changing calls so far, by their operation."""
    return Counter(call["operation"] for call in account.calls() if call["operation"].startswith(CHANGING))
