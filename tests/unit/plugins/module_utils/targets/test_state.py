# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked for becomes hosts: regions by name and pattern, roles by name and ARN, names that are hosts'."""

from __future__ import annotations

import pytest
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.targets.state import Account, Found, Regions, from_json, hosts, variables, wanted

OPTIONS = {"accounts": [], "organization": None, "regions": [], "exclude_regions": [], "assume_role": None, "host_name": "account_name"}
ENABLED = ("us-east-1", "eu-west-1", "eu-central-1")
ROLE = {"role_name": "team/deployer", "external_id": "example"}
ONE = Account("111111111111", "production")


def asked(**options):
    return wanted({**OPTIONS, "accounts": ["111111111111"], **options})


@pytest.mark.parametrize(
    ("regions", "found"),
    [
        (Regions(), ("eu-central-1", "eu-west-1", "us-east-1")),
        (Regions(("eu-*",)), ("eu-central-1", "eu-west-1")),
        (Regions(("us-east-1", "me-south-1")), ("us-east-1", "me-south-1")),
        (Regions(("us-east-1", "eu-*"), ("eu-west-?",)), ("eu-central-1", "us-east-1")),
        (Regions((), ("*",)), ()),
    ],
)
def test_regions_are_told_by_name_or_chosen_from_those_that_are_enabled(regions, found):
    assert regions.of(ENABLED) == found


def test_a_role_is_that_of_the_account_in_its_partition():
    assert asked(assume_role=ROLE).role_of(ONE, "aws-cn") == {
        "role_arn": "arn:aws-cn:iam::111111111111:role/team/deployer",
        "role_session_name": "passrole.ec2",
        "external_id": "example",
    }
    assert asked().role_of(ONE, "aws") is None


def test_an_accounts_own_role_takes_the_place_of_that_of_all():
    own = {"account_id": "111111111111", "assume_role": {"role_arn": "arn:aws:iam::111111111111:role/own"}}
    assert asked(assume_role=ROLE, accounts=[own]).role_of(ONE, "aws")["role_arn"] == "arn:aws:iam::111111111111:role/own"
    own_credentials = {"account_id": "111111111111", "use_own_credentials": True}
    assert asked(assume_role=ROLE, accounts=[own_credentials]).role_of(ONE, "aws") is None
    with pytest.raises(Refused, match="^accounts\\[0\\]: assume_role and use_own_credentials are mutually exclusive"):
        asked(accounts=[{**own, **own_credentials}])


@pytest.mark.parametrize("blank", ["", " ", "\n", None])
def test_a_role_that_is_given_and_empty_is_refused(blank):
    with pytest.raises(Refused, match="^assume_role.role_name: must not be empty"):
        asked(assume_role={"role_name": blank})
    for word in ("role_name", "role_arn"):
        with pytest.raises(Refused, match=f"^accounts\\[0\\].assume_role.{word}: must not be empty"):
            asked(assume_role=ROLE, accounts=[{"account_id": "111111111111", "assume_role": {word: blank}}])


@pytest.mark.parametrize("name", [111111111111, "111111111111"])
def test_an_account_is_named_with_quotes_or_without(name):
    assert asked(accounts=[name]).listed[0].account_id == "111111111111"


def test_a_number_that_yaml_read_otherwise_is_told_to_be_quoted():
    with pytest.raises(Refused, match="quote it, as YAML takes a zero at its beginning for something else"):
        asked(accounts=[1402432723])


def test_what_a_cache_keeps_comes_back():
    found = Found(Account("111111111111", "production", "Workloads", {"stage": "a"}), ("eu-west-1",))
    assert from_json(found.as_json()) == found


def test_hosts_go_by_id_where_there_is_no_name():
    found = [Found(Account("111111111111"), ENABLED[:1]), Found(Account("222222222222", "a b/c"), ENABLED[:1])]
    assert [name for name, _account, _region in hosts(found, asked())] == ["111111111111.us-east-1", "a-b-c.us-east-1"]


def test_a_host_knows_how_to_speak_to_aws():
    """The profile is whose credentials assume the role; with none to assume, it is the host's own."""
    connection = {"endpoint_url": "http://127.0.0.1:1", "profile": "hub"}
    own = variables(ONE, "eu-west-1", None, connection)
    assert own == {
        "account_id": "111111111111", "account_name": "production", "region": "eu-west-1", "aws_region": "eu-west-1",
        "aws_endpoint_url": "http://127.0.0.1:1", "aws_profile": "hub",
    }  # fmt: skip
    role = variables(ONE, "eu-west-1", {"role_arn": "arn", "region": "us-east-1"}, connection)
    assert role["aws_assume_role"] == {"role_arn": "arn", "region": "us-east-1", **connection} and "aws_profile" not in role
