# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked for becomes hosts: regions by name and pattern, roles by name and ARN, names that are hosts'."""

from __future__ import annotations

import pytest
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.targets.state import (
    Account,
    Found,
    Regions,
    check_roles,
    from_json,
    hosts,
    named,
    refuse_unknown,
    variables,
    wanted,
)
from tests.support.service_models import input_shape

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


@pytest.mark.parametrize(
    ("own", "regions"),
    [
        ({}, Regions(("eu-*",), ("eu-west-2",))),
        ({"regions": ["us-east-1"]}, Regions(("us-east-1",), ("eu-west-2",))),
        ({"exclude_regions": []}, Regions(("eu-*",), ())),
        ({"regions": [], "exclude_regions": ["us-*"]}, Regions((), ("us-*",))),
    ],
)
def test_an_account_may_have_regions_of_its_own(own, regions):
    want = asked(accounts=[{"account_id": "111111111111", **own}], regions=["eu-*"], exclude_regions=["eu-west-2"])
    assert want.regions_of(ONE) == regions
    assert (want.listed[0].regions is None) is (not own)
    assert want.regions_of(Account("222222222222")) == Regions(("eu-*",), ("eu-west-2",))


@pytest.mark.parametrize(
    ("regions", "are_told"), [(Regions(), False), (Regions(("eu-west-1",)), True), (Regions(("eu-west-1", "us-*")), False), (Regions((), ("*",)), False)]
)
def test_regions_without_a_pattern_are_told_without_asking_aws(regions, are_told):
    assert regions.are_told is are_told


def test_accounts_are_in_the_order_of_their_ids_under_the_names_given_to_them():
    want = asked(accounts=[{"account_id": "222222222222", "account_name": "own"}, "111111111111"])
    some = [Account("333333333333", "c"), Account("222222222222", "b"), Account("111111111111", "a")]
    assert [(one.account_id, one.name) for one in named(some, want)] == [("111111111111", "a"), ("222222222222", "own"), ("333333333333", "c")]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"accounts": []}, "^accounts: none is given"),
        ({"accounts": ["111111111111", "111111111111"]}, "^accounts: 111111111111 is there twice$"),
        ({"accounts": "111111111111"}, "^accounts: must be a list, not "),
        ({"accounts": [{"account_name": "a"}]}, r"^accounts\[0\]\.account_id: must be given$"),
        ({"accounts": ["222222222222", {"account_id": "1"}]}, r"^accounts\[1\]\.account_id: must be a string of 12 digits"),
        ({"accounts": [{"account_id": "111111111111", "account_nam": "a"}]}, r"^accounts\[0\]\.account_nam: no such option.*account_name"),
        ({"accounts": [{"account_id": "111111111111", "account_name": 1}]}, r"^accounts\[0\]\.account_name: must be a string, not .*; quote it$"),
        ({"accounts": [{"account_id": "111111111111", "regions": ["Ireland"]}]}, r"^accounts\[0\]\.regions\[0\]: must be a region or a pattern"),
        ({"regions": ["eu-west-1", "Ireland"]}, r"^regions\[1\]: must be a region or a pattern"),
        ({"exclude_regions": "eu-west-1"}, "^exclude_regions: must be a list, not "),
        ({"assume_role": "deployer"}, "^assume_role: must be a dictionary, not "),
        ({"assume_role": {"role_name": "two words"}}, r"^assume_role\.role_name: must be a role's name"),
        ({"assume_role": {"role_nam": "a"}}, r"^assume_role\.role_nam: no such option.*role_name"),
        ({"organization": {"organizational_units": ["ou-1"]}}, r"^organization\.organizational_units\[0\]: ou-1 is neither an id"),
        ({"organization": {"exclude_organizational_units": ["Sandbox", "r-"]}}, r"^organization\.exclude_organizational_units\[1\]: r- is neither an id"),
        ({"organization": {"nested": "no"}}, r"^organization\.nested: must be true or false, not "),
        ({"organization": {"tags": ["stage"]}}, r"^organization\.tags: must be a dictionary of tags"),
        ({"organization": {"tags": {"stage": ["a", 1]}}}, r"^organization\.tags\.stage\[1\]: must be a string"),
        (
            {"accounts": [{"account_id": "111111111111", "assume_role": {"role_name": "a", "role_arn": "arn:aws:iam::111111111111:role/a"}}]},
            r"^accounts\[0\]\.assume_role: role_name and role_arn exclude each other$",
        ),
    ],
)
def test_a_wrong_option_is_refused_with_its_path(options, why):
    with pytest.raises(Refused, match=why):
        asked(**options)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"assume_role": ROLE}, None),
        ({"assume_role": {"external_id": "example"}}, r"^assume_role\.role_name: is required"),
        ({"assume_role": {**ROLE, "external_id": "x"}}, r"^assume_role\.external_id: "),
        ({"assume_role": {"external_id": "example"}, "accounts": [{"account_id": "111111111111", "assume_role": {"role_name": "own"}}]}, None),
        (
            {"accounts": ["222222222222", {"account_id": "111111111111", "assume_role": {"external_id": "example"}}]},
            r"^accounts\[1\]\.assume_role\.role_name: is required",
        ),
    ],
)
def test_a_role_must_have_a_name_and_words_that_sts_takes(options, why):
    shape = input_shape("sts", "assume_role")
    if why is None:
        check_roles(asked(**options), shape)
        return
    with pytest.raises(Refused, match=why):
        check_roles(asked(**options), shape)


def test_an_option_that_the_inventory_does_not_have_is_refused():
    refuse_unknown({"accounts": []}, OPTIONS)
    with pytest.raises(Refused, match="^account: no such option; did you mean accounts"):
        refuse_unknown({"accounts": [], "account": []}, OPTIONS)


def test_two_accounts_of_one_name_need_names_of_their_own():
    found = [Found(Account("111111111111", "web"), ENABLED[:1]), Found(Account("222222222222", "web"), ENABLED[:1])]
    with pytest.raises(Refused, match="^host_name: several accounts are called web; "):
        list(hosts(found, asked()))
    assert [name for name, *_more in hosts(found, asked(host_name="account_id"))] == ["111111111111.us-east-1", "222222222222.us-east-1"]
