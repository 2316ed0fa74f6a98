# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read which findings of a product Security Hub has. Reading never changes anything. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..core.errors import NoRegion, Refused
from .state import ACTIVE, ARCHIVED, FILLED_IN, OF_AWS, Desired, Finding, Here, Observed, as_provided

Find = Callable[..., Any]

AT_ONCE = 100  # GetFindings tells no more on a page
NOT_ENABLED = "InvalidAccessException"


def here(find: Find, partition: str, region: str) -> Here:
    if not region:
        raise NoRegion("region: none given, and Security Hub keeps findings region by region")
    return Here(partition, region, find("sts", "get_caller_identity")["Account"])


def observe(want: Desired, find: Find) -> Observed:
    answer = find("securityhub", "get_findings", absent=NOT_ENABLED, Filters=filters(want), MaxResults=AT_ONCE)
    if answer is None:
        raise Refused(
            f"Security Hub is not enabled in {want.here.region} of account {want.here.account}; enable it there, "
            "as with aws securityhub enable-security-hub --no-enable-default-standards, or do not import findings"
        )
    found = [parse(one) for one in answer["Findings"]]
    active, archived = ({one["Id"]: one for one in found if one["RecordState"] == state} for state in (ACTIVE, ARCHIVED))
    return Observed(active, archived)


def filters(want: Desired) -> dict[str, Any]:
    """An administrator's account sees the findings of others, and an aggregating region those of other regions."""
    exactly = {"ProductArn": want.product, "AwsAccountId": want.here.account, "Region": want.here.region}
    return {
        **{name: [{"Value": value, "Comparison": "EQUALS"}] for name, value in exactly.items()},
        "GeneratorId": [{"Value": want.prefix, "Comparison": "PREFIX"}],
    }


def parse(told: Finding) -> Finding:
    """A finding without what Security Hub adds to it."""
    fields = {key: value for key, value in told.get("ProductFields", {}).items() if not key.startswith(OF_AWS)}
    finding = {name: value for name, value in as_provided(told).items() if name not in (*FILLED_IN, "ProductFields")}
    return {**finding, **({"ProductFields": fields} if fields else {})}
