# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The door to the metadata service, by Python's own library alone, as an instance may have no other. Private to this collection."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from .observe import Answer

PAUSE = 0.5  # seconds before another attempt
BETWEEN = 2.0  # seconds between two questions about the same credentials
LONGEST = 65536  # characters; a document of the service has some hundred


def patiently(tell: Callable[[], dict[str, Any]], timeout: float) -> dict[str, Any]:
    """What is told once there are credentials, or when time is up."""
    until = time.monotonic() + timeout
    found = tell()
    while not found["delivered"] and time.monotonic() < until:
        time.sleep(min(BETWEEN, max(until - time.monotonic(), 0)))
        found = tell()
    return found


class Door:
    """Asks again where nobody answers or the service is busy. A link-local address is behind no proxy."""

    def __init__(self, endpoint: str, timeout: float, attempts: int) -> None:
        self._endpoint, self._timeout, self._attempts = endpoint.rstrip("/"), timeout, attempts
        self._open = build_opener(ProxyHandler({})).open

    def get(self, path: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> Answer:
        for attempt in range(self._attempts):
            if attempt:
                time.sleep(PAUSE)
            answer = self._asked(Request(f"{self._endpoint}/{path}", headers=dict(headers or {}), method=method))
            if answer.status is not None and answer.status < 500:
                break
        return answer

    def _asked(self, request: Request) -> Answer:
        try:
            with self._open(request, timeout=self._timeout) as answer:
                return Answer(answer.status, answer.read(LONGEST).decode("utf-8", "replace"))
        except HTTPError as refusal:
            return Answer(refusal.code)
        except (OSError, HTTPException) as why:
            return Answer(None, str(getattr(why, "reason", why)) or type(why).__name__)
