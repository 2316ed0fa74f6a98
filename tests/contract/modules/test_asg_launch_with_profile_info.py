# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is told of groups is what is there, in few calls, and can be given back, whoever made them; the process prints what it documents."""

from __future__ import annotations

import base64
import json
from collections import Counter

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.asg_launch.survey import survey
from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.modules.asg_launch_with_profile_info import OPTIONS

from tests.support import return_docs as documented
from tests.support.fleets import GROUPS, fleet
from tests.support.module_process import CREDENTIALS, run_module
from tests.support.contracts import asg_launch_with_profile as groups
from tests.support.contracts import launch_configuration as configurations
from tests.support.contracts.clients import Door
from tests.support.contracts.contract import defaults

from tests.contract.modules import test_rollout
from tests.contract.modules.test_rollout import CONFIGURED, LARGE, ids, refresh, run, swap

web = test_rollout.web
MODULE = "asg_launch_with_profile_info"


def told(account, **said):
    return there(account, fleet=False, **said)["auto_scaling_groups"]


def there(account, **said):
    return survey({**defaults(OPTIONS), **said}, Aws(Door(account)))


def operations(account):
    return [call["operation"] for call in account.calls("told")]


def test_each_instance_is_told_with_what_it_was_launched_from_and_what_it_carries(web):
    swap(web, ids(web)[0], "other")
    [group] = told(web)
    assert group["launches_from"]["launch_template_name"] == "web" and group["launches_from"]["version"] == "1"
    assert {one["launched_from"] for one in group["instances"]} == {"version 1"}
    assert sorted(one["instance_profile"] for one in group["instances"]) == ["other", "web", "web", "web"]
    assert all(one["instance_profile_id"].startswith("AIPA") and one["association_state"] == "associated" for one in group["instances"])


def test_the_latest_refresh_is_told_with_whether_it_has_ended(web):
    assert told(web)[0]["instance_refresh"] is None
    run(web, launch_template=LARGE, rollout=refresh(wait=False))
    under_way = told(web)[0]["instance_refresh"]
    assert (under_way["ended"], under_way["at_checkpoint"]) == (False, False)
    web.advance(600)
    ended = told(web)[0]["instance_refresh"]
    assert (ended["status"], ended["ended"], ended["percentage_complete"]) == ("Successful", True, 100)


def test_only_the_groups_that_are_named_are_told_in_the_order_of_their_names(web):
    run(web, name="more")
    assert [one["auto_scaling_group_name"] for one in told(web)] == ["more", "web"]
    assert [one["auto_scaling_group_name"] for one in told(web, names=["web", "nobody"])] == ["web"]
    assert told(web, names=[]) == []


def test_a_launch_configuration_is_told_by_its_name(web):
    run(web, **{**CONFIGURED, "name": "old"})
    [group] = told(web, names=["old"])
    name = group["launches_from"]["launch_configuration_name"]
    assert name.startswith("old") and {one["launched_from"] for one in group["instances"]} == {name}


def test_launch_configurations_are_told_with_who_uses_them_whichever_groups_are_asked_for(web):
    run(web, **{**CONFIGURED, "name": "old"})
    [group] = told(web, names=["old"])
    name = group["launches_from"]["launch_configuration_name"]
    launched = sorted(one["instance_id"] for one in group["instances"])
    unused = {"LaunchConfigurationName": "unused", "ImageId": groups.IMAGE, "InstanceType": "t3.micro"}
    web.client("autoscaling").create_launch_configuration(**unused)
    web.run("told")
    [used, of_nobody] = there(web, names=["web"], fleet=False, launch_configurations=True)["launch_configurations"]
    assert (used["launch_configuration_name"], used["instance_profile"], used["groups"], used["instances"]) == (name, "web", ["old"], launched)
    assert (of_nobody["instance_profile"], of_nobody["groups"], of_nobody["instances"]) == (None, [], [])
    assert operations(web).count("DescribeLaunchConfigurations") == 1


