# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts and regions become hosts, as ansible-inventory shows them, on an organization of the sandbox."""

from __future__ import annotations

import json

import pytest

from tests.support.organization import ASSUME, EXTERNAL_ID, TEAM, Place, inside, make_organization
from tests.sandbox.policies import ACCOUNT

ONE = {"account_id": "111111111111", "account_name": "production"}
OTHER = {"account_id": "222222222222"}


@pytest.fixture
def place(account, tmp_path):
    return Place(account, tmp_path)


@pytest.fixture
def there(account):
    """The accounts of an organization and its units, by name."""
    found = make_organization(account)
    account.run("inventory")
    return found


def asked(account):
    return [call["operation"] for call in account.calls("inventory")]


def test_each_region_in_each_account_is_a_host(place):
    told = place.listed(accounts=[ONE, OTHER], regions=["eu-west-1", "us-east-1"], assume_role=ASSUME)
    assert sorted(told["aws_targets"]["hosts"]) == [
        "222222222222.eu-west-1", "222222222222.us-east-1", "production.eu-west-1", "production.us-east-1",
    ]  # fmt: skip
    assert told["_meta"]["hostvars"]["production.us-east-1"] == {
        "account_id": "111111111111",
        "account_name": "production",
        "region": "us-east-1",
        "aws_region": "us-east-1",
        "aws_endpoint_url": place.account.url,
        "aws_assume_role": {
            "role_arn": "arn:aws:iam::111111111111:role/deployer",
            "role_session_name": "night-run",
            "external_id": EXTERNAL_ID,
            "tags": TEAM,
            "region": "us-east-1",
            "endpoint_url": place.account.url,
        },
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
    }


def test_what_is_told_asks_aws_nothing(place, account):
    assert len(place.hosts(accounts=[ONE], regions=["eu-west-1"], assume_role=ASSUME)) == 1
    assert account.calls() == []


def test_hosts_are_named_by_the_account_as_is_said(place):
    hosts = place.hosts(accounts=[ONE, {**OTHER, "account_name": "My Lab, Berlin"}], regions=["eu-west-1"])
    assert sorted(hosts) == ["My-Lab-Berlin.eu-west-1", "production.eu-west-1"]
    assert sorted(place.hosts(accounts=[ONE, OTHER], regions=["eu-west-1"], host_name="account_id")) == ["111111111111.eu-west-1", "222222222222.eu-west-1"]


def test_two_accounts_of_one_name_are_not_taken_for_one(place):
    assert "several accounts are called production; say host_name: account_id" in place.refusal(
        accounts=[ONE, {**OTHER, "account_name": "production"}], regions=["eu-west-1"]
    )


def test_an_account_may_have_its_own(place):
    own = {**OTHER, "regions": ["us-west-2"], "assume_role": {"role_arn": "arn:aws:iam::222222222222:role/team/other", "external_id": "other"}}
    hosts = place.hosts(accounts=[ONE, own, "333333333333"], regions=["eu-west-1"], assume_role=ASSUME)
    assert hosts["222222222222.us-west-2"]["aws_assume_role"]["role_arn"] == "arn:aws:iam::222222222222:role/team/other"
    assert hosts["222222222222.us-west-2"]["aws_assume_role"]["external_id"] == "other"
    assert hosts["333333333333.eu-west-1"]["aws_assume_role"]["role_arn"] == "arn:aws:iam::333333333333:role/deployer"
    none = place.hosts(accounts=[{**ONE, "use_own_credentials": True}], regions=["eu-west-1"], assume_role=ASSUME)
    assert "aws_assume_role" not in none["production.eu-west-1"]


def test_a_profile_goes_where_the_credentials_are_needed(place):
    (place.folder / ".aws").mkdir()
    (place.folder / ".aws" / "config").write_text("[profile hub]\nregion = eu-west-1\n", encoding="utf-8")
    place.write(accounts=[ONE], regions=["eu-west-1"], profile="hub", assume_role=ASSUME)
    keys = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
    told = json.loads(place.command("inventory", "-i", "aws_targets.yml", "--list", **keys).stdout)["_meta"]["hostvars"]["production.eu-west-1"]
    assert told["aws_assume_role"]["profile"] == "hub" and "aws_profile" not in told
    place.write(accounts=[ONE], regions=["eu-west-1"], profile="hub")
    told = json.loads(place.command("inventory", "-i", "aws_targets.yml", "--list", **keys).stdout)["_meta"]["hostvars"]["production.eu-west-1"]
    assert told["aws_profile"] == "hub"


