# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playbooks on every installed core: 0 is a limit, an empty selection selects nothing, and a blank answer counts as not given."""

from __future__ import annotations

import json

import pytest

from tests.support.playbook_runner import every_core, run_playbook
from tests.support.misconfigured_account import Applications
from tests.support.contracts.asg_launch_with_profile import IMAGE, profiles

MIGRATE = "passrole.ec2.migrate_launch_configurations"
OVER_APPLICATIONS = ("launch", "retire", "roll_out", "policy")
OVER_REGIONS = ("adopt", "audit", "keep", "migrate_launch_configurations")
HOSTS_OF = {
    **dict.fromkeys(OVER_APPLICATIONS, "application_hosts"),
    **{playbook: f"{playbook}_hosts" for playbook in OVER_REGIONS},
    "verify": "verify_hosts",
}


@pytest.fixture
def groups(account):
    """Two groups on one launch configuration, without IMDSv2."""
    profiles(account)
    autoscaling = account.client("autoscaling")
    autoscaling.create_launch_configuration(LaunchConfigurationName="legacy", ImageId=IMAGE, InstanceType="t2.micro", IamInstanceProfile="web")
    for name in ("batch", "web"):
        autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=name, LaunchConfigurationName="legacy", MinSize=0, MaxSize=1, AvailabilityZones=["eu-west-1a"]
        )
    account.run("play")
    return account


def run(core, account, folder, *arguments, **extra_vars):
    words = {"aws_endpoint_url": account.url, "aws_region": "eu-west-1", **extra_vars}
    return run_playbook(folder, *arguments, core=core, extra_vars=words, ANSIBLE_NOCOLOR="1")


def writes(account):
    return [call["operation"] for call in account.calls("play") if call["mutates"]]


def migrate(core, account, folder, *arguments, **options):
    return run(core, account, folder, MIGRATE, *arguments, **{f"migrate_launch_configurations_{option}": value for option, value in options.items()})


@every_core
def test_migrate_moves_every_group_unless_names_are_given(core, groups, tmp_path):
    for names in ({}, {"names": ""}, {"names": None}):
        checked = migrate(core, groups, tmp_path, "--check", max_changes="", concurrency=None, **names)
        assert checked.status == 0 and checked.stats["passrole_migrate_launch_configurations"]["localhost"]["groups"] == 2, checked.output


@every_core
@pytest.mark.parametrize("names", [[], "{{ ['no-such'] | intersect(['other']) }}"], ids=["empty", "empty-by-template"])
def test_migrate_moves_no_group_for_an_empty_list(core, groups, tmp_path, names):
    done = migrate(core, groups, tmp_path, names=names, max_changes=0, max_fail_percentage=0)
    assert done.status == 0 and "nothing to do" in done.output and writes(groups) == [], done.output


@every_core
@pytest.mark.parametrize("limit", [0, "0", "0%"])
def test_migrate_changes_nothing_for_a_limit_of_0(core, groups, tmp_path, limit):
    done = migrate(core, groups, tmp_path, max_changes=limit)
    assert done.status != 0 and "2 of 2 members would change" in done.output and writes(groups) == [], done.output


@every_core
def test_migrate_refuses_a_concurrency_of_0(core, groups, tmp_path):
    done = migrate(core, groups, tmp_path, concurrency=0)
    assert done.status != 0 and "concurrency: must be" in done.output and writes(groups) == [], done.output


@every_core
@pytest.mark.parametrize("limit", [0, "0%"])
def test_audit_fixes_nothing_for_a_limit_of_0(core, account, tmp_path, limit):
    Applications.of(account).application("web", {"MetadataOptions": {"HttpTokens": "optional"}})
    account.run("play")
    fix = {"audit_fix": True, "audit_fix_rules": ["imdsv2_not_required"], "audit_formats": ["json"]}
    done = run(core, account, tmp_path, "passrole.ec2.audit", **fix, audit_max_changes=limit)
    assert done.status != 0 and "1 of 1 members would change" in done.output and writes(account) == [], done.output


@every_core
def test_audit_counts_blank_answers_as_not_given(core, groups, tmp_path):
    blank = {name: "" for name in ("audit_fix", "audit_fix_rules", "audit_max_changes", "audit_rules", "audit_security_hub", "aws_assume_role")}
    done = run(core, groups, tmp_path, "passrole.ec2.audit", **blank, audit_formats=["json"])
    assert done.status == 0 and done.stats["passrole_audit"]["localhost"]["auto_scaling_groups"] == 2, done.output


@every_core
def test_adopt_reads_no_group_and_no_profile_for_empty_lists(core, groups, tmp_path):
    done = run(core, groups, tmp_path, "passrole.ec2.adopt", adopt_group_names=[], adopt_instance_profile_names=[])
    found = done.stats["passrole_adopt"]["localhost"]
    assert (done.status, found["groups"], found["instance_profiles"], found["roles"]) == (0, 0, 0, 0), done.output