def test_all_groups_and_launch_configurations_are_told_with_nothing_read_twice(web):
    web.run("told")
    there(web, fleet=False, associations=False, instance_refreshes=False, launch_configurations=True)
    assert operations(web) == ["DescribeAutoScalingGroups", "DescribeLaunchTemplates", "DescribeLaunchConfigurations"]


def test_whose_a_group_is_is_told_by_its_tags(web):
    said = {"ResourceId": "web", "ResourceType": "auto-scaling-group"}
    for key, value, propagate in (("team", "web", True), ("eks:cluster-name", "c", False)):
        web.client("autoscaling").create_or_update_tags(Tags=[{**said, "Key": key, "Value": value, "PropagateAtLaunch": propagate}])
    [group] = told(web)
    assert group["kept_by"] == "EKS cluster c" and {"team": "web", "propagate_at_launch": True} in group["tags"]
    run(web, name="more")
    assert told(web, names=["more"])[0]["kept_by"] is None


@pytest.mark.parametrize(
    ("said", "calls"),
    [
        ({}, ["DescribeAutoScalingGroups", "DescribeIamInstanceProfileAssociations", "DescribeInstanceRefreshes", "DescribeInstanceRefreshes"]),
        ({"instance_refreshes": False}, ["DescribeAutoScalingGroups", "DescribeIamInstanceProfileAssociations"]),
        ({"instance_refreshes": False, "associations": False}, ["DescribeAutoScalingGroups"]),
    ],
)
def test_what_is_not_asked_for_costs_no_call_and_groups_and_associations_are_read_in_bulk(web, said, calls):
    run(web, name="more")
    web.run("told")
    told(web, **said)
    assert operations(web) == calls


@pytest.mark.parametrize("check_mode", [True, False])
def test_the_process_prints_the_documented_keys(web, tmp_path, check_mode):
    run(web, launch_template=LARGE, rollout=refresh(wait=False))
    connection = {"endpoint_url": web.url, "region": "eu-west-1", **CREDENTIALS}
    result = run_module(MODULE, tmp_path, names=["web"], **connection, _ansible_check_mode=check_mode)
    result.pop("invocation", None)
    assert not result["changed"] and len(result["auto_scaling_groups"]) == 1
    assert documented.differences(result, MODULE) == []


PROMISES = [(promised, have) for promised in (groups.PROMISED, groups.ADOPTED, configurations.PROMISED) for have in promised.haves]
BARE = {"a group that shares its template": [{"auto_scaling_group_name": "other", "because": "what it launches from carries no instance profile"}]}


def planned(account, left_out=(), **said):
    """What a fleet of all that is told would change."""
    found = there(account, **said)
    assert found["left_out"] == list(left_out)
    result = fleet(GROUPS, found["fleet"], account, dry=True)
    assert not result.get("failed"), result["msg"]
    assert len(result["results"]) + len(left_out) == len(found["auto_scaling_groups"])
    return [line for one in result["results"] for line in one.get("plan", [])]


@pytest.mark.parametrize(("promised", "have"), PROMISES, ids=[f"{index}, {have}" for index, (_promised, have) in enumerate(PROMISES)])
def test_a_group_in_any_state_is_given_back_and_not_changed(account, promised, have):
    promised.stage(account)
    promised.haves[have](account)
    assert planned(account, BARE.get(have, ())) == []


SECRET = "#!/bin/sh\necho hunter2hunter2\n"
DATA = {"ImageId": groups.IMAGE, "InstanceType": "t3.micro", "IamInstanceProfile": {"Name": "web"}}
TAGS = [{"Key": "team", "Value": "web", "PropagateAtLaunch": False}, {"Key": "aws:cloudformation:stack-name", "Value": "s", "PropagateAtLaunch": True}]


def make(account, name, **launch):
    account.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=name, MinSize=0, MaxSize=3, AvailabilityZones=["eu-west-1a"], Tags=TAGS if name == "latest" else [], **launch
    )


