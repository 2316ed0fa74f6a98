# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many calls an account may make: a bucket of tokens per service, as AWS describes its own throttling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Bucket:
    """What is left of a service's burst, and when that was known."""

    tokens: float
    at: float


class Rates:
    """Gives a token for each call, or none while a service is asked too fast."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.buckets: dict[str, Bucket] = {}

    def allow(self, service: str, per_second: float, burst: int) -> bool:
        """Whether one more call is allowed now; without a rate every call is."""
        if not per_second:
            return True
        bucket = self.buckets.setdefault(service, Bucket(burst, self.clock()))
        self.fill(bucket, per_second, burst)
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True

    def fill(self, bucket: Bucket, per_second: float, burst: int) -> None:
        now = self.clock()
        bucket.tokens = min(burst, bucket.tokens + (now - bucket.at) * per_second)
        bucket.at = now
