# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that can go wrong, in words a playbook author can act on. Private to this collection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class PassroleError(Exception):
    """Any failure this collection reports on purpose."""

    def as_result(self) -> dict[str, Any]:
        """What ``fail_json`` gets."""
        return {"msg": str(self), "changed": False}


class Refused(PassroleError):
    """The request makes no sense, or is unsafe. Nothing was changed."""


class AwsUnreachable(PassroleError):
    """No answer from AWS: no credentials, no region, no network."""


class CallRefused(PassroleError):
    """AWS answered one call with an error."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{reason} ({code})")
        self.code = code
        self.reason = reason


class WaitedInVain(PassroleError):
    """AWS did not show in time what a plan waits for."""


class StoppedHalfway(PassroleError):
    """One step of a plan failed. The steps before it were made and stay made."""

    def __init__(self, doing: str, why: PassroleError, done: Sequence[str], left: Sequence[str], advice: str = "") -> None:
        super().__init__(f"Could not {doing}: {why}{advice and '. '}{advice}")
        self.done = list(done)
        self.left = list(left)

    def as_result(self) -> dict[str, Any]:
        return {"msg": str(self), "changed": bool(self.done), "done": self.done, "not_done": self.left}
