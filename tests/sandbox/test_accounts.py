# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several accounts: a role of each is assumed by its trust policy, and regions are enabled in each. Each test names the fact about AWS that it rests on."""

from __future__ import annotations

import json
from urllib.error import HTTPError

import pytest

from tests.sandbox.policies import ACCOUNT, document, iam_arn

EXTERNAL = {"StringEquals": {"sts:ExternalId": "example-7f3a"}}


@pytest.fixture
def organization(account):
    return account.client("organizations", "us-east-1")


@pytest.fixture
def member(organization):
    """Another account of the organization, by its id."""
    organization.create_organization(FeatureSet="ALL")
    return organization.create_account(AccountName="production", Email="production@example.com")["CreateAccountStatus"]["AccountId"]


def key_of(answer):
    given = answer["Credentials"]
    return given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]


def trusting(principal, **more):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more}]})


@pytest.fixture
def role(iam):
    """A role of the caller's account with this trust; the answer is its ARN."""

    def role(trust, **more):
        return iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=trust, **more)["Role"]["Arn"]

    return role


def test_a_role_of_another_account_gives_a_session_there(account, member):
    """IAM user guide, tutorial_cross-account-with-roles; Organizations user guide: a new account has the role, which trusts the management account."""
    arn = f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole"
    given = account.client("sts").assume_role(RoleArn=arn, RoleSessionName="run")
    told = account.client("sts", key=key_of(given)).get_caller_identity()
    assert (told["Account"], told["Arn"]) == (member, f"arn:aws:sts::{member}:assumed-role/OrganizationAccountAccessRole/run")
    assert account.calls()[-1]["caller"] == told["Arn"]


def test_the_role_that_an_organization_makes_in_an_account_is_its_administrator(account, member):
    """Organizations user guide, orgs_manage_accounts_access: the role has AdministratorAccess."""
    arn = f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole"
    key = key_of(account.client("sts").assume_role(RoleArn=arn, RoleSessionName="run"))
    made = account.client("iam", key=key).create_role(RoleName="web", AssumeRolePolicyDocument=trusting({"Service": "ec2.amazonaws.com"}))
    assert made["Role"]["Arn"] == f"arn:aws:iam::{member}:role/web"
    assert "web" not in [one["RoleName"] for one in account.client("iam").list_roles()["Roles"]]


@pytest.mark.parametrize("principal", [{"AWS": "*"}, {"AWS": ACCOUNT}, {"AWS": [iam_arn("root")]}, {"AWS": iam_arn("user/deployer")}])
def test_a_role_lets_in_whom_it_trusts(role, make_user, principal):
    """reference_policies_elements_principal."""
    as_deployer = make_user({"Action": "sts:AssumeRole"})
    assert as_deployer("sts").assume_role(RoleArn=role(trusting(principal)), RoleSessionName="run")


@pytest.mark.parametrize("principal", [{"Service": "ec2.amazonaws.com"}, {"AWS": "210987654321"}, {"AWS": iam_arn("user/other")}])
def test_a_role_lets_nobody_else_in(role, make_user, refused, principal):
    as_deployer = make_user({"Action": "sts:AssumeRole"})
    code, message = refused(as_deployer("sts").assume_role, RoleArn=role(trusting(principal)), RoleSessionName="run")
    assert (code, message) == (
        "AccessDenied",
        f"User: {iam_arn('user/deployer')} is not authorized to perform: sts:AssumeRole on resource: {iam_arn('role/deployer')}",
    )


def test_whoever_assumes_a_role_needs_to_be_allowed_to(role, make_user, refused):
    """An account as the principal lets its own policies decide."""
    as_deployer = make_user({"Action": "sts:GetCallerIdentity"})
    assert "no identity-based policy" in refused(as_deployer("sts").assume_role, RoleArn=role(trusting({"AWS": ACCOUNT})), RoleSessionName="run")[1]


