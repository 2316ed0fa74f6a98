# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One thing is told of from a read of all, each read is made once, and what all together do not tell is asked for by itself."""

from __future__ import annotations

import threading

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.bulk import SHELVES, Bulk
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused

POLICY = {"Version": "2012-10-17", "Statement": []}
WEB = {
    "RoleName": "web",
    "RolePolicyList": [{"PolicyName": "read", "PolicyDocument": POLICY}],
    "AttachedManagedPolicies": [{"PolicyName": "p", "PolicyArn": "arn:p"}],
    "InstanceProfileList": [{"InstanceProfileName": "web"}],
    "Tags": [{"Key": "team", "Value": "web"}],
}
VERSION = {"LaunchTemplateName": "web", "LaunchTemplateId": "lt-1"}
TOLD = {
    "get_account_authorization_details": {"RoleDetailList": [WEB, {**WEB, "RoleName": "new"}]},
    "list_roles": {"Roles": [{"RoleName": "web", "Description": "Web servers"}]},
    "list_instance_profiles": {"InstanceProfiles": [{"InstanceProfileName": "web", "Roles": []}]},
    "describe_launch_template_versions": {
        "LaunchTemplateVersions": [{**VERSION, "VersionNumber": 7, "DefaultVersion": False}, {**VERSION, "VersionNumber": 5, "DefaultVersion": True}]
    },
    "describe_launch_templates": {"LaunchTemplates": [{"LaunchTemplateId": "lt-1", "Tags": []}]},
    "describe_policies": {"ScalingPolicies": [{"AutoScalingGroupName": "web", "PolicyName": "up"}]},
    "describe_iam_instance_profile_associations": {"IamInstanceProfileAssociations": [{"InstanceId": "i-1"}, {"InstanceId": "i-2"}]},
    "describe_auto_scaling_groups": {"AutoScalingGroups": [{"AutoScalingGroupName": "web"}]},
}


class Account:
    """What AWS tells, and what it was asked; it may deny some."""

    def __init__(self, *denied):
        self.denied, self.asked = denied, []

    def find(self, service, operation, absent="", **params):
        self.asked.append((operation, params))
        if operation in self.denied:
            raise CallRefused("AccessDenied", "no", asked=(service, operation, params))
        return TOLD.get(operation, {"one": params})

    def bulk(self, *groups):
        bulk = Bulk(self.find)
        bulk.expect((), groups)
        return bulk

    @property
    def operations(self):
        return [operation for operation, _params in self.asked]


@pytest.fixture
def account():
    return Account()


@pytest.mark.parametrize(
    ("operation", "params", "answer"),
    [
        ("list_attached_role_policies", {}, {"AttachedPolicies": WEB["AttachedManagedPolicies"]}),
        ("list_role_policies", {}, {"PolicyNames": ["read"]}),
        ("get_role_policy", {"PolicyName": "read"}, {"PolicyDocument": POLICY}),
        ("list_instance_profiles_for_role", {}, {"InstanceProfiles": WEB["InstanceProfileList"]}),
        ("get_role", {}, {"Role": {**WEB, "Description": "Web servers"}}),
    ],
)
def test_a_role_is_told_of_from_two_reads_of_all(account, operation, params, answer):
    assert account.bulk().find("iam", operation, RoleName="web", **params) == answer
    assert account.operations == ["get_account_authorization_details", "list_roles"]


def test_what_is_not_among_all_is_not_there(account):
    assert account.bulk().find("iam", "get_role", absent="NoSuchEntity", RoleName="other") is None


@pytest.mark.parametrize("name", ["WEB", "new"])
def test_what_all_together_do_not_tell_for_sure_is_asked_for_by_itself(account, name):
    """A name in another case, and a role of which only one of the two reads tells."""
    assert account.bulk().find("iam", "get_role", absent="NoSuchEntity", RoleName=name) == {"one": {"RoleName": name}}


def test_a_profile_is_asked_for_by_itself_where_its_tags_matter(account):
    bulk = account.bulk()
    assert bulk.find("iam", "get_instance_profile", InstanceProfileName="web")["InstanceProfile"]["Roles"] == []
    told = bulk.find("iam", "get_instance_profile", enough=lambda part: "Tags" in part["InstanceProfile"], InstanceProfileName="web")
    assert told == {"one": {"InstanceProfileName": "web"}}


@pytest.mark.parametrize(
    ("versions", "numbers"), [(["$Latest"], [7]), (["$Default"], [5]), (["$Latest", "$Default"], [7, 5]), (["5"], [5]), (["7", "$Latest"], [7])]
)
@pytest.mark.parametrize("named", [{"LaunchTemplateName": "web"}, {"LaunchTemplateId": "lt-1"}])
def test_the_latest_and_the_default_version_are_told_of_from_one_read(account, versions, numbers, named):
    told = account.bulk().find("ec2", "describe_launch_template_versions", Versions=versions, **named)
    assert [one["VersionNumber"] for one in told["LaunchTemplateVersions"]] == numbers
    assert len(account.asked) == 1