@every_core
def test_adopt_reads_every_group_and_profile_for_blank_answers(core, groups, tmp_path):
    blank = {f"adopt_{name}": "" for name in ("group_names", "instance_profile_names", "path_prefix", "group_tags", "instance_profile_tags", "file")}
    done = run(core, groups, tmp_path, "passrole.ec2.adopt", **blank)
    assert done.status == 0 and done.stats["passrole_adopt"]["localhost"]["groups"] == 2, done.output


def selected(core, folder, playbooks, **extra_vars):
    """The hosts of the last play of each playbook; nothing runs."""
    (folder / "hosts").write_text("web\nbatch\n", encoding="utf-8")
    names = [f"passrole.ec2.{playbook}" for playbook in playbooks]
    done = run_playbook(folder, "-i", "hosts", *names, "--list-hosts", core=core, extra_vars=extra_vars, ANSIBLE_NOCOLOR="1")
    assert done.status == 0, done.output
    parts = done.output.split("\nplaybook: ")[1:]
    return [{line.strip() for line in part.rpartition("hosts (")[2].splitlines()[1:] if line.strip()} for part in parts]


@every_core
@pytest.mark.parametrize("hosts", [[], {}, "", None, "{{ [] }}"], ids=["list", "dict", "text", "null", "template"])
def test_an_empty_selection_of_hosts_selects_no_host(core, tmp_path, hosts):
    assert selected(core, tmp_path, HOSTS_OF, **dict.fromkeys(HOSTS_OF.values(), hosts)) == [set() for _playbook in HOSTS_OF]


@every_core
def test_hosts_are_selected_by_a_pattern_a_list_or_by_default(core, tmp_path):
    assert selected(core, tmp_path, HOSTS_OF, **dict.fromkeys(HOSTS_OF.values(), "w*")) == [{"web"} for _playbook in HOSTS_OF]
    assert selected(core, tmp_path, HOSTS_OF, **dict.fromkeys(HOSTS_OF.values(), ["web", "batch"])) == [{"web", "batch"} for _playbook in HOSTS_OF]
    every, here = {"web", "batch"}, {"localhost"}
    assert selected(core, tmp_path, HOSTS_OF) == [every] * len(OVER_APPLICATIONS) + [here] * len(OVER_REGIONS) + [every]


def in_account(core, account, folder, account_id, *arguments, **config):
    """Run playbooks on one host of aws_targets, with the credentials of the sandbox's account."""
    targets = {"plugin": "passrole.ec2.aws_targets", "endpoint_url": account.url, "accounts": [{"account_id": account_id}], "regions": ["eu-west-1"]}
    (folder / "aws_targets.yml").write_text(json.dumps({**targets, **config}), encoding="utf-8")
    application = {"application_name": "web", "application_min_size": 0, "application_max_size": 0, "application_availability_zones": ["eu-west-1a"]}
    template = {"application_launch_template": {"image_id": IMAGE, "instance_type": "t2.micro"}}
    words = {**application, **template, "keep_roles": [{"name": "web"}], "audit_formats": ["json"]}
    return run_playbook(folder, "-i", "aws_targets.yml", *arguments, core=core, extra_vars=words, ANSIBLE_NOCOLOR="1")


@every_core
@pytest.mark.parametrize("playbook", [*OVER_APPLICATIONS, *OVER_REGIONS, "verify"])
def test_a_playbook_refuses_credentials_of_another_account(core, account, tmp_path, playbook):
    account.run("play")
    done = in_account(core, account, tmp_path, "210987654321", f"passrole.ec2.{playbook}", *(["--check"] if playbook in OVER_REGIONS else []))
    assert done.status != 0 and "account_id: must be the account of the credentials, 123456789012" in done.output, done.output
    assert [call["operation"] for call in account.calls("play")] == ["GetCallerIdentity"]


@every_core
def test_a_playbook_checks_the_account_with_one_call(core, account, tmp_path):
    account.run("play")
    done = in_account(core, account, tmp_path, "123456789012", "passrole.ec2.launch")
    assert done.status == 0 and done.failed == 0, done.output
    assert [call["operation"] for call in account.calls("play")].count("GetCallerIdentity") == 1


@every_core
@pytest.mark.parametrize("role_name", ["", None, "  ", "{{ lookup('ansible.builtin.env', 'DEPLOY_ROLE') }}"])
def test_the_inventory_refuses_an_empty_role_name(core, account, tmp_path, role_name):
    account.run("play")
    done = in_account(core, account, tmp_path, "210987654321", "passrole.ec2.launch", "--check", assume_role={"role_name": role_name})
    assert "assume_role.role_name: must not be empty" in " ".join(done.output.split()) and account.calls("play") == [], done.output
