# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What mends a finding: members of a fleet that say what is to be, and leave the rest as it is. Pure. Private to this collection.

Where a task could not decide alone, or would touch what was not found at fault, there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.shapes import xform_name
from ..launch_configuration.as_template import as_template
from .estate import TEMPLATE, Estate, Group, Source
from .rule import Fix

GROUPS, PROFILES, ROLES = "asg_launch_with_profile", "iam_instance_profile", "iam_ec2_role"
# What reaches instances without replacing them does so; all else by an instance refresh.
ROLLOUT = {"strategy": "associate", "when_more_differs": "refresh"}
# Of a launch configuration, what is told about it and is not of it.
NOT_ITS_DATA = ("LaunchConfigurationName", "LaunchConfigurationARN", "CreatedTime")


def of_group(group: Group, source: Source | None, **words: Any) -> Fix | None:
    """The group as it is but for these words, pinned to the version that it launches from. Of a launch configuration there is none."""
    if source is None or source.type != TEMPLATE or group.own.source != source.id:
        return None
    return Fix(GROUPS, ({"name": group.name, "adopt": True, "launch_template": same_as(source), **words},))


def of_source(estate: Estate, source: Source, **data: Any) -> Fix | None:
    """A new version with the same data but for these, for the group that launches from the template; nobody else's launches change."""
    if source.type != TEMPLATE:
        return None
    template = {**same_as(source), **data}
    users = estate.users_of_template(source.template)
    if not users:
        return Fix(GROUPS, ({"adopt": True, "launch_template": template},))
    if len(users) > 1 or users[0].own.source != source.id:
        return None
    return Fix(GROUPS, ({"name": users[0].name, "adopt": True, "launch_template": template},))


def with_profile(estate: Estate, source: Source, profile: str) -> Fix | None:
    """The same with an instance profile, by its name."""
    fix = of_source(estate, source)
    return Fix(fix.module, tuple({**member, "instance_profile": profile} for member in fix.fleet)) if fix else None


def rolled_out(fix: Fix | None) -> Fix | None:
    """The same, and the running instances of the group too."""
    return Fix(fix.module, tuple({**member, "rollout": ROLLOUT} for member in fix.fleet)) if fix else None


def to_template(group: Group, configuration: Source) -> Fix | None:
    """A launch template with the data of the launch configuration. User data are told to nobody, so with them there is none."""
    if configuration.data.get("UserData") or not configuration.profile_given:
        return None
    said = in_words({name: value for name, value in configuration.data.items() if name not in NOT_ITS_DATA and value not in ("", [], {}, None)})
    return Fix(GROUPS, ({"name": group.name, "instance_profile": configuration.profile_given, "launch_template": as_template(said)},))


def same_as(source: Source) -> dict[str, Any]:
    return {"name": source.name, "source_version": source.version}


def of_profile(name: str, **words: Any) -> Fix:
    return Fix(PROFILES, ({"name": name, **words},))


def of_role(name: str, **words: Any) -> Fix:
    return Fix(ROLES, ({"name": name, **words},))


def in_words(value: Any) -> Any:
    """AWS's words as a playbook has them."""
    if isinstance(value, Mapping):
        return {xform_name(str(name)): in_words(item) for name, item in value.items()}
    return [in_words(item) for item in value] if isinstance(value, (list, tuple)) else value
