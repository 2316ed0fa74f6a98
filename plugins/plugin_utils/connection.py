# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which region, endpoint and credentials the playbooks use for a host, from its variables. Private to this collection.

A host of passrole.ec2.aws_targets is an account and a region; its role is assumed by each task that needs it, and nothing keeps the credentials.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible.plugins.loader import lookup_loader
from ansible_collections.passrole.ec2.plugins.module_utils.core.spec import is_blank

ASSUMED_ROLE = "passrole.ec2.assumed_role"
TARGETS = "aws_targets"  # the group of hosts that are accounts and regions
OF_INSTANCE = "verify_target"  # on a host that is an instance: the host that is its account and region

Template = Callable[[Any], Any]


def read_connection(variables: Mapping[str, Any], templar: Any, loader: Any) -> dict[str, Any]:
    """Return the connection options of the modules, with the credentials of the role to assume. What is not given is left out."""
    connection, role = choose_connection(variables, templar.template)
    if role:
        [session] = lookup_loader.get(ASSUMED_ROLE, loader=loader, templar=templar).run([], variables, **role)
        connection |= session
    return connection


def choose_connection(variables: Mapping[str, Any], template: Template) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """Return the connection without credentials of a session, and the options of the role to assume, which are empty where none is."""
    instance_of = value_of(OF_INSTANCE, variables, template)
    target = variables["hostvars"][instance_of] if instance_of else {}
    is_target = TARGETS in variables.get("group_names", ())

    def choose(name: str, of_target: str = "") -> Any:
        """The value of the instance's account and region before the host's own."""
        found = value_of(of_target or name, target, template)
        return value_of(name, variables, template) if found is None else found

    connection = {
        "region": value_of("region", variables, template) if is_target else choose("aws_region", "region"),
        "endpoint_url": choose("aws_endpoint_url"),
        "profile": profile_of(variables, target, template),
    }
    return {name: value for name, value in connection.items() if value is not None}, choose("aws_assume_role") or {}


def profile_of(variables: Mapping[str, Any], target: Mapping[str, Any], template: Template) -> Any:
    """The profile of the configuration files. An empty text is a value: it keeps a profile of the environment from being used."""
    for source in (target, variables):
        if source.get("aws_profile") is not None:
            return template(source["aws_profile"])
    return None


def value_of(name: str, variables: Mapping[str, Any], template: Template) -> Any:
    """The value of a variable; None where it is not given or blank."""
    value = variables.get(name)
    value = None if value is None else template(value)
    return None if is_blank(value) else value
