# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that can go wrong, in words a playbook author can act on. Private to this collection."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any


class PassroleError(Exception):
    """Any failure this collection reports on purpose."""

    lost = False  # whether AWS may have done what it did not confirm

    def as_result(self) -> dict[str, Any]:
        """What ``fail_json`` gets."""
        return {"msg": str(self), "changed": False}


# Longer than any word, name or ARN that makes sense: a value given by mistake, behind which nobody would read what is said of it.
TOO_LONG = re.compile(r"\S{600,}")


class Refused(PassroleError):
    """The request makes no sense, or is unsafe. Nothing was changed."""

    def __init__(self, message: str) -> None:
        super().__init__(shortened(message))


def shortened(message: str) -> str:
    return TOO_LONG.sub(lambda word: f"{word[0][:100]}[...]{word[0][-20:]}", message)


class Unsafe(Refused):
    """What is declared was judged, and what was found is not to be written."""

    def __init__(self, message: str, findings: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(message)
        self.findings = list(findings)

    def as_result(self) -> dict[str, Any]:
        return {**super().as_result(), "findings": self.findings}


class NoRegion(Refused):
    """A region is needed and none is given."""


class StillUsed(Refused):
    """What is to go is used by something else, or nobody can tell."""

    def __init__(self, reason: str, users: Sequence[str]) -> None:
        super().__init__(reason)
        self.users = list(users)

    def as_result(self) -> dict[str, Any]:
        return {**super().as_result(), "used_by": self.users}


class AwsUnreachable(PassroleError):
    """No answer from AWS: no credentials, no region, no network."""

    def __init__(self, reason: str, lost: bool = False) -> None:
        super().__init__(reason)
        self.lost = lost


ENCODED = "Encoded authorization failure message:"
DENIALS = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")


class CallRefused(PassroleError):
    """AWS answered one call with an error; ``after`` is how many seconds it was given to think better of it.

    ``asked`` is the call: service, operation and params. What EC2 tells in code is kept apart, and shown to nobody.
    ``lost`` tells that an earlier try of the same call had no answer, or one that leaves open what was done.
    """

    def __init__(
        self, code: str, reason: str, after: float = 0, asked: tuple[str, str, Mapping[str, Any]] | None = None, lost: bool = False
    ) -> None:
        words, _sign, encoded = reason.partition(ENCODED)
        self.code = code
        self.reason = words.rstrip()
        self.encoded = encoded.strip()
        self.asked = asked
        self.lost = lost
        super().__init__(f"{self.reason} ({code})" + (f", and still so after {after:g} seconds" if after else ""))

    @property
    def is_denial(self) -> bool:
        """Whether it is the caller who may not, by the code that services give for it."""
        return self.code in DENIALS


class WaitedInVain(PassroleError):
    """AWS did not show in time what a plan waits for."""


class Overtaken(PassroleError):
    """What a plan made is not there as it was made: someone else works on it at the same time."""

    def __init__(self, differing: Sequence[str], left: Sequence[str]) -> None:
        super().__init__(f"someone else changes it at the same time, or AWS keeps another value than is asked for: {', '.join(differing)}")
        self.left = list(left)


class DoneInPart(PassroleError):
    """One call was to do many things. AWS did some, and refused others."""

    def __init__(self, reason: str, done: Sequence[str], left: Sequence[str]) -> None:
        super().__init__(reason)
        self.done = list(done)
        self.left = list(left)


class StoppedHalfway(PassroleError):
    """One step of a plan failed. The steps before it were made and stay made; of a lost one nobody knows."""

    def __init__(
        self,
        doing: str,
        why: PassroleError,
        done: Sequence[str],
        left: Sequence[str],
        advice: str = "",
        waited: Sequence[Mapping[str, Any]] = (),
        not_known: Sequence[str] = (),
    ) -> None:
        doubt = ". Whether it was done is not known; a second run finds out" if not_known else ""
        super().__init__(f"Could not {doing}: {why}{advice and '. '}{advice}{doubt}")
        self.done = list(done)
        self.left = list(left)
        self.waited = list(waited)
        self.not_known = list(not_known)

    def as_result(self) -> dict[str, Any]:
        told = {"msg": str(self), "changed": bool(self.done or self.not_known), "done": self.done, "not_done": self.left}
        more = {"not_known": self.not_known, "waited": self.waited}
        return {**told, **{word: value for word, value in more.items() if value}}


class ChainFailed(PassroleError):
    """One resource of a chain was refused or failed; the result tells what was done of all."""

    def __init__(self, message: str, told: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.told = told

    def as_result(self) -> dict[str, Any]:
        return {**super().as_result(), **self.told, "msg": str(self)}


class FleetFailed(PassroleError):
    """Members of a fleet failed, or it went no further; what became of each is in the results. ``stopped`` tells that no further member is worked on."""

    def __init__(self, message: str, told: Mapping[str, Any], stopped: bool = False) -> None:
        super().__init__(message)
        self.told = told
        self.stopped = stopped

    def as_result(self) -> dict[str, Any]:
        return {**super().as_result(), **self.told, "stopped": self.stopped}


class Denied(PassroleError):
    """AWS did not allow what was asked, or would not; the error says what allows it, where a statement can."""

    def __init__(self, error: PassroleError, explanation: str, policy: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{str(error).removesuffix('.')}. {explanation}")
        self.error = error
        self.policy = policy

    def as_result(self) -> dict[str, Any]:
        told = {**self.error.as_result(), "msg": str(self)}
        return {**told, "policy_to_add": self.policy} if self.policy else told