def test_regions_are_those_that_each_account_has_enabled(place, account, there):
    account.run("before")
    inside(account, there["staging"])("account", "us-east-1").enable_region(RegionName="eu-south-1")
    account.run("inventory")
    listed = [{"account_id": there[name], "account_name": name} for name in ("production", "staging")]
    hosts = place.hosts(accounts=listed, regions=["eu-*"], exclude_regions=["eu-west-*", "eu-north-1"], assume_role=ASSUME)
    assert sorted(hosts) == ["production.eu-central-1", "staging.eu-central-1", "staging.eu-south-1"]
    assert sorted(set(asked(account))) == ["AssumeRole", "DescribeRegions"]
    assert {call["caller"].rpartition("/")[2] for call in account.calls("inventory") if call["operation"] == "DescribeRegions"} == {"night-run"}


def test_the_management_account_can_tell_the_regions_of_all(place, account, there):
    account.run("before")
    account.client("account", "us-east-1").enable_region(AccountId=there["staging"], RegionName="eu-south-1")
    account.run("inventory")
    listed = [{"account_id": there["staging"]}, ACCOUNT]
    hosts = place.hosts(accounts=listed, regions=["eu-*"], exclude_regions=["eu-west-*", "eu-north-1"], enabled_regions_from="account")
    assert sorted(hosts) == sorted([f"{ACCOUNT}.eu-central-1", *(f"{there['staging']}.{region}" for region in ("eu-central-1", "eu-south-1"))])
    assert asked(account) == ["GetCallerIdentity", "ListRegions", "ListRegions"]


def test_without_a_role_the_callers_own_account_is_asked(place, account):
    hosts = place.hosts(accounts=[ACCOUNT])
    assert f"{ACCOUNT}.eu-west-1" in hosts and f"{ACCOUNT}.af-south-1" not in hosts
    assert [call["operation"] for call in account.calls()] == ["DescribeRegions"]


def test_an_organization_is_its_active_accounts(place, account, there):
    hosts = place.hosts(organization={"exclude_accounts": ["master"]}, regions=["eu-west-1"], assume_role=ASSUME)
    assert sorted(hosts) == ["play.eu-west-1", "production.eu-west-1", "staging.eu-west-1"]
    assert hosts["staging.eu-west-1"]["account_id"] == there["staging"]
    assert asked(account) == ["ListAccounts"]


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        ({"organizational_units": ["Workloads"]}, ["production", "staging"]),
        ({"organizational_units": ["Workloads"], "nested": False}, []),
        ({"organizational_units": ["/"]}, ["master", "play", "production", "staging"]),
        ({"organizational_units": ["Workloads/Staging", "Sandboxes"]}, ["play", "staging"]),
        ({"exclude_organizational_units": ["Workloads/Staging"]}, ["master", "play", "production"]),
        ({"organizational_units": ["Workloads", "Workloads/Staging"], "exclude_accounts": ["production"]}, ["staging"]),
        ({"tags": {"stage": "production"}}, ["production"]),
        ({"tags": {"stage": ["prod*", "staging"]}, "exclude_organizational_units": ["Workloads/Production"]}, ["staging"]),
        ({"tags": {"stage": "*", "team": "*"}}, []),
    ],
)
def test_units_and_tags_choose_accounts(place, there, chosen, names):
    assert sorted(place.hosts(organization=chosen, regions=["eu-west-1"])) == [f"{name}.eu-west-1" for name in names]


def test_a_unit_by_its_id_has_the_path_that_it_has_by_names(place, there):
    told = place.hosts(organization={"organizational_units": [there["Workloads/Staging/"]], "read_tags": True}, regions=["eu-west-1"])
    by_names = place.hosts(organization={"organizational_units": ["Workloads"], "read_tags": True}, regions=["eu-west-1"])
    assert told["staging.eu-west-1"] == by_names["staging.eu-west-1"]
    assert told["staging.eu-west-1"]["account_organizational_unit"] == "Workloads/Staging"
    assert told["staging.eu-west-1"]["account_tags"] == {"stage": "staging"}


def test_a_list_says_more_about_accounts_of_the_organization(place, there):
    listed = [{"account_id": there["staging"], "account_name": "stage", "regions": ["us-east-1"]}, ONE]
    hosts = place.hosts(organization={"organizational_units": ["Workloads"]}, accounts=[listed[0], {**ONE, "account_name": "outside"}], regions=["eu-west-1"])
    assert sorted(hosts) == ["outside.eu-west-1", "production.eu-west-1", "stage.us-east-1"]
    assert hosts["stage.us-east-1"]["account_organizational_unit"] == "Workloads/Staging"


