# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask AWS which accounts there are and which regions they have enabled. Reading never changes anything. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..core.errors import Refused
from .state import UNIT_ID, Account, Organization, Wanted, named

Find = Callable[..., Any]
Each = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
ENABLED = ("ENABLED", "ENABLED_BY_DEFAULT")


def find_accounts(asked: Wanted, find: Find, each: Each = map) -> list[Account]:
    """The accounts that are listed, and those of the organization."""
    ours = {} if asked.organization is None else {one.account_id: one for one in members(asked.organization, find, each)}
    listed = {one.account_id: Account(one.account_id) for one in asked.listed}
    return named({**listed, **ours}.values(), asked)


def members(organization: Organization, find: Find, each: Each) -> Iterator[Account]:
    """The active accounts that the filters let through; tags are one call for each account, and are asked for only if wanted."""
    active = [one for one in every_member(organization, find) if one.account_id not in organization.excluded and one.name not in organization.excluded]
    if organization.tags or organization.read_tags:
        active = list(each(lambda one: replace(one, tags=tags_of(one.account_id, find)), active))
    return (one for one in active if organization.takes(one))


def every_member(organization: Organization, find: Find) -> list[Account]:
    """By its units, which is a walk, or all of it, which is one list."""
    if not organization.by_unit:
        return parsed(find("organizations", "list_accounts")["Accounts"])
    excluded = {identity for identity, _path in resolved(organization.excluded_units, find)}
    starts = resolved(organization.units or ("/",), find)
    found = (one for start in starts for one in below(*start, organization.nested, excluded, find))
    return list({one.account_id: one for one in found}.values())


def below(unit: str, path: str, nested: bool, excluded: Iterable[str], find: Find) -> Iterator[Account]:
    if unit in excluded:
        return
    yield from parsed(find("organizations", "list_accounts_for_parent", ParentId=unit)["Accounts"], path)
    for child in children(unit, find) if nested else ():
        yield from below(child["Id"], f"{path}/{child['Name']}".lstrip("/"), nested, excluded, find)


def children(unit: str, find: Find) -> list[Mapping[str, str]]:
    return find("organizations", "list_organizational_units_for_parent", ParentId=unit)["OrganizationalUnits"]


def resolved(units: Iterable[str], find: Find) -> list[tuple[str, str]]:
    """Units as their ids and the path of their names."""
    return [(one, unit_path(one, find)) if UNIT_ID.fullmatch(one) else (by_path(one, find), one.strip("/")) for one in units]


def by_path(path: str, find: Find) -> str:
    """The unit at the end of a path of names, from the root on."""
    unit, walked = find("organizations", "list_roots")["Roots"][0]["Id"], []
    for name in filter(None, path.split("/")):
        there = {child["Name"]: child["Id"] for child in children(unit, find)}
        if name not in there:
            where, others = "/".join(walked) or "the root", ", ".join(sorted(there)) or "none"
            raise Refused(f"organization: there is no organizational unit {name} in {where}; there are {others}")
        unit, walked = there[name], [*walked, name]
    return unit


def unit_path(unit: str, find: Find) -> str:
    """The names on the way to a unit that is given by its id."""
    names: list[str] = []
    while unit.startswith("ou-"):
        told = find("organizations", "describe_organizational_unit", absent="OrganizationalUnitNotFoundException", OrganizationalUnitId=unit)
        if told is None:
            raise Refused(f"organization: there is no organizational unit {unit}")
        names.insert(0, told["OrganizationalUnit"]["Name"])
        unit = find("organizations", "list_parents", ChildId=unit)["Parents"][0]["Id"]
    return "/".join(names)


def parsed(accounts: Iterable[Mapping[str, Any]], unit: str | None = None) -> list[Account]:
    return [Account(one["Id"], one["Name"], unit) for one in accounts if is_active(one)]


def is_active(account: Mapping[str, Any]) -> bool:
    """State took the place of Status, which AWS no longer promises to tell; an older botocore reads nothing else."""
    told = account.get("State") or account.get("Status")
    if told is None:
        raise Refused("organization: AWS tells no state of accounts that this botocore knows; a newer botocore does")
    return told == "ACTIVE"


def tags_of(account: str, find: Find) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in find("organizations", "list_tags_for_resource", ResourceId=account)["Tags"]}


def enabled_by_ec2(find: Find) -> list[str]:
    """As the account whose credentials ask has them."""
    return [one["RegionName"] for one in find("ec2", "describe_regions")["Regions"]]


def enabled_by_account(account: str | None, find: Find) -> list[str]:
    """As the organization's management account, or one it delegated this to, may ask for any member."""
    asked = {"RegionOptStatusContains": list(ENABLED), **({"AccountId": account} if account else {})}
    return [one["RegionName"] for one in find("account", "list_regions", **asked)["Regions"]]
