# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Another role for an application, by a profile of its own: running instances keep theirs until their turn, and the old profile goes after the last of them.

The modules are asked as the role's own tasks ask them, by the roads of a sandbox whose clock the pauses move on.
"""

from __future__ import annotations

import json

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import one
from ansible_collections.passrole.ec2.plugins.module_utils.instance_profile.family import name_for

from tests.support.contracts import asg_launch_with_profile, instance_profile
from tests.support.contracts.contract import FEW_REGIONS
from tests.support.contracts.clients import Door

GROUP = {**asg_launch_with_profile.GROUP, "min_size": 2, "max_size": 3}
OWN = name_for("web", "new")
REFRESH, ASSOCIATE = {"strategy": "refresh"}, {"strategy": "associate"}


class Application:
    """The three tasks of the role that a change of its role reaches."""

    def __init__(self, account):
        self.account = account

    def ask(self, promised, dry, **said):
        return one(promised.params(said), promised.make_plan, Aws(Door(self.account), sleep=self.account.advance), dry=dry, sleep=self.account.advance)[0]

    def profile(self, role, dry, *builds_on, **more):
        said = {"name": "web", "role": role, "role_change": "new_profile", "builds_on": list(builds_on), **more}
        return self.ask(instance_profile.PROMISED, dry, **said)

    def run(self, role, dry=False, keep_versions=None, rollout=None, **more):
        """What each of the tasks tells."""
        made = self.profile(role, dry, **more)
        name = made["iam_instance_profile"]["instance_profile_name"]
        template = {**GROUP["launch_template"], **({"keep_versions": keep_versions} if keep_versions else {})}
        said = {**GROUP, "launch_template": template, "rollout": rollout, "instance_profile": name, "builds_on": [made]}
        group = self.ask(asg_launch_with_profile.PROMISED, dry, **said)
        return made, group, self.profile(role, dry, made, group, **more)

    @property
    def profiles(self):
        found = self.account.client("iam").list_instance_profiles()["InstanceProfiles"]
        return {one["InstanceProfileName"]: [role["RoleName"] for role in one["Roles"]] for one in found}

    @property
    def carried(self):
        associations = self.account.client("ec2").describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"]
        return sorted(one["IamInstanceProfile"]["Arn"].rpartition("/")[2] for one in associations)


@pytest.fixture
def application(account):
    """One that runs with role old, by the profile that was declared."""
    account.settings(default_regions=FEW_REGIONS)
    for role in ("old", "new"):
        account.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(instance_profile.TRUST))
    told = Application(account)
    told.run("old")
    assert (told.profiles, told.carried) == ({"web": ["old"]}, ["web", "web"])
    return told


def plans(results):
    return [result["plan"] for result in results]


def test_without_a_rollout_the_running_instances_keep_the_old_profile_and_it_stays(application):
    *_before, after = application.run("new")
    assert application.profiles == {"web": ["old"], OWN: ["new"]}
    assert application.carried == ["web", "web"]
    [former] = after["former_instance_profiles"]
    assert (former["instance_profile_name"], former["role"], former["removed"]) == ("web", "old", False)
    assert sum("of group web (running)" in one for one in former["used_by"]) == 2


def test_replaced_the_old_profile_goes_with_the_last_that_used_it_as_was_foretold(application):
    foretold = application.run("new", dry=True, keep_versions=1, rollout=REFRESH)
    done = application.run("new", keep_versions=1, rollout=REFRESH)
    assert plans(foretold) == plans(done)
    assert foretold[2]["former_instance_profiles"] == done[2]["former_instance_profiles"]
    assert plans(done)[2] == ["take role old out of instance profile web", "delete instance profile web"]
    assert application.profiles == {OWN: ["new"]}
    assert application.carried == [OWN, OWN]


def test_associated_the_instances_have_the_new_one_and_the_version_they_were_launched_from_keeps_the_old(application):
    foretold = application.run("new", dry=True, keep_versions=1, rollout=ASSOCIATE)
    done = application.run("new", keep_versions=1, rollout=ASSOCIATE)
    assert application.carried == [OWN, OWN]
    assert foretold[2]["former_instance_profiles"] == done[2]["former_instance_profiles"]
    assert done[2]["former_instance_profiles"][0]["used_by"] == ["launch template web (version 1)"]


def test_a_version_that_one_may_go_back_to_keeps_the_profile_it_needs(application):
    foretold = application.run("new", dry=True, rollout=REFRESH)
    *_before, after = application.run("new", rollout=REFRESH)
    assert application.carried == [OWN, OWN]
    assert after["former_instance_profiles"] == foretold[2]["former_instance_profiles"]
    assert after["former_instance_profiles"][0]["used_by"] == ["launch template web (version 1)"]


def test_once_changed_nothing_is_left_to_do(application):
    application.run("new", keep_versions=1, rollout=REFRESH)
    assert plans(application.run("new", keep_versions=1, rollout=REFRESH)) == [[], [], []]


def test_what_a_run_left_behind_the_next_one_takes_away(application):
    application.run("new", keep_versions=1)
    application.run("new", keep_versions=1, rollout=REFRESH)
    assert application.profiles == {OWN: ["new"]}


def test_the_way_back_is_a_change_like_any_other(application):
    application.run("new", keep_versions=1, rollout=REFRESH)
    application.run("old", keep_versions=1, rollout=REFRESH)
    assert (application.profiles, application.carried) == ({"web": ["old"]}, ["web", "web"])


def test_who_launches_in_other_regions_keeps_the_former_ones(application):
    application.run("new", keep_versions=1, rollout=REFRESH, keep_former_instance_profiles=True)
    assert application.profiles == {"web": ["old"], OWN: ["new"]}


def test_a_name_that_only_looks_like_one_of_them_is_nobody_elses_to_delete(application):
    iam = application.account.client("iam")
    iam.create_instance_profile(InstanceProfileName="web-00000000")
    iam.add_role_to_instance_profile(InstanceProfileName="web-00000000", RoleName="old")
    application.run("new", keep_versions=1, rollout=REFRESH)
    assert application.profiles == {"web-00000000": ["old"], OWN: ["new"]}


def test_a_profile_of_the_declared_name_that_holds_somebody_elses_role_stays(account):
    """Before any role change: the name is taken by a profile that nothing uses in this region."""
    iam = account.client("iam")
    for role in ("other", "new"):
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(instance_profile.TRUST))
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="other")
    application = Application(account)
    for _run in range(2):
        foretold = application.run("new", dry=True, keep_versions=1, rollout=REFRESH)
        done = application.run("new", keep_versions=1, rollout=REFRESH)
        assert application.profiles == {"web": ["other"], OWN: ["new"]}
        assert plans(foretold) == plans(done)
    assert done[2]["former_instance_profiles"][0]["role"] == "other"


@pytest.mark.parametrize("force", [False, True])
def test_a_deletion_takes_what_is_the_roles_and_leaves_the_rest(application, force):
    application.run("new", rollout=REFRESH)
    for service, delete, names in (
        ("autoscaling", "delete_auto_scaling_group", {"AutoScalingGroupName": "web", "ForceDelete": True}),
        ("ec2", "delete_launch_template", {"LaunchTemplateName": "web"}),
    ):
        getattr(application.account.client(service), delete)(**names)
    application.account.advance(600)
    gone = application.profile("new", False, state="absent", force_delete=force)
    assert application.profiles == {"web": ["old"]}
    assert [(one["instance_profile_name"], one["removed"]) for one in gone["former_instance_profiles"]] == [("web", False)]
    assert application.profile("old", False, state="absent")["changed"]
    assert application.profiles == {}