def test_a_hub_reads_the_organization_and_is_passed_on(place, account, there):
    account.run("before")
    iam = account.client("iam")
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}]}
    arn = iam.create_role(RoleName="hub", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    allow = {"Effect": "Allow", "Action": ["organizations:List*", "sts:AssumeRole", "sts:TagSession"], "Resource": "*"}
    iam.put_role_policy(RoleName="hub", PolicyName="own", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
    account.run("inventory")
    hosts = place.hosts(organization={"organizational_units": ["Workloads"]}, assume_role_arn=arn, regions=["eu-north-*"], assume_role=ASSUME)
    assert sorted(hosts) == ["production.eu-north-1", "staging.eu-north-1"]
    assert hosts["staging.eu-north-1"]["aws_assume_role"]["assume_role_arn"] == arn
    callers = {call["operation"]: call["caller"] for call in account.calls("inventory")}
    assert "assumed-role/hub/" in callers["ListRoots"] and "assumed-role/hub/" in callers["AssumeRole"]
    assert place.hosts(accounts=[ACCOUNT], regions=["eu-west-1"], assume_role_arn=arn)[f"{ACCOUNT}.eu-west-1"]["aws_assume_role"]["role_arn"] == arn


def test_constructed_features_work_as_elsewhere(place, there):
    told = place.listed(
        organization={"organizational_units": ["Workloads"], "read_tags": True},
        regions=["eu-west-1", "us-east-1"],
        keyed_groups=[{"key": "account_tags.stage", "prefix": "stage"}, {"key": "region", "separator": ""}],
        groups={"live": "account_name == 'production'"},
        compose={"application_name": "'web-' ~ region"},
        strict=True,
    )
    assert sorted(told["stage_production"]["hosts"]) == sorted(told["live"]["hosts"]) == ["production.eu-west-1", "production.us-east-1"]
    assert sorted(told["us_east_1"]["hosts"]) == ["production.us-east-1", "staging.us-east-1"]
    assert told["_meta"]["hostvars"]["staging.us-east-1"]["application_name"] in ("web-us-east-1", {"__ansible_unsafe": "web-us-east-1"})
    assert "no_such" in place.refusal(accounts=[ONE], regions=["eu-west-1"], compose={"x": "no_such"}, strict=True)


def test_the_cache_keeps_what_aws_told_and_no_credentials(place, account, there):
    cached = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(place.folder / "kept")}
    config = {"organization": {"tags": {"stage": "*"}}, "regions": ["eu-*"], "assume_role": ASSUME, "exclude_regions": ["eu-west-*"], **cached}
    first = place.hosts(**config)
    assert "AssumeRole" in asked(account)
    account.run("again")
    assert place.hosts(**config) == first and account.calls("again") == []
    kept = "".join(path.read_text(encoding="utf-8") for path in (place.folder / "kept").iterdir())
    assert there["staging"] in kept and "stage" in kept
    for secret in ("sandbox-secret-key", "sandbox-access-key", "ASIA", "SecretAccessKey", "secret_key", EXTERNAL_ID, "deployer"):
        assert secret not in kept
    (place.folder / "play.yml").write_text(json.dumps([{"hosts": "all", "gather_facts": False}]), encoding="utf-8")
    place.command("playbook", "-i", "aws_targets.yml", "--flush-cache", "play.yml")
    assert "ListAccounts" in [call["operation"] for call in account.calls("again")]


def test_what_aws_tells_is_no_template(place, account, there):
    organizations = account.client("organizations", "us-east-1")
    organizations.tag_resource(ResourceId=there["staging"], Tags=[{"Key": "stage", "Value": "{{ lookup('pipe', 'touch broken') }}"}])
    place.write(organization={"organizational_units": ["Workloads/Staging"], "read_tags": True}, regions=["eu-west-1"])
    done = place.command("adhoc", "-i", "aws_targets.yml", "aws_targets", "-m", "ansible.builtin.debug", "-a", "var=account_tags")
    assert done.returncode == 0 and "{{ lookup" in done.stdout, done.stdout + done.stderr
    assert not (place.folder / "broken").exists()


def test_an_account_that_does_not_let_in_fails_or_is_passed_over(place, account, there):
    inside(account, there["staging"])("iam").delete_role_policy(RoleName="deployer", PolicyName="own")
    inside(account, there["staging"])("iam").delete_role(RoleName="deployer")
    config = {"organization": {"organizational_units": ["Workloads"]}, "regions": ["eu-north-*"], "assume_role": ASSUME}
    assert f"not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::{there['staging']}:role/deployer" in place.refusal(**config)
    place.write(**config, strict_permissions=False)
    done = place.command("inventory", "-i", "aws_targets.yml", "--list")
    assert list(json.loads(done.stdout)["_meta"]["hostvars"]) == ["production.eu-north-1"]
    assert f"account {there['staging']} is passed over" in done.stderr


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"regoins": ["eu-west-1"], "accounts": [ONE]}, "regoins: no such option; did you mean regions?"),
        ({}, "accounts: none is given; list some, or say organization: {}"),
        ({"accounts": ["12345"]}, "accounts[0]: must be a string of 12 digits"),
        ({"accounts": [ONE, {"account_name": "x"}]}, "accounts[1].account_id: must be given"),
        ({"accounts": [ONE, {**OTHER, "region": ["eu-west-1"]}]}, "accounts[1].region: no such option; did you mean regions?"),
        ({"accounts": [ONE, ONE]}, "accounts: 111111111111 is there twice"),
        ({"accounts": [ONE], "regions": ["EU (Ireland)"]}, 'regions[0]: must be a region or a pattern, as in eu-west-1 or eu-*, not "EU (Ireland)"'),
        ({"accounts": [{**ONE, "exclude_regions": [1]}]}, "accounts[0].exclude_regions[0]: must be a string, not 1; quote it"),
        ({"accounts": [ONE], "assume_role": {"name": "x"}}, "assume_role.name: no such option; did you mean role_name?"),
        ({"accounts": [ONE], "assume_role": {"external_id": "x1"}}, "assume_role.role_name: is required"),
        *(
            ({"accounts": [ONE], "assume_role": {"role_name": empty}}, "assume_role.role_name: must not be empty")
            for empty in ("", None, "  ", "{{ lookup('ansible.builtin.env', 'DEPLOY_ROLE') }}")
        ),
        ({"accounts": [ONE], "assume_role": {"role_name": "arn:aws:iam::1:role/x"}}, "assume_role.role_name: must be a role's name"),
        ({"accounts": [ONE], "assume_role": {"role_name": "x", "external_id": "a"}}, "assume_role.external_id: "),
        ({"accounts": [ONE], "assume_role": {"role_name": "x", "duration_seconds": 60}}, "assume_role.duration_seconds: "),
        ({"accounts": [ONE], "assume_role": {"role_name": "x", "role_session_name": "a b"}}, "assume_role.role_session_name: "),
        ({"accounts": [ONE], "assume_role": {"role_name": "x", "tags": {"k" * 129: "v"}}}, "assume_role.tags."),
        ({"accounts": [{**ONE, "assume_role": {"role_name": "x", "role_arn": "y"}}]}, "accounts[0].assume_role: role_name and role_arn exclude each other"),
        ({"accounts": [{**ONE, "assume_role": {"role_arn": "short"}}]}, "accounts[0].assume_role.role_arn: "),
        ({"organization": {"ou": ["x"]}}, "organization.ou: no such option"),
        ({"organization": {"nested": "perhaps"}}, 'organization.nested: must be true or false, not "perhaps"'),
        ({"organization": {"tags": ["stage"]}}, "organization.tags: must be a dictionary of tags"),
        ({"organization": {"organizational_units": ["ou-broken"]}}, "organization.organizational_units[0]: ou-broken is neither an id"),
        ({"organization": {"organizational_units": "Workloads"}}, 'organization.organizational_units: must be a list, not "Workloads"'),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_path(place, config, says):
    refusal = place.refusal(**{"regions": ["eu-west-1"], **config})
    assert says in " ".join(refusal.split())
    assert "Traceback" not in refusal


def test_a_unit_that_is_not_there_is_told_with_those_that_are(place, there):
    refusal = " ".join(place.refusal(organization={"organizational_units": ["Workloads/Prod"]}, regions=["eu-west-1"]).split())
    assert "there is no organizational unit Prod in Workloads; there are Production, Staging" in refusal


def test_only_files_of_its_name_are_its_own(place):
    place.write("targets.yml", accounts=[ONE], regions=["eu-west-1"])
    assert json.loads(place.command("inventory", "-i", "targets.yml", "--list").stdout)["_meta"]["hostvars"] == {}
    place.write("prod.aws_targets.yaml", accounts=[ONE], regions=["eu-west-1"])
    assert json.loads(place.command("inventory", "-i", "prod.aws_targets.yaml", "--list").stdout)["_meta"]["hostvars"]


def test_its_documentation_is_shown(place):
    told = json.loads(place.command("doc", "-t", "inventory", "--json", "passrole.ec2.aws_targets").stdout)["passrole.ec2.aws_targets"]["doc"]
    assert {"accounts", "organization", "regions", "assume_role", "compose", "keyed_groups", "cache", "profile", "assume_role_arn"} <= told["options"].keys()
