# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which regions are searched for users, what counts against a deletion, and how few reads find it."""

from __future__ import annotations

from functools import partial

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.earlier import Earlier
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import AwsUnreachable, CallRefused, Refused, StillUsed
from ansible_collections.passrole.ec2.plugins.module_utils.core.regions import (
    OtherRegions,
    SearchArea,
    describe_search,
    search_regions,
    validate_regions,
    warn_of_unread,
)
from ansible_collections.passrole.ec2.plugins.module_utils.core.users import LastUsed, OtherRegion, ProfileInUse, Users, refuse_used, find_profile_users

from tests.support.fake_region import Region, instance

HOME, OTHER, THIRD = "eu-west-1", "us-east-1", "ap-south-1"
FOUR_READS = 4
USED = LastUsed("web", OTHER, "2026-11-30T12:00:00+00:00")
UNREAD = OtherRegion(OTHER, unread=("ec2:DescribeInstances is denied (UnauthorizedOperation)",))


class Account:
    """An account of three regions, each of which may be told what is in it."""

    def __init__(self, listing="", **regions):
        self.regions = {region: regions.get(region.replace("-", "_"), Region()) for region in (HOME, OTHER, THIRD)}
        self.listing = listing
        self.listed = 0
        self.last_used = 0

    def find(self, service, operation, **params):
        if operation != "describe_regions":
            return self.regions[HOME](service, operation, **params)
        self.listed += 1
        if self.listing:
            raise CallRefused(self.listing, "no")
        return {"Regions": [{"RegionName": region} for region in self.regions]}

    def open(self, region):
        if region not in self.regions:
            raise AwsUnreachable("no answer from AWS")
        return self.regions[region]

    def area(self, **more):
        return SearchArea(**{"region": HOME, "others": OtherRegions(self.find, self.open), **more})

    def search(self, used=None, area=None, earlier=Earlier(), **more):
        def last_used():
            self.last_used += 1
            return used

        def users(look, region):
            return find_profile_users(look, [ProfileInUse("web")], region)

        return search_regions(users, self.find, earlier, area or self.area(), last_used, **more)


def refusal(users):
    with pytest.raises(StillUsed) as refused:
        refuse_used("state", "profile web", users, harm="it breaks", way_out="End them first", force="force_delete")
    return refused.value


def carrier(number, **more):
    return {**instance(number, **more), "IamInstanceProfile": {"Arn": "arn:aws:iam::123456789012:instance-profile/web"}}


def test_all_enabled_regions_are_searched_and_the_last_use_is_not_read():
    account = Account(us_east_1=Region(instances=[instance(2)]))
    users = account.search(USED)
    assert (users.found, users.in_other_regions) == ((), ("instance i-2 (running) in us-east-1",))
    assert users.read == (HOME, THIRD, OTHER)
    assert (account.listed, account.last_used) == (1, 0)
    assert [len(region.asked) for region in account.regions.values()] == [FOUR_READS] * 3


def test_nothing_anywhere_is_no_refusal_and_no_warning():
    users = Account().search()
    assert not users and list(warn_of_unread(users, "state")) == []
    assert describe_search(users) == {"regions_searched": [HOME, THIRD, OTHER], "regions_not_searched": []}


@pytest.mark.parametrize("code", ["UnauthorizedOperation", "AccessDenied", "AuthFailure", "OptInRequired", "InvalidClientTokenId"])
def test_region_that_cannot_be_used_is_not_read_and_reads_the_last_use(code):
    class Closed(Region):
        def __call__(self, service, operation, absent="", **params):
            raise CallRefused(code, "no")

    account = Account(us_east_1=Closed())
    users = account.search(USED)
    assert users.not_read[OTHER].startswith(f"autoscaling:DescribeAutoScalingGroups is denied ({code})")
    assert users and "role web was last used in us-east-1 at 2026-11-30T12:00:00+00:00 (RoleLastUsed)" in str(refusal(users))
    assert account.last_used == 1
    assert not account.search(None)


def test_any_other_refusal_in_another_region_is_passed_on():
    class Busy(Region):
        def __call__(self, service, operation, absent="", **params):
            raise CallRefused("Throttling", "Rate exceeded")

    with pytest.raises(CallRefused, match="Rate exceeded"):
        Account(us_east_1=Busy()).search()


def test_region_read_in_part_shows_its_users_and_still_counts_as_not_read():
    account = Account(us_east_1=Region(instances=[instance(2)], denied=["describe_launch_configurations"]))
    users = account.search(None)
    assert users.in_other_regions == ("instance i-2 (running) in us-east-1",)
    assert OTHER in users.not_read and OTHER not in users.read


@pytest.mark.parametrize(
    ("others", "last_used", "is_refused"),
    [
        ((OtherRegion(OTHER),), USED, False),
        ((UNREAD,), None, False),
        ((UNREAD,), USED, True),
        ((OtherRegion(OTHER), OtherRegion(THIRD, unread=("denied",))), USED, False),
        ((OtherRegion(THIRD),), USED, True),
        ((OtherRegion(OTHER, found=("instance i-1 (running)",)),), None, True),
        ((UNREAD,), LastUsed("web", HOME, "2026-11-30"), False),
    ],
    ids=["read", "denied", "denied and last used", "another one denied", "not among those searched", "used", "last used at home"],
)
def test_last_use_refuses_only_where_nobody_looked(others, last_used, is_refused):
    assert bool(Users(region=HOME, others=others, last_used=last_used)) is is_refused


