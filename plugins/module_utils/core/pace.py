# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How fast AWS is asked, where a playbook sets a limit. Pure: the clock is handed in. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from .errors import Refused

SLOWEST = 0.01
MAX_CALLS_PER_SECOND = {"type": "float"}


class Pace:
    """Keeps requests apart, whatever threads they come from: one in so many parts of a second, the first at once."""

    def __init__(self, per_second: float, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._apart = 1 / per_second
        self._clock, self._sleep = clock, sleep
        self._next = clock()
        self._taking = Lock()

    def take(self) -> None:
        """Wait until the next request may be sent."""
        with self._taking:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + self._apart
        if now < turn:
            self._sleep(turn - now)


def checked_pace(per_second: float | None) -> float | None:
    """The option, which no one may set to a standstill."""
    if per_second is not None and not SLOWEST <= per_second < float("inf"):
        raise Refused(f"max_calls_per_second: must be {SLOWEST:g} or more, not {per_second:g}")
    return per_second
