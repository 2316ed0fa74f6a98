# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The policy that a plan tells has nothing to spare: less any one action the run is denied, and the denial says which.

That it is enough, the promises hold: what they do is done by a user who has that policy and nothing else.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.companions import COMPANIONS
from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import PassroleError
from ansible_collections.passrole.ec2.plugins.module_utils.core.least_privilege import merged
from ansible_collections.passrole.ec2.plugins.module_utils.core.permissions import action_of
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import one

from tests.support.contracts import asg_launch_with_profile, ec2_association, ec2_role, instance_profile, launch_configuration, subresources as named_parts
from tests.support.contracts.principals import actions, allowed, less
from tests.support.contracts.clients import Door
from tests.support.contracts.contract import Case

MODULES = Path(__file__).parents[2] / "plugins" / "module_utils"
SERVICES = ("accessanalyzer", "autoscaling", "ec2", "elb", "elbv2", "iam", "ssm")

# Cases in which every action is asked for at least once; an action is tried in the first that asks for it.
CASES = (
    Case(asg_launch_with_profile.PROMISED, "a group with everything", "a group"),
    Case(asg_launch_with_profile.PROMISED, "a group that follows the latest", "nothing"),
    Case(asg_launch_with_profile.PROMISED, "a group", "nothing"),
    Case(asg_launch_with_profile.PROMISED, "a group with an override of another template", "nothing"),
    Case(asg_launch_with_profile.PROMISED, "a group on an older version", "a template of two versions"),
    Case(asg_launch_with_profile.PROMISED, "a group with much taken away", "a group"),
    Case(asg_launch_with_profile.PROMISED, "the absence of all", "a group"),
    Case(asg_launch_with_profile.PROMISED, "other tags only", "a group"),
    Case(asg_launch_with_profile.PROMISED, "a template of which one version is kept", "a template of two versions"),
    Case(asg_launch_with_profile.ADOPTED, "the absence of an adopted template", "someone else's template"),
    Case(asg_launch_with_profile.ADOPTED, "an adopted template with its tags", "someone else's template"),
    Case(asg_launch_with_profile.PROMISED, "what runs replaced", "a group being refreshed"),
    Case(asg_launch_with_profile.PROMISED, "what runs swapped in place", "a group that runs"),
    Case(launch_configuration.PROMISED, "a group with another profile", "a group"),
    Case(ec2_role.PROMISED, "all that creation takes", "a role with everything"),
    Case(ec2_role.PROMISED, "all that creation takes", "nothing"),
    Case(ec2_role.PROMISED, "policies by name", "nothing"),
    Case(ec2_role.PROMISED, "inline policies", "a role with everything"),
    Case(ec2_role.PROMISED, "all of it judged", "nothing"),
    Case(ec2_role.PROMISED, "no description and no boundary", "a role with everything"),
    Case(ec2_role.PROMISED, "its absence whoever holds and uses it", "a role in use"),
    Case(instance_profile.PROMISED, "no waiting", "nothing"),
    Case(instance_profile.PROMISED, "no waiting", "a profile with b"),
    Case(instance_profile.PROMISED, "its absence", "an empty profile"),
    Case(instance_profile.PROMISED, "a profile of its own for b", "a profile with a"),
    Case(ec2_association.PROMISED, "web", "instances without"),
    Case(ec2_association.PROMISED, "web", "a stopped one with another"),
    Case(named_parts.PROMISED_BY_NAME, named_parts.BY_NAME, "a group"),
    Case(named_parts.PROMISED_BY_NAME, named_parts.ALONE, "a group behind balancers"),
)


MOST_DENIALS = 3  # of one action: what a read asks for of one thing tells nothing of the next

# Asked only to explain or to foresee a denial; where they are not allowed, the run goes on.
BESIDE_THE_PLAN = {"simulate_principal_policy", "decode_authorization_message", "get_caller_identity"}
# A policy for a fleet has a test among the fleets'.
IN_BULK = {"get_account_authorization_details"}
# An audit has no plan, and so no policy beside it; what it is denied has a test among the audit's.
OF_THE_AUDIT = {"get_instance_metadata_defaults"}
OF_INVENTORIES = MODULES / "targets"  # which are no tasks


@cache
def operations() -> dict[str, list[str]]:
    """The actions of every operation that AWS has under a name."""
    session, named = botocore.session.get_session(), {}
    for service in SERVICES:
        for operation in session.get_service_model(service).operation_names:
            named.setdefault(xform_name(operation), []).append(action_of(service, xform_name(operation)))
    return named


def made_by_the_collection() -> dict[str, list[str]]:
    """Every operation that the code names, and those of which it makes the name."""
    paths = [path for path in MODULES.rglob("*.py") if OF_INVENTORIES not in path.parents]
    said = {node.value for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if is_text(node)}
    said |= {f"{verb}_{swap.args[0][0]}" for verb in ("attach", "detach") for swap in COMPANIONS.values()}
    return {name: operations()[name] for name in said & operations().keys() - BESIDE_THE_PLAN - IN_BULK - OF_THE_AUDIT}


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def said_by(case: Case, account) -> dict:
    """What the case asks for; some of it by ids that the account gives."""
    want = case.promised.wants[case.want]
    return case.promised.params(want(account) if callable(want) else want)


def run(case: Case, account, door, dry: bool = False) -> dict:
    """What comes of it, with what the task warns of; nobody waits for news that will not come."""
    try:
        result, warnings = one(said_by(case, account), case.promised.make_plan, Aws(door), dry=dry, sleep=lambda _seconds: None)
        return {**result, "warnings": warnings}
    except PassroleError as error:
        return {**error.as_result(), "failed": True}


def policy_of(case: Case, account) -> dict:
    """The policy that a check tells, in an account that is as the case has it before; ids in it are this account's."""
    case.set_up(account)
    checked = run(case, account, Door(account), dry=True)
    assert checked.get("changed"), checked
    return checked["policy"]


@pytest.fixture(scope="module")
def policies(sandbox):
    return {str(case): policy_of(case, sandbox) for case in CASES}


def test_every_action_of_the_collection_is_asked_for(policies):
    asked = {action for policy in policies.values() for action in actions(policy)}
    assert [name for name, named in made_by_the_collection().items() if not asked & {*named}] == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_less_any_one_action_the_run_is_denied_and_with_what_it_is_told_the_next_one_finishes(case, policies, sandbox):
    for action in first_asked_for(case, policies):
        held = less(policy_of(case, sandbox), action)
        result = run(case, sandbox, allowed(sandbox, held))
        # What is only told beside, as that instances run with a predecessor, a run does without, and says so.
        assert result.get("failed") or action in " ".join(result["warnings"]), f"{action} has not been missed"
        for _denial in range(MOST_DENIALS):
            if result.get("failed"):
                assert action in result["msg"].partition("This allows it")[0], result["msg"]
                assert action in actions(result["policy_to_add"])
                held = merged([held, result["policy_to_add"]], "policies")
                result = run(case, sandbox, allowed(sandbox, held))
        assert not result.get("failed"), result["msg"]


def first_asked_for(case: Case, policies) -> list[str]:
    """The actions that no case before this one asks for."""
    before = {action for other in CASES[: CASES.index(case)] for action in actions(policies[str(other)])}
    return sorted({*actions(policies[str(case)])} - before)