def test_an_external_id_that_is_asked_for_must_be_told(account, role, refused):
    """id_roles_common-scenarios_third-party: the confused deputy."""
    arn = role(trusting({"AWS": ACCOUNT}, Condition=EXTERNAL))
    sts = account.client("sts")
    for told in ({}, {"ExternalId": "other"}):
        assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="run", **told)[0] == "AccessDenied"
    assert sts.assume_role(RoleArn=arn, RoleSessionName="run", ExternalId="example-7f3a")


def test_tags_of_a_session_take_a_permission_of_their_own(account, iam, role, refused, make_user):
    """id_session-tags: sts:TagSession in the trust policy, and in that of who calls; the tags are conditions' to ask for."""
    sts, tags = account.client("sts"), [{"Key": "team", "Value": "web"}]
    arn = role(trusting({"AWS": ACCOUNT}))
    assert "sts:TagSession" in refused(sts.assume_role, RoleArn=arn, RoleSessionName="run", Tags=tags)[1]
    both = trusting({"AWS": ACCOUNT}, Action=["sts:AssumeRole", "sts:TagSession"], Condition={"StringEquals": {"aws:RequestTag/team": "web"}})
    iam.update_assume_role_policy(RoleName="deployer", PolicyDocument=both)
    assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="run")[0] == "AccessDenied"
    as_user = make_user({"Action": "sts:AssumeRole"}, name="untagging")
    assert "sts:TagSession" in refused(as_user("sts").assume_role, RoleArn=arn, RoleSessionName="run", Tags=tags)[1]
    key = key_of(sts.assume_role(RoleArn=arn, RoleSessionName="run", Tags=tags))
    web = {"StringEquals": {"aws:PrincipalTag/team": "web"}}
    iam.put_role_policy(RoleName="deployer", PolicyName="own", PolicyDocument=document({"Action": "iam:ListUsers", "Condition": web}))
    assert "Users" in account.client("iam", key=key).list_users()


def test_a_session_lasts_no_longer_than_its_role_lets_it(account, role, refused):
    """API_AssumeRole, DurationSeconds."""
    arn = role(trusting({"AWS": ACCOUNT}), MaxSessionDuration=7200)
    sts = account.client("sts")
    assert sts.assume_role(RoleArn=arn, RoleSessionName="run", DurationSeconds=7200)
    assert "MaxSessionDuration" in refused(sts.assume_role, RoleArn=arn, RoleSessionName="run", DurationSeconds=7201)[1]


def test_a_session_of_a_session_lasts_an_hour_at_most(account, iam, role, refused):
    """id_roles, role chaining."""
    arn = role(trusting({"AWS": ACCOUNT}), MaxSessionDuration=7200)
    iam.put_role_policy(RoleName="deployer", PolicyName="own", PolicyDocument=document({"Action": "sts:*"}))
    first = account.client("sts", key=key_of(account.client("sts").assume_role(RoleArn=arn, RoleSessionName="run")))
    assert first.assume_role(RoleArn=arn, RoleSessionName="again")
    assert "role chaining" in refused(first.assume_role, RoleArn=arn, RoleSessionName="again", DurationSeconds=3601)[1]


def test_regions_are_told_that_the_account_has_enabled(account, ec2):
    """EC2 API reference, DescribeRegions: AllRegions; Account Management user guide, manage-acct-regions: opt-in regions are off at first."""
    told = {one["RegionName"]: one["OptInStatus"] for one in ec2.describe_regions(AllRegions=True)["Regions"]}
    enabled = [one["RegionName"] for one in ec2.describe_regions()["Regions"]]
    assert told["eu-west-1"] == "opt-in-not-required" and told["af-south-1"] == "not-opted-in"
    assert "eu-west-1" in enabled and "af-south-1" not in enabled
    account.client("account", "us-east-1").enable_region(RegionName="af-south-1")
    assert "af-south-1" in [one["RegionName"] for one in ec2.describe_regions()["Regions"]]
    opted = ec2.describe_regions(Filters=[{"Name": "opt-in-status", "Values": ["opted-in"]}])["Regions"]
    assert [(one["RegionName"], one["OptInStatus"]) for one in opted] == [("af-south-1", "opted-in")]


