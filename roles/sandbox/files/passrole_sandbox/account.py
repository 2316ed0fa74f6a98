# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sandbox's one account: its settings, and how it becomes empty again."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.ec2.models.subnets import Subnet

from .settings import Settings


class Account:
    """What the mends ask about while moto serves a call."""

    def __init__(self, runs: Callable[[], float] = monotonic) -> None:
        self.runs = runs
        self.stands_at: float | None = None
        self.settings = Settings()
        self.due: list[tuple[float, Callable[[], None]]] = []
        self.moment: float | None = None
        self.enabled: dict[str, set[str]] = {}  # the regions that an account has opted into
        self.watches: list[Callable[[], None]] = []

    def clock(self) -> float:
        """The time by which things happen; it runs by itself until somebody moves it on. What is caught up on has its own."""
        if self.moment is not None:
            return self.moment
        return self.runs() if self.stands_at is None else self.stands_at

    def move_on(self, seconds: float) -> float:
        """Let time pass; from then on it passes in no other way, so that who moves it knows it to the moment."""
        self.stands_at = self.clock() + seconds
        return self.stands_at

    def at(self, moment: float, happens: Callable[[], None]) -> None:
        """What happens by itself once the clock is there."""
        self.due.append((moment, happens))

    def catch_up(self) -> None:
        """Let happen what was due, the earliest first, each at its moment; nobody sees an account in which it did not."""
        while self.due and (first := min(self.due, key=lambda one: one[0]))[0] <= self.clock():
            self.due.remove(first)
            self.happen(*first)
        for watch in self.watches:
            watch()

    def happen(self, moment: float, happens: Callable[[], None]) -> None:
        """What it leads to is counted from then, however late somebody looks."""
        self.moment = moment
        try:
            happens()
        finally:
            self.moment = None

    def empty(self, settings: Settings) -> None:
        """Forget every resource; each region comes back as new when it is next asked for."""
        self.settings = settings
        self.stands_at = None
        self.due.clear()
        self.enabled.clear()
        for backends in BackendDict._instances:
            for regions in backends.values():
                regions.clear()
        reset_model_data()
        # moto remembers the addresses of every subnet there ever was, and with it all that was in its region.
        Subnet._base_avail_ip_iterator.cache_clear()


ACCOUNT = Account()
