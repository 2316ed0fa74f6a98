# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks over accounts and regions, as their users run them: each account gets its own, by its own role, and nothing tells a secret."""

from __future__ import annotations

import json
import re

import pytest

from tests.support.organization import ASSUME, Place, inside, key_of, make_organization

APPLICATION = {
    "application_name": "web",
    "application_launch_template": {"image_id": "ami-01e24be29428c15b2", "instance_type": "t3.micro"},
    "application_min_size": 1,
    "application_max_size": 1,
}
CONFIG = {
    "organization": {"organizational_units": ["Workloads"]},
    "regions": ["eu-west-1", "us-east-1"],
    "assume_role": ASSUME,
    "compose": {"application_availability_zones": "[region ~ 'a']"},
}
# As AWS makes them, and moto after it: a session's token, and a secret key.
SECRET = re.compile(r"FQoGZXIvYXdzE\w*|FwoGZXIvYXdzE\w*|(?<![\w/+=])(?=[^\s\"']*[A-Z])(?=[^\s\"']*[a-z])(?=[^\s\"']*\d)[A-Za-z0-9/+]{40}(?![\w/+=])")
KEY = re.compile(r"ASIA[A-Z0-9]{16}")


@pytest.fixture
def there(account):
    """The accounts of an organization, by name."""
    found = make_organization(account)
    account.run("play")
    return found


@pytest.fixture
def place(account, there, tmp_path):
    place = Place(account, tmp_path)
    place.write(**CONFIG)
    return place


def play(place, name, *more, fails=False, says=None, **environment):
    words = json.dumps({**APPLICATION, **(says or {})})
    done = place.command("playbook", f"passrole.ec2.{name}", "-i", "aws_targets.yml", "-e", words, *more, **environment)
    assert (done.returncode != 0) is fails, done.stdout[-3000:] + done.stderr
    return done.stdout + done.stderr


def test_what_a_secret_looks_like_is_known(account, there):
    key = key_of(account.client("sts").assume_role(RoleArn=f"arn:aws:iam::{there['play']}:role/OrganizationAccountAccessRole", RoleSessionName="run"))
    assert KEY.fullmatch(key[0]) and SECRET.fullmatch(key[1]) and SECRET.match(key[2])


def names(account, member, region="eu-west-1"):
    """What of the application is in an account: roles, profiles, and groups of a region."""
    client = inside(account, member)
    iam, groups = client("iam"), client("autoscaling", region).describe_auto_scaling_groups()["AutoScalingGroups"]
    roles = [one["RoleName"] for one in iam.list_roles()["Roles"] if one["RoleName"].startswith("web")]
    profiles = [one["InstanceProfileName"] for one in iam.list_instance_profiles()["InstanceProfiles"]]
    return sorted(roles), sorted(profiles), [one["AutoScalingGroupName"] for one in groups]


def writers(account):
    """Who made changes, by account and session."""
    return {call["caller"].split(":", 4)[4] for call in account.calls("play") if call["mutates"]}


def test_each_account_and_region_gets_its_own_by_its_own_role_until_it_is_retired(place, account, there):
    told = play(place, "launch", "-vvvv", "--diff")
    assert writers(account) == {f"{there[name]}:assumed-role/deployer/night-run" for name in ("production", "staging")}
    for name in ("production", "staging"):
        for region in ("eu-west-1", "us-east-1"):
            both = ["web-eu-west-1", "web-us-east-1"]
            assert names(account, there[name], region) == (both, both, ["web"])
    assert names(account, there["play"]) == ([], [], [])
    assert not SECRET.findall(told) and not KEY.findall(told)
    # One region is retired, and the other keeps its role.
    play(place, "retire", "--limit", "staging.eu-west-1")
    assert names(account, there["staging"]) == (["web-us-east-1"], ["web-us-east-1"], [])
    assert names(account, there["staging"], "us-east-1")[2] == ["web"]
    play(place, "retire", "--limit", "staging.*")
    assert names(account, there["staging"], "us-east-1") == ([], [], [])
    assert names(account, there["production"], "us-east-1") == (["web-eu-west-1", "web-us-east-1"], ["web-eu-west-1", "web-us-east-1"], ["web"])


def test_a_check_reads_by_the_role_and_changes_nothing(place, account, there):
    told = play(place, "launch", "--check", "--limit", "staging.us-east-1")
    assert "create role web-us-east-1" in told and writers(account) == set()
    assert {call["operation"] for call in account.calls("play")} >= {"AssumeRole"}


@pytest.mark.exhaustive  # README.md shows a limit, and tests/e2e/docs/test_readme.py runs what it shows
def test_a_limit_works_as_on_machines(place, account, there):
    told = play(place, "launch", "--limit", "production.eu-west-1")
    assert "staging" not in told.partition("PLAY RECAP")[2]
    assert names(account, there["production"]) == (["web-eu-west-1"], ["web-eu-west-1"], ["web"])
    assert names(account, there["production"], "us-east-1")[2] == names(account, there["staging"])[2] == []