def test_a_setting_says_which_regions_are_enabled_by_default(account, ec2):
    account.settings(default_regions=["eu-west-1", "us-east-1"])
    assert [one["RegionName"] for one in ec2.describe_regions()["Regions"]] == ["eu-west-1", "us-east-1"]
    account.client("account", "us-east-1").enable_region(RegionName="eu-west-2")
    assert [one["RegionName"] for one in ec2.describe_regions()["Regions"]] == ["eu-west-1", "eu-west-2", "us-east-1"]
    with pytest.raises(HTTPError, match="400"):
        account.settings(default_regions="eu-west-1")


def test_a_policy_denies_a_region_by_the_one_that_is_requested(make_user, refused):
    """reference_policies_examples_aws_deny-requested-region: IAM is spoken to in its own region, and a denial of EC2 is explicit."""
    deny = {"Effect": "Deny", "Action": ["ec2:*", "autoscaling:*"], "Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}}
    as_deployer = make_user({"Action": "*"}, deny)
    assert as_deployer("ec2", "eu-west-1").describe_instances()["Reservations"] == []
    assert refused(as_deployer("ec2", "us-east-1").describe_instances)[0] == "UnauthorizedOperation"
    assert "explicit deny" in refused(as_deployer("autoscaling", "us-east-1").describe_auto_scaling_groups)[1]
    assert "Roles" in as_deployer("iam", "us-east-1").list_roles()


def test_the_management_account_asks_for_the_regions_of_a_member(account, member, refused):
    """API_ListRegions, API_EnableRegion: AccountId."""
    manager = account.client("account", "us-east-1")
    manager.enable_region(AccountId=member, RegionName="me-south-1")
    asked = {"RegionOptStatusContains": ["ENABLED"]}
    assert manager.list_regions(AccountId=member, **asked)["Regions"] == [{"RegionName": "me-south-1", "RegionOptStatus": "ENABLED"}]
    assert manager.list_regions(**asked)["Regions"] == []
    first = manager.list_regions(MaxResults=2)
    assert len(first["Regions"]) == 2 and manager.list_regions(NextToken=first["NextToken"])["Regions"][0] not in first["Regions"]
    manager.disable_region(AccountId=member, RegionName="me-south-1")
    assert manager.list_regions(AccountId=member, **asked)["Regions"] == []
    assert refused(manager.list_regions, AccountId="210987654321")[0] == "AccessDeniedException"
    assert refused(manager.enable_region, RegionName="eu-west-1")[0] == "ValidationException"
    assert [call["operation"] for call in account.calls()][-1] == "EnableRegion"


def test_who_lists_accounts_and_regions_is_judged(account, member, make_user, refused):
    """Service Authorization Reference: Organizations, and Account Management."""
    organization = f"arn:aws:organizations::{ACCOUNT}:account/*/{member}"
    region = f"arn:aws:account::{ACCOUNT}:account/*/{member}"
    as_reader = make_user(
        {"Action": ["organizations:ListAccounts", "organizations:ListRoots"]},
        {"Action": "organizations:ListTagsForResource", "Resource": organization},
        {"Action": "account:ListRegions", "Resource": region},
    )
    assert [one["Id"] for one in as_reader("organizations").list_accounts()["Accounts"]] == [ACCOUNT, member]
    assert as_reader("organizations").list_tags_for_resource(ResourceId=member)["Tags"] == []
    assert refused(as_reader("organizations").list_tags_for_resource, ResourceId=ACCOUNT)[0] == "AccessDeniedException"
    root = as_reader("organizations").list_roots()["Roots"][0]["Id"]
    assert refused(as_reader("organizations").list_accounts_for_parent, ParentId=root)[0] == "AccessDeniedException"
    assert as_reader("account").list_regions(AccountId=member)["Regions"]
    assert refused(as_reader("account").list_regions)[0] == "AccessDeniedException"
