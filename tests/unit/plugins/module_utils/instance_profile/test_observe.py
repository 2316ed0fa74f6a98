# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What IAM's answers about a profile and its role are read as, and which reads are made."""

from __future__ import annotations

from datetime import datetime, timezone

import botocore.session
import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.earlier import Earlier
from ansible_collections.passrole.ec2.plugins.module_utils.instance_profile.observe import observe as observe_with
from ansible_collections.passrole.ec2.plugins.module_utils.instance_profile.state import Desired, Profile, RoleReference

from tests.support.fake_region import Region, instance

SHAPE = botocore.session.get_session().get_service_model("iam").shape_for("InstanceProfile")
NOTHING = Earlier()
THEN = datetime(2026, 1, 12, 11, 18, 29, tzinfo=timezone.utc)


def observe(want, find, earlier):
    return observe_with(want, find, earlier, SHAPE)


class Iam:
    """A ``find`` that knows these profiles and roles, and a region with these instances, and remembers what it was asked."""

    def __init__(self, profiles=(), roles=(), instances=()):
        self.things = {"get_instance_profile": profiles, "get_role": roles}
        self.region = Region(instances=instances)
        self.asked = []

    def __call__(self, service, operation, absent="", enough=None, **params):
        if service != "iam":
            return self.region(service, operation, absent, **params)
        name = next(iter(params.values()))
        self.asked.append(f"{operation} {name}")
        member = "Role" if operation == "get_role" else "InstanceProfile"
        found = [thing for thing in self.things[operation] if thing[f"{member}Name"] == name]
        return {member: found[0]} if found else None


def role(name="app", path="/"):
    arn = f"arn:aws:iam::123456789012:role{path}{name}"
    return {"RoleName": name, "Path": path, "Arn": arn, "RoleId": "AROA1", "CreateDate": THEN, "MaxSessionDuration": 3600}


def profile(*roles, **more):
    return {
        "InstanceProfileName": "web",
        "Path": "/team/",
        "Arn": "arn:aws:iam::123456789012:instance-profile/team/web",
        "InstanceProfileId": "AIPA1",
        "CreateDate": THEN,
        "Roles": list(roles),
        **more,
    }


def want(role_name=None, **more):
    return Desired("web", role=None if role_name is None else RoleReference(role_name), **more)


def test_an_unchanged_profile_is_one_read():
    iam = Iam([profile(role())])
    observe(want("app"), iam, NOTHING)
    assert iam.asked == ["get_instance_profile web"]


def test_a_profile_is_told_in_the_words_of_amazon_aws_with_dates_as_text():
    seen = observe(want(), Iam([profile(role(), Tags=[{"Key": "team", "Value": "a"}])]), NOTHING)
    assert seen.profile == Profile("web", "/team/", "app", {"team": "a"})
    assert seen.words == {
        "arn": "arn:aws:iam::123456789012:instance-profile/team/web",
        "create_date": "2026-01-12T11:18:29+00:00",
        "instance_profile_id": "AIPA1",
        "instance_profile_name": "web",
        "path": "/team/",
        "roles": [
            {
                "arn": "arn:aws:iam::123456789012:role/app",
                "create_date": "2026-01-12T11:18:29+00:00",
                "max_session_duration": 3600,
                "path": "/",
                "role_id": "AROA1",
                "role_name": "app",
                "tags": {},
            }
        ],
        "tags": {"team": "a"},
    }


def test_a_profile_that_is_not_there_is_none():
    assert observe(want(), Iam(), NOTHING).profile is None


def test_the_role_that_the_profile_holds_is_known_from_the_profile():
    assert observe(want("app"), Iam([profile(role(path="/team/"))]), NOTHING).role.path == "/team/"


def test_another_role_is_looked_for():
    iam = Iam([profile(role())], roles=[role("new", "/team/")])
    seen = observe(want("new"), iam, NOTHING)
    assert (seen.role.name, seen.role.path, seen.role.arn) == ("new", "/team/", "arn:aws:iam::123456789012:role/team/new")
    assert iam.asked == ["get_instance_profile web", "get_role new"]


@pytest.mark.parametrize("wanted", [want(), want(""), want("new", present=False)])
def test_no_role_is_looked_for_where_none_is_to_be_put_in(wanted):
    iam = Iam([profile(role())])
    observe(wanted, iam, NOTHING)
    assert iam.asked == ["get_instance_profile web"]


@pytest.mark.parametrize("wanted", [want(""), want(present=False)])
def test_who_would_be_left_without_a_role_is_looked_for(wanted):
    assert observe(wanted, Iam([profile(role())], instances=[instance(1)]), NOTHING).users.found == ("instance i-1 (running)",)


@pytest.mark.parametrize("wanted", [want(), want("new"), want("app"), want("", force_delete=True), want(present=False, force_delete=True)])
def test_users_are_not_looked_for_where_they_keep_a_role_or_do_not_count(wanted):
    iam = Iam([profile(role())], roles=[role("new")], instances=[instance(1)])
    assert not observe(wanted, iam, NOTHING).users
    assert iam.region.asked == []


@pytest.mark.parametrize(("profiles", "wanted"), [([], want(present=False)), ([profile()], want(""))])
def test_what_is_not_there_or_holds_no_role_deprives_nobody(profiles, wanted):
    iam = Iam(profiles)
    observe(wanted, iam, NOTHING)
    assert iam.region.asked == []


def test_a_role_that_an_earlier_task_made_is_there_without_a_read():
    iam = Iam()
    seen = observe(want("app"), iam, Earlier({"iam_role": {"app": {"path": "/team/"}}}))
    assert (seen.role.name, seen.role.path, seen.role.arn) == ("app", "/team/", None)
    assert iam.asked == ["get_instance_profile web"]


def test_a_role_that_an_earlier_task_removed_is_gone_though_iam_still_shows_it():
    seen = observe(want("app"), Iam(roles=[role()]), Earlier({"iam_role": {"app": None}}))
    assert seen.role is None


def test_a_profile_that_an_earlier_task_made_is_there_without_a_read():
    iam = Iam()
    made = Earlier({"instance_profile": {"web": {"path": "/x/", "role": "app", "tags": {"team": "a"}}}})
    assert observe(want("app"), iam, made).profile == Profile("web", "/x/", "app", {"team": "a"})
    assert iam.asked == []


def test_a_profile_that_an_earlier_task_removed_is_gone_though_iam_still_shows_it():
    assert observe(want(), Iam([profile()]), Earlier({"instance_profile": {"web": None}})).profile is None
