# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long AWS is given to think better of a refusal, and in what steps. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .errors import CallRefused
from .plan import NotYet

PATIENCE = 120.0  # seconds; IAM's news rarely takes longer than some 15
LONGEST_PAUSE = 5.0
SPREAD_WITHIN = 30.0  # seconds in which a look shows what was just done

UNREADABLE = "UnreadableAnswer"  # our own code for what is no answer of AWS's

# botocore makes these calls no second time, though AWS asks for it.
PASSING = (
    NotYet("ConcurrentModification"),
    NotYet("ScalingActivityInProgress"),
    NotYet("ResourceContention"),
    NotYet(UNREADABLE),
)


def pauses(patience: float, longest: float = LONGEST_PAUSE) -> Iterator[float]:
    """Growing pauses, in seconds, that add up to ``patience``."""
    pause, left = 0.25, patience
    while left > 0:
        yield min(pause, left)
        left -= pause
        pause = min(pause * 2, longest)


def asks_again(refusal: CallRefused) -> bool:
    """Whether AWS asks to make the same call once more."""
    return any(refusal in passing for passing in PASSING)


def patiently(make: Callable[[], Any], passes: Callable[[CallRefused], bool], pause: Callable[[float, str], None]) -> Any:
    """Make one call; while the refusal is one that passes, wait and make it again."""
    for seconds in pauses(PATIENCE):
        try:
            return make()
        except CallRefused as refusal:
            if not passes(refusal):
                raise
            pause(seconds, str(refusal))
    try:
        return make()
    except CallRefused as refusal:
        if not passes(refusal):
            raise
        raise CallRefused(refusal.code, refusal.reason, PATIENCE, refusal.asked, refusal.lost) from refusal
