# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which roles trust one that was deleted, as the new role's predecessor may have been. Reading never changes anything. Private to this collection.

IAM keeps the id of a role that a policy names. Once the role is deleted it shows that id in the place of the ARN, and a new
role of the same name does not mend it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..core.earlier import Earlier
from ..core.errors import CallRefused
from ..core.plan import Plan
from ..core.policies import listed, statements

Find = Callable[..., Any]

CREATED = "create_role"
MOST_AT_ONCE = 1000
ROLE_ID = "AROA"


def aware_of_predecessor(plan: Plan, name: str, find: Find, earlier: Earlier) -> Plan:
    """The same plan, telling which trusts a new role does not mend. Where none is made, nobody looks."""
    if not any(step.operation == CREATED for step in plan):
        return plan
    try:
        broken = sorted(trusting_the_deleted(name, find, earlier))
    except CallRefused as why:
        return warned(plan, f"name: whether a trust still names a deleted {name} is not known; iam:ListRoles was refused ({why.code})")
    if not broken:
        return plan
    return replace(warned(plan, sentence(name, broken)), result={**plan.result, "trusting_predecessor": [role for role, _ids in broken]})


def trusting_the_deleted(name: str, find: Find, earlier: Earlier) -> Iterator[tuple[str, str]]:
    """Every other role whose trust names one that is gone, or that an earlier task deletes, with the ids that IAM shows there."""
    roles = find("iam", "list_roles", MaxItems=MOST_AT_ONCE)["Roles"]
    doomed = {role["Arn"]: role["RoleId"] for role in roles if earlier.removed("iam_role", role["RoleName"])}
    for role in roles:
        ids = sorted(deleted_principals(role["AssumeRolePolicyDocument"], doomed))
        if ids and role["RoleName"] != name and role["Arn"] not in doomed:
            yield role["RoleName"], ", ".join(ids)


def deleted_principals(trust: Mapping[str, Any], doomed: Mapping[str, str]) -> set[str]:
    named = [statement["Principal"] for statement in statements(trust) if isinstance(statement.get("Principal"), Mapping)]
    shown = (doomed.get(str(one), str(one)) for principal in named for one in listed(principal.get("AWS", [])))
    return {one for one in shown if one.startswith(ROLE_ID)}


def sentence(name: str, broken: list[tuple[str, str]]) -> str:
    trusts = ", ".join(f"role {role} ({ids})" for role, ids in broken)
    return (
        f"name: a role that was deleted is named by the trust of {trusts}. If it was an earlier {name}, the new one may not assume them: "
        "write those trusts again, and the policies of buckets, keys and other resources that named it"
    )


def warned(plan: Plan, warning: str) -> Plan:
    return replace(plan, warnings=(*plan.warnings, warning))