@pytest.mark.exhaustive
def test_a_slice_as_awx_cuts_it_is_the_work_of_its_hosts(place, account, there):
    """AWX: the enabled hosts sorted by name, every count-th from the slice's own on."""
    hosts = sorted(f"{name}.{region}" for name in ("production", "staging") for region in ("eu-west-1", "us-east-1"))
    told = [play(place, "launch", "--check", "--limit", ",".join(hosts[number::2])).partition("PLAY RECAP")[2] for number in (0, 1)]
    assert sorted(re.findall(r"^(\S+) +: ok", "\n".join(told), re.MULTILINE)) == hosts


def test_the_hosts_can_be_chosen_by_a_variable(place, account, there):
    play(place, "launch", says={"application_hosts": "staging.us-*", "aws_region": "eu-north-1"})
    assert names(account, there["staging"], "us-east-1")[2] == ["web"] and names(account, there["production"])[2] == []
    assert names(account, there["staging"], "eu-north-1")[2] == []


def test_an_application_must_be_named_where_hosts_are_accounts(place):
    done = place.command("playbook", "passrole.ec2.launch", "-i", "aws_targets.yml")
    assert done.returncode != 0 and "application_name: required on localhost, and on hosts that are accounts and regions" in done.stdout + done.stderr


@pytest.mark.parametrize("name", ["launch", *(pytest.param(name, marks=pytest.mark.exhaustive) for name in ("retire", "policy"))])
def test_an_inventory_that_cannot_be_read_is_not_localhost(place, account, name):
    """Ansible only warns of it, and the application would be launched where the caller is."""
    place.write(**CONFIG, regoins=["eu-west-1"])
    told = play(place, name)
    assert "did you mean regions?" in told and "skipping: no hosts matched" in told and writers(account) == set()


def test_an_account_that_does_not_let_in_fails_alone_and_says_why(place, account, there):
    place.write(**{**CONFIG, "accounts": [{"account_id": there["staging"], "assume_role": {"external_id": "other"}}]})
    told = play(place, "launch", "--limit", "*.eu-west-1", fails=True)
    assert f"not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::{there['staging']}:role/deployer" in told
    assert names(account, there["production"])[2] == ["web"] and names(account, there["staging"]) == ([], [], [])


def test_a_profile_in_the_environment_is_that_of_who_assumes_and_of_nobody_else(place, account, there):
    (place.folder / ".aws").mkdir()
    (place.folder / ".aws" / "config").write_text("[profile hub]\naws_access_key_id = some-access-key\naws_secret_access_key = some-secret-key\n")
    keys = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_PROFILE": "hub"}
    play(place, "launch", "--limit", "production.eu-west-1", **keys)
    assert writers(account) == {f"{there['production']}:assumed-role/deployer/night-run"}


def test_the_policy_of_an_application_is_written_for_accounts_and_regions(place, account, there):
    play(place, "policy", "--limit", "*.eu-west-1", PWD="/")
    written = json.loads((place.folder / "passrole-policy.json").read_text(encoding="utf-8"))
    assert "arn:aws:iam::*:role/web-eu-west-1" in json.dumps(written)
    assert writers(account) == set()


@pytest.mark.exhaustive  # tests/e2e/roles/test_refused_deletions.py and the guides run on localhost
def test_localhost_is_as_it_was(place, account, there):
    where = {"aws_region": "eu-west-1", "aws_endpoint_url": account.url, "application_availability_zones": ["eu-west-1a"]}
    done = place.command("playbook", "passrole.ec2.launch", "-e", json.dumps({**APPLICATION, **where}))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "web" in [one["RoleName"] for one in account.client("iam").list_roles()["Roles"]]
    assert "AssumeRole" not in [call["operation"] for call in account.calls("play")]
    done = place.command("playbook", "passrole.ec2.retire", "-e", json.dumps({**APPLICATION, **where}))
    assert done.returncode == 0 and "web" not in [one["RoleName"] for one in account.client("iam").list_roles()["Roles"]]


def test_the_instances_of_all_accounts_are_verified_and_a_fault_in_one_is_told(place, account, there):
    play(place, "launch", "--limit", "*.eu-west-1")
    iam = inside(account, there["staging"])("iam")
    iam.remove_role_from_instance_profile(InstanceProfileName="web-eu-west-1", RoleName="web-eu-west-1")
    account.run("verify")
    heard = {"verify_endpoint": f"{account.url}/_sandbox/imds/{{{{ instance_id }}}}", "ansible_connection": "local", "verify_timeout": 0}
    words = {**heard, "ansible_python_interpreter": "{{ ansible_playbook_python }}", "verify_targets": "*.eu-west-1"}
    told = play(place, "verify", "-vvv", fails=True, says=words)
    rows = {line.split()[0] for line in told.splitlines() if re.match(r'\s+"i-\w+ .* ok"', line)}
    assert len(rows) == 1, told[-6000:]
    assert not SECRET.findall(told)
    callers = {call["caller"].split(":", 4)[4] for call in account.calls("verify") if call["operation"] == "GetInstanceProfile"}
    assert callers == {f"{there[name]}:assumed-role/deployer/night-run" for name in ("production", "staging")}
