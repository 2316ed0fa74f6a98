# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups leave their launch configurations by one command, as its check foretold, in many accounts too, and go back by another."""

from __future__ import annotations

import json

import pytest

from tests.support.organization import ASSUME, Place, inside, make_organization
from tests.support.contracts.asg_launch_with_profile import IMAGE, profiles

PLAYBOOK = "passrole.ec2.migrate_launch_configurations"
SECRET = "#!/bin/sh\necho hunter2hunter2\n"
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
REFRESH = {"strategy": "refresh", "preferences": {"instance_warmup": 0}}


def furnish(autoscaling):
    region = autoscaling.meta.region_name
    said = {"ImageId": IMAGE, "InstanceType": "t2.micro", "IamInstanceProfile": "web", "UserData": SECRET}
    autoscaling.create_launch_configuration(LaunchConfigurationName="legacy-2019", **said)
    for name in ("batch", "web"):
        autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=name, LaunchConfigurationName="legacy-2019", MinSize=1, MaxSize=2, AvailabilityZones=[f"{region}a"]
        )


@pytest.fixture
def place(account, tmp_path):
    return Place(account, tmp_path)


def play(place, *more, fails=False, **words):
    said = {f"migrate_launch_configurations_{word}": value for word, value in words.items()}
    done = place.command("playbook", PLAYBOOK, "-e", json.dumps({"aws_endpoint_url": place.account.url, "aws_region": "eu-west-1", **said}), *more)
    assert (done.returncode != 0) is fails, done.stdout[-3000:] + done.stderr
    assert "hunter2" not in done.stdout + done.stderr
    return done.stdout


def sources(account):
    told = account.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    return {one["AutoScalingGroupName"]: one.get("LaunchConfigurationName") or one["LaunchTemplate"]["LaunchTemplateName"] for one in told}


def left(account):
    return [one["LaunchConfigurationName"] for one in account.client("autoscaling").describe_launch_configurations()["LaunchConfigurations"]]


def plan_in(output):
    return [line.strip() for line in output.splitlines() if " to launch template " in line or "is deleted" in line or "is kept" in line]


@pytest.mark.exhaustive  # tests/e2e/test_front_doors.py compares the check with the run
def test_what_the_check_foretells_is_what_is_done_and_deleted(account, place):
    profiles(account)
    furnish(account.client("autoscaling"))
    account.run("check")
    way = {"rollout": REFRESH, "delete": "migrated"}
    checked = play(place, "--check", "--diff", **way)
    assert [call["operation"] for call in account.calls("check") if call["mutates"]] == []
    done = play(place, **way)
    assert plan_in(checked) == plan_in(done) != []
    assert "changed=2" in checked and "changed=2" in done
    assert (sources(account), left(account)) == ({"batch": "batch", "web": "web"}, [])
    assert "nothing to do" in play(place, **way)


@pytest.mark.exhaustive  # tests/e2e/docs/test_readme.py moves a group and moves it back
def test_one_group_goes_first_and_goes_back(account, place):
    profiles(account)
    furnish(account.client("autoscaling"))
    play(place, names="web", max_changes="1")
    assert sources(account) == {"batch": "legacy-2019", "web": "web"}
    back = play(place, state="undone", delete="migrated")
    assert "web: from launch template web to launch configuration legacy-2019" in back
    assert sources(account) == {"batch": "legacy-2019", "web": "legacy-2019"}


def test_many_accounts_move_each_its_own(account, place):
    there = make_organization(account)
    place.write(organization={"organizational_units": ["Workloads"]}, regions=["eu-west-1"], assume_role=ASSUME)
    client = inside(account, there["staging"])
    client("iam").create_role(RoleName="web", AssumeRolePolicyDocument=json.dumps(TRUST))
    client("iam").create_instance_profile(InstanceProfileName="web")
    client("iam").add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    furnish(client("autoscaling"))
    done = play(place, "-i", "aws_targets.yml")
    assert done.count("nothing to do") == 1 and "failed=1" not in done
    told = client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert [one["LaunchTemplate"]["LaunchTemplateName"] for one in told] == ["batch", "web"]
