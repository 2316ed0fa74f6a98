# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles and instance profiles belong to the account: what any of its regions uses is not deleted, and what nobody uses is."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import AwsUnreachable, Refused, StillUsed
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import one

from tests.support.contracts import ec2_role, instance_profile
from tests.support.contracts.clients import Door
from tests.support.contracts.principals import DoorOf
from tests.support.fleets import PROFILES, ROLES, applications, fleet
from tests.support.module_process import CREDENTIALS, run_module

IMAGE = "ami-01e24be29428c15b2"
HOME, OTHER = "eu-west-1", "us-east-1"
TEMPLATE = {"image_id": IMAGE, "instance_type": "t3.micro"}
SEARCHES = {
    "DescribeRegions": 1,
    "DescribeAutoScalingGroups": 17,
    "DescribeLaunchTemplateVersions": 17,
    "DescribeLaunchConfigurations": 17,
    "DescribeInstances": 17,
}
# Everything is allowed, except in a region, as an organization would deny it.
ALLOWED = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def delete_role(account, aws=None, dry=False, **said):
    params = {"name": "web", "state": "absent", "remove_from_instance_profiles": True, **said}
    return run(ec2_role.PROMISED, params, account, aws, dry)


def delete_profile(account, aws=None, dry=False, **said):
    return run(instance_profile.PROMISED, {"name": "web", "state": "absent", **said}, account, aws, dry)


def run(promised, said, account, aws, dry):
    result, warnings = one(promised.params(said), promised.make_plan, aws or Aws(Door(account)), dry=dry, sleep=lambda _seconds: None)
    return {**result, "warnings": list(warnings)}


DELETIONS = pytest.mark.parametrize("delete", [delete_role, delete_profile])


def identify(account, name="web"):
    """A role in a profile of its name."""
    iam = account.client("iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(ec2_role.EC2))
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)


def launch(account, region, name="web"):
    """An instance with the profile."""
    launched = account.client("ec2", region).run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1, IamInstanceProfile={"Name": name})
    return launched["Instances"][0]["InstanceId"]


def denied(account, *statements):
    """The door of a user who may do everything but what these deny."""
    iam = account.client("iam")
    iam.create_user(UserName="deployer")
    document = {"Version": "2012-10-17", "Statement": [ALLOWED, *({"Effect": "Deny", "Resource": "*", **one} for one in statements)]}
    iam.put_user_policy(UserName="deployer", PolicyName="own", PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName="deployer")["AccessKey"]
    return Aws(DoorOf(account, (key["AccessKeyId"], key["SecretAccessKey"])))


def region_denied(account, region):
    """After the policy of AWS that denies regions, which leaves IAM out: reference_policies_examples_aws_deny-requested-region."""
    return denied(account, {"Action": ["ec2:*", "autoscaling:*"], "Condition": {"StringEquals": {"aws:RequestedRegion": region}}})


def names(account):
    iam = account.client("iam")
    roles = [role["RoleName"] for role in iam.list_roles()["Roles"] if not role["Path"].startswith("/aws-service-role/")]
    return roles, [profile["InstanceProfileName"] for profile in iam.list_instance_profiles()["InstanceProfiles"]]


@pytest.fixture
def identity(account):
    identify(account)
    return account


@DELETIONS
@pytest.mark.parametrize("dry", [True, False])
def test_instance_in_another_region_refuses_deletion(identity, delete, dry):
    user = launch(identity, OTHER)
    with pytest.raises(StillUsed, match=f"is still used in us-east-1 by instance {user}") as refusal:
        delete(identity, dry=dry)
    assert refusal.value.users == [f"instance {user} (running) in us-east-1"]
    assert names(identity) == (["web"], ["web"])


@DELETIONS
def test_users_of_several_regions_are_listed_region_by_region(identity, delete):
    here, there = launch(identity, HOME), launch(identity, OTHER)
    with pytest.raises(StillUsed, match=f"used in eu-west-1 by instance {here} .running. and in us-east-1 by instance {there} "):
        delete(identity)


