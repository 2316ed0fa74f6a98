# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What IAM's answers about a role are read as, and which reads are made."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.earlier import Earlier
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.ec2_role.observe import observe
from ansible_collections.passrole.ec2.plugins.module_utils.ec2_role.state import Desired, Holder, Identity, Role, in_words

from tests.support.fake_region import Region, instance

THEN = datetime(2026, 1, 12, 11, 18, 20, tzinfo=timezone.utc)
TRUST = {"Version": "2012-10-17", "Statement": []}
OURS = "arn:aws:iam::123456789012:policy"
THEIRS = "arn:aws:iam::aws:policy"
ROLE = {
    "RoleName": "web",
    "Path": "/team/",
    "Arn": "arn:aws:iam::123456789012:role/team/web",
    "RoleId": "AROA1",
    "CreateDate": THEN,
    "AssumeRolePolicyDocument": TRUST,
}
MADE = Role("web", TRUST, path="/team/")


class Iam:
    """A ``find`` that knows one role at most, these policies and these instances, and remembers what it was asked."""

    def __init__(self, role=None, attached=(), inline=(), profiles=(), policies=(), instances=()):
        self.role = role
        self.region = Region(instances=instances)
        self.policies = policies
        self.lists = {
            "list_attached_role_policies": {"AttachedPolicies": [{"PolicyArn": arn} for arn in attached]},
            "list_role_policies": {"PolicyNames": list(inline)},
            "list_instance_profiles_for_role": {
                "InstanceProfiles": [{"InstanceProfileName": name, "Path": "/", "Arn": f"arn:{name}"} for name in profiles]
            },
        }
        self.asked = []

    def __call__(self, service, operation, absent="", **params):
        if service in ("autoscaling", "ec2"):
            return self.region(service, operation, absent, **params)
        self.asked.append(" ".join((operation, *(value for key, value in params.items() if key != "RoleName"))))
        return self.lists.get(operation) if operation in self.lists else getattr(self, operation)(**params)

    def get_role(self, RoleName):
        return {"Role": self.role} if self.role else None

    def get_role_policy(self, RoleName, PolicyName):
        return {"PolicyDocument": {"Statement": [PolicyName]}}

    def get_policy(self, PolicyArn):
        return {"Policy": {}} if PolicyArn in self.policies else None

    def get_caller_identity(self):
        return {"Account": "123456789012"}


def seen(iam, want=None, **outcome):
    return observe(want or Desired("web"), iam, Earlier(outcome), "aws")


def looked_for(iam):
    return [asked.removeprefix("get_policy ") for asked in iam.asked if asked.startswith("get_policy ")]


def test_an_unchanged_role_is_two_reads():
    iam = Iam(ROLE, attached=[f"{THEIRS}/Read"])
    seen(iam, Desired("web", managed_policies=("Read",), tags={"team": "a"}))
    assert iam.asked == ["get_role", "list_attached_role_policies"]


def test_a_role_that_is_not_there_has_nothing_to_list():
    iam = Iam()
    assert seen(iam, Desired("web", inline_policies={})).role is None
    assert iam.asked == ["get_role"]


def test_what_iam_leaves_out_of_its_answer_has_iam_s_defaults():
    role = seen(Iam(ROLE)).role
    assert role == Role("web", TRUST, path="/team/", description="", max_session_duration=3600, boundary="", tags={})


def test_what_iam_says_is_taken():
    answer = {
        **ROLE,
        "Description": "Web",
        "MaxSessionDuration": 7200,
        "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": f"{OURS}/b"},
        "Tags": [{"Key": "team", "Value": "a"}],
    }
    assert seen(Iam(answer, attached=["arn:2", "arn:1"])).role == Role(
        "web",
        TRUST,
        path="/team/",
        description="Web",
        max_session_duration=7200,
        boundary=f"{OURS}/b",
        managed_policies=("arn:1", "arn:2"),
        tags={"team": "a"},
    )


@pytest.mark.parametrize(
    ("used", "told"),
    [
        ({}, {}),
        ({"LastUsedDate": THEN, "Region": "eu-west-1"}, {"last_used_date": "2026-01-12T11:18:20+00:00", "region": "eu-west-1"}),
    ],
)
def test_dates_leave_as_text(used, told):
    assert seen(Iam({**ROLE, "RoleLastUsed": used})).identity == Identity(ROLE["Arn"], "AROA1", "2026-01-12T11:18:20+00:00", told)


def test_inline_policies_that_nobody_declares_are_not_read():
    iam = Iam(ROLE, inline=["read"])
    assert seen(iam).role.inline_policies is None
    assert "list_role_policies" not in iam.asked


def test_inline_policies_that_would_be_purged_are_read_so_that_the_diff_shows_them():
    want = Desired("web", inline_policies={"read": {}})
    assert seen(Iam(ROLE, inline=["write", "read"]), want).role.inline_policies == {
        "read": {"Statement": ["read"]},
        "write": {"Statement": ["write"]},
    }


def test_inline_policies_that_stay_whatever_they_say_are_not_read():
    want = Desired("web", inline_policies={"read": {}}, purge_inline_policies=False)
    iam = Iam(ROLE, inline=["write", "read"])
    assert list(seen(iam, want).role.inline_policies) == ["read"]
    assert "get_role_policy write" not in iam.asked


def test_the_account_s_own_policy_goes_before_aws_s_of_the_same_name():
    iam = Iam(policies=[f"{OURS}/Read", f"{THEIRS}/Read"])
    assert seen(iam, Desired("web", managed_policies=("Read",))).policies == {"Read": f"{OURS}/Read"}


