# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task for groups takes, and how many are kept in one. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..auto_scaling_group.switches import PROCESSES
from ..core.errors import Refused
from ..core.fleet import Kind
from ..rollout.state import OPTION as ROLLOUT
from .plan import plan

Params = Mapping[str, Any]

OPTIONS = {
    "name": {"type": "str", "aliases": ["group_name"]},
    "instance_profile": {"type": "str"},
    "launch_template": {"type": "dict", "default": {}},
    "launch_configuration": {"type": "dict"},
    "min_size": {"type": "int"},
    "max_size": {"type": "int"},
    "desired_capacity": {"type": "int"},
    "vpc_zone_identifier": {"type": "list", "elements": "str"},
    "availability_zones": {"type": "list", "elements": "str"},
    "health_check_type": {"type": "str"},
    "health_check_period": {"type": "int"},
    "default_cooldown": {"type": "int"},
    "placement_group": {"type": "str"},
    "termination_policies": {"type": "list", "elements": "str"},
    "target_group_arns": {"type": "list", "elements": "str"},
    "purge_target_group_arns": {"type": "bool", "default": True},
    "load_balancers": {"type": "list", "elements": "str"},
    "purge_load_balancers": {"type": "bool", "default": True},
    "purge_traffic_sources": {"type": "bool", "default": True},
    "max_instance_lifetime": {"type": "int"},
    "protected_from_scale_in": {"type": "bool"},
    "protect_running_instances": {"type": "bool", "default": False},
    "suspend_processes": {"type": "list", "elements": "str", "choices": list(PROCESSES)},
    "purge_suspend_processes": {"type": "bool", "default": True},
    "metrics_collection": {"type": "bool"},
    "metrics_list": {"type": "list", "elements": "str"},
    "purge_metrics_list": {"type": "bool", "default": True},
    "metrics_granularity": {"type": "str"},
    "lifecycle_hooks": {"type": "list", "elements": "dict"},
    "purge_lifecycle_hooks": {"type": "bool", "default": True},
    "notification_topic": {"type": "str"},
    "notification_types": {"type": "list", "elements": "str"},
    "notification_configurations": {"type": "list", "elements": "dict"},
    "purge_notification_configurations": {"type": "bool", "default": True},
    "scheduled_actions": {"type": "list", "elements": "dict"},
    "purge_scheduled_actions": {"type": "bool", "default": True},
    "warm_pool": {"type": "dict"},
    "scaling_policies": {"type": "list", "elements": "dict"},
    "purge_scaling_policies": {"type": "bool", "default": True},
    "mixed_instances_policy": {"type": "dict"},
    "auto_scaling_group": {"type": "dict", "default": {}},
    "tags": {"type": "list", "elements": "dict"},
    "purge_tags": {"type": "bool", "default": False},
    "rollout": ROLLOUT,
    "wait_for_instances": {"type": "bool", "default": True},
    "adopt": {"type": "bool", "default": False},
    "vet": {"type": "bool", "default": False},
    "force_delete": {"type": "bool", "default": False},
    "complete_lifecycle_actions": {"type": "bool", "default": False},
    "force_delete_launch_template": {"type": "bool", "default": False},
    "wait_timeout": {"type": "int", "default": 300},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}


# What says of a launch source only which it is.
WHICH = {"name", "launch_configuration_name", "source_version", "version"}


def names(params: Params) -> tuple[str, ...]:
    """The group and its launch source, of which a member may have only the latter; or the former, where it says of the source only which it is."""
    if (params["rollout"] or {}).get("hand_over"):
        raise Refused("rollout.hand_over: not in a fleet, which waits for the rollouts of its members itself")
    source = f"launch {launch_source(params)}"
    if params["name"]:
        return (params["name"],) if only_uses(params) else (params["name"], source)
    return (source,)


def only_uses(params: Params) -> bool:
    """Whether a group launches from what is there as it is, so that others may, too."""
    words = params["launch_template"] if params["launch_configuration"] is None else params["launch_configuration"]
    return bool(words.get("source_version")) and not params["instance_profile"] and words.keys() <= WHICH


def launch_source(params: Params) -> str:
    configuration = params["launch_configuration"]
    if configuration is not None:
        return f"configuration {configuration.get('name') or params['name']}"
    return f"template {params['launch_template'].get('name') or params['name']}"


def groups(params: Params) -> tuple[str, ...]:
    return (params["name"],) if params["name"] else ()


FLEET = Kind(OPTIONS, names=names, make_plan=plan, shelves=("versions",), groups=groups)