@DELETIONS
def test_template_configuration_and_group_in_another_region_refuse_deletion(identity, delete):
    ec2, autoscaling = identity.client("ec2", OTHER), identity.client("autoscaling", OTHER)
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"ImageId": IMAGE, "IamInstanceProfile": {"Name": "web"}})
    autoscaling.create_launch_configuration(LaunchConfigurationName="lc", IamInstanceProfile="web", ImageId=IMAGE, InstanceType="t3.micro")
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="web", LaunchConfigurationName="lc", MinSize=0, MaxSize=1, AvailabilityZones=["us-east-1a"]
    )
    with pytest.raises(StillUsed) as refusal:
        delete(identity)
    assert refusal.value.users == [
        "group web (launch configuration lc) in us-east-1",
        "launch configuration lc in us-east-1",
        "launch template web (version 1) in us-east-1",
    ]


@DELETIONS
def test_group_of_another_region_with_the_name_of_a_deleted_one_refuses(identity, delete):
    """What earlier tasks deleted, they deleted in the region of the task."""
    autoscaling = identity.client("autoscaling", OTHER)
    autoscaling.create_launch_configuration(LaunchConfigurationName="lc", IamInstanceProfile="web", ImageId=IMAGE, InstanceType="t3.micro")
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="web", LaunchConfigurationName="lc", MinSize=0, MaxSize=1, AvailabilityZones=["us-east-1a"]
    )
    with pytest.raises(StillUsed, match="group web"):
        delete(identity, builds_on=[{"outcome": {"auto_scaling_group": {"web": None}}, "changed": True}])


@DELETIONS
def test_force_deletes_whoever_uses_it_and_searches_nothing(identity, delete):
    launch(identity, OTHER)
    identity.run("forced")
    assert delete(identity, force_delete=True)["changed"]
    assert not {*SEARCHES} & {call["operation"] for call in identity.calls("forced")}


@DELETIONS
def test_regions_limits_the_search_and_the_result_says_so(identity, delete):
    launch(identity, OTHER)
    result = delete(identity, regions=["eu-central-1"])
    assert result["regions_searched"] == [HOME, "eu-central-1"]
    assert result["regions_not_searched"] == [{"region": "*", "reason": "the option regions does not name it"}]
    assert result["warnings"] == []


@DELETIONS
def test_region_of_the_task_is_searched_though_regions_does_not_name_it(identity, delete):
    launch(identity, HOME)
    with pytest.raises(StillUsed, match="used in eu-west-1"):
        delete(identity, regions=["eu-central-1"])


@DELETIONS
def test_last_use_in_a_region_that_regions_does_not_name_refuses(identity, delete):
    identity.last_used("web", OTHER)
    with pytest.raises(StillUsed, match=r"role web was last used in us-east-1 at .*RoleLastUsed.*the option regions does not name it") as refusal:
        delete(identity, regions=["eu-central-1"])
    assert "role web was last used in us-east-1" in refusal.value.users[0]
    assert delete(identity, regions=["eu-central-1", OTHER])["changed"]


@DELETIONS
@pytest.mark.parametrize(
    ("regions", "why"),
    [
        ([], "^regions: must name at least one region"),
        (["eu-west-1", "EU (Ireland)"], r"^regions\[1\]: must be the name of a region, such as eu-west-1, not EU \(Ireland\)"),
        ([""], r"^regions\[0\]: .* not empty"),
    ],
)
def test_regions_that_are_none_are_refused(identity, delete, regions, why):
    with pytest.raises(Refused, match=why):
        delete(identity, regions=regions)


