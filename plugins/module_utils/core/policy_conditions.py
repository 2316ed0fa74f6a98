# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the conditions of a policy that restrict nothing. Pure: no AWS, no Ansible. Private to this collection.

A condition restricts nothing when it holds for every request, or when every caller can make it hold, as by HTTPS or by a request without VPC endpoint.
Requests are those of an EC2 instance with the credentials of its role: temporary credentials without MFA, made by no AWS service. The keys are those of
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, the operators those of
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import Any, Union

from .errors import Refused
from .policies import listed
from .policy_patterns import covers, matches_any_text
from .shapes import described

Network = Union[IPv4Network, IPv6Network]

OPERATOR = re.compile(r"(?:(?P<set>ForAllValues|ForAnyValue):)?(?P<base>[A-Za-z]+?)(?P<if_exists>IfExists)?", re.IGNORECASE)
STEM = re.compile(r"[/<$]")
NEGATIONS = {
    "stringnotequals",
    "stringnotequalsignorecase",
    "stringnotlike",
    "numericnotequals",
    "datenotequals",
    "notipaddress",
    "arnnotequals",
    "arnnotlike",
}
# Keys that each request of an instance has, and those of them that have one value only.
ALWAYS_PRESENT = {
    "aws:currenttime",
    "aws:ec2instancesourceprivateipv4",
    "aws:ec2instancesourcevpc",
    "aws:epochtime",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalisawsservice",
    "aws:principaltype",
    "aws:requestedregion",
    "aws:securetransport",
    "aws:sourceip",
    "aws:tokenissuetime",
    "aws:useragent",
    "aws:userid",
    "aws:viaawsservice",
    "ec2:roledelivery",
    "ec2:sourceinstancearn",
}
ONE_VALUE = {"aws:principalisawsservice": "false", "aws:principaltype": "assumedrole", "aws:securetransport": "true", "aws:viaawsservice": "false"}
# Keys that a caller leaves out by the way that the request takes.
OMITTABLE = {
    "aws:calledvia",
    "aws:calledviafirst",
    "aws:calledvialast",
    "aws:referer",
    "aws:sourcevpc",
    "aws:sourcevpcarn",
    "aws:sourcevpce",
    "aws:vpceaccount",
    "aws:vpceorgid",
    "aws:vpceorgpaths",
    "aws:vpcsourceip",
    "kms:viaservice",
}
# Global keys that a request may have. Those that it cannot have (MFA, federation, a calling AWS service) are not listed.
GLOBAL = {
    *ALWAYS_PRESENT,
    *OMITTABLE,
    "aws:assumedroot",
    "aws:chatbotsourcearn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principaltag",
    "aws:requesttag",
    "aws:resourceaccount",
    "aws:resourceorgid",
    "aws:resourceorgpaths",
    "aws:resourcetag",
    "aws:sourceidentity",
    "aws:tagkeys",
}
OF_THE_ACTION = {"aws:requesttag", "aws:resourcetag", "aws:tagkeys"}
# With these, a pattern for any value restricts all the same: the tag has to be there.
TAGS = re.compile(r"(tags?|tagkeys|encryptioncontext|encryptioncontextkeys)$")
# What the values of a key look like, where a pattern that matches all of them is more than wildcards.
SHAPES = {
    "aws:principalarn": "arn:${Partition}:iam::${Account}:role/${Name}",
    "aws:userid": "${Id}:${Session}",
    "aws:requestedregion": "${Area}-${Direction}-${Number}",
    "ec2:instanceprofile": "arn:${Partition}:iam::${Account}:instance-profile/${Name}",
    "ec2:sourceinstancearn": "arn:${Partition}:ec2:${Region}:${Account}:instance/${Id}",
    "iam:passedtoservice": "${Service}.amazonaws.com",
    "iam:permissionsboundary": "arn:${Partition}:iam::${Account}:policy/${Name}",
    "iam:policyarn": "arn:${Partition}:iam::${Account}:policy/${Name}",
}
ANY_ARN = "arn:${Partition}:${Service}:${Region}:${Account}:${Resource}"
HUGE = 10**9
FAR = timedelta(days=3650)
DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
# No address in these is the source of a request on the internet.
NOT_PUBLIC = tuple(
    map(
        ip_network,
        [
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.2.0/24", "192.168.0.0/16"),
            *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "::1/128", "2001:db8::/32", "fc00::/7", "fe80::/10", "ff00::/8"),
        ],
    )
)


@dataclass(frozen=True)
class Comparison:
    """One key of a condition, under one operator. ``path`` is where it stands in the document."""

    set_operator: str
    base: str
    if_exists: bool
    key: str
    values: tuple[str, ...]
    path: str

    @property
    def stem(self) -> str:
        return stem(self.key)

    @property
    def holds_without_key(self) -> bool:
        return self.if_exists or self.set_operator == "forallvalues" or (self.base in NEGATIONS and self.set_operator != "foranyvalue")


