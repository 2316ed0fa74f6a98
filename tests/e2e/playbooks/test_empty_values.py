# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playbooks on every installed core: 0 is a limit, an empty selection selects nothing, and a blank answer counts as not given."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.support.playbook_runner import every_core, newest_core_first, run_playbook
from tests.support.misconfigured_account import Applications
from tests.support.contracts.asg_launch_with_profile import IMAGE, profiles

PLAYBOOKS = Path(__file__).parents[3] / "playbooks"
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


MOVED, LIMITED = "batch: from launch configuration legacy to launch template", "2 of 2 members would change"
# The options of playbook migrate_launch_configurations by host, and what its output says of that host. No case changes AWS.
MIGRATIONS = {
    "blank-names": ({"names": "", "max_changes": "", "concurrency": None}, MOVED),
    "null-names": ({"names": None, "max_changes": "", "concurrency": None}, MOVED),
    "empty-list": ({"names": [], "max_changes": 0, "max_fail_percentage": 0}, "nothing to do"),
    "empty-by-template": ({"names": "{{ ['no-such'] | intersect(['other']) }}"}, "nothing to do"),
    "limit-integer": ({"max_changes": 0}, LIMITED),
    "limit-text": ({"max_changes": "0"}, LIMITED),
    "limit-percentage": ({"max_changes": "0%"}, LIMITED),
    "concurrency-0": ({"concurrency": 0}, "concurrency: must be"),
}


def migrations(core, account, folder, *arguments, cases):
    """Run the playbook once with a host for each case, and return what it printed for each host."""
    hosts = {case: {f"migrate_launch_configurations_{option}": value for option, value in MIGRATIONS[case][0].items()} for case in cases}
    local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    (folder / "cases.json").write_text(json.dumps({"all": {"hosts": hosts, "vars": local}}), encoding="utf-8")
    done = run(core, account, folder, MIGRATE, "-i", "cases.json", *arguments, migrate_launch_configurations_hosts="all")
    results = re.split(r"^(?:ok|changed|fatal|failed): \[([\w-]+)\]", done.output.partition("PLAY RECAP")[0], flags=re.MULTILINE)[1:]
    return {case: "".join(text for host, text in zip(results[::2], results[1::2]) if host == case) for case in cases}, done


@every_core
@pytest.mark.parametrize(
    "cases",
    [
        ["empty-list", "limit-integer", "limit-percentage"],
        pytest.param([case for case, (_options, message) in MIGRATIONS.items() if message != MOVED], id="all", marks=pytest.mark.exhaustive),
    ],
)
def test_migrate_moves_nothing_for_empty_names_and_for_limits_of_0(core, groups, tmp_path, cases):
    told, done = migrations(core, groups, tmp_path, cases=cases)
    assert {case: MIGRATIONS[case][1] in text for case, text in told.items()} == dict.fromkeys(cases, True), done.output
    refused = [case for case in cases if MIGRATIONS[case][1] != "nothing to do"]
    assert (done.failed, writes(groups)) == (len(refused), []), done.output


@every_core
@pytest.mark.exhaustive  # test_blank_answers_count_as_not_given migrates by blank names, too
def test_migrate_takes_every_group_for_blank_names(core, groups, tmp_path):
    checked = [case for case, (_options, message) in MIGRATIONS.items() if message == MOVED]
    told, done = migrations(core, groups, tmp_path, "--check", cases=checked)
    assert done.status == 0 and {case: MIGRATIONS[case][1] in text for case, text in told.items()} == dict.fromkeys(checked, True), done.output
    assert {done.stats["passrole_migrate_launch_configurations"][case]["groups"] for case in checked} == {2}


@every_core
@pytest.mark.parametrize("limit", [0, pytest.param("0%", marks=pytest.mark.exhaustive)])
def test_adopt_reads_nothing_for_empty_lists_and_audit_fixes_nothing_for_a_limit_of_0(core, account, tmp_path, limit):
    """Both playbooks in one process."""
    Applications.of(account).application("web", {"MetadataOptions": {"HttpTokens": "optional"}})
    account.run("play")
    fix = {"audit_fix": True, "audit_fix_rules": ["imdsv2_not_required"], "audit_formats": ["json"], "audit_max_changes": limit, "audit_vet_policies": []}
    adopt = {"adopt_group_names": [], "adopt_instance_profile_names": []}
    done = run(core, account, tmp_path, "passrole.ec2.adopt", "passrole.ec2.audit", **adopt, **fix)
    found = done.stats["passrole_adopt"]["localhost"]
    assert (found["groups"], found["instance_profiles"], found["roles"]) == (0, 0, 0), done.output
    assert done.status != 0 and "1 of 1 members would change" in done.output and writes(account) == [], done.output


BLANK = {
    "adopt": ("group_names", "instance_profile_names", "path_prefix", "group_tags", "instance_profile_tags", "file"),
    "audit": ("fix", "fix_rules", "max_changes", "rules", "security_hub"),
    "migrate_launch_configurations": ("names", "max_changes"),
    "aws": ("assume_role",),
}