@DELETIONS
@pytest.mark.parametrize("last_used", [None, HOME, OTHER])
def test_denied_region_that_the_last_use_does_not_name_gives_a_warning(identity, delete, last_used):
    if last_used:
        identity.last_used("web", last_used)
    result = delete(identity, region_denied(identity, "ap-south-1"))
    assert result["changed"] and names(identity)[delete is delete_profile] == []
    [unread] = result["regions_not_searched"]
    assert unread["region"] == "ap-south-1" and "ec2:DescribeInstances is denied (UnauthorizedOperation)" in unread["reason"]
    assert "ap-south-1" not in result["regions_searched"] and len(result["regions_searched"]) == 16
    [warning] = result["warnings"]
    assert warning.startswith("state: users in ap-south-1 are not known: autoscaling:DescribeAutoScalingGroups is denied")


@DELETIONS
def test_denied_region_that_the_last_use_names_refuses(identity, delete):
    identity.last_used("web", OTHER)
    aws = region_denied(identity, OTHER)
    with pytest.raises(StillUsed, match=r"may be in use: role web was last used in us-east-1 at .* \(RoleLastUsed\)"):
        delete(identity, aws)
    assert names(identity) == (["web"], ["web"])
    assert delete(identity, aws, force_delete=True)["changed"]


@DELETIONS
@pytest.mark.parametrize("region", [HOME, OTHER])
def test_normal_deletion_works_though_the_last_use_names_a_region_that_was_read(identity, delete, region):
    identity.last_used("web", region)
    result = delete(identity)
    assert result["changed"] and result["warnings"] == [] and result["regions_not_searched"] == []


@DELETIONS
def test_without_describe_regions_the_last_use_names_the_region_to_search(identity, delete):
    user = launch(identity, OTHER)
    aws = denied(identity, {"Action": "ec2:DescribeRegions"})
    identity.last_used("web", OTHER)
    with pytest.raises(StillUsed, match=f"used in us-east-1 by instance {user}"):
        delete(identity, aws)


@DELETIONS
def test_without_describe_regions_and_a_last_use_elsewhere_the_task_warns(identity, delete):
    aws = denied(identity, {"Action": "ec2:DescribeRegions"})
    identity.last_used("web", HOME)
    result = delete(identity, aws)
    assert result["regions_searched"] == [HOME]
    assert result["regions_not_searched"] == [{"region": "*", "reason": "ec2:DescribeRegions is denied (UnauthorizedOperation)"}]
    assert result["warnings"] == [
        "state: users in other regions than eu-west-1 are not known: ec2:DescribeRegions is denied (UnauthorizedOperation). "
        "Allow it, or name the regions to search in regions"
    ]


@DELETIONS
def test_without_describe_regions_a_denied_region_of_the_last_use_refuses(identity, delete):
    denying = {"Action": ["ec2:*", "autoscaling:*"], "Condition": {"StringEquals": {"aws:RequestedRegion": OTHER}}}
    aws = denied(identity, {"Action": "ec2:DescribeRegions"}, denying)
    identity.last_used("web", OTHER)
    with pytest.raises(StillUsed, match="last used in us-east-1 .* is denied"):
        delete(identity, aws)


@DELETIONS
def test_opt_in_region_is_searched_once_it_is_enabled(identity, delete):
    assert "af-south-1" not in delete(identity, dry=True)["regions_searched"]
    identity.client("account", OTHER).enable_region(RegionName="af-south-1")
    assert "af-south-1" in delete(identity, dry=True)["regions_searched"]


@DELETIONS
def test_search_is_made_once_and_by_a_deletion_alone(identity, delete):
    identity.run("deleted")
    delete(identity)
    counted = Counter(call["operation"] for call in identity.calls("deleted"))
    assert {operation: counted[operation] for operation in SEARCHES} == SEARCHES
    identity.run("again")
    delete(identity)
    assert not {*SEARCHES} & {call["operation"] for call in identity.calls("again")}


def test_what_is_kept_or_changed_is_not_searched_for(account):
    account.run("kept")
    run(ec2_role.PROMISED, {"name": "web", "description": "Web"}, account, None, False)
    run(instance_profile.PROMISED, {"name": "web", "role": "web", "role_change": "new_profile"}, account, None, False)
    run(instance_profile.PROMISED, {"name": "web", "role": "web", "tags": {"team": "web"}}, account, None, False)
    assert not {*SEARCHES} & {call["operation"] for call in account.calls("kept")}


