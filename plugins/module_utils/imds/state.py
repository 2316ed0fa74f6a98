# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the metadata service is, and how long it is asked. Pure. Private to this collection."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..core.errors import Refused

ENDPOINT = re.compile(r"https?://[^\s/@?#]+(/[^\s@?#]*)?")


class Asked(NamedTuple):
    endpoint: str
    timeout: float
    attempts: int
    wait_timeout: int


def asked(params: Mapping[str, Any]) -> Asked:
    """The options, held against what makes sense."""
    if not ENDPOINT.fullmatch(params["endpoint"]):
        raise Refused("endpoint: must be a URL such as http://169.254.169.254, without a user, a password or a query")
    if not 0 < params["timeout"] <= 60:
        raise Refused(f"timeout: must be more than 0 and at most 60 seconds, not {params['timeout']:g}")
    if not 1 <= params["attempts"] <= 10:
        raise Refused(f"attempts: must be 1 to 10, not {params['attempts']}")
    if params["wait_timeout"] < 0:
        raise Refused(f"wait_timeout: {params['wait_timeout']} is no number of seconds")
    return Asked(params["endpoint"], params["timeout"], params["attempts"], params["wait_timeout"])
