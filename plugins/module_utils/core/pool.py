# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work on many members at a time, and never on more than so many. Pure: what is done, and how to sleep, is handed in. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock, Semaphore, Thread
from typing import Any, TypeVar

from .errors import Refused

One = TypeVar("One")
Made = TypeVar("Made")

AT_A_TIME, MOST_AT_A_TIME = 20, 100
CONCURRENCY = {"type": "int", "default": AT_A_TIME}
MOST_THREADS = 300  # those that rest among them


class Slots:
    """How many work at a time. Who rests, as AWS's news takes its time, lets another go on meanwhile."""

    def __init__(self, count: int, sleep: Callable[[float], None]) -> None:
        self._free = Semaphore(count)
        self._sleep = sleep

    def __enter__(self) -> None:
        self._free.acquire()

    def __exit__(self, *_why: Any) -> None:
        self._free.release()

    def rest(self, seconds: float) -> None:
        self._free.release()
        try:
            self._sleep(seconds)
        finally:
            self._free.acquire()


def all_of(some: Sequence[One], work: Callable[[One], Made], threads: int) -> list[Made]:
    """What the work makes of each, in their order; one by one where there is nothing to gain from more.

    Where the work is broken off, as by who presses Ctrl-C, what is begun is ended and no more is begun.
    """
    if len(some) < 2 or threads < 2:
        return [work(one) for one in some]
    with ThreadPoolExecutor(max_workers=min(threads, len(some))) as pool:
        try:
            return list(pool.map(work, some))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def begin(works: Iterable[Callable[[], Any]]) -> None:
    """All of these at the same time, while the caller goes on. What fails says so to whoever asks for it."""
    for work in works:
        Thread(target=silently, args=(work,), daemon=True).start()


def silently(work: Callable[[], Any]) -> None:
    try:
        work()
    except Exception:  # pylint: disable=broad-exception-caught
        return


@dataclass
class Batch:
    """Names that are asked for with one call, and its answer."""

    names: set[str] = field(default_factory=set)
    answer: Future[Any] = field(default_factory=Future)


class Together:
    """Reads of one group each become reads of many: who asks while a read is on its way shares the next. No answer is older than its question."""

    ASKED = ("autoscaling", "describe_auto_scaling_groups")

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call
        self._open = Batch()
        self._joining, self._reading = Lock(), Lock()

    def call(self, service: str, operation: str, **params: Any) -> Any:
        names = params.get("AutoScalingGroupNames", ())
        if (service, operation) != self.ASKED or len(names) != 1 or len(params) != 1:
            return self._call(service, operation, **params)
        found = self._asked_with_others(names[0])["AutoScalingGroups"]
        return {"AutoScalingGroups": [group for group in found if group["AutoScalingGroupName"] == names[0]]}

    def _asked_with_others(self, name: str) -> Any:
        with self._joining:
            batch, leads = self._open, not self._open.names
            batch.names.add(name)
        if leads:
            self._read(batch)
        return batch.answer.result()

    def _read(self, batch: Batch) -> None:
        with self._reading:
            with self._joining:
                self._open = Batch()
            try:
                batch.answer.set_result(self._call(*self.ASKED, AutoScalingGroupNames=sorted(batch.names)))
            except BaseException as error:
                batch.answer.set_exception(error)


def checked_concurrency(concurrency: int) -> int:
    if not 1 <= concurrency <= MOST_AT_A_TIME:
        raise Refused(f"concurrency: must be between 1 and {MOST_AT_A_TIME}, not {concurrency}")
    return concurrency