def furnished(account):
    """Groups as other tools make them, of each way to launch one."""
    groups.profiles(account)
    ec2, autoscaling = account.client("ec2"), account.client("autoscaling")
    lt = ec2.create_launch_template(LaunchTemplateName="tpl", LaunchTemplateData={**DATA, "UserData": base64.b64encode(SECRET.encode()).decode()})
    for kind in ("t3.small", "t3.large"):
        more = {"InstanceType": kind, "MetadataOptions": {"HttpEndpoint": "enabled"}}
        ec2.create_launch_template_version(LaunchTemplateName="tpl", SourceVersion="1", LaunchTemplateData=more)
    for name, number in (("first", "1"), ("second", "2"), ("latest", "$Latest"), ("default", "$Default")):
        make(account, name, LaunchTemplate={"LaunchTemplateName": "tpl", "Version": number})
    ec2.modify_launch_template(LaunchTemplateName="tpl", DefaultVersion="2")
    make(account, "unsaid", LaunchTemplate={"LaunchTemplateId": lt["LaunchTemplate"]["LaunchTemplateId"]})
    by_id = {"LaunchTemplateId": lt["LaunchTemplate"]["LaunchTemplateId"], "Version": "3"}
    overrides = [{"InstanceType": "t3.large", "WeightedCapacity": "2"}, {"InstanceType": "t3a.large", "LaunchTemplateSpecification": by_id}]
    spread = {"OnDemandBaseCapacity": 1, "SpotAllocationStrategy": "price-capacity-optimized"}
    policy = {"LaunchTemplate": {"LaunchTemplateSpecification": by_id, "Overrides": overrides}, "InstancesDistribution": spread}
    make(account, "mixed", MixedInstancesPolicy=policy)
    devices = [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8}}]
    for name, more in (("plain", {}), ("scripted", {"UserData": SECRET, "BlockDeviceMappings": devices, "SpotPrice": "0.1"})):
        autoscaling.create_launch_configuration(
            LaunchConfigurationName=f"lc-{name}", ImageId=groups.IMAGE, InstanceType="t2.micro", IamInstanceProfile="web", **more
        )
        make(account, name, LaunchConfigurationName=f"lc-{name}")
    groups.belongings(autoscaling, AutoScalingGroupName="latest")


def test_groups_of_every_launch_that_plain_calls_made_are_given_back_and_not_changed(account):
    furnished(account)
    assert planned(account) == []


def test_the_way_in_which_a_group_asks_for_its_version_is_kept(account):
    furnished(account)
    said = {one["name"]: one.get("launch_template", {}) for one in there(account)["fleet"]}
    assert {name: (said[name]["source_version"], said[name].get("version")) for name in ("first", "second", "latest", "default", "unsaid", "mixed")} == {
        "first": ("1", None),
        "second": ("2", None),
        "latest": ("latest", "$Latest"),
        "default": ("default", "$Default"),
        "unsaid": ("default", "$Default"),
        "mixed": ("3", None),
    }


def test_a_source_that_several_groups_launch_from_is_declared_by_none_of_them(account):
    furnished(account)
    for one in there(account)["fleet"]:
        words = one.get("launch_template", {}).keys() | one.get("launch_configuration", {}).keys()
        assert ("instance_type" in words) is ("instance_profile" in one) is (one["name"] in ("plain", "scripted"))


def test_a_change_of_one_line_of_what_was_told_changes_just_that(account):
    furnished(account)
    [said] = there(account, names=["second"])["fleet"]
    assert said["launch_template"]["instance_type"] == "t3.small"
    more = {**said, "adopt": True, "launch_template": {**said["launch_template"], "instance_type": "t3.medium"}}
    assert not fleet(GROUPS, [more], account).get("failed")
    data = account.client("ec2").describe_launch_template_versions(LaunchTemplateName="tpl", Versions=["4"])["LaunchTemplateVersions"][0]["LaunchTemplateData"]
    assert base64.b64decode(data["UserData"]).decode() == SECRET and data["InstanceType"] == "t3.medium"
    assert "HttpTokens" not in data["MetadataOptions"]


def test_no_secret_is_told(account):
    furnished(account)
    told = json.dumps(there(account))
    assert SECRET not in told and "hunter2" not in told and base64.b64encode(SECRET.encode()).decode() not in told
    assert told.count("sha256:") == 7