@dataclass(frozen=True)
class Context:
    """The requests that a condition is evaluated for.

    ``has_key`` tells whether a service sends a key, given as its stem. ``exact`` counts only what holds for every request, and not what callers can
    make hold; a Deny statement needs it.
    """

    has_key: Callable[[str], bool]
    now: datetime
    exact: bool = False


def stem(key: str) -> str:
    """Return a condition key in lower case and without the name of a tag: aws:resourcetag for aws:ResourceTag/team."""
    service, _colon, name = STEM.split(key.lower())[0].partition(":")
    return f"{service}:{name.partition(':')[0]}"


def read_condition(condition: Any, path: str) -> tuple[Comparison, ...]:
    """Read a Condition element. Raises Refused where IAM's grammar does not allow it."""
    return tuple(one for operator, keys in mapping(condition, path).items() for one in read_operator(operator, keys, f"{path}.{operator}"))


def mapping(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Refused(f"{path}: must be a dictionary, not {described(value)}")
    return value


def read_operator(operator: str, keys: Any, path: str) -> Iterator[Comparison]:
    found = OPERATOR.fullmatch(operator)
    base = found["base"].lower() if found else ""
    if base not in OPERATORS:
        raise Refused(f"{path}: unknown condition operator")
    for key, values in mapping(keys, path).items():
        texts = tuple(read_value(value, f"{path}.{key}") for value in listed(values))
        yield Comparison((found["set"] or "").lower(), base, bool(found["if_exists"]), key.lower(), texts, f"{path}.{key}")


def read_value(value: Any, path: str) -> str:
    if not isinstance(value, (str, int, float)):
        raise Refused(f"{path}: must be a text, a number or a boolean, not {described(value)}")
    return str(value).lower() if isinstance(value, bool) else str(value)


def always_holds(comparisons: tuple[Comparison, ...], context: Context) -> bool:
    """Return whether a condition restricts no request."""
    # Each is evaluated, since each may be unreadable.
    held = [holds(comparison, context) for comparison in comparisons]
    return all(held)


def holds(comparison: Comparison, context: Context) -> bool:
    """Return whether one comparison restricts no request: by the presence of its key first, then by its values."""
    matched = OPERATORS[comparison.base](comparison, context)
    if comparison.base == "null":
        return matched
    if is_absent(comparison, context) or (comparison.stem in OMITTABLE and not context.exact):
        return comparison.holds_without_key
    if not comparison.values:
        return comparison.set_operator == "forallvalues" or comparison.base in NEGATIONS
    return matched and (comparison.holds_without_key or not restricts_by_presence(comparison, context))


def is_absent(comparison: Comparison, context: Context) -> bool:
    """Return whether no request has the key."""
    if comparison.stem in GLOBAL and comparison.stem not in OF_THE_ACTION:
        return False
    return comparison.stem.startswith("aws:") and comparison.stem not in GLOBAL or not context.has_key(comparison.stem)


def restricts_by_presence(comparison: Comparison, context: Context) -> bool:
    """Return whether it restricts requests that the key must be present, whatever its value."""
    return comparison.stem not in ALWAYS_PRESENT if context.exact else bool(TAGS.search(comparison.stem))


def is_null(comparison: Comparison, context: Context) -> bool:
    wanted = {value.lower() for value in comparison.values}
    without = is_absent(comparison, context) or (comparison.stem in OMITTABLE and not context.exact)
    return ("true" in wanted and without) or ("false" in wanted and comparison.stem in ALWAYS_PRESENT) or wanted >= {"true", "false"}


def is_any_text(comparison: Comparison, context: Context) -> bool:
    return is_own_value(comparison, context) or any(is_every_value(comparison, value) for value in comparison.values)


def is_every_value(comparison: Comparison, value: str) -> bool:
    if matches_any_text(value) or (comparison.base.startswith("arn") and covers(value, ANY_ARN)):
        return True
    return comparison.stem in SHAPES and covers(value, SHAPES[comparison.stem])


def is_own_value(comparison: Comparison, _context: Context) -> bool:
    """Return whether a value is the key's only one, or the policy variable of the key itself."""
    return not {f"${{{comparison.key}}}", ONE_VALUE.get(comparison.stem)}.isdisjoint(value.lower() for value in comparison.values)


def is_no_text(comparison: Comparison, _context: Context) -> bool:
    if comparison.stem in ONE_VALUE:
        return not any(value.lower() == ONE_VALUE[comparison.stem] or "*" in value or "?" in value for value in comparison.values)
    return not any(comparison.values)  # an empty text equals no value


def is_any_boolean(comparison: Comparison, context: Context) -> bool:
    return is_own_value(comparison, context) or {value.lower() for value in comparison.values} >= {"true", "false"}


def is_never(_comparison: Comparison, _context: Context) -> bool:
    return False


def compares_number(compare: Callable[[float], bool], compare_date: Callable[[datetime, datetime], bool]) -> Callable[[Comparison, Context], bool]:
    def compares(comparison: Comparison, context: Context) -> bool:
        if comparison.stem == "aws:epochtime":
            return any(compare_date(date, context.now) for date in dates(comparison))
        return any(compare(number) for number in numbers(comparison))

    return compares


def compares_time(compare: Callable[[datetime, datetime], bool]) -> Callable[[Comparison, Context], bool]:
    return lambda comparison, context: any(compare(date, context.now) for date in dates(comparison))


def is_far(date: datetime, now: datetime) -> bool:
    return date > now + FAR


def is_past(date: datetime, now: datetime) -> bool:
    return date <= now


def differs_from_numbers(comparison: Comparison, _context: Context) -> bool:
    return all(number < 0 for number in numbers(comparison))


def differs_from_dates(comparison: Comparison, _context: Context) -> bool:
    return bool(list(dates(comparison)))  # a moment


def is_any_address(comparison: Comparison, context: Context) -> bool:
    """Return whether the networks hold half of all addresses or more, for a Deny statement all of them."""
    networks = list(addresses(comparison))
    for version, bits in ((4, 32), (6, 128)):
        count = sum(one.num_addresses for one in collapse_addresses(one for one in networks if one.version == version))
        if count >= 2 ** (bits if context.exact else bits - 1):
            return True
    return False


def is_no_address(comparison: Comparison, _context: Context) -> bool:
    return comparison.stem == "aws:sourceip" and all(any(is_inside(one, other) for other in NOT_PUBLIC) for one in addresses(comparison))


def is_inside(network: Network, other: Network) -> bool:
    return network.version == other.version and network.subnet_of(other)  # type: ignore[arg-type]


def parsed(comparison: Comparison, kind: str, parse: Callable[[str], Any]) -> Iterator[Any]:
    """The values of a comparison, save those with policy variables."""
    for value in comparison.values:
        if "${" not in value:
            try:
                yield parse(value)
            except (ValueError, OverflowError, OSError):
                raise Refused(f"{comparison.path}: must be {kind}, not {value}") from None


def numbers(comparison: Comparison) -> Iterator[float]:
    return parsed(comparison, "a number", float)


def dates(comparison: Comparison) -> Iterator[datetime]:
    return parsed(comparison, "a date as 2030-01-31T00:00:00Z", as_date)


def addresses(comparison: Comparison) -> Iterator[Network]:
    return parsed(comparison, "an IP address or a CIDR block", lambda value: ip_network(value, strict=False))


def as_date(value: str) -> datetime:
    """Read a date as IAM takes it: ISO 8601, a part of it, or seconds since 1970."""
    if re.fullmatch(r"\d{5,}(\.\d+)?", value):
        return datetime.fromtimestamp(float(value), timezone.utc)
    if DATE.fullmatch(value):
        value += "-01-01"[len(value) - 4 :] if len(value) < 10 else ""
    date = datetime.fromisoformat(re.sub(r"[Zz]$", "+00:00", value))
    return date if date.tzinfo else date.replace(tzinfo=timezone.utc)


OPERATORS: Mapping[str, Callable[[Comparison, Context], bool]] = {
    "null": is_null,
    "stringequals": is_own_value,
    "stringequalsignorecase": is_own_value,
    "stringlike": is_any_text,
    "arnequals": is_any_text,
    "arnlike": is_any_text,
    "stringnotequals": is_no_text,
    "stringnotequalsignorecase": is_no_text,
    "stringnotlike": is_no_text,
    "arnnotequals": is_no_text,
    "arnnotlike": is_no_text,
    "bool": is_any_boolean,
    "binaryequals": is_never,
    "numericequals": is_never,
    "numericnotequals": differs_from_numbers,
    "numericlessthan": compares_number(lambda number: number >= HUGE, is_far),
    "numericlessthanequals": compares_number(lambda number: number >= HUGE, is_far),
    "numericgreaterthan": compares_number(lambda number: number < 0, is_past),
    "numericgreaterthanequals": compares_number(lambda number: number <= 0, is_past),
    "dateequals": is_never,
    "datenotequals": differs_from_dates,
    "datelessthan": compares_time(is_far),
    "datelessthanequals": compares_time(is_far),
    "dategreaterthan": compares_time(is_past),
    "dategreaterthanequals": compares_time(is_past),
    "ipaddress": is_any_address,
    "notipaddress": is_no_address,
}