@DELETIONS
def test_policy_of_a_deletion_has_the_search_in_it(identity, delete):
    assert {"ec2:DescribeRegions", "ec2:DescribeInstances", "autoscaling:DescribeAutoScalingGroups"} <= {*delete(identity, dry=True)["permissions"]}


def test_region_that_does_not_answer_is_an_error_that_names_the_option(identity):
    class Unreachable(Aws):
        def call(self, service, operation, **params):
            if self.region == OTHER:
                raise AwsUnreachable("no answer from AWS")
            return super().call(service, operation, **params)

    with pytest.raises(AwsUnreachable, match="^regions: .* region us-east-1 .* no answer from AWS. Run the task again, or name in regions"):
        delete_profile(identity, Unreachable(Door(identity)))
    assert delete_profile(identity, Unreachable(Door(identity)), regions=[HOME])["changed"]


def test_former_profile_that_another_region_uses_stays_after_a_role_change(account):
    for name in ("one", "two"):
        account.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(ec2_role.EC2))
    own = {"name": "shop", "role_change": "new_profile"}
    run(instance_profile.PROMISED, {**own, "role": "one"}, account, None, False)
    here, there = launch(account, HOME, "shop"), launch(account, OTHER, "shop")
    seen = run(instance_profile.PROMISED, {**own, "role": "two"}, account, None, False)
    assert seen["former_instance_profiles"][0]["used_by"][0] == f"instance {here} (running)"
    account.client("ec2").terminate_instances(InstanceIds=[here])
    told = {**own, "role": "two", "builds_on": [seen]}
    stays = run(instance_profile.PROMISED, told, account, None, False)
    assert (stays["plan"], stays["former_instance_profiles"][0]["used_by"]) == ([], [f"instance {there} (running) in us-east-1"])
    account.client("ec2", OTHER).terminate_instances(InstanceIds=[there])
    gone = run(instance_profile.PROMISED, told, account, None, False)
    assert gone["former_instance_profiles"] == [{"instance_profile_name": "shop", "role": "one", "removed": True, "used_by": []}]


@DELETIONS
def test_keep_leaves_what_only_other_regions_use_and_reports_it(identity, delete):
    user = launch(identity, OTHER)
    result = delete(identity, on_use_in_other_regions="keep")
    assert (result["changed"], result["plan"]) == (False, [])
    retained = result["retained_role" if delete is delete_role else "retained_instance_profile"]
    assert retained["used_by"] == [f"instance {user} (running) in us-east-1"]
    assert result["warnings"] == [
        f"state: {'role' if delete is delete_role else 'instance profile'} web is not deleted, because other regions use it: {retained['used_by'][0]}"
    ]


@DELETIONS
def test_keep_refuses_users_in_the_region_of_the_task(identity, delete):
    launch(identity, OTHER)
    launch(identity, HOME)
    with pytest.raises(StillUsed, match="used in eu-west-1"):
        delete(identity, on_use_in_other_regions="keep")


class There(Door):
    """The account, for a task in the other region."""

    region = OTHER


def chain(account, region):
    subnet = account.client("ec2", region).describe_subnets()["Subnets"][0]["SubnetId"]
    return {"launch_template": TEMPLATE, "min_size": 1, "max_size": 1, "vpc_zone_identifier": [subnet]}


@pytest.mark.parametrize("count", [1, 5])
def test_application_of_two_regions_keeps_its_identity_until_the_last_one_retires(account, count):
    some = [{"name": f"app-{number}"} for number in range(count)]
    for door, region in ((Door, HOME), (There, OTHER)):
        assert applications(some, account, defaults=chain(account, region), aws=Aws(door(account)))["members"]["failed"] == 0
    first = applications(some, account, state="absent", aws=Aws(There(account)))
    assert {one["retained_role"]["role_name"] for one in first["results"]} == {one["name"] for one in some}
    assert all("in eu-west-1" in one["retained_instance_profile"]["used_by"][0] for one in first["results"])
    assert len(names(account)[0]) == len(names(account)[1]) == count
    assert not account.client("autoscaling", OTHER).describe_auto_scaling_groups()["AutoScalingGroups"]
    last = applications(some, account, state="absent", aws=Aws(Door(account)))
    assert last["members"]["failed"] == 0
    assert names(account) == ([], [])


