# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""See at the end that all is there as planned, and say so if someone else got in between. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .errors import CallRefused, Overtaken, PassroleError, StoppedHalfway
from .patience import SPREAD_WITHIN, pauses
from .plan import Action, Plan, shown


def settle(look: Callable[[], Plan], done: Sequence[str], sleep: Callable[[float], None]) -> tuple[str, ...]:
    """Look, for as long as news takes to spread, until nothing differs from what is wanted; what to warn of."""
    for pause in (*pauses(SPREAD_WITHIN), None):
        try:
            return looked(look)
        except PassroleError as why:
            if pause is None:
                raise StoppedHalfway("see all as planned", why, done, left_to_do(why)) from why
            sleep(pause)
    return ()


def looked(look: Callable[[], Plan]) -> tuple[str, ...]:
    """Look once; who may change and not look is warned."""
    try:
        seen = look()
    except CallRefused as refusal:
        if refusal.is_denial:
            return (f"what was done could not be looked at again: {refusal}",)
        raise
    if differing := sorted(differences(shown(seen.before or {}), shown(seen.after or {}))):
        raise Overtaken(differing, [step.summary for step in seen if isinstance(step, Action)])
    return ()


def left_to_do(why: PassroleError) -> list[str]:
    return why.left if isinstance(why, Overtaken) else []


def differences(have: Any, want: Any, path: str = "") -> Iterator[str]:
    """Where two states differ, in playbook words; not in what, as that may be a secret."""
    if isinstance(have, Mapping) and isinstance(want, Mapping) and have.keys() & want.keys():
        for word in have.keys() | want.keys():
            yield from differences(have.get(word), want.get(word), f"{path}.{word}".lstrip("."))
    elif have != want:
        yield path or "all of it"
