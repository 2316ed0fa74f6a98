# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No text of an account runs on the control node, whichever playbook reads it and whichever file it goes through, on the oldest and the newest core."""

from __future__ import annotations

import json
import stat

import pytest
import yaml

from tests.support.playbook_runner import every_core, run_playbook
from tests.support.organization import Place, make_organization
from tests.support.contracts.asg_launch_with_profile import IMAGE

EC2 = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
TEMPLATES = (
    "{{ CALL }}",
    "text before {{ CALL }}\n",
    "{% if CALL %}{% endif %}",
    "#jinja2:variable_start_string:'[[',variable_end_string:']]'\n[[ CALL ]]",
    "#jinja2:block_start_string:'<%',block_end_string:'%>'\n<% if CALL %><% endif %>",
    "#jinja2: line_statement_prefix:'%%'\n%% if CALL\n%% endif\n",
    "# {{ CALL }}",
    "!unsafe '{{ CALL }}'",
    "!vault |\n  {{ CALL }}",
)

WRITTEN = "{{ {'again': again, 'composed': composed} | passrole.ec2.as_variables }}"


class Reader(yaml.SafeLoader):
    """Reads a file of variables as Ansible does."""


Reader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


@pytest.fixture
def marker(tmp_path):
    """A path at which no file may be after a run."""
    path = tmp_path / "executed"
    yield path
    assert not path.exists(), "a text of the account was run as a template"


@pytest.fixture
def hostile(marker):
    """Each kind of template, which makes the marker in HOME when it is rendered. A tag's key has at most 128 characters."""
    return [one.replace("CALL", f"lookup('pipe','>~/{marker.name}')") for one in TEMPLATES]


