# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How late news spread: what was made or changed a moment ago is known to IAM, and to the others only after a while."""

from __future__ import annotations

from typing import Any

from moto.iam.models import InstanceProfile, Role

from .account import ACCOUNT

Role.made_at = InstanceProfile.made_at = InstanceProfile.changed_at = InstanceProfile.roled_at = float("-inf")


def spread(since: float, setting: str) -> bool:
    """Whether as much time has passed as the news takes by this setting."""
    return ACCOUNT.clock() - since >= getattr(ACCOUNT.settings, setting)


class EarlyRead:
    """A role or a profile as IAM may show it at first: with its id in the place of its ARN."""

    def __init__(self, thing: Any) -> None:
        self.thing = thing

    def __getattr__(self, name: str) -> Any:
        return getattr(self.thing, name)

    @property
    def arn(self) -> str:
        return self.thing.arn if spread(self.thing.made_at, "arn_delay") else self.thing.id

    @property
    def roles(self) -> list[EarlyRead]:
        return [EarlyRead(role) for role in self.thing.roles]
