# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Profiles and roles that were deleted and made again: what the new ones do not reach is told, in check mode as in the run."""

from __future__ import annotations

import json

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import AwsUnreachable, CallRefused
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import one

from tests.support import return_docs as documented
from tests.support.contracts import ec2_role, instance_profile
from tests.support.contracts.asg_launch_with_profile import IMAGE
from tests.support.contracts.clients import Door

WEB = "arn:aws:iam::123456789012:role/web"


class Nowhere(Door):
    """A module that was told no region."""

    @property
    def region(self):
        return None

    def client(self, service, **_options):
        return self.account.client(service)


class Forbidden(Aws):
    """An account in which the caller may read nothing but the thing itself."""

    def call(self, service, operation, **params):
        if operation in ("describe_iam_instance_profile_associations", "list_roles"):
            raise CallRefused("UnauthorizedOperation", "You are not authorized to perform this operation.")
        return super().call(service, operation, **params)


class Silent(Aws):
    """An account whose EC2 cannot be reached."""

    def call(self, service, operation, **params):
        if service == "ec2":
            raise AwsUnreachable("no answer from AWS")
        return super().call(service, operation, **params)


@pytest.fixture
def profile(account):
    """Keep the profile web, foretold and run, and return what both say."""

    def keep(aws=None, **said):
        return told(account, instance_profile.PROMISED, aws, {"name": "web", "role": "web", **said})

    return keep


@pytest.fixture
def role(account):
    def keep(aws=None, **said):
        return told(account, ec2_role.PROMISED, aws, {"name": "web", **said})

    return keep


def told(account, promised, aws, said):
    params = promised.params(said)
    foretold, warned = one(params, promised.make_plan, aws or Aws(Door(account)), dry=True)
    done, warned_again = one(params, promised.make_plan, aws or Aws(Door(account)), dry=False)
    assert warned == warned_again
    for word in ("permissions", "running_with_predecessor", "trusting_predecessor"):
        assert foretold.get(word) == done.get(word)
    assert documented.differences(done, promised.module) == []
    return done, warned


def make(account, *names):
    iam = account.client("iam")
    for name in names:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(instance_profile.TRUST))
        iam.create_instance_profile(InstanceProfileName=name)
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)


def launch(account, profile, count=1):
    asked = {"ImageId": IMAGE, "MinCount": count, "MaxCount": count, "IamInstanceProfile": {"Name": profile}}
    return sorted(one["InstanceId"] for one in account.client("ec2").run_instances(**asked)["Instances"])


def delete_profile(account, name):
    iam = account.client("iam")
    iam.remove_role_from_instance_profile(InstanceProfileName=name, RoleName=name)
    iam.delete_instance_profile(InstanceProfileName=name)


def looks(account):
    return [call["operation"] for call in account.calls() if call["operation"] in ("DescribeIamInstanceProfileAssociations", "ListRoles")]


def test_instances_that_run_with_the_deleted_profile_are_named(account, profile):
    make(account, "web", "other")
    left = launch(account, "web", 2)
    launch(account, "other")
    delete_profile(account, "web")
    done, warned = profile()
    assert done["running_with_predecessor"] == left
    assert warned == (
        f"name: in eu-west-1, {', '.join(left)} still run with a deleted instance profile web, whose id is another. They get no credentials "
        "(their metadata tells InstanceProfileNotFound) before they are replaced, or associated with the new one in the place of the old",
    )


def test_a_run_that_was_interrupted_before_the_role_came_in_tells_them_too(account, profile):
    make(account, "web")
    left = launch(account, "web")
    delete_profile(account, "web")
    account.client("iam").create_instance_profile(InstanceProfileName="web")
    assert profile()[0]["running_with_predecessor"] == left


def test_instances_that_run_with_the_profile_itself_are_none_of_them(account, profile):
    make(account, "web", "other")
    launch(account, "web")
    done, [warned] = profile(role="other")
    assert done["changed"] and warned.startswith("role: what runs with instance profile web gets role other at its next credential refresh")
    assert "running_with_predecessor" not in done