@every_core
def test_blank_answers_count_as_not_given(core, groups, tmp_path):
    """Three playbooks in one process: each reads both groups."""
    blank = {f"{playbook}_{option}": "" for playbook, options in BLANK.items() for option in options}
    playbooks = [{"ansible.builtin.import_playbook": f"passrole.ec2.{playbook}"} for playbook in BLANK if playbook != "aws"]
    (tmp_path / "playbooks.yml").write_text(json.dumps(playbooks), encoding="utf-8")
    more = {"audit_formats": ["json"], "audit_vet_policies": [], "migrate_launch_configurations_concurrency": None}
    done = run(core, groups, tmp_path, "playbooks.yml", "--check", **blank, **more)
    assert done.status == 0, done.output
    found = {name: stats["localhost"] for name, stats in done.stats.items()}
    assert found["passrole_adopt"]["groups"] == found["passrole_audit"]["auto_scaling_groups"] == 2, done.output
    assert found["passrole_migrate_launch_configurations"]["groups"] == 2, done.output


def selected(core, folder, playbooks, **extra_vars):
    """The hosts of the last play of each playbook; nothing runs."""
    (folder / "hosts").write_text("web\nbatch\n", encoding="utf-8")
    names = [f"passrole.ec2.{playbook}" for playbook in playbooks]
    done = run_playbook(folder, "-i", "hosts", *names, "--list-hosts", core=core, extra_vars=extra_vars, ANSIBLE_NOCOLOR="1")
    assert done.status == 0, done.output
    parts = done.output.split("\nplaybook: ")[1:]
    return [{line.strip() for line in part.rpartition("hosts (")[2].splitlines()[1:] if line.strip()} for part in parts]


NO_HOSTS = {
    "list": [],
    "dict": {},
    "text": "",
    "null": None,
    "template": "{{ [] }}",
    "blank": " ",
    "list of blanks": ["", None],
    "commas": ",",
    "colon": ":",
    "commas and blanks": [" , ", "\n", "\t"],
}


@every_core
@pytest.mark.parametrize(
    "hosts", [pytest.param(hosts, id=name, marks=() if name in ("list", "commas") else pytest.mark.exhaustive) for name, hosts in NO_HOSTS.items()]
)
def test_an_empty_selection_of_hosts_selects_no_host(core, tmp_path, hosts):
    assert selected(core, tmp_path, HOSTS_OF, **dict.fromkeys(HOSTS_OF.values(), hosts)) == [set() for _playbook in HOSTS_OF]


@every_core
def test_hosts_are_selected_by_a_pattern_a_list_or_by_default(core, tmp_path):
    assert selected(core, tmp_path, HOSTS_OF, **dict.fromkeys(HOSTS_OF.values(), "w*,")) == [{"web"} for _playbook in HOSTS_OF]
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


@newest_core_first
@pytest.mark.parametrize(
    "playbook",
    ["launch", "verify", *(pytest.param(name, marks=pytest.mark.exhaustive) for name in (*OVER_APPLICATIONS[1:], *OVER_REGIONS))],
)
def test_a_playbook_refuses_credentials_of_another_account(core, account, tmp_path, playbook):
    account.run("play")
    done = in_account(core, account, tmp_path, "210987654321", f"passrole.ec2.{playbook}", *(["--check"] if playbook in OVER_REGIONS else []))
    assert done.status != 0 and "account_id: must be the account of the credentials, 123456789012" in done.output, done.output
    assert [call["operation"] for call in account.calls("play")] == ["GetCallerIdentity"]


@pytest.mark.parametrize("playbook", HOSTS_OF)
def test_each_play_over_accounts_checks_the_account_first(playbook):
    """The playbooks that `make test` does not run with credentials of another account begin as those that it runs."""
    plays = yaml.safe_load((PLAYBOOKS / f"{playbook}.yml").read_text(encoding="utf-8"))
    first = next(task for task in plays[0]["tasks"] if "passrole.ec2.check_variables" not in task)
    assert "passrole.ec2.check_account" in first
    assert not {"pre_tasks", "roles"} & plays[0].keys() and plays[0]["gather_facts"] is False


@newest_core_first
def test_a_playbook_checks_the_account_with_one_call(core, account, tmp_path):
    account.run("play")
    done = in_account(core, account, tmp_path, "123456789012", "passrole.ec2.launch")
    assert done.status == 0 and done.failed == 0, done.output
    assert [call["operation"] for call in account.calls("play")].count("GetCallerIdentity") == 1


@newest_core_first
def test_the_inventory_refuses_an_empty_role_name(core, account, tmp_path):
    account.run("play")
    role_name = "{{ lookup('ansible.builtin.env', 'DEPLOY_ROLE') }}"
    done = in_account(core, account, tmp_path, "210987654321", "passrole.ec2.launch", "--check", assume_role={"role_name": role_name})
    assert "assume_role.role_name: must not be empty" in " ".join(done.output.split()) and account.calls("play") == [], done.output