@pytest.mark.parametrize("count", [2, 6])
def test_fleet_refuses_as_single_tasks_do_and_reads_each_region_once(account, count):
    for number in range(count):
        identify(account, f"app-{number}")
    user = launch(account, OTHER, "app-1")
    account.run("fleet")
    result = fleet(PROFILES, [{"name": f"app-{number}", "state": "absent"} for number in range(count)], account, dry=True)
    found = [call["operation"] for call in account.calls("fleet")]
    assert [one["name"] for one in result["results"] if one.get("failed")] == ["app-1"]
    assert result["results"][1]["used_by"] == [f"instance {user} (running) in us-east-1"]
    assert (found.count("DescribeRegions"), found.count("DescribeLaunchConfigurations")) == (1, 17)
    assert found.count("DescribeInstances") == 16 + count
    with pytest.raises(StillUsed) as refusal:
        delete_profile(account, name="app-1")
    assert refusal.value.users == result["results"][1]["used_by"]


@pytest.mark.parametrize("kind", [PROFILES, ROLES], ids=["profiles", "roles"])
@pytest.mark.parametrize("count", [2, 5])
def test_fleet_refuses_a_last_use_in_a_denied_region_as_single_tasks_do(account, kind, count):
    """A larger fleet reads it from GetAccountAuthorizationDetails."""
    for number in range(count):
        identify(account, f"app-{number}")
    account.last_used("app-1", OTHER)
    account.last_used("app-0", HOME)
    taken_out = {"remove_from_instance_profiles": True} if kind is ROLES else {}
    said = [{"name": f"app-{number}", "state": "absent", **taken_out} for number in range(count)]
    result = fleet(kind, said, account, dry=True, aws=region_denied(account, OTHER))
    assert [one["name"] for one in result["results"] if one.get("failed")] == ["app-1"]
    assert "role app-1 was last used in us-east-1" in result["results"][1]["msg"]


def test_fleet_of_applications_takes_regions_for_all(account):
    identify(account)
    launch(account, OTHER)
    with pytest.raises(Refused, match=r"^regions\[0\]: must be the name of a region"):
        applications([{"name": "web"}], account, state="absent", regions=["eu west"])
    result = applications([{"name": "web"}], account, state="absent", regions=["eu-central-1"])
    assert result["results"][0]["regions_searched"] == [HOME, "eu-central-1"]


def test_renamed_profile_is_reported_and_found_by_the_deletion(account):
    account.client("iam").create_role(RoleName="web", AssumeRolePolicyDocument=json.dumps(ec2_role.EC2))
    run(instance_profile.PROMISED, {"name": "old", "role": "web"}, account, None, False)
    renamed = run(instance_profile.PROMISED, {"name": "new", "role": "web"}, account, None, False)
    assert renamed["other_instance_profiles"] == ["old"]
    [warning] = renamed["warnings"]
    assert warning.startswith("role: role web is also in instance profile old, which this task leaves")
    gone = run(instance_profile.PROMISED, {"name": "new", "role": "web", "state": "absent"}, account, None, False)
    assert gone["other_instance_profiles"] == ["old"]
    with pytest.raises(Refused, match="role web is in instance profile old"):
        delete_role(account, remove_from_instance_profiles=False)


def test_process_searches_the_regions_through_its_endpoint(account, tmp_path):
    identify(account)
    user = launch(account, OTHER)
    connection = {"endpoint_url": account.url, "region": HOME, **CREDENTIALS}
    result = run_module("iam_instance_profile", tmp_path, name="web", state="absent", **connection)
    assert result["failed"] and result["used_by"] == [f"instance {user} (running) in us-east-1"]
