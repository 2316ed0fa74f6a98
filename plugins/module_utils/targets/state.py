# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts and regions to work in: what is asked for, and the hosts that come of it. Pure: no AWS, no Ansible. Private to this collection."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

from ..core.errors import Refused
from ..core.sessions import SESSION_NAME, WORDS, session_request, validate_role
from ..core.shapes import closest, described

ACCOUNT_ID = re.compile(r"\d{12}")
REGION = re.compile(r"[a-z0-9*?\[\]!-]+")
UNIT_ID = re.compile(r"(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|r-[0-9a-z]{4,32})")
ROLE_NAME = re.compile(r"([!-9;-~]+/)?[\w+=,.@-]{1,64}", re.ASCII)
WILD = re.compile(r"[*?\[]")
NOT_IN_A_HOST = re.compile(r"[^\w.-]+", re.ASCII)

OF_ACCOUNTS = ("account_id", "account_name", "assume_role", "use_own_credentials", "regions", "exclude_regions")
OF_ORGANIZATION = ("organizational_units", "exclude_organizational_units", "nested", "tags", "exclude_accounts", "read_tags")
OF_ALL_ROLES = ("role_name", "region", *(word for word in WORDS if word != "role_arn"))
OF_A_ROLE = (*OF_ALL_ROLES, "role_arn")
# Stands for the ARN of a role that is known by its name, where the rest is held against STS's model.
SOME_ROLE = "arn:aws:iam::123456789012:role/some"


@dataclass(frozen=True)
class Regions:
    """Which regions, by name or pattern; all that are enabled unless some are told."""

    included: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    @property
    def are_told(self) -> bool:
        """Whether AWS need not be asked which there are."""
        return bool(self.included) and not any(WILD.search(one) for one in self.included)

    def of(self, enabled: Iterable[str]) -> tuple[str, ...]:
        among = self.included if self.are_told else sorted(one for one in enabled if not self.included or like(one, self.included))
        return tuple(dict.fromkeys(one for one in among if not like(one, self.excluded)))


def like(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, one) for one in patterns)


@dataclass(frozen=True)
class Account:
    """One account as the inventory shows it, with what is said of it alone."""

    account_id: str
    name: str = ""
    unit: str | None = None
    tags: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Listed:
    """An account that the configuration names, with what it says of it beside what it says of all."""

    account_id: str
    name: str
    regions: Regions | None
    assume_role: Mapping[str, Any]
    uses_own_credentials: bool = False


@dataclass(frozen=True)
class Organization:
    """Which accounts of an organization; all that are active unless some are chosen."""

    units: tuple[str, ...] = ()
    excluded_units: tuple[str, ...] = ()
    nested: bool = True
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    excluded: tuple[str, ...] = ()
    read_tags: bool = False

    @property
    def by_unit(self) -> bool:
        return bool(self.units or self.excluded_units)

    def takes(self, account: Account) -> bool:
        tags = account.tags or {}
        return all(key in tags and like(tags[key], values) for key, values in self.tags.items())


@dataclass(frozen=True)
class Wanted:
    """The whole configuration."""

    listed: tuple[Listed, ...]
    organization: Organization | None
    regions: Regions
    assume_role: Mapping[str, Any]
    host_name: str

    def about(self, account: Account) -> Listed:
        """What is said of one account, if anything is."""
        return next((one for one in self.listed if one.account_id == account.account_id), Listed(account.account_id, "", None, {}))

    def regions_of(self, account: Account) -> Regions:
        return self.about(account).regions or self.regions

    def role_of(self, account: Account, partition: str) -> dict[str, Any] | None:
        """The words for assuming the account's role; none where none is assumed."""
        about = self.about(account)
        if about.uses_own_credentials:
            return None
        words = joined(self.assume_role, about.assume_role)
        name = words.pop("role_name", None)
        if name:
            words["role_arn"] = f"arn:{partition}:iam::{account.account_id}:role/{name}"
        return {"role_session_name": SESSION_NAME, **words} if words.get("role_arn") else None