@pytest.mark.parametrize("shelf", ["", "/service-role", "/job-function", "/aws-service-role"])
def test_aws_s_own_policy_is_found_on_every_shelf(shelf):
    iam = Iam(policies=[f"{THEIRS}{shelf}/Read"])
    assert seen(iam, Desired("web", boundary="Read")).policies == {"Read": f"{THEIRS}{shelf}/Read"}


def test_a_path_and_name_is_looked_for_there_and_nowhere_else():
    iam = Iam(policies=[f"{OURS}/team/Read"])
    seen(iam, Desired("web", managed_policies=("/team/Read",)))
    with pytest.raises(Refused, match=r"^managed_policies\[0\]: there is no policy /team/Write$"):
        seen(iam, Desired("web", managed_policies=("/team/Write",)))
    assert looked_for(iam) == [f"{OURS}/team/Read", f"{OURS}/team/Write", f"{THEIRS}/team/Write"]


def test_an_arn_is_looked_for_too():
    with pytest.raises(Refused, match=rf"^managed_policies\[1\]: there is no policy {OURS}/Gone$"):
        seen(Iam(policies=[f"{OURS}/Read"]), Desired("web", managed_policies=(f"{OURS}/Read", f"{OURS}/Gone")))


def test_a_name_that_leads_nowhere_is_refused_with_what_might_help():
    with pytest.raises(Refused, match=r"^boundary: there is no policy Nope; one in a path needs its /path/name or its ARN$"):
        seen(Iam(), Desired("web", boundary="Nope"))


def test_the_account_is_known_from_the_role_and_asked_for_once_without():
    names = Desired("web", managed_policies=("A", "B"))
    there = Iam(ROLE, policies=[f"{OURS}/A", f"{OURS}/B"])
    missing = Iam(policies=[f"{OURS}/A", f"{OURS}/B"])
    seen(there, names)
    seen(missing, names)
    assert (there.asked.count("get_caller_identity"), missing.asked.count("get_caller_identity")) == (0, 1)


@pytest.mark.parametrize("named", ["Read", "/team/Read", f"{OURS}/team/Read"])
def test_a_policy_that_the_role_has_needs_no_look(named):
    iam = Iam({**ROLE, "PermissionsBoundary": {"PermissionsBoundaryArn": f"{OURS}/team/Read"}}, attached=[f"{OURS}/team/Read"])
    want = Desired("web", managed_policies=(named,), boundary=named)
    assert seen(iam, want).policies == {named: f"{OURS}/team/Read"}
    assert looked_for(iam) == []


def test_a_name_is_no_mere_ending():
    with pytest.raises(Refused):
        seen(Iam(ROLE, attached=[f"{OURS}/MayRead"]), Desired("web", managed_policies=("Read",)))


def test_who_holds_the_role_is_asked_only_before_it_goes():
    staying, going = Iam(ROLE, profiles=["web"]), Iam(ROLE, profiles=["web"])
    assert seen(staying).holders == ()
    assert seen(going, Desired("web", present=False)).holders == (Holder("web", arn="arn:web"),)
    assert "list_instance_profiles_for_role" not in staying.asked


def test_who_uses_the_profiles_that_hold_a_role_is_looked_for_before_it_goes():
    iam = Iam(ROLE, profiles=["web", "batch"], instances=[instance(1)])
    assert seen(iam, Desired("web", present=False)).users.found == ("instance i-1 (running)",)
    assert iam.region.asked.count("describe_instances") == 1


@pytest.mark.parametrize(("profiles", "force"), [((), False), (("web",), True)])
def test_who_uses_a_role_is_not_looked_for_where_nothing_holds_it_or_it_does_not_count(profiles, force):
    iam = Iam(ROLE, profiles=profiles)
    assert not seen(iam, Desired("web", present=False, force_delete=force)).users
    assert iam.region.asked == []


def test_a_role_that_goes_is_read_whole():
    role = seen(Iam(ROLE, attached=["arn:1"], inline=["read"]), Desired("web", present=False)).role
    assert (role.managed_policies, list(role.inline_policies)) == (("arn:1",), ["read"])


@pytest.mark.parametrize("emptied", [None, {"path": "/", "role": None}, {"path": "/", "role": "other"}])
def test_a_profile_that_an_earlier_task_removed_or_emptied_holds_nothing(emptied):
    gone = Desired("web", present=False)
    assert seen(Iam(ROLE, profiles=["web"]), gone, instance_profile={"web": emptied}).holders == ()


def test_a_profile_that_an_earlier_task_put_the_role_in_holds_it():
    gone = Desired("web", present=False)
    outcome = {"instance_profile": {"web": {"path": "/x/", "role": "web"}}, "iam_role": {"web": in_words(MADE)}}
    assert seen(Iam(), gone, **outcome).holders == (Holder("web", "/x/"),)


def test_a_role_that_an_earlier_task_removed_is_gone_even_if_aws_still_shows_it():
    iam = Iam(ROLE)
    assert seen(iam, iam_role={"web": None}).role is None
    assert iam.asked == []


def test_a_role_that_an_earlier_task_made_is_there_even_if_aws_does_not_show_it():
    there = seen(Iam(), iam_role={"web": in_words(MADE)})
    assert (there.role, there.identity) == (MADE, None)


def test_after_an_earlier_task_the_same_is_asked_whether_aws_shows_the_role_or_not():
    want = Desired("web", managed_policies=("Read",), inline_policies={})
    shown, hidden = Iam(ROLE, policies=[f"{OURS}/Read"]), Iam(policies=[f"{OURS}/Read"])
    for iam in (shown, hidden):
        seen(iam, want, iam_role={"web": in_words(MADE)})
    assert shown.asked == hidden.asked == ["get_role", "list_role_policies", "get_caller_identity", f"get_policy {OURS}/Read"]