def test_refusal_has_the_evidence_of_each_kind():
    users = Users(("instance i-1 (running)",), region=HOME, others=(OtherRegion(THIRD, found=("group web",)), UNREAD), last_used=USED)
    told = refusal(users)
    assert str(told) == (
        "state: profile web is still used in eu-west-1 by instance i-1 (running) and in ap-south-1 by group web; it breaks. End them first. "
        "Besides, profile web may be in use: role web was last used in us-east-1 at 2026-11-30T12:00:00+00:00 (RoleLastUsed), and users there are not known: "
        "ec2:DescribeInstances is denied (UnauthorizedOperation). Allow the reads in us-east-1, or name it in regions, or set force_delete: true"
    )
    assert told.users[:2] == ["instance i-1 (running)", "group web in ap-south-1"] and told.users[2].startswith("role web was last used in us-east-1")


def test_last_use_in_a_region_that_is_not_enabled_refuses():
    assert "it is not an enabled region of the account" in str(refusal(Users(region=HOME, others=(OtherRegion(THIRD),), last_used=USED)))


def test_denied_listing_searches_the_region_of_the_last_use_too():
    account = Account("UnauthorizedOperation", us_east_1=Region(instances=[instance(2)]))
    users = account.search(USED)
    assert users.in_other_regions == ("instance i-2 (running) in us-east-1",)
    assert account.regions[THIRD].asked == []


def test_denied_listing_without_a_last_use_warns():
    users = Account("UnauthorizedOperation").search(None)
    assert not users and len(list(warn_of_unread(users, "state"))) == 1
    assert describe_search(users)["regions_not_searched"] == [{"region": "*", "reason": "ec2:DescribeRegions is denied (UnauthorizedOperation)"}]


def test_regions_that_are_named_are_searched_without_a_listing():
    account = Account(us_east_1=Region(instances=[instance(2)]))
    users = account.search(None, account.area(only=(THIRD,)))
    assert (users.read, account.listed, account.regions[OTHER].asked) == ((HOME, THIRD), 0, [])
    assert list(warn_of_unread(users, "state")) == []
    assert account.search(USED, account.area(only=(HOME, THIRD))).unread_last_use.endswith("the option regions does not name it")


def test_without_a_region_those_that_are_named_are_searched():
    account = Account(us_east_1=Region(instances=[instance(2)]))
    users = account.search(None, account.area(region="", only=(OTHER,)))
    assert (users.found, users.unseen, users.in_other_regions) == ((), (), ("instance i-2 (running) in us-east-1",))


def test_region_that_does_not_answer_is_an_error():
    account = Account()
    with pytest.raises(AwsUnreachable, match="^regions: .* eu-nowhere-1 .* no answer from AWS"):
        account.search(None, account.area(only=("eu-nowhere-1",)))


def test_what_earlier_tasks_removed_here_counts_elsewhere():
    groups = [{"AutoScalingGroupName": "web", "LaunchConfigurationName": "lc"}]
    region = partial(Region, groups, configurations=[{"LaunchConfigurationName": "lc", "IamInstanceProfile": "web"}])
    account = Account(eu_west_1=region(), us_east_1=region())
    users = account.search(earlier=Earlier({"auto_scaling_group": {"web": None}, "launch_configuration": {"lc": None}}))
    assert users.found == () and users.in_other_regions[0].startswith("group web ")


def test_instance_that_an_earlier_task_gave_another_profile_is_no_user_in_any_region():
    account = Account(us_east_1=Region(instances=[instance(2)]))
    assert not account.search(earlier=Earlier({"instance_profile_association": {"i-2": {"instance_profile": "new"}}}))


def test_own_region_may_decide_alone():
    account = Account(eu_west_1=Region(instances=[instance(1)]))
    assert account.search(own_region_decides=True).found == ("instance i-1 (running)",)
    assert (account.listed, account.regions[OTHER].asked) == (0, [])


def test_members_of_a_fleet_share_all_reads_of_other_regions():
    account = Account(us_east_1=Region(instances=[carrier(2)]))
    area = account.area(is_for_many=True)
    for _member in range(3):
        assert account.search(None, area).in_other_regions == ("instance i-2 (running) in us-east-1",)
    assert (account.listed, len(account.regions[OTHER].asked), len(account.regions[HOME].asked)) == (1, FOUR_READS, 3 * FOUR_READS)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ([], "must name at least one"),
        ([""], r"regions\[0\]: .*not empty"),
        (["eu-west-1", "eu-west"], r"regions\[1\]: .*not eu-west"),
        (["EU-WEST-1"], "not EU-WEST-1"),
    ],
)
def test_regions_must_be_names_of_regions(given, why):
    with pytest.raises(Refused, match=why):
        validate_regions(given)


@pytest.mark.parametrize(
    ("given", "regions"),
    [(None, None), (["us-gov-west-1", "cn-north-1", "us-gov-west-1"], ("us-gov-west-1", "cn-north-1")), (["us-isob-east-1"], ("us-isob-east-1",))],
)
def test_regions_of_any_partition_are_taken_once(given, regions):
    assert validate_regions(given) == regions


@pytest.mark.parametrize(
    ("role", "known"),
    [
        ({}, False),
        ({"RoleLastUsed": {}}, False),
        ({"RoleLastUsed": {"Region": OTHER}}, False),
    ],
)
def test_last_use_is_known_only_whole(role, known):
    assert (LastUsed.from_answer({"RoleName": "web", **role}) is not None) is known
