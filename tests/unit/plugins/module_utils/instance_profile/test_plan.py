# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is decided about an instance profile: which calls, in which order, and what is refused before the first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import botocore.session
import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused, StillUsed
from ansible_collections.passrole.ec2.plugins.module_utils.core.permissions import Resource
from ansible_collections.passrole.ec2.plugins.module_utils.core.plan import Action, Later, Wait, shown
from ansible_collections.passrole.ec2.plugins.module_utils.core.users import Users
from ansible_collections.passrole.ec2.plugins.module_utils.instance_profile.plan import plan as plan_with
from ansible_collections.passrole.ec2.plugins.module_utils.instance_profile.state import (
    Desired,
    Observed,
    Profile,
    Role,
    RoleReference,
    in_words,
)

SHAPE = botocore.session.get_session().get_service_model("iam").shape_for("InstanceProfile")
THEN = datetime(2026, 1, 12, 11, 18, 29, tzinfo=timezone.utc)
ACCOUNT = "arn:aws:iam::123456789012"
APP, NEW = Role("app", "/"), Role("new", "/team/", f"{ACCOUNT}:role/team/new")
NOTHING = Observed(None)


def plan(wanted, now):
    return plan_with(wanted, now, SHAPE)


def answer(role="app", tags=(("team", "a"),), arn=f"{ACCOUNT}:instance-profile/web"):
    roles = [
        {"RoleName": role, "Path": "/", "Arn": f"{ACCOUNT}:role/{role}", "RoleId": "AROA1", "CreateDate": THEN}
    ]
    return {
        "InstanceProfileName": "web",
        "Path": "/",
        "Arn": arn,
        "InstanceProfileId": "AIPA1",
        "CreateDate": THEN,
        "Roles": roles if role else [],
        "Tags": [{"Key": key, "Value": value} for key, value in tags],
    }


def seen(role="app", wanted=None):
    """A profile ``web`` with a tag, and perhaps the role wanted in it."""
    return Observed(Profile("web", role=role, tags={"team": "a"}), wanted, in_words(answer(role), SHAPE))


def want(role=None, **more):
    reference = RoleReference(role) if isinstance(role, str) else role
    return Desired("web", role=reference, **more)


def told(wanted, now):
    return [step.summary for step in plan(wanted, now) if isinstance(step, Action)]


def step(wanted, now, operation):
    (found,) = (step for step in plan(wanted, now) if step.operation == operation)
    return found


def test_a_missing_profile_is_created_before_its_role_is_put_in():
    assert told(want("app"), Observed(None, APP)) == [
        "create instance profile web",
        "put role app in instance profile web",
    ]


def test_the_old_role_leaves_before_the_new_one_enters():
    assert told(want("new"), seen(wanted=NEW)) == [
        "take role app out of instance profile web",
        "put role new in instance profile web",
    ]


def test_an_empty_role_takes_out_the_role_that_is_there():
    assert told(want(""), seen()) == ["take role app out of instance profile web"]
    assert plan(want(""), seen()).after["role"] is None


GONE = {"present": False}


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("users", [Users(), Users(("instance i-1 (running)",))])
def test_a_profile_that_holds_another_role_is_not_deleted_whatever_is_forced(force, users):
    with pytest.raises(Refused) as refusal:
        plan(want("web", force_delete=force, adopt=True, **GONE), replace(seen("other"), users=users))
    assert str(refusal.value) == (
        "role: instance profile web holds role other, not web, so it is not deleted. Declare the instance profile that belongs to the role, "
        "or delete this one with role: other. force_delete does not override this"
    )


def test_a_profile_that_is_to_hold_no_role_is_not_deleted_with_one():
    with pytest.raises(Refused, match="instance profile web holds role app, not an empty one"):
        plan(want("", **GONE), seen())


@pytest.mark.parametrize(
    ("wanted", "now"),
    [
        pytest.param(want("app", **GONE), seen(wanted=APP), id="the declared role"),
        pytest.param(want("app", **GONE), seen(role=None), id="empty"),
        pytest.param(want("", **GONE), seen(role=None), id="empty, as declared"),
        pytest.param(want(**GONE), seen("other"), id="no role declared"),
        pytest.param(want("app", **GONE), Observed(Profile("web", role="app")), id="made by an earlier task"),
    ],
)
def test_a_profile_with_the_declared_role_or_none_is_deleted(wanted, now):
    assert told(wanted, now)[-1] == "delete instance profile web"


def test_a_missing_profile_holds_no_role_to_refuse():
    assert told(want("app", **GONE), NOTHING) == []


