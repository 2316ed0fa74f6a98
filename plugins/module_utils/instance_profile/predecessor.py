# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which instances still run with a deleted profile that had the name of the new one. Reading never changes anything. Private to this collection.

EC2 knows a profile by its id. The instances of a deleted one show its ARN as before, and get nothing from another that has it now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..core.errors import AwsUnreachable, CallRefused
from ..core.plan import Plan
from .state import Desired, Observed

Find = Callable[..., Any]

# After the first of these, an instance may be meant to run with the profile. The second ends what an interrupted first run began.
GIVING = ("create_instance_profile", "add_role_to_instance_profile")
LOOK = "ec2:DescribeIamInstanceProfileAssociations"
MOST_NAMED = 10


def aware_of_predecessor(plan: Plan, want: Desired, seen: Observed, find: Find, region: str) -> Plan:
    """The same plan, telling of the instances that it does not reach. Where there is nothing to give, nobody looks."""
    if not region or not gives(plan) or (seen.profile and not seen.words):
        return plan
    try:
        left = sorted(running_with_predecessor(want.name, seen.words, find))
    except (CallRefused, AwsUnreachable) as why:
        because = f"was refused ({why.code})" if isinstance(why, CallRefused) else "got no answer"
        return warned(plan, f"name: whether instances still run with a deleted {want.name} is not known; {LOOK} {because}")
    if not left:
        return plan
    return replace(warned(plan, sentence(want.name, left, region)), result={**plan.result, "running_with_predecessor": left})


def gives(plan: Plan) -> bool:
    return any(step.operation in GIVING for step in plan)


def running_with_predecessor(name: str, words: Mapping[str, Any], find: Find) -> Iterator[str]:
    answer = find("ec2", "describe_iam_instance_profile_associations")
    for association in answer["IamInstanceProfileAssociations"]:
        carried = association["IamInstanceProfile"]
        # Instances are of this account, and so are their profiles; an account has a name once, whatever the path.
        if carried["Arn"].endswith(f"/{name}") and carried["Id"] != words.get("instance_profile_id"):
            yield association["InstanceId"]


def sentence(name: str, left: list[str], region: str) -> str:
    more = len(left) - MOST_NAMED
    named = ", ".join(left[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return (
        f"name: in {region}, {named} still run with a deleted instance profile {name}, whose id is another. They get no credentials "
        "(their metadata tells InstanceProfileNotFound) before they are replaced, or associated with the new one in the place of the old"
    )


def warned(plan: Plan, warning: str) -> Plan:
    return replace(plan, warnings=(*plan.warnings, warning))
