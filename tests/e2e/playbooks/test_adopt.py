# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What plain calls and amazon.aws' modules made is written to a file of variables, and kept from there with nothing to do, on one account and on many."""

from __future__ import annotations

import base64
import json

import pytest
import yaml

from tests.support.organization import ASSUME, Place, inside, make_organization
from tests.support.contracts.asg_launch_with_profile import IMAGE

TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
SECRET = "#!/bin/sh\necho hunter2hunter2\n"
ODD = "{{ 'never' ~ ' read' }} on: yes # größe"
WITH_AMAZON_AWS = """
- hosts: localhost
  gather_facts: false
  module_defaults:
    group/passrole.ec2.aws: {region: eu-west-1, endpoint_url: "{{ aws_endpoint_url }}"}
  tasks:
    - amazon.aws.iam_role:
        name: other
        assume_role_policy_document: "{{ trust | to_json }}"
        create_instance_profile: true
        tags: {team: other}
    - amazon.aws.ec2_launch_template:
        template_name: other
        image_id: ami-01e24be29428c15b2
        instance_type: t3.micro
        iam_instance_profile: other
        user_data: "{{ user_data | b64encode }}"
    - amazon.aws.autoscaling_group:
        name: other
        launch_template: {launch_template_name: other}
        min_size: 0
        max_size: 2
        desired_capacity: 0
        availability_zones: [eu-west-1a]
        health_check_type: EC2
        tags: [{team: other, propagate_at_launch: true}]
"""


class Reader(yaml.SafeLoader):
    """Reads what Ansible reads."""


Reader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def furnish(iam, ec2, autoscaling):
    """A chain, a group with nothing to declare, and a role of somebody else, by plain calls."""
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=json.dumps(TRUST), Tags=[{"Key": "odd", "Value": "größe"}])
    iam.put_role_policy(
        RoleName="web",
        PolicyName="own",
        PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:username}/*"}]}
        ),
    )
    iam.create_role(RoleName="lambda", AssumeRolePolicyDocument=json.dumps(TRUST).replace("ec2.", "lambda."))
    for name in ("web", "lambda"):
        iam.create_instance_profile(InstanceProfileName=name)
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    data = {"ImageId": IMAGE, "InstanceType": "t3.micro", "IamInstanceProfile": {"Name": "web"}, "UserData": base64.b64encode(SECRET.encode()).decode()}
    ec2.create_launch_template(LaunchTemplateName="web-template", LaunchTemplateData=data)
    ec2.create_launch_template(LaunchTemplateName="bare", LaunchTemplateData={"ImageId": IMAGE, "InstanceType": "t3.micro"})
    tags = [{"Key": "odd", "Value": ODD, "PropagateAtLaunch": True}]
    region = ec2.meta.region_name
    for name, template in (("web", "web-template"), ("bare", "bare")):
        autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=name,
            LaunchTemplate={"LaunchTemplateName": template, "Version": "$Latest"},
            MinSize=0,
            MaxSize=3,
            AvailabilityZones=[f"{region}a"],
            Tags=tags,
        )


@pytest.fixture
def place(account, tmp_path):
    return Place(account, tmp_path)


def play(place, name, *more, fails=False, **words):
    said = json.dumps({"aws_endpoint_url": place.account.url, "aws_region": "eu-west-1", **words})
    done = place.command("playbook", "-e", said, *more, *([name] if isinstance(name, str) else name), PWD="/")
    assert (done.returncode != 0) is fails, done.stdout[-3000:] + done.stderr
    return done.stdout


def changed(account):
    return [call["operation"] for call in account.calls("adopted") if call["mutates"]]


def test_an_account_comes_under_declaration_in_one_step(account, place):
    furnish(*map(account.client, ("iam", "ec2", "autoscaling")))
    (place.folder / "with_amazon_aws.yml").write_text(WITH_AMAZON_AWS, encoding="utf-8")
    play(place, ["with_amazon_aws.yml", "passrole.ec2.adopt"], trust=TRUST, user_data=SECRET)
    account.run("adopted")
    written = (place.folder / "passrole_adopted.yml").read_text(encoding="utf-8")
    said = yaml.load(written, Reader)  # noqa: S506
    assert {word: [one["name"] for one in said[word]] for word in said} == {
        "keep_roles": ["other", "web"],
        "keep_instance_profiles": ["lambda", "other", "web"],
        "keep_groups": ["other", "web"],
    }
    assert said["keep_groups"][1]["tags"] == [{"odd": ODD, "propagate_at_launch": True}]
    assert "# - role lambda: its trust policy does not let EC2 assume it" in written
    assert "# - group bare: what it launches from carries no instance profile" in written
    assert "hunter2" not in written and base64.b64encode(SECRET.encode()).decode() not in written
    kept = play(place, ["passrole.ec2.keep", "passrole.ec2.adopt"], "-e", "@passrole_adopted.yml")
    assert "nothing to do" in kept and "changed=0" in kept
    assert changed(account) == []


def test_what_was_adopted_is_changed_by_one_line_once_it_may_be(account, place):
    furnish(*map(account.client, ("iam", "ec2", "autoscaling")))
    play(place, "passrole.ec2.adopt")
    path = place.folder / "passrole_adopted.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("instance_type: t3.micro", "instance_type: t3.small"), encoding="utf-8")
    assert "adopt: true" in play(place, "passrole.ec2.keep", "-e", "@passrole_adopted.yml", fails=True)
    play(place, "passrole.ec2.keep", "-e", "@passrole_adopted.yml", keep_adopt="true")
    [latest] = account.client("ec2").describe_launch_template_versions(LaunchTemplateName="web-template", Versions=["$Latest"])["LaunchTemplateVersions"]
    assert latest["LaunchTemplateData"]["InstanceType"] == "t3.small"
    assert base64.b64decode(latest["LaunchTemplateData"]["UserData"]).decode() == SECRET


@pytest.mark.exhaustive  # test_empty_values.py answers a survey; unit tests read names from texts
def test_a_survey_says_in_texts_what_is_adopted_and_where_it_is_written(account, place):
    furnish(*map(account.client, ("iam", "ec2", "autoscaling")))
    play(place, "passrole.ec2.adopt", adopt_file="here.yml", adopt_group_names="web,nobody", adopt_instance_profile_names="web", adopt_group_tags="")
    said = yaml.load((place.folder / "here.yml").read_text(encoding="utf-8"), Reader)  # noqa: S506
    assert [[one["name"] for one in said[word]] for word in ("keep_roles", "keep_instance_profiles", "keep_groups")] == [["web"]] * 3


def test_each_account_and_region_has_a_file_of_its_own_which_its_host_reads(account, place):
    there = make_organization(account)
    place.write(organization={"organizational_units": ["Workloads/Staging"]}, regions=["eu-west-1", "us-east-1"], assume_role=ASSUME)
    client = inside(account, there["staging"])
    furnish(client("iam"), client("ec2"), client("autoscaling"))
    account.run("adopted")
    play(place, "passrole.ec2.adopt", "-i", "aws_targets.yml")
    groups = {
        path.parent.name: [one["name"] for one in yaml.load(path.read_text(encoding="utf-8"), Reader)["keep_groups"]]  # noqa: S506
        for path in place.folder.glob("host_vars/*/passrole_adopted.yml")
    }
    assert groups == {"staging.eu-west-1": ["web"], "staging.us-east-1": []}
    checked = play(place, "passrole.ec2.keep", "-i", "aws_targets.yml", "--check")
    assert checked.count("changed=0") == 2 and "failed=1" not in checked
    assert changed(account) == []
