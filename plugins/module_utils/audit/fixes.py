# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What mends a finding: members of a fleet that say what is to be, and leave the rest as it is. Pure. Private to this collection.

Where a task could not decide alone, or would touch what was not found at fault, there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..core.shapes import xform_name
from ..core.template_names import template_names
from .estate import TEMPLATE, Estate, Group, Source
from .rule import Fix

GROUPS, PROFILES, ROLES = "asg_launch_with_profile", "iam_instance_profile", "iam_ec2_role"
# What reaches instances without replacing them does so; all else by an instance refresh.
ROLLOUT = {"strategy": "associate", "when_more_differs": "refresh"}


def of_group(group: Group, source: Source | None, **words: Any) -> Fix | None:
    """The group as it is but for these words, pinned to the version that it launches from. A launch without a profile is kept by no task."""
    if source is None or source.type != TEMPLATE or not source.profile_given:
        return None
    return Fix(GROUPS, ({"name": group.name, "adopt": True, "launch_template": same_as(source), **words},))


def of_source(estate: Estate, source: Source, **data: Any) -> Fix | None:
    """A new version with the same data but for these, for the group that launches from the template; nobody else's launches change."""
    return new_version(estate, source, data, {}) if source.profile_given else None


def with_profile(estate: Estate, source: Source, profile: str) -> Fix | None:
    """The same with an instance profile, by its name."""
    return new_version(estate, source, {}, {"instance_profile": profile})


def new_version(estate: Estate, source: Source, data: Mapping[str, Any], words: Mapping[str, Any]) -> Fix | None:
    users = estate.users_of_template(source.template) if source.type == TEMPLATE else ()
    if source.type != TEMPLATE or len(users) > 1 or any(group.own.source != source.id for group in users):
        return None
    named = {"name": users[0].name} if users else {}
    return Fix(GROUPS, ({**named, "adopt": True, **words, "launch_template": {**same_as(source), **data}},))


def rolled_out(fix: Fix | None) -> Fix | None:
    """The same, and the running instances of the group too."""
    return Fix(fix.module, tuple({**member, "rollout": ROLLOUT} for member in fix.fleet)) if fix else None


def to_template(estate: Estate, groups: Sequence[Group], configuration: Source) -> Fix | None:
    """For each of the groups a launch template of its own, with the data of the launch configuration."""
    if not configuration.profile_given:
        return None
    names = template_names(group.name for group in estate.groups)
    named = {group.name: {} if names[group.name] == group.name else {"name": names[group.name]} for group in groups}
    source = {"source_launch_configuration": configuration.name}
    return Fix(GROUPS, tuple({"name": group.name, "launch_template": {**named[group.name], **source}} for group in groups))


def same_as(source: Source) -> dict[str, Any]:
    """The data of the version. Which one is the default stays as it is, unless this one is."""
    return {"name": source.name, "source_version": source.version, **({"default_version": "latest"} if source.is_default else {})}


def of_profile(name: str, **words: Any) -> Fix:
    return Fix(PROFILES, ({"name": name, **words},))


def of_role(name: str, **words: Any) -> Fix:
    return Fix(ROLES, ({"name": name, **words},))


def in_words(value: Any) -> Any:
    """AWS's words as a playbook has them."""
    if isinstance(value, Mapping):
        return {xform_name(str(name)): in_words(item) for name, item in value.items()}
    return [in_words(item) for item in value] if isinstance(value, (list, tuple)) else value
