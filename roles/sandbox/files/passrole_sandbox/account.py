# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sandbox's one account: its settings, and how it becomes empty again."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data

from .settings import Settings


class Account:
    """What the mends ask about while moto serves a call."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.clock = clock
        self.settings = Settings()

    def empty(self, settings: Settings) -> None:
        """Forget every resource; each region comes back as new when it is next asked for."""
        self.settings = settings
        for backends in BackendDict._instances:
            for regions in backends.values():
                regions.clear()
        reset_model_data()


ACCOUNT = Account()