@pytest.mark.parametrize("reference", [RoleReference("new", "/"), RoleReference("new", "/x/", f"{ACCOUNT}:role/x/new")])
def test_a_path_or_arn_that_is_not_the_role_s_own_is_refused_for_deletion_too(reference):
    with pytest.raises(Refused, match="^role: role new is "):
        plan(want(reference, **GONE), seen("new", NEW))


def test_a_new_profile_without_a_word_on_its_role_holds_none():
    assert told(want(), NOTHING) == ["create instance profile web"]


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(want(), id="nothing asked"),
        pytest.param(want("app"), id="same role"),
        pytest.param(want(tags={"team": "a"}), id="same tags"),
        pytest.param(want(tags={}, purge_tags=False), id="no tags to add, none to purge"),
    ],
)
def test_what_is_already_so_needs_nothing_and_not_even_a_second_read(wanted):
    unchanged = plan(wanted, seen(wanted=APP))
    assert unchanged.steps == ()
    assert unchanged.before == unchanged.after
    assert unchanged.result["iam_instance_profile"]["arn"] == f"{ACCOUNT}:instance-profile/web"


@pytest.mark.parametrize(
    ("wanted", "summaries", "tags"),
    [
        (want(tags={}), ["remove tags from instance profile web"], {}),
        (want(tags={"team": "b"}), ["tag instance profile web"], {"team": "b"}),
        (want(tags={"cost": "1"}, purge_tags=False), ["tag instance profile web"], {"team": "a", "cost": "1"}),
        (
            want(tags={"cost": "1"}),
            ["remove tags from instance profile web", "tag instance profile web"],
            {"cost": "1"},
        ),
    ],
)
def test_tags_become_those_declared(wanted, summaries, tags):
    assert told(wanted, seen()) == summaries
    assert plan(wanted, seen()).after["tags"] == tags


def test_deleting_takes_the_role_out_first():
    assert told(want(present=False), seen()) == [
        "take role app out of instance profile web",
        "delete instance profile web",
    ]


def test_the_absence_of_what_is_absent_needs_nothing():
    gone = plan(want(present=False), NOTHING)
    assert (gone.steps, gone.before, gone.after) == ((), None, None)
    assert gone.result == {"iam_instance_profile": None}


@pytest.mark.parametrize(
    ("role", "there", "because"),
    [
        (RoleReference("nope"), None, "role: there is no role nope to put in instance profile web"),
        (RoleReference("new", "/other/"), NEW, "role: role new is at /team/, not at /other/"),
        (
            RoleReference("new", "/team/", "arn:aws:iam::999999999999:role/team/new"),
            NEW,
            f"role: role new is {ACCOUNT}:role/team/new, not arn:aws:iam::999999999999:role/team/new",
        ),
        (RoleReference("app", "/other/", f"{ACCOUNT}:role/other/app"), APP, "role: role app is at /, not at /other/"),
    ],
)
def test_the_impossible_is_refused_before_anything_is_touched(role, there, because):
    with pytest.raises(Refused, match=f"^{because}$"):
        plan(want(role), seen(wanted=there))


def test_a_role_is_refused_for_its_path_even_where_it_is_in_the_profile_already():
    with pytest.raises(Refused, match="role app is at /, not at /other/"):
        plan(want(RoleReference("app", "/other/")), seen(wanted=APP))


@pytest.mark.parametrize(("wanted", "option"), [(Desired("web", present=False), "state"), (want(""), "role")])
def test_a_profile_in_use_is_neither_deleted_nor_emptied(wanted, option):
    used = replace(seen(), users=Users(("instance i-1 (running)",), region="eu-west-1"))
    with pytest.raises(StillUsed) as refusal:
        plan(wanted, used)
    assert str(refusal.value) == (
        f"{option}: instance profile web is still used in eu-west-1 by instance i-1 (running); without it nothing is launched any more, and "
        "what runs loses its credentials. Move them to another instance profile or end them first, or set force_delete: true"
    )


def test_a_profile_that_a_stack_keeps_is_left_to_it_unless_adopted():
    kept = Observed(Profile("web", tags={"aws:cloudformation:stack-name": "web"}))
    with pytest.raises(Refused, match="instance profile web is kept by CloudFormation stack web; delete it there, or set adopt: true"):
        plan(Desired("web", present=False), kept)
    assert told(Desired("web", present=False, adopt=True), kept) == ["delete instance profile web"]


def test_an_absent_profile_needs_no_role():
    assert told(want("nope", present=False), NOTHING) == []


