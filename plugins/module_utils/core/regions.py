# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Search every enabled region of the account for the users of what a plan deletes. Reading never changes anything. Private to this collection.

Roles and instance profiles belong to the whole account, and IAM deletes them whichever region runs instances with them. DescribeRegions
lists the enabled regions: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html. All are read at the same time,
each read once a run, for one resource and for a fleet alike.

An organization may deny regions, so a denied one is no refusal by itself. RoleLastUsed is the evidence that remains: it names the region of
the latest use, of none before it: https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from .bulk import Bulk
from .earlier import Earlier
from .errors import AwsUnreachable, CallRefused, Refused
from .permissions import action_of
from .pool import all_of
from .users import LastUsed, Look, OtherRegion, Users

Find = Callable[..., Any]
Search = Callable[[Look, str], Users]  # finds the users of one region

OPTION = {"type": "list", "elements": "str"}
REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+")  # such as eu-west-1, us-gov-east-1, us-isob-east-1
AT_A_TIME = 20  # regions
KEPT_BY_ID = "instance_profile_association"  # what earlier tasks tell of it holds in any region, as ids of instances are unique
EVERY_OTHER = "*"


class OtherRegions:
    """The reads of a run in regions other than the task's. Any thread may ask; who comes while a read is made waits for its answer."""

    def __init__(self, find: Find, open_region: Callable[[str], Find]) -> None:
        self._listing = Bulk(find, shelved=False)
        self._open_region = open_region
        self._finds: dict[str, Find] = {}
        self._looks: dict[str, Look] = {}
        self._lock = Lock()

    def list_enabled(self) -> tuple[str, ...]:
        """The regions that are enabled for the account. Raises CallRefused where the caller may not list them."""
        answer = self._listing.find("ec2", "describe_regions")
        return tuple(sorted(one["RegionName"] for one in answer["Regions"]))

    def look(self, region: str, earlier: Earlier, is_for_many: bool) -> Look:
        """The look around one region. That for many serves all members of a fleet, as each reads all of the region."""
        with self._lock:
            if region not in self._finds:
                self._finds[region] = Bulk(self._open_region(region), shelved=False).find
            if not is_for_many:
                return Look(self._finds[region], earlier, is_elsewhere=True)
            if region not in self._looks:
                self._looks[region] = Look(self._finds[region], earlier, is_elsewhere=True, reads_all_instances=True)
            return self._looks[region]


@dataclass(frozen=True)
class SearchArea:
    """Where users are searched: the task's region, and others of the account, by default all enabled ones."""

    region: str = ""
    others: OtherRegions | None = None
    only: tuple[str, ...] | None = None
    is_for_many: bool = False

    @classmethod
    def from_params(cls, params: Mapping[str, Any], aws: Any) -> SearchArea:
        return cls(aws.region, aws.other_regions, validate_regions(params["regions"]), aws.is_for_many)


def validate_regions(given: Sequence[str] | None) -> tuple[str, ...] | None:
    """The option, which names at least one region where it is given."""
    if given is None:
        return None
    if not given:
        raise Refused("regions: must name at least one region. Omit the option to search all enabled regions")
    for index, region in enumerate(given):
        if not REGION.fullmatch(region):
            raise Refused(f"regions[{index}]: must be the name of a region, such as eu-west-1, not {region or 'empty'}")
    return tuple(dict.fromkeys(given))


def search_regions(
    search: Search, find: Find, earlier: Earlier, area: SearchArea, last_used: Callable[[], LastUsed | None], own_region_decides: bool = False
) -> Users:
    """Find the users in all regions.

    Args:
        search: Finds the users in one region.
        find: Reads the task's region.
        earlier: What earlier tasks changed in the task's region.
        area: The regions to search.
        last_used: Reads the last use of the role. It is called only if a region is not read.
        own_region_decides: Whether a user in the task's region is enough to know, so that other regions are not read then.
    """
    own = search(Look(find, earlier), area.region) if area.region or not area.only else Users()
    if area.others is None or (own_region_decides and own.found) or not (area.region or area.only):
        return own
    names, unlisted = list_others(area)
    used = last_used() if unlisted else None
    if used and area.only is None and used.region not in (*names, area.region):
        names = (*names, used.region)
    found = replace(own, others=search_others(names, search, earlier, area), unlisted=unlisted, is_limited=area.only is not None)
    return replace(found, last_used=used or (last_used() if found.not_read else None))


def list_others(area: SearchArea) -> tuple[tuple[str, ...], str]:
    """The other regions to search, and why these are not all enabled ones, if so."""
    if area.only is not None:
        return tuple(one for one in area.only if one != area.region), "the option regions does not name it"
    try:
        return tuple(one for one in area.others.list_enabled() if one != area.region), ""
    except CallRefused as refusal:
        if not refusal.is_denial:
            raise
        return (), f"{action_of('ec2', 'describe_regions')} is denied ({refusal.code})"


def search_others(names: Sequence[str], search: Search, earlier: Earlier, area: SearchArea) -> tuple[OtherRegion, ...]:
    by_id = Earlier({KEPT_BY_ID: earlier.outcome.get(KEPT_BY_ID, {})})

    def search_one(region: str) -> OtherRegion:
        try:
            users = search(area.others.look(region, by_id, area.is_for_many), region)
        except AwsUnreachable as why:
            raise AwsUnreachable(
                f"regions: whether anything in region {region} uses what would be deleted is not known: {why}. "
                "Run the task again, or name in regions those that can be reached"
            ) from why
        return OtherRegion(region, users.found, users.unseen)

    return tuple(all_of(names, search_one, AT_A_TIME))


def warn_of_unread(users: Users, option: str) -> Iterator[str]:
    """Warn of regions that could not be read, in which users may be."""
    if users.unlisted and not users.is_limited:
        where = ", ".join(users.read) or "no region"
        yield f"{option}: users in other regions than {where} are not known: {users.unlisted}. Allow it, or name the regions to search in regions"
    by_reason: dict[str, list[str]] = {}
    for region, reason in users.not_read.items():
        by_reason.setdefault(reason, []).append(region)
    for reason, regions in sorted(by_reason.items()):
        yield f"{option}: users in {', '.join(regions)} are not known: {reason}. RoleLastUsed names no use there"


def describe_search(users: Users) -> dict[str, Any]:
    """What a result says of the search; nothing if there was none in other regions."""
    if not (users.others or users.unlisted or users.region):
        return {}
    skipped = [{"region": region, "reason": reason} for region, reason in users.not_read.items()]
    rest = [{"region": EVERY_OTHER, "reason": users.unlisted}] if users.unlisted else []
    return {"regions_searched": list(users.read), "regions_not_searched": [*skipped, *rest]}
