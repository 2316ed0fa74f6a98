# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a fleet is, in lines of a file that somebody else shows meanwhile. Private to this collection."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

One = TypeVar("One")

EVERY = 2.0  # seconds between two lines; who is done sooner says nothing


class Progress:
    """Counts members, and writes how many there are of what when it has been silent for a while."""

    def __init__(self, path: str | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = Path(path) if path else None
        self._clock = clock
        self._silent_since = clock()
        self._counting = Lock()

    @contextmanager
    def counting(self, doing: str, total: int) -> Iterator[Callable[[One], One]]:
        """What is given the members one by one, from any thread, and gives them back."""
        count = 0

        def counted(one: One) -> One:
            nonlocal count
            with self._counting:
                count += 1
                self._say(f"{doing} {count} of {total}")
            return one

        yield counted

    def _say(self, line: str) -> None:
        if self._path is None or self._clock() - self._silent_since < EVERY:
            return
        self._silent_since = self._clock()
        self._write(line)

    def _write(self, line: str) -> None:
        # The path was checked before the first call. A disk that is full by now must not stop a task that changes AWS.
        with suppress(OSError), self._path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


NOBODY: Any = Progress(None)