def test_a_group_is_told_of_whole(account):
    furnished(account)
    [group] = there(account, names=["latest"])["auto_scaling_groups"]
    assert group["auto_scaling_group"]["availability_zones"] == ["eu-west-1a"]
    assert (group["instance_profile"], group["launch"]["version"], group["launch"]["version_number"]) == ("web", "$Latest", 3)
    assert group["launch"]["data"]["instance_type"] == "t3.large"
    assert [one["lifecycle_hook_name"] for one in group["lifecycle_hooks"]] == ["launching"]
    assert [one["policy_name"] for one in group["scaling_policies"]] == ["cpu"]
    assert [one["scheduled_action_name"] for one in group["scheduled_actions"]] == ["day"]
    assert group["notification_configurations"][0]["notification_types"] == ["autoscaling:TEST_NOTIFICATION"]


def test_what_belongs_to_a_group_is_declared_in_full(account):
    furnished(account)
    [one] = there(account, names=["latest"])["fleet"]
    assert one["suspend_processes"] == ["HealthCheck"] and one["metrics_list"] == ["GroupMaxSize"]
    assert one["scheduled_actions"] == [{"scheduled_action_name": "day", "recurrence": "0 8 * * *", "max_size": 2}]
    assert one["warm_pool"]["max_group_prepared_capacity"] == 0
    assert one["tags"] == [{"team": "web", "propagate_at_launch": False}]
    assert one["lifecycle_hooks"][0]["notification_metadata"] == "m"


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ({"names": ["mixed", "nobody"]}, ["mixed"]),
        ({"tags": {"team": "web"}}, ["latest"]),
        ({"filters": {"tag-key": "team"}}, ["latest"]),
        ({"filters": {"tag:team": ["other", "web"]}}, ["latest"]),
        ({"tags": {"team": "other"}}, []),
    ],
)
def test_some_are_asked_for_by_name_tags_and_filters(account, said, names):
    furnished(account)
    assert [one["name"] for one in there(account, **said)["fleet"]] == names


def test_a_filter_that_aws_does_not_have_is_refused(account):
    with pytest.raises(Refused, match="filters.name: no such filter; AWS has tag-key, tag-value and tag:KEY"):
        there(account, filters={"name": "web"})


def test_what_cannot_be_declared_is_told_of_with_its_reason(account):
    furnished(account)
    ec2, autoscaling = account.client("ec2"), account.client("autoscaling")
    ec2.create_launch_template(LaunchTemplateName="bare", LaunchTemplateData={"ImageId": groups.IMAGE, "InstanceType": "t3.micro"})
    make(account, "bare", LaunchTemplate={"LaunchTemplateName": "bare", "Version": "1"})
    autoscaling.create_launch_configuration(LaunchConfigurationName="bare", ImageId=groups.IMAGE, InstanceType="t2.micro")
    make(account, "bare-too", LaunchConfigurationName="bare")
    ec2.create_launch_template_version(LaunchTemplateName="bare", LaunchTemplateData=DATA)
    make(account, "pruned", LaunchTemplate={"LaunchTemplateName": "bare", "Version": "2"})
    ec2.delete_launch_template_versions(LaunchTemplateName="bare", Versions=["2"])
    found = there(account)
    none = "what it launches from carries no instance profile"
    assert {one["auto_scaling_group_name"]: one["because"] for one in found["left_out"]} == {
        "bare": none,
        "bare-too": none,
        "pruned": "launch template bare has no version 2",
    }
    assert {one["auto_scaling_group_name"] for one in found["auto_scaling_groups"]} >= {"bare", "bare-too", "pruned"}


def test_only_what_has_no_bulk_call_takes_one_for_each(account):
    furnished(account)
    account.run("told")
    there(account, instance_refreshes=False)
    assert Counter(operations(account)) == {
        "DescribeAutoScalingGroups": 1,
        "DescribeLaunchTemplateVersions": 2,  # all of the latest and default ones, and one that is neither
        "DescribeLaunchConfigurations": 1,
        "DescribePolicies": 1,
        "DescribeScheduledActions": 1,
        "DescribeNotificationConfigurations": 1,
        "DescribeLifecycleHooks": 8,
        "DescribeWarmPool": 1,
    }