def joined(of_all: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of all roles and of one; an ARN of its own takes the place of a name."""
    return {**{word: value for word, value in of_all.items() if word != "role_name" or "role_arn" not in own}, **own}


@dataclass(frozen=True)
class Found:
    """An account and the regions in which there is a host of it."""

    account: Account
    regions: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """All that is known of AWS, and no more: this is what a cache keeps."""
        one = self.account
        return {"account_id": one.account_id, "name": one.name, "unit": one.unit, "tags": one.tags and dict(one.tags), "regions": list(self.regions)}


def from_json(kept: Mapping[str, Any]) -> Found:
    return Found(Account(kept["account_id"], kept["name"], kept["unit"], kept["tags"]), tuple(kept["regions"]))


def wanted(options: Mapping[str, Any]) -> Wanted:
    """The options of the inventory, each held against what can be meant by it."""
    listed = tuple(listed_account(one, f"accounts[{index}]", options) for index, one in enumerate(a_list(options["accounts"], "accounts")))
    refuse_twins((one.account_id for one in listed), "accounts: {0} is there twice")
    if not listed and options["organization"] is None:
        raise Refused("accounts: none is given; list some, or say organization: {} for all of an organization")
    return Wanted(
        listed,
        None if options["organization"] is None else organization(options["organization"], "organization"),
        Regions(regions(options["regions"], "regions"), regions(options["exclude_regions"], "exclude_regions")),
        role(options["assume_role"], "assume_role", OF_ALL_ROLES),
        options["host_name"],
    )


def listed_account(said: Any, path: str, options: Mapping[str, Any]) -> Listed:
    """An account by its id alone, or with more about it."""
    words = structure(said if isinstance(said, Mapping) else {"account_id": said}, OF_ACCOUNTS, path)
    if "account_id" not in words:
        raise Refused(f"{path}.account_id: must be given")
    own = None
    if "regions" in words or "exclude_regions" in words:
        told = {word: words.get(word, options[word]) for word in ("regions", "exclude_regions")}
        own = Regions(*(regions(value, f"{path}.{word}") for word, value in told.items()))
    name = a_text(words.get("account_name", ""), f"{path}.account_name")
    identity = account_id(words["account_id"], f"{path}.account_id" if isinstance(said, Mapping) else path)
    uses_own_credentials = truth(words.get("use_own_credentials", False), f"{path}.use_own_credentials")
    if uses_own_credentials and "assume_role" in words:
        raise Refused(f"{path}: assume_role and use_own_credentials are mutually exclusive")
    return Listed(identity, name, own, role(words.get("assume_role"), f"{path}.assume_role", OF_A_ROLE), uses_own_credentials)


def account_id(said: Any, path: str) -> str:
    if not isinstance(said, bool) and isinstance(said, (str, int)) and ACCOUNT_ID.fullmatch(str(said)):
        return str(said)
    quote = "; quote it, as YAML takes a zero at its beginning for something else" if isinstance(said, int) else ""
    raise Refused(f'{path}: must be a string of 12 digits, as in "123456789012", not {described(said)}{quote}')


def organization(said: Any, path: str) -> Organization:
    words = structure(said, OF_ORGANIZATION, path)
    return Organization(
        units=units(words.get("organizational_units"), f"{path}.organizational_units"),
        excluded_units=units(words.get("exclude_organizational_units"), f"{path}.exclude_organizational_units"),
        nested=truth(words.get("nested", True), f"{path}.nested"),
        tags=tag_filters(words.get("tags", {}), f"{path}.tags"),
        excluded=texts(words.get("exclude_accounts"), f"{path}.exclude_accounts"),
        read_tags=truth(words.get("read_tags", False), f"{path}.read_tags"),
    )


def units(said: Any, path: str) -> tuple[str, ...]:
    """Organizational units by id, or by the names on the way to them; / is the root."""
    told = texts(said, path)
    for index, one in enumerate(told):
        if one.startswith(("ou-", "r-")) and not UNIT_ID.fullmatch(one):
            raise Refused(f"{path}[{index}]: {one} is neither an id, as in ou-ab12-11111111, nor a path of names, as in Workloads/Production")
    return told


def tag_filters(said: Any, path: str) -> dict[str, tuple[str, ...]]:
    """The values that each tag may have, with wildcards."""
    if not isinstance(said, Mapping):
        raise Refused(f"{path}: must be a dictionary of tags, each with a value or a list of values, not {described(said)}")
    return {str(key): texts(value if isinstance(value, list) else [value], f"{path}.{key}") for key, value in said.items()}


def regions(said: Any, path: str) -> tuple[str, ...]:
    told = texts(said, path)
    for index, one in enumerate(told):
        if not REGION.fullmatch(one):
            raise Refused(f"{path}[{index}]: must be a region or a pattern, as in eu-west-1 or eu-*, not {described(one)}")
    return told


def role(said: Any, path: str, known: Sequence[str]) -> dict[str, Any]:
    """How a role is assumed; STS's own words are held against its model later."""
    words = structure({} if said is None else said, known, path)
    for word in ("role_name", "role_arn"):
        validate_role(said or {}, word, f"{path}.{word}", ", or set accounts[].use_own_credentials where no role is assumed")
    name = words.get("role_name")
    if name and not (isinstance(name, str) and ROLE_NAME.fullmatch(name)):
        raise Refused(f"{path}.role_name: must be a role's name, with its path before it if it has one, as in team/deployer, not {described(name)}")
    if name and words.get("role_arn"):
        raise Refused(f"{path}: role_name and role_arn exclude each other")
    return words


def check_roles(asked: Wanted, shape: Any) -> None:
    """Hold what is said of roles against STS's model, where it is said."""
    own = [(f"accounts[{index}].assume_role", joined(asked.assume_role, one.assume_role)) for index, one in enumerate(asked.listed) if one.assume_role]
    of_all = [("assume_role", asked.assume_role)] if asked.organization is not None or len(own) < len(asked.listed) else []
    for path, words in (*of_all, *own):
        if words and "role_name" not in words and "role_arn" not in words:
            raise Refused(f"{path}.role_name: is required. Leave assume_role out, or set accounts[].use_own_credentials, where no role is assumed.")
        session_request({"role_arn": SOME_ROLE, **{word: value for word, value in words.items() if word in WORDS}}, shape, path)


def structure(said: Any, known: Sequence[str], path: str) -> dict[str, Any]:
    if not isinstance(said, Mapping):
        raise Refused(f"{path}: must be a dictionary, not {described(said)}")
    for word in said:
        if word not in known:
            raise Refused(f"{path}.{word}: no such option{closest(str(word), known) or '; there are ' + ', '.join(known)}")
    return {word: value for word, value in said.items() if value is not None}


def refuse_unknown(config: Mapping[str, Any], known: Iterable[str]) -> None:
    """A misspelt option would else be passed over, and another set of hosts be worked on."""
    for word in config:
        if word not in known:
            raise Refused(f"{word}: no such option{closest(str(word), known)}")


def a_list(said: Any, path: str) -> list[Any]:
    if said is None or isinstance(said, (list, tuple)):
        return list(said or [])
    raise Refused(f"{path}: must be a list, not {described(said)}")


def texts(said: Any, path: str) -> tuple[str, ...]:
    return tuple(a_text(one, f"{path}[{index}]") for index, one in enumerate(a_list(said, path)))


def a_text(said: Any, path: str) -> str:
    if isinstance(said, str):
        return said
    raise Refused(f"{path}: must be a string, not {described(said)}; quote it")


def truth(said: Any, path: str) -> bool:
    if isinstance(said, bool):
        return said
    raise Refused(f"{path}: must be true or false, not {described(said)}")


def refuse_twins(names: Iterable[str], sentence: str) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise Refused(sentence.format(name))


def named(accounts: Iterable[Account], asked: Wanted) -> list[Account]:
    """Accounts with the names that the configuration gives them, in the order of their ids."""
    return sorted((replace(one, name=asked.about(one).name or one.name) for one in accounts), key=lambda one: one.account_id)


def hosts(found: Sequence[Found], asked: Wanted) -> Iterator[tuple[str, Account, str]]:
    """The hosts by name, each with its account and region."""
    by_name = asked.host_name == "account_name"
    first = {one.account.account_id: in_a_host(one.account.name) if by_name and one.account.name else one.account.account_id for one in found}
    refuse_twins(first.values(), "host_name: several accounts are called {0}; say host_name: account_id, or give them an account_name under accounts")
    for one in found:
        yield from ((f"{first[one.account.account_id]}.{region}", one.account, region) for region in one.regions)


def in_a_host(name: str) -> str:
    """A name as a host's: what would be a pattern or a list on the command line becomes a dash."""
    return NOT_IN_A_HOST.sub("-", name).strip("-")


def variables(account: Account, region: str, role_words: Mapping[str, Any] | None, connection: Mapping[str, str]) -> dict[str, Any]:
    """What a host knows of itself; what begins with ``aws_`` has the names of amazon.aws' options and of this collection's playbooks."""
    own = {f"aws_{option}": value for option, value in connection.items() if option == "endpoint_url" or not role_words}
    told = {
        "account_id": account.account_id,
        "account_name": account.name or account.account_id,
        "account_tags": account.tags and dict(account.tags),
        "account_organizational_unit": account.unit,
        "region": region,
        "aws_region": region,
        "aws_assume_role": role_words and {"region": region, **role_words, **connection},
        **own,
    }
    return {word: value for word, value in told.items() if value is not None}
