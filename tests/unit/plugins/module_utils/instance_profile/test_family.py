# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which instance profile of a family is a role's, and which may go."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.earlier import USED_BEFORE, Earlier
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused, StillUsed
from ansible_collections.passrole.ec2.plugins.module_utils.core.users import Users
from ansible_collections.passrole.ec2.plugins.module_utils.instance_profile.family import Former, is_of, is_proven, name_for, retirement, whose_turn
from ansible_collections.passrole.ec2.plugins.module_utils.instance_profile.state import Desired, Profile, RoleReference

WANT = Desired("web", role=RoleReference("new"), apart=True)
OWN = name_for("web", "new")
USED = Users(("instance i-1 (running)",))


@pytest.mark.parametrize(
    ("first", "own", "turn"),
    [
        (None, None, "web"),
        (Profile("web"), None, "web"),
        (Profile("web", role="new"), None, "web"),
        (Profile("web", role="new"), Profile(OWN, role="new"), "web"),
        (Profile("web", role="old"), None, OWN),
        (Profile("web", role="old"), Profile(OWN), OWN),
        (Profile("web", role="old"), Profile(OWN, role="new"), OWN),
        (Profile("web"), Profile(OWN, role="new"), OWN),
        (None, Profile(OWN, role="new"), OWN),
        (None, Profile(OWN), "web"),
    ],
)
def test_the_role_keeps_the_profile_it_has_and_else_takes_the_first_that_is_free(first, own, turn):
    assert whose_turn(WANT, first, own).name == turn


def test_a_name_tells_the_role_it_was_made_for_however_long_it_is():
    longest = name_for("w" * 128, "new")
    assert len(longest) == 128 and is_of("w" * 128, longest, "new")


@pytest.mark.parametrize(
    ("name", "role", "ours"),
    [("web", None, True), ("web", "any", True), (OWN, "new", True), (OWN, "old", False), (OWN, None, False), ("web-1", "new", False)],
)
def test_a_profile_is_of_the_family_by_its_name_and_its_role(name, role, ours):
    assert is_of("web", name, role) == ours


def test_what_is_used_stays_and_what_is_not_goes():
    planned = retirement(WANT, [Former(Profile("web", role="old")), Former(Profile("web-1", role="older"), USED)])
    assert [step.summary for step in planned] == ["take role old out of instance profile web", "delete instance profile web"]
    assert [(one["instance_profile_name"], one["removed"]) for one in planned.result["former_instance_profiles"]] == [("web", True), ("web-1", False)]
    assert planned.outcome == {"instance_profile": {"web": None}}


@pytest.mark.parametrize(("adopt", "stays"), [(False, ["EKS cluster prod"]), (True, [])])
def test_what_something_else_keeps_stays_unless_it_is_adopted(adopt, stays):
    kept = Former(Profile("web", tags={"eks:cluster-name": "prod"}))
    [told] = retirement(Desired("web", apart=True, adopt=adopt), [kept]).result["former_instance_profiles"]
    assert told["used_by"] == stays


@pytest.mark.parametrize(
    ("former", "kind"), [(Former(Profile("web-1", role="old"), USED), StillUsed), (Former(Profile("web-1", tags={"eks:cluster-name": "prod"})), Refused)]
)
def test_where_all_are_to_go_one_that_cannot_is_a_reason_to_refuse(former, kind):
    with pytest.raises(kind, match="instance profile web-1"):
        retirement(Desired("web", present=False, apart=True), [former])


def used(role):
    return Earlier({USED_BEFORE: {"web": {"role": role}}})


@pytest.mark.parametrize(
    ("profile", "earlier", "proven"),
    [
        (Profile("web", role="other"), Earlier(), False),
        (Profile("web", role="old"), used("old"), True),
        (Profile("web", role="other"), used("old"), False),
        (Profile("web", role="new"), Earlier(), True),
        (Profile("web"), Earlier(), True),
        (Profile(name_for("web", "old"), role="old"), Earlier(), True),
    ],
    ids=["nothing known", "used before", "another role since", "the own role", "empty", "the digest in its name"],
)
def test_a_former_profile_is_proven_by_its_name_or_by_its_use_before_in_the_play(profile, earlier, proven):
    assert is_proven("web", profile, WANT, earlier) is proven


def test_for_a_deletion_what_was_used_before_proves_nothing_and_without_a_role_all_are_meant():
    profile = Profile("web", role="old")
    assert not is_proven("web", profile, Desired("web", role=RoleReference("new"), apart=True, present=False), used("old"))
    assert is_proven("web", profile, Desired("web", apart=True, present=False), Earlier())


def test_a_profile_that_may_be_somebody_elses_stays_and_its_use_is_told_to_later_tasks():
    [idle, busy] = (retirement(WANT, [Former(Profile("web", role="other"), users, is_proven=False)]) for users in (Users(), USED))
    assert (list(idle), idle.outcome, list(busy)) == ([], {}, [])
    assert busy.outcome == {USED_BEFORE: {"web": {"role": "other"}}}
    [told] = idle.result["former_instance_profiles"]
    assert (told["removed"], told["role"]) == (False, "other")
    assert told["used_by"] == ["role other, which may belong to another application; to delete the instance profile, use state: absent with role: other"]


@pytest.mark.parametrize("users", [Users(), USED])
def test_a_deletion_leaves_a_profile_that_may_be_somebody_elses_and_warns(users):
    gone = Desired("web", role=RoleReference("new"), apart=True, present=False)
    left = retirement(gone, [Former(Profile("web", role="other"), users, is_proven=False), Former(Profile(name_for("web", "old"), role="old"))])
    assert [step.summary for step in left][-1] == f"delete instance profile {name_for('web', 'old')}"
    assert left.outcome["instance_profile"] == {name_for("web", "old"): None}
    assert left.warnings == (
        "role: instance profile web stays: it holds role other, which may belong to another application; to delete the instance profile, "
        "use state: absent with role: other",
    )
