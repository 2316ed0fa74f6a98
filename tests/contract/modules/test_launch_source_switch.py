# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A group moves off its launch configuration with all its data; and what is taken from a source is combined with what is declared, and told to nobody."""

from __future__ import annotations

import json

import pytest

from tests.support.fleets import GROUPS, fleet
from tests.support.contracts.asg_launch_with_profile import IMAGE, profiles

USER_DATA = "IyEvYmluL3NoCmVjaG8gaHVudGVyMjIK"
DATA = {
    "ImageId": IMAGE,
    "InstanceType": "t2.micro",
    "IamInstanceProfile": {"Name": "web"},
    "UserData": USER_DATA,
    "MetadataOptions": {"HttpTokens": "optional", "HttpPutResponseHopLimit": 2},
}
WHERE = {"MinSize": 0, "MaxSize": 5, "AvailabilityZones": ["eu-west-1a"]}


@pytest.fixture
def web(account):
    """A group as another tool makes it, on the default version of its template."""
    profiles(account)
    account.client("ec2").create_launch_template(LaunchTemplateName="web-by-hand", LaunchTemplateData=DATA)
    launch = {"LaunchTemplateName": "web-by-hand", "Version": "$Default"}
    account.client("autoscaling").create_auto_scaling_group(AutoScalingGroupName="web", LaunchTemplate=launch, **WHERE)
    return account


@pytest.fixture
def legacy(account):
    """A group that launches from a launch configuration."""
    profiles(account)
    return with_configuration(account)


def with_configuration(account):
    said = {"ImageId": IMAGE, "InstanceType": "t2.micro", "IamInstanceProfile": "web", "UserData": "#!/bin/sh\necho hunter22\n", "SpotPrice": "0.05"}
    autoscaling = account.client("autoscaling")
    autoscaling.create_launch_configuration(LaunchConfigurationName="legacy-2019", InstanceMonitoring={"Enabled": False}, **said)
    autoscaling.create_auto_scaling_group(AutoScalingGroupName="legacy", LaunchConfigurationName="legacy-2019", **WHERE)
    return account


def run(account, dry=False, **launch_template):
    said = {"name": "web", "adopt": True, "launch_template": {"name": "web-by-hand", **launch_template}}
    return fleet(GROUPS, [said], account, dry=dry)


def newest(account, name="web-by-hand"):
    [version] = account.client("ec2").describe_launch_template_versions(LaunchTemplateName=name, Versions=["$Latest"])["LaunchTemplateVersions"]
    return version["VersionNumber"], version["LaunchTemplateData"]


def group(account, name="web"):
    return account.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"][0]


def test_one_member_changes_and_all_else_stays_byte_for_byte(web):
    assert run(web, source_version="latest", metadata_options={"http_tokens": "required"})["changed"]
    number, data = newest(web)
    assert (number, data["UserData"], data["IamInstanceProfile"]) == (2, USER_DATA, {"Name": "web"})
    assert (data["MetadataOptions"]["HttpTokens"], data["MetadataOptions"]["HttpPutResponseHopLimit"]) == ("required", 2)
    assert (group(web)["LaunchTemplate"]["Version"], group(web)["MaxSize"]) == ("2", 5)


def test_nothing_is_added_to_what_is_taken(web):
    """The group is pinned to the version that it followed, and IMDSv2 is not made a must by the way."""
    assert run(web, source_version="latest")["changed"]
    assert (newest(web)[0], group(web)["LaunchTemplate"]["Version"]) == (1, "1")
    assert not run(web, source_version="latest")["changed"]


def test_what_is_declared_takes_the_place_of_what_would_contradict_it(web):
    requirements = {"v_cpu_count": {"min": 1}, "memory_mi_b": {"min": 512}}
    result = run(web, source_version="1", instance_requirements=requirements)
    assert result["changed"], result
    assert {"InstanceType", "InstanceRequirements"} & newest(web)[1].keys() == {"InstanceRequirements"}


def test_a_profile_of_the_same_name_with_another_arn_is_another(web):
    """In an ARN the path counts, and EC2 refuses a launch that names another."""
    there = "arn:aws:iam::123456789012:instance-profile/team/other"
    data = {**DATA, "IamInstanceProfile": {"Arn": there.replace("team/", "")}}
    web.client("ec2").create_launch_template_version(LaunchTemplateName="web-by-hand", LaunchTemplateData=data)
    said = {"name": "web", "adopt": True, "instance_profile": there, "launch_template": {"name": "web-by-hand", "source_version": "latest"}}
    assert [fleet(GROUPS, [said], web)["changed"] for _run in range(2)] == [True, False]
    assert newest(web)[1]["IamInstanceProfile"] == {"Arn": there}


