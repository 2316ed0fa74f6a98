# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The roles application and ec2_identity delete neither an instance profile with another role nor a role of another service, and refuse before they write.

Real runs of ansible-playbook against the sandbox.
"""

from __future__ import annotations

import json
from itertools import count

import pytest
import yaml

from tests.support.playbook_runner import newest_core_first, run_playbook

IMAGE = "ami-01e24be29428c15b2"
EC2, LAMBDA = "ec2.amazonaws.com", "lambda.amazonaws.com"
ANOTHER_ACCOUNT = "210987654321"


def trust(**principal):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]}


@pytest.fixture
def delete(account, tmp_path):
    """Run a role with state absent, and return what ansible-playbook printed and what was written."""

    numbers = count()

    def delete(core, role, *arguments, **variables):
        connection = {"region": "eu-west-1", "endpoint_url": account.url}
        defaults = {"group/passrole.ec2.aws": connection}
        play = {
            "hosts": "localhost",
            "gather_facts": False,
            "module_defaults": defaults,
            "tasks": [{"ansible.builtin.include_role": {"name": f"passrole.ec2.{role}"}}],
        }
        (tmp_path / "delete.yml").write_text(yaml.safe_dump([play]), encoding="utf-8")
        run = f"delete {next(numbers)}"
        account.run(run)
        words = {f"{role}_name": "web", f"{role}_state": "absent", **variables}
        done = run_playbook(tmp_path, "delete.yml", *arguments, core=core, extra_vars=words)
        return done, [call["operation"] for call in account.calls(run) if call["mutates"]]

    return delete


def make_identity(account, held="web", **principal):
    """A profile web that holds a role, and a role web."""
    iam = account.client("iam")
    for name in sorted({held, "web"}):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust(**(principal or {"Service": EC2}))))
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName=held)


def make_group(account):
    """A group web that launches from a template of the collection, without an instance profile."""
    tags = [{"ResourceType": "launch-template", "Tags": [{"Key": "passrole.ec2", "Value": "asg_launch_with_profile"}]}]
    ec2, autoscaling = account.client("ec2"), account.client("autoscaling")
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"ImageId": IMAGE, "InstanceType": "t3.micro"}, TagSpecifications=tags)
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="web", LaunchTemplate={"LaunchTemplateName": "web"}, MinSize=0, MaxSize=1, AvailabilityZones=["eu-west-1a"]
    )


def left(account):
    iam, autoscaling = account.client("iam"), account.client("autoscaling")
    profiles = {one["InstanceProfileName"]: [role["RoleName"] for role in one["Roles"]] for one in iam.list_instance_profiles()["InstanceProfiles"]}
    groups = [one["AutoScalingGroupName"] for one in autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"]]
    roles = sorted(one["RoleName"] for one in iam.list_roles()["Roles"] if not one["Path"].startswith("/aws-service-role/"))
    return profiles, roles, groups


@newest_core_first
@pytest.mark.parametrize(
    ("role", "variables", "arguments"),
    [
        ("ec2_identity", {"ec2_identity_force_delete_instance_profile": True, "ec2_identity_force_delete_role": True}, ()),
        ("application", {}, ()),
        # As the role plans a deletion in check mode before it deletes, the run finds what a check finds.
        pytest.param("application", {}, ("--check",), marks=pytest.mark.exhaustive),
        ("application", {"application_fleet": [{"name": "web"}], "application_name": ""}, ()),
    ],
    ids=["ec2_identity with force", "application", "check", "fleet"],
)
def test_a_profile_that_holds_another_role_stays_and_so_does_the_rest(account, delete, core, role, variables, arguments):
    make_identity(account, held="other-role")
    make_group(account)
    done, written = delete(core, role, *arguments, **variables)
    assert done.status != 0 and "instance profile web holds role other-role, not web" in done.output, done.output
    assert written == []
    assert left(account) == ({"web": ["other-role"]}, ["other-role", "web"], ["web"])


@newest_core_first
@pytest.mark.parametrize(
    ("role", "principal"),
    [("ec2_identity", {"Service": EC2, "AWS": f"arn:aws:iam::{ANOTHER_ACCOUNT}:root"}), ("application", {"Service": LAMBDA})],
    ids=["ec2_identity and another account", "application and lambda"],
)
def test_a_role_that_others_may_assume_stays_unless_it_is_forced(account, delete, core, role, principal):
    make_identity(account, **principal)
    make_group(account)
    done, written = delete(core, role)
    assert done.status != 0 and "its trust policy names other principals than EC2" in done.output, done.output
    assert written == []
    done, _written = delete(core, role, **{f"{role}_force_delete_role": True})
    assert done.status == 0, done.output
    assert left(account) == ({}, [], ["web"] if role == "ec2_identity" else [])


@newest_core_first
@pytest.mark.parametrize("role", ["ec2_identity", pytest.param("application", marks=pytest.mark.exhaustive)])
def test_a_role_for_declared_principals_is_deleted(account, delete, core, role):
    make_identity(account, Service=EC2, AWS=f"arn:aws:iam::{ANOTHER_ACCOUNT}:root")
    done, _written = delete(core, role, **{f"{role}_assume_role_principals": {"AWS": ANOTHER_ACCOUNT}})
    assert done.status == 0, done.output
    assert left(account) == ({}, [], [])
    done, written = delete(core, role, **{f"{role}_assume_role_principals": {"AWS": ANOTHER_ACCOUNT}})
    assert (done.status, written) == (0, []), done.output


@newest_core_first
def test_the_playbook_retire_refuses_a_role_of_another_service(account, core, tmp_path):
    account.client("iam").create_role(RoleName="lambda-exec", AssumeRolePolicyDocument=json.dumps(trust(Service=LAMBDA)))
    words = {"aws_region": "eu-west-1", "aws_endpoint_url": account.url, "application_name": "lambda-exec"}
    done = run_playbook(tmp_path, "passrole.ec2.retire", core=core, extra_vars=words)
    assert done.status != 0 and f"Service {LAMBDA}" in done.output, done.output
    assert left(account) == ({}, ["lambda-exec"], [])
