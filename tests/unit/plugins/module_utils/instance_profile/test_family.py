# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which instance profile of a family is a role's, and which may go."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused, StillUsed
from ansible_collections.passrole.ec2.plugins.module_utils.core.users import Users
from ansible_collections.passrole.ec2.plugins.module_utils.instance_profile.family import Former, is_of, name_for, retirement, whose_turn
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