@pytest.mark.parametrize("versions", [["6"], ["6", "$Latest"]])
def test_a_version_that_is_neither_is_asked_for_by_itself(account, versions):
    account.bulk().find("ec2", "describe_launch_template_versions", LaunchTemplateName="web", Versions=versions)
    assert account.asked[-1] == ("describe_launch_template_versions", {"LaunchTemplateName": "web", "Versions": versions})


def test_a_version_that_an_earlier_look_saw_is_not_asked_for_again(account):
    first = account.bulk()
    first.find("ec2", "describe_launch_template_versions", LaunchTemplateName="web", Versions=["$Latest"])
    later = Bulk(Account().find, versions={**first.versions, ("lt-1", "3"): {**VERSION, "VersionNumber": 3}})
    told = later.find("ec2", "describe_launch_template_versions", LaunchTemplateId="lt-1", Versions=["3", "5"])
    assert [one["VersionNumber"] for one in told["LaunchTemplateVersions"]] == [3, 5]


@pytest.mark.parametrize(("enough", "reads"), [(None, 2), (lambda part: False, 2), (lambda part: True, 1)])
def test_all_versions_are_asked_for_unless_a_part_is_enough(account, enough, reads):
    account.bulk().find("ec2", "describe_launch_template_versions", enough=enough, LaunchTemplateName="web")
    assert len(account.asked) == reads


def test_groups_are_asked_for_a_hundred_at_a_time(account):
    names = [f"app-{number}" for number in range(250)]
    bulk = account.bulk("web", *names)
    assert bulk.find("autoscaling", "describe_auto_scaling_groups", AutoScalingGroupNames=["web"]) == {"AutoScalingGroups": [{"AutoScalingGroupName": "web"}]}
    for name in names:
        assert bulk.find("autoscaling", "describe_auto_scaling_groups", AutoScalingGroupNames=[name]) == {"AutoScalingGroups": []}
    assert sorted(len(params["AutoScalingGroupNames"]) for _operation, params in account.asked) == [51, 100, 100]


def test_what_belongs_to_a_group_is_told_of_and_what_has_nothing_is_silent(account):
    bulk = account.bulk()
    assert bulk.find("autoscaling", "describe_policies", AutoScalingGroupName="web")["ScalingPolicies"] == TOLD["describe_policies"]["ScalingPolicies"]
    assert bulk.find("autoscaling", "describe_policies", AutoScalingGroupName="other") == {"ScalingPolicies": []}
    assert len(account.asked) == 1


def test_associations_are_told_of_by_their_instances(account):
    filters = [{"Name": "instance-id", "Values": ["i-2", "i-3"]}]
    told = account.bulk().find("ec2", "describe_iam_instance_profile_associations", Filters=filters)
    assert told == {"IamInstanceProfileAssociations": [{"InstanceId": "i-2"}]}


def test_what_has_no_bulk_call_is_asked_for_once(account):
    bulk = account.bulk()
    assert bulk.find("ec2", "describe_subnets", SubnetIds=["a"]) == bulk.find("ec2", "describe_subnets", SubnetIds=["a"])
    bulk.find("ec2", "describe_subnets", SubnetIds=["b"])
    assert account.operations == ["describe_subnets"] * 2


def test_a_read_that_is_on_its_way_is_waited_for_and_not_made_twice(account):
    begun, goes_on = threading.Event(), threading.Event()

    def slowly(*asked, **params):
        begun.set()
        assert goes_on.wait(10)
        return account.find(*asked, **params)

    bulk, told = Bulk(slowly), []
    threads = [threading.Thread(target=lambda: told.append(bulk.find("ec2", "describe_vpcs"))) for _one in range(3)]
    threads[0].start()
    assert begun.wait(10)
    for thread in threads[1:]:
        thread.start()
    goes_on.set()
    for thread in threads:
        thread.join(10)
    assert told == [{"one": {}}] * 3
    assert len(account.asked) == 1


def test_who_may_not_read_all_is_answered_one_by_one_and_it_is_said():
    account = Account("list_roles")
    bulk = account.bulk()
    assert bulk.find("iam", "get_role", absent="NoSuchEntity", RoleName="web") == {"one": {"RoleName": "web"}}
    assert bulk.warnings == ("fleet: iam:ListRoles is not allowed, so that roles are read one by one (AccessDenied)",)


def test_a_refusal_that_is_no_denial_is_told_to_whoever_asks():
    def find(*_asked, **_params):
        raise CallRefused("Throttling", "slow down")

    bulk = Bulk(find)
    for _time in range(2):
        with pytest.raises(CallRefused, match="slow down"):
            bulk.find("iam", "get_role", RoleName="web")


def test_few_are_read_one_by_one(account):
    Bulk(account.find, shelved=False).find("iam", "get_role", RoleName="web")
    assert account.operations == ["get_role"]


def test_what_is_expected_is_read_before_anybody_asks(account):
    bulk = Bulk(account.find)
    bulk.expect(SHELVES)
    assert bulk.find("iam", "get_role", RoleName="web")["Role"]["RoleName"] == "web"
    assert account.operations.count("list_roles") == 1