def test_a_profile_at_another_path_stays_there_with_a_warning():
    there = plan(want(path="/x/"), seen())
    assert there.warnings == ("path: instance profile web is at /; IAM cannot move it to /x/, so it stays there",)
    assert (there.steps, there.after["path"]) == ((), "/")


def test_a_swap_that_aws_denies_puts_the_old_role_back():
    mend = step(want("new"), seen(wanted=NEW), "add_role_to_instance_profile").otherwise
    assert mend.summary == "put role app back in instance profile web"
    assert mend.params == {"InstanceProfileName": "web", "RoleName": "app"}


def test_a_first_role_that_aws_denies_leaves_nothing_to_mend():
    assert step(want("app"), Observed(None, APP), "add_role_to_instance_profile").otherwise is None


def test_whoever_swaps_the_role_must_be_allowed_to_put_the_old_one_back():
    swap = step(want("new"), Observed(Profile("web", role="app"), NEW), "add_role_to_instance_profile")
    passed = [[one.resources for one in some if one.action == "iam:PassRole"] for some in (swap.permissions, swap.spare)]
    assert passed == [[(Resource("role", "new"),)], [(Resource("role", "app"),)]]


@pytest.mark.parametrize(
    ("found", "enough"),
    [
        (None, False),
        (answer("app"), False),
        (answer("new", tags=()), False),
        (answer("new", arn="AIPA1"), False),
        (answer("new"), True),
        (answer("new", tags=(("team", "a"), ("auto", "b"))), True),
    ],
)
def test_a_change_is_waited_for_until_iam_shows_it_whole(found, enough):
    wait = step(want("new"), seen(wanted=NEW), "get_instance_profile")
    assert wait.until({"InstanceProfile": found} if found else None) is enough


def test_a_deletion_is_waited_for_until_iam_shows_nothing():
    wait = step(want(present=False), seen(), "get_instance_profile")
    assert wait.until(None)
    assert not wait.until({"InstanceProfile": answer()})


def test_without_wait_nothing_is_read_after_the_last_change():
    for wanted in (want("new", wait=False), want(present=False, wait=False)):
        assert not any(isinstance(step, Wait) for step in plan(wanted, seen(wanted=NEW)))


def test_before_apply_a_new_profile_is_told_as_far_as_it_is_known():
    foretold = shown(plan(want("app", tags={"team": "a"}), Observed(None, APP)).result)["iam_instance_profile"]
    later = "(known after apply)"
    assert foretold == {
        "arn": later,
        "create_date": later,
        "instance_profile_id": later,
        "instance_profile_name": "web",
        "path": "/",
        "roles": [
            {
                "arn": later,
                "assume_role_policy_document": later,
                "create_date": later,
                "path": "/",
                "role_id": later,
                "role_name": "app",
                "tags": later,
            }
        ],
        "tags": {"team": "a"},
    }


def test_before_apply_an_emptied_profile_is_told_empty():
    assert shown(plan(want(""), seen()).result)["iam_instance_profile"]["roles"] == []


def test_without_wait_the_result_is_told_from_what_creation_answers():
    created = plan(want("app", wait=False), Observed(None, APP)).result["iam_instance_profile"]
    assert created["arn"] == Later("create_instance_profile", "InstanceProfile.Arn")
    assert created["create_date"].through(THEN) == "2026-01-12T11:18:29+00:00"
    assert created["roles"] == [{"role_name": "app", "path": "/"}]


def test_a_profile_that_an_earlier_task_made_is_read_for_the_result_alone():
    made = plan(want("app"), Observed(Profile("web", role="app")))
    assert [step.summary for step in made] == ["read instance profile web back"]
    assert shown(made.result)["iam_instance_profile"]["arn"] == "(known after apply)"


def test_without_wait_a_profile_that_an_earlier_task_made_is_told_without_a_read():
    made = plan(want("app", wait=False), Observed(Profile("web", role="app")))
    assert made.steps == ()
    assert made.result["iam_instance_profile"] == {
        "instance_profile_name": "web",
        "path": "/",
        "roles": [{"role_name": "app"}],
        "tags": {},
    }


def test_the_outcome_tells_later_tasks_what_is_there_and_what_is_gone():
    assert plan(want("new"), seen(wanted=NEW)).outcome == {
        "instance_profile": {"web": {"path": "/", "role": "new", "tags": {"team": "a"}}}
    }
    assert plan(want(present=False), NOTHING).outcome == {"instance_profile": {"web": None}}
