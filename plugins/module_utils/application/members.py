# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One application of a fleet becomes what each module takes of it. Pure: no AWS, no Ansible. Private to this collection.

An application has the options of the role that keeps one, without their prefix. The table tells which module takes which of them,
and under which name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..core.errors import PassroleError, Refused
from ..core.fleet import Member
from ..core.shapes import closest
from ..core.spec import is_blank
from ..core.template_names import template_name

Application = Mapping[str, Any]
Options = dict[str, str]  # what a module calls it: what an application does

ROLE, PROFILE, GROUP, FORMERS = "iam_ec2_role", "iam_instance_profile", "asg_launch_with_profile", "former instance profiles"


def same(*names: str) -> Options:
    return {name: name for name in names}


WAITING = same("wait", "wait_timeout")
LAUNCH = same("launch_template", "launch_configuration")
TAKEN: Mapping[tuple[str, str], Options] = {
    (ROLE, "present"): {
        "name": "role",
        **same("path", "description", "max_session_duration", "assume_role_policy_document", "assume_role_principals", "boundary"),
        **same("managed_policies", "purge_policies", "inline_policies", "purge_inline_policies"),
        **same("vet_policies", "refuse_findings", "required_boundaries", "tags", "purge_tags"),
        **WAITING,
    },
    (PROFILE, "present"): {
        "name": "instance_profile",
        **same("role", "path", "role_change", "keep_former_instance_profiles", "regions", "tags", "purge_tags"),
        **WAITING,
    },
    (GROUP, "present"): {
        **same("name", "instance_profile", "min_size", "max_size", "desired_capacity", "vpc_zone_identifier", "availability_zones"),
        **same("health_check_type", "health_check_period", "default_cooldown", "placement_group", "termination_policies"),
        **same("target_group_arns", "purge_target_group_arns", "load_balancers", "purge_load_balancers", "purge_traffic_sources"),
        **same("max_instance_lifetime", "protected_from_scale_in", "protect_running_instances", "suspend_processes", "purge_suspend_processes"),
        **same("metrics_collection", "metrics_list", "purge_metrics_list", "metrics_granularity", "lifecycle_hooks", "purge_lifecycle_hooks"),
        **same("notification_topic", "notification_types", "notification_configurations", "purge_notification_configurations"),
        **same("scheduled_actions", "purge_scheduled_actions", "warm_pool", "scaling_policies", "purge_scaling_policies"),
        **same("mixed_instances_policy", "auto_scaling_group", "adopt", "vet", "force_delete", "complete_lifecycle_actions"),
        **same("force_delete_launch_template", "rollout", "wait_for_instances", "wait_timeout"),
        "tags": "group_tags",
        "purge_tags": "purge_group_tags",
        **LAUNCH,
    },
    (FORMERS, "present"): {
        "name": "instance_profile",
        **same("role", "role_change", "keep_former_instance_profiles", "regions"),
        **WAITING,
    },
    (GROUP, "absent"): {
        **same("name", "adopt", "force_delete", "complete_lifecycle_actions", "force_delete_launch_template", "wait_timeout"),
        **LAUNCH,
    },
    (PROFILE, "absent"): {
        "name": "instance_profile",
        "force_delete": "force_delete_instance_profile",
        **same("role", "role_change", "regions", "adopt"),
        **WAITING,
    },
    (ROLE, "absent"): {
        "name": "role",
        "force_delete": "force_delete_role",
        **same("assume_role_policy_document", "assume_role_principals", "remove_from_instance_profiles", "regions", "adopt"),
        **WAITING,
    },
}
WORDS = sorted({word for taken in TAKEN.values() for word in taken.values()})
APART = "new_profile"
# Options for which an empty text is a value: it clears the description, and takes the boundary off.
EMPTY_TEXTS = frozenset({"description", "boundary"})
# Options that say how a group is changed or deleted, and nothing of the group.
HOW_TO_APPLY = {"complete_lifecycle_actions", "force_delete", "force_delete_launch_template", "rollout", "vet", "wait_for_instances"}
# What only the group has: without any of it, and without a launch source, an application is its role and its instance profile.
OF_GROUP = frozenset(TAKEN[GROUP, "present"].values()) - {
    word for (module, _state), options in TAKEN.items() if module != GROUP for word in options.values()
} - {"name", "adopt", "wait_timeout"} - HOW_TO_APPLY


def member(index: int, said: Application, defaults: Application, suffix: str) -> Member:
    """The application, or why it is none."""
    try:
        whole = application(said, defaults, suffix)
    except PassroleError as refusal:
        return Member(index, str(said.get("name", "")), refusal=refusal)
    return Member(index, whole["name"], whole)


def application(said: Application, defaults: Application, suffix: str = "") -> dict[str, Any]:
    """The application with what holds for all, and with all its names; in IAM, which knows no regions, those that are not given end with the suffix."""
    refuse_unknown(said, "")
    whole = {**without_blank_options(defaults), **without_blank_options(said)}
    if "name" not in whole:
        raise Refused("name: must be given")
    name = str(whole["name"])
    role = str(whole.get("role") or f"{name}{suffix}")
    # Where each role has a profile of its own, they go by a name that stays.
    profile = str(whole.get("instance_profile") or (f"{name}{suffix}" if is_apart(whole) else role))
    return {**whole, "name": name, "role": role, "instance_profile": profile}


def without_blank_options(given: Application) -> dict[str, Any]:
    """Leave out null, and blank texts of options for which an empty text is no value. Zero, false, an empty list and an empty dictionary are values."""
    return {name: value for name, value in given.items() if not (is_blank(value) and (value is None or name not in EMPTY_TEXTS))}


def is_apart(one: Application) -> bool:
    return one.get("role_change") == APART


def declares_group(one: Application) -> bool:
    """Whether anything is said of the group or of what it launches from; if not, they stay as they are."""
    return any(word in one for word in OF_GROUP)


def refuse_unknown(said: Application, path: str) -> None:
    unknown = [str(word) for word in said if word not in WORDS]
    if unknown:
        raise Refused("; ".join(f"{path}{word}: no such option of an application{closest(word, WORDS)}" for word in unknown))


def taken(module: str, state: str, one: Application, briefs: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a module is told of the application, by what those before it told; None where it has nothing to do."""
    if module == FORMERS and not is_apart(one):
        return None
    if module == GROUP and state == "present" and not declares_group(one):
        return None
    return dict(options(one, module, state, briefs))


def options(one: Application, module: str, state: str, briefs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for option, word in TAKEN[module, state].items():
        # A launch template may be what holds for all that have no launch configuration.
        if word in one and not (word == "launch_template" and "launch_configuration" in one):
            yield option, one[word]
    if module == GROUP and state == "present":
        yield "instance_profile", briefs.get("instance_profile_name", one["instance_profile"])
    if state == "absent":
        yield "state", state
    if state == "absent" and module == GROUP and not LAUNCH.keys() & one.keys() and template_name(one["name"]) != one["name"]:
        # No launch template can have this name; a launch configuration can.
        yield "launch_configuration", {}
    if state == "absent" and module != GROUP:
        # An application may live in several regions, and retires from one of them; its role and instance profile stay for the others.
        yield "on_use_in_other_regions", "keep"
