# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Report the other instance profiles that hold the declared role. Reading never changes anything. Private to this collection.

IAM cannot rename an instance profile, and a role may be in many. A task with a new name makes a second one, and the first stays behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from ..core.earlier import Earlier
from ..core.errors import CallRefused
from ..core.plan import Plan
from .family import name_for
from .state import Desired

Find = Callable[..., Any]

# Where one of these is planned, the instance profile begins or ends under its name.
NAMING = ("create_instance_profile", "delete_instance_profile")
READ = "iam:ListInstanceProfilesForRole"


def report_other_profiles(plan: Plan, base: str, want: Desired, find: Find, earlier: Earlier) -> Plan:
    """Add to the plan what other instance profiles hold its role. Where no profile comes or goes, nothing is read."""
    role = want.role.name if want.role else ""
    if not role or not any(step.operation in NAMING for step in plan):
        return plan
    try:
        others = sorted(find_other_profiles(role, {base, want.name, name_for(base, role)}, find, earlier))
    except CallRefused as why:
        return replace(plan, warnings=(*plan.warnings, f"role: other instance profiles of role {role} are not known; {READ} was refused ({why.code})"))
    if not others:
        return plan
    warning = (
        f"role: role {role} is also in instance profile {', '.join(others)}, which this task leaves. If that is an earlier name of {base}, "
        "delete it with state: absent once nothing uses it"
    )
    return replace(plan, result={**plan.result, "other_instance_profiles": others}, warnings=(*plan.warnings, warning))


def find_other_profiles(role: str, own: set[str], find: Find, earlier: Earlier) -> Iterator[str]:
    answer = find("iam", "list_instance_profiles_for_role", absent="NoSuchEntity", RoleName=role) or {"InstanceProfiles": []}
    for profile in answer["InstanceProfiles"]:
        name = profile["InstanceProfileName"]
        if name not in own and not earlier.removed("instance_profile", name):
            yield name