def furnish(account, hostile):
    """Roles, profiles, a template and a group with such texts wherever AWS takes any."""
    iam, ec2, autoscaling = map(account.client, ("iam", "ec2", "autoscaling"))
    document = {"Version": "2012-10-17", "Statement": [EC2]}
    for number, text in enumerate(hostile):
        name = f"role{number}"
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document), Description=text)
        statement = {
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::b/*",
            "Condition": {"StringEquals": {f"aws:PrincipalTag/{text}": text}},
        }
        own = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=own)
        iam.create_instance_profile(InstanceProfileName=name)
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    data = {"ImageId": IMAGE, "InstanceType": "t3.micro", "IamInstanceProfile": {"Name": "role0"}, "MetadataOptions": {"HttpTokens": "optional"}}
    data["TagSpecifications"] = [{"ResourceType": "instance", "Tags": [{"Key": text, "Value": text} for text in hostile]}]
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=data, VersionDescription=hostile[3])
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="web",
        LaunchTemplate={"LaunchTemplateName": "web", "Version": "$Latest"},
        MinSize=0,
        MaxSize=3,
        AvailabilityZones=["eu-west-1a"],
        Tags=[{"Key": text, "Value": text, "PropagateAtLaunch": True} for text in hostile],
    )
    # Left out of what is adopted, with the reason and the name in a comment.
    bare = ec2.create_launch_template(LaunchTemplateName="bare", LaunchTemplateData={"ImageId": IMAGE, "InstanceType": "t3.micro"})
    for number, text in enumerate(hostile):
        autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=f"bare{number} {text}".replace(":", ";"),
            LaunchTemplate={"LaunchTemplateId": bare["LaunchTemplate"]["LaunchTemplateId"], "Version": "$Latest"},
            MinSize=0,
            MaxSize=0,
            AvailabilityZones=["eu-west-1a"],
        )
    account.run("adopted")


def play(account, folder, core, name, *more, fails=False, **extra_vars):
    done = run_playbook(folder, name, *more, core=core, extra_vars={"aws_endpoint_url": account.url, "aws_region": "eu-west-1", **extra_vars})
    assert bool(done.status) is fails, done.output[-5000:]
    return done


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


@every_core
def test_texts_of_an_account_are_adopted_and_kept_unchanged(account, tmp_path, hostile, marker, core):
    furnish(account, hostile)
    play(account, tmp_path, core, "passrole.ec2.adopt")
    assert mode_of(tmp_path / "passrole_adopted.yml") & 0o007 == 0
    declared = yaml.load((tmp_path / "passrole_adopted.yml").read_text(encoding="utf-8"), Reader)  # noqa: S506
    assert set(declared) == {"keep_roles", "keep_instance_profiles", "keep_groups"}
    assert [role["description"] for role in declared["keep_roles"]] == hostile
    assert [tag for tag in declared["keep_groups"][0]["tags"] if tag["propagate_at_launch"]] == [
        {text: text, "propagate_at_launch": True} for text in sorted(hostile)
    ]
    assert "nothing to do" in play(account, tmp_path, core, "passrole.ec2.keep", "-e", "@passrole_adopted.yml", "--diff").output
    assert [call["operation"] for call in account.calls("adopted") if call["mutates"]] == []


@every_core
def test_texts_of_an_account_are_audited_fixed_and_reported_unchanged(account, tmp_path, hostile, marker, core):
    furnish(account, hostile)
    options = {"audit_formats": ["html", "json", "junit", "sarif", "asff"], "audit_vet_policies": []}
    done = play(account, tmp_path, core, "passrole.ec2.audit", audit_fix=True, audit_fix_rules=["imdsv2_not_required"], **options)
    assert done.stats["passrole_audit"]["localhost"]["mended"] == 1
    described = {role["Description"] for role in account.client("iam").list_roles()["Roles"]}
    assert described >= set(hostile)


@every_core
def test_texts_of_an_account_are_moved_off_launch_configurations(account, tmp_path, hostile, marker, core):
    iam, autoscaling = map(account.client, ("iam", "autoscaling"))
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [EC2]}))
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    for number, text in enumerate(hostile):
        name = f"old{number} {text}".replace(":", ";").replace("\n", " ")
        autoscaling.create_launch_configuration(
            LaunchConfigurationName=name, ImageId=IMAGE, InstanceType="t3.micro", IamInstanceProfile="web", UserData=text
        )
        autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=name,
            LaunchConfigurationName=name,
            MinSize=0,
            MaxSize=0,
            AvailabilityZones=["eu-west-1a"],
            Tags=[{"Key": text, "Value": text, "PropagateAtLaunch": True}],
        )
    play(account, tmp_path, core, "passrole.ec2.migrate_launch_configurations", "--diff")


@every_core
def test_texts_of_an_organization_are_variables_unchanged(account, tmp_path, hostile, marker, core):
    there = make_organization(account)
    organizations = account.client("organizations", "us-east-1")
    organizations.tag_resource(ResourceId=there["staging"], Tags=[{"Key": f"key{number}", "Value": text} for number, text in enumerate(hostile)])
    organizations.tag_resource(ResourceId=there["staging"], Tags=[{"Key": text, "Value": "key"} for text in hostile])
    Place(account, tmp_path).write(
        organization={"organizational_units": ["Workloads/Staging"], "read_tags": True},
        regions=["eu-west-1"],
        compose={"composed": "account_tags"},
        keyed_groups=[{"key": "account_tags.key0", "prefix": "tag"}],
    )
    tasks = [
        {"ansible.builtin.debug": {"msg": "{{ account_tags }} {{ composed }} {{ hostvars[inventory_hostname] }}"}},
        {"ansible.builtin.set_fact": {"again": "{{ account_tags }}"}},
        {"ansible.builtin.copy": {"content": WRITTEN, "dest": "{{ lookup('ansible.builtin.env', 'HOME') }}/tags.yml", "mode": "0600"}},
    ]
    (tmp_path / "show.yml").write_text(json.dumps([{"hosts": "aws_targets", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
    play(account, tmp_path, core, "show.yml", "-i", "aws_targets.yml")
    written = yaml.load((tmp_path / "tags.yml").read_text(encoding="utf-8"), Reader)  # noqa: S506
    expected = {"stage": "staging", **{f"key{number}": text for number, text in enumerate(hostile)}, **dict.fromkeys(hostile, "key")}
    assert written == {"again": expected, "composed": expected}
