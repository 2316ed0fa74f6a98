# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which variables the roles and playbooks of this collection have. Private to this collection.

They are those of the argument specifications of the roles and of playbooks/meta/argument_specs.yml, and those that roles and playbooks set themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from ansible.errors import AnsibleActionFail

COLLECTION = Path(__file__).parents[2]
PLAYBOOKS = COLLECTION / "playbooks" / "meta" / "argument_specs.yml"
ROLE_ENTRY = "variables"
# Results that users may read, and variables that tasks hand to each other.
SET_BY_COLLECTION = frozenset(
    {
        *("adopt_account", "adopt_caller", "adopt_dest", "adopt_groups", "adopt_how", "adopt_many", "adopt_path"),
        *("adopt_profiles", "adopt_region", "adopt_told"),
        *("application_former_result", "application_profile_result", "application_result", "application_role_result"),
        *("audit_before", "audit_made", "audit_made_files", "audit_mended_groups", "audit_mended_profiles", "audit_mended_roles"),
        *("audit_mending_place", "audit_mends", "audit_named", "audit_report", "audit_result"),
        *("demo_folder", "demo_parent_pid", "demo_region", "demo_there"),
        *("ec2_identity_profile_result", "ec2_identity_result", "ec2_identity_role_result"),
        *("keep_all_groups", "keep_groups_result", "keep_instance_profiles_result", "keep_plan", "keep_roles_result"),
        *("launch_configuration_result", "launch_template_result"),
        *("migrate_launch_configurations_deleted", "migrate_launch_configurations_moved", "migrate_launch_configurations_moves"),
        *("migrate_launch_configurations_result", "migrate_launch_configurations_there"),
        "policy_path",
        "sandbox_endpoint_url",
        *("verify_found", "verify_heard", "verify_host", "verify_instances", "verify_instances_here", "verify_profiles", "verify_profiles_here"),
        *("verify_result", "verify_target"),
    }
)


def options_of(kind: str, name: str) -> Mapping[str, Any]:
    """The options of a role, or of a playbook with those of the role of the same name, as their specifications have them."""
    path = COLLECTION / "roles" / name / "meta" / "argument_specs.yml" if kind == "role" else PLAYBOOKS
    specs = read_specs(path) if path.is_file() else {}
    entry = ROLE_ENTRY if kind == "role" else name
    if entry not in specs:
        raise AnsibleActionFail(f"{kind}: {name} is no {kind} of this collection that has variables of its own.")
    is_role = (COLLECTION / "roles" / name).is_dir()
    return {**(options_of("role", name) if kind == "playbook" and is_role else {}), **specs[entry]["options"]}


def known_variables(prefix: str) -> frozenset[str]:
    """The full names of the variables that begin so and that somebody may give or has set."""
    return frozenset(name for name in all_variables() if name.startswith(prefix))


@cache
def all_variables() -> frozenset[str]:
    roles = sorted(COLLECTION.glob("roles/*/meta/argument_specs.yml"))
    specs = [spec for path in (*roles, PLAYBOOKS) for spec in read_specs(path).values()]
    return SET_BY_COLLECTION.union(*(spec.get("options", {}) for spec in specs))


def read_specs(path: Path) -> dict[str, Any]:
    """The specifications of a file, by entry point or playbook."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)["argument_specs"]  # noqa: S506
