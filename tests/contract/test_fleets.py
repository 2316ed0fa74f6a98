# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A member of a fleet is planned as a task of its own would plan it, though what is there was read for all at once: every want, and every state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import cycle, islice
from typing import Any

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.bulk import SHELVES, Bulk
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import PassroleError
from ansible_collections.passrole.ec2.plugins.module_utils.core.fleet import InBulk
from ansible_collections.passrole.ec2.plugins.module_utils.core.plan import shown

from tests.support.contracts import asg_launch_with_profile, ec2_role, instance_profile, launch_configuration
from tests.support.contracts.clients import Door
from tests.support.contracts.contract import Case, Promised

PROMISED = (
    ec2_role.PROMISED,
    instance_profile.PROMISED,
    asg_launch_with_profile.PROMISED,
    asg_launch_with_profile.ADOPTED,
    launch_configuration.PROMISED,
)


def paired(promised: Promised) -> Iterator[Case]:
    """Each want and each state in turn, and not each with each: that is how tasks of their own are tried."""
    wants, haves = list(promised.wants), list(promised.haves)
    for turn in range(2):
        most = max(len(wants), len(haves))
        yield from (Case(promised, want, have) for want, have in zip(islice(cycle(wants), most), islice(cycle(haves), turn, most + turn)))


CASES = {str(case): case for promised in PROMISED for case in paired(promised)}


def in_bulk(aws: Aws, name: str) -> InBulk:
    bulk = Bulk(aws.find)
    bulk.expect(SHELVES, [name] if name else [])
    return InBulk(aws, bulk)


def planned(case: Case, aws: Any) -> Mapping[str, Any]:
    """What is decided, and what is told of the state it starts from; tags that nobody declared are not read for all."""
    try:
        plan = case.promised.make_plan(case.promised.params(case.promised.wants[case.want]), aws)
    except PassroleError as refusal:
        return {"refused": str(refusal)}
    return {
        "steps": [(step.operation, shown(step.params), step.summary) for step in plan],
        "before": without_tags(shown(plan.before)),
        "after": without_tags(shown(plan.after)),
        "warnings": plan.warnings,
    }


def without_tags(state: Any) -> Any:
    """Deep down, the same without tags."""
    if isinstance(state, Mapping):
        return {word: without_tags(value) for word, value in state.items() if word != "tags"}
    return state


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_a_member_is_planned_as_a_task_of_its_own(case, account):
    case.set_up(account)
    aws = Aws(Door(account))
    name = case.promised.wants[case.want].get("name", "")
    assert planned(case, in_bulk(aws, name)) == planned(case, aws)