def test_another_profile_may_be_declared_beside_it(web):
    said = {"name": "web", "adopt": True, "instance_profile": "other", "launch_template": {"name": "web-by-hand", "source_version": "default"}}
    fleet(GROUPS, [said], web)
    assert newest(web)[1]["IamInstanceProfile"] == {"Name": "other"}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"source_version": "latest", "source_launch_configuration": "old"}, "launch_template.source_launch_configuration: given beside source_version"),
        ({"source_launch_configuration": 7}, "launch_template.source_launch_configuration: must be the name of a launch configuration"),
        ({"source_launch_configuration": "old", "name": "new"}, "there is no launch configuration old, and no launch template new"),
    ],
)
@pytest.mark.parametrize("dry", [True, False])
def test_a_source_that_is_not_there_is_refused_by_its_path(web, said, words, dry):
    result = run(web, dry=dry, **said)
    assert result["failed"]
    assert words in json.dumps(result)


class TestFromALaunchConfiguration:
    def moved(self, account, dry=False):
        return fleet(GROUPS, [{"name": "legacy", "launch_template": {"source_launch_configuration": "legacy-2019"}}], account, dry=dry)

    def test_a_group_moves_to_a_template_with_the_same_data(self, legacy):
        assert self.moved(legacy)["changed"]
        number, data = newest(legacy, "legacy")
        assert (number, data["IamInstanceProfile"], data["InstanceType"], data["Monitoring"]) == (1, {"Name": "web"}, "t2.micro", {"Enabled": False})
        assert data["UserData"] == "IyEvYmluL3NoCmVjaG8gaHVudGVyMjIK"
        assert data["InstanceMarketOptions"] == {"MarketType": "spot", "SpotOptions": {"MaxPrice": "0.05"}}
        assert "LaunchConfigurationName" not in group(legacy, "legacy")
        assert group(legacy, "legacy")["LaunchTemplate"]["Version"] == "1"

    def test_it_is_moved_once_whether_the_configuration_stays_or_goes(self, legacy):
        self.moved(legacy)
        assert not self.moved(legacy)["changed"]
        legacy.client("autoscaling").delete_launch_configuration(LaunchConfigurationName="legacy-2019")
        assert not self.moved(legacy)["changed"]

    def test_a_check_tells_it_and_writes_nothing(self, legacy):
        assert self.moved(legacy, dry=True)["changed"]
        assert group(legacy, "legacy")["LaunchConfigurationName"] == "legacy-2019"

    def test_it_goes_back_to_what_it_was(self, legacy):
        self.moved(legacy)
        back = {"name": "legacy", "launch_configuration": {"name": "legacy-2019", "source_version": "latest"}}
        assert fleet(GROUPS, [back], legacy)["changed"]
        assert group(legacy, "legacy")["LaunchConfigurationName"] == "legacy-2019"


class TestOfALaunchConfiguration:
    def run(self, account, dry=False, **said):
        configuration = {"name": "legacy-2019", "source_version": "latest", **said}
        return fleet(GROUPS, [{"name": "legacy", "launch_configuration": configuration}], account, dry=dry)

    def test_what_is_there_is_what_is_declared(self, legacy):
        assert not self.run(legacy)["changed"]

    def test_one_member_changes_and_all_else_stays(self, legacy):
        assert self.run(legacy, instance_type="t3.micro")["changed"]
        [one] = legacy.client("autoscaling").describe_launch_configurations()["LaunchConfigurations"]
        assert (one["InstanceType"], one["IamInstanceProfile"], one["UserData"], one["SpotPrice"]) == ("t3.micro", "web", USER_DATA, "0.05")
        assert not self.run(legacy, instance_type="t3.micro")["changed"]


def test_what_is_taken_is_told_to_nobody(web):
    moved = TestFromALaunchConfiguration().moved(with_configuration(web))
    told = json.dumps([run(web, source_version="latest", instance_type="t3.micro"), moved])
    assert "hunter22" not in told
    assert USER_DATA not in told