def test_the_deleted_one_may_have_been_under_another_path(account, profile):
    make(account, "web")
    left = launch(account, "web")
    delete_profile(account, "web")
    assert profile(path="/team/")[0]["running_with_predecessor"] == left


def test_many_instances_are_all_in_the_result_and_counted_in_the_warning(account, profile):
    make(account, "web")
    left = launch(account, "web", 12)
    delete_profile(account, "web")
    done, [warning] = profile()
    assert done["running_with_predecessor"] == left
    assert "and 2 more still run" in warning


def test_nobody_looks_when_the_profile_is_as_it_should_be(account, profile):
    make(account, "web")
    profile(tags={"team": "a"})
    assert looks(account) == []


def test_nobody_looks_where_no_region_is_given(account, profile):
    make(account, "web")
    delete_profile(account, "web")
    done, warned = profile(aws=Aws(Nowhere(account)))
    assert (done["changed"], warned, looks(account)) == (True, (), [])


def test_an_ec2_that_does_not_answer_keeps_no_profile_from_being_made(account, profile):
    make(account, "web")
    delete_profile(account, "web")
    done, [warning] = profile(aws=Silent(Door(account)))
    assert done["changed"] and warning.endswith("ec2:DescribeIamInstanceProfileAssociations got no answer")


@pytest.mark.parametrize("keep", ["profile", "role"])
def test_who_may_not_look_is_told_so_and_gets_the_work_done(account, keep, request):
    if keep == "profile":
        make(account, "web")
        delete_profile(account, "web")
    done, [warning] = request.getfixturevalue(keep)(aws=Forbidden(Door(account)))
    assert done["changed"]
    assert warning.startswith("name: whether ") and "a deleted web is not known; " in warning and warning.endswith(" was refused (UnauthorizedOperation)")


def test_trusts_that_name_the_deleted_role_are_named(account, role):
    iam = account.client("iam")
    make(account, "web")
    gone = iam.get_role(RoleName="web")["Role"]["RoleId"]
    trust = json.dumps(instance_profile.TRUST).replace('"Service": "ec2.amazonaws.com"', f'"AWS": ["{WEB}", "123456789012"]')
    iam.create_role(RoleName="deployed", AssumeRolePolicyDocument=trust)
    delete_profile(account, "web")
    iam.delete_role(RoleName="web")
    done, warned = role()
    assert done["trusting_predecessor"] == ["deployed"]
    assert warned == (
        f"name: a role that was deleted is named by the trust of role deployed ({gone}). If it was an earlier web, the new one may not assume them: "
        "write those trusts again, and the policies of buckets, keys and other resources that named it",
    )


def test_a_check_tells_what_the_new_role_of_one_that_an_earlier_task_deletes_will_miss(account):
    iam = account.client("iam")
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=json.dumps(instance_profile.TRUST))
    trust = json.dumps(instance_profile.TRUST).replace('"Service": "ec2.amazonaws.com"', f'"AWS": "{WEB}"')
    iam.create_role(RoleName="deployed", AssumeRolePolicyDocument=trust)
    (foretold, warned), (done, warned_again) = (gone_and_back(account, dry) for dry in (True, False))
    assert foretold["trusting_predecessor"] == done["trusting_predecessor"] == ["deployed"]
    assert warned == warned_again


def gone_and_back(account, dry):
    """A role deleted by one task and made again by the next."""

    def kept(**said):
        return one(ec2_role.PROMISED.params({"name": "web", **said}), ec2_role.PROMISED.make_plan, Aws(Door(account)), dry=dry)

    return kept(builds_on=[kept(state="absent")[0]])


def test_a_new_role_that_no_trust_misses_needs_no_word(account, role):
    make(account, "other")
    done, warned = role()
    assert (done["changed"], warned, looks(account)) == (True, (), ["ListRoles"] * 2)


def test_nobody_looks_when_the_role_is_there(account, role):
    make(account, "web")
    assert role(description="Web")[0]["changed"]
    assert looks(account) == []
