# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Regions are enabled account by account: DescribeRegions tells those that are, unless asked for all; account:ListRegions, EnableRegion, DisableRegion added.

EC2 API reference, DescribeRegions; Account Management API reference. In the sandbox a region is enabled or disabled at once.
"""

from __future__ import annotations

from moto.account import urls
from moto.account.responses import AccountResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models import ec2_backends
from moto.ec2.models.availability_zones_and_regions import Region
from moto.ec2.responses.availability_zones_and_regions import AvailabilityZonesAndRegions
from moto.organizations.models import organizations_backends

from ..account import ACCOUNT
from ..mending import mends
from ..paging import page
from ..permissions.denials import Denied

ALWAYS, IN, OUT = "opt-in-not-required", "opted-in", "not-opted-in"
STATUS = {ALWAYS: "ENABLED_BY_DEFAULT", IN: "ENABLED", OUT: "DISABLED"}
# Account Management user guide, manage-acct-regions; moto takes more for enabled than are.
BY_DEFAULT = frozenset(
    f"{place}-{number}"
    for place, many in {
        "ap-northeast": 3, "ap-south": 1, "ap-southeast": 2, "ca-central": 1, "eu-central": 1,
        "eu-north": 1, "eu-west": 3, "sa-east": 1, "us-east": 2, "us-west": 2,
    }.items()
    for number in range(1, many + 1)
)  # fmt: skip
LARGEST_PAGE = 50
for path in ("listRegions", "enableRegion", "disableRegion"):
    urls.url_paths[f"{{0}}/{path}$"] = AccountResponse.dispatch


def regions_of(account: str) -> list[Region]:
    """All regions of the first partition, with what this account has made of them."""
    everything = ec2_backends[account]["us-east-1"].describe_regions()
    return [Region(one.name, one.endpoint, status_in(account, one)) for one in everything if not one.name.startswith(("cn-", "us-gov-"))]


def status_in(account: str, region: Region) -> str:
    if region.name in (ACCOUNT.settings.default_regions or BY_DEFAULT):
        return ALWAYS
    return IN if region.name in ACCOUNT.enabled.get(account, ()) else OUT


@mends(AvailabilityZonesAndRegions)
def describe_regions(self):
    self.error_on_dryrun()
    names = self._get_param("RegionNames", [])
    wanted = {one["Name"]: one["Values"] for one in self._get_param("Filters", [])}.get("opt-in-status")
    everything = names or str(self._get_param("AllRegions", "false")).lower() == "true"
    found = [one for one in regions_of(self.current_account) if one.name in names or not names]
    found = [one for one in found if (everything or one.opt_in_status != OUT) and (wanted is None or one.opt_in_status in wanted)]
    return ActionResult({"Regions": found})


@mends(AccountResponse)
def list_regions(self):
    wanted = self._get_param("RegionOptStatusContains") or list(STATUS.values())
    told = [{"RegionName": one.name, "RegionOptStatus": STATUS[one.opt_in_status]} for one in regions_of(account_named(self))]
    size = int(self._get_param("MaxResults") or LARGEST_PAGE)
    found = page([one for one in told if one["RegionOptStatus"] in wanted], size, self._get_param("NextToken"))
    return ActionResult({"Regions": found.items, **({"NextToken": found.token} if found.token else {})})


@mends(AccountResponse)
def enable_region(self):
    ACCOUNT.enabled.setdefault(account_named(self), set()).add(optional(self))
    return EmptyResult()


@mends(AccountResponse)
def disable_region(self):
    ACCOUNT.enabled.get(account_named(self), set()).discard(optional(self))
    return EmptyResult()


def account_named(response: AccountResponse) -> str:
    """API_ListRegions, AccountId: of another account only the organization's management account asks."""
    named = response._get_param("AccountId") or response.current_account
    if named != response.current_account and response.current_account != manager_of(named):
        raise Denied("AccessDeniedException", "User is not authorized to access the account.")
    return named


def manager_of(account: str) -> str | None:
    every = (backend for found in list(organizations_backends.values()) for backend in found.values())
    return next((one.org.master_account_id for one in every if one.org and account in {member.id for member in one.accounts}), None)


def optional(response: AccountResponse) -> str:
    """A region that can be enabled and disabled."""
    named = response._get_param("RegionName")
    if named not in {one.name for one in regions_of(response.current_account) if one.opt_in_status != ALWAYS}:
        raise Denied("ValidationException", f"{named} is no region that can be enabled or disabled.")
    return named
