# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real sandbox for the tests that speak AWS: one process per pytest session, empty again for every test that asks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import pytest

COMMAND = Path(__file__).parents[2] / "roles" / "sandbox" / "files" / "sandbox.py"
STARTS_WITHIN = 60.0
# No proxy: the sandbox is on loopback, whatever the environment says.
ASK = build_opener(ProxyHandler({})).open


class Sandbox:
    """The running sandbox, seen from outside: HTTP only."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._clients: dict[tuple[str, str], Any] = {}

    def reset(self) -> None:
        """Empty the account, forget the calls, bring the default settings back."""
        self.control("POST", "reset")

    def settings(self, **wanted: Any) -> dict[str, Any]:
        return self.control("POST", "settings", wanted)

    def run(self, name: str) -> None:
        """Calls from now on belong to this run."""
        self.control("POST", "run", {"name": name})

    def calls(self, run: str | None = None) -> list[dict[str, Any]]:
        return self.control("GET", "calls" if run is None else f"calls?{urlencode({'run': run})}")["calls"]

    def client(self, service: str, region: str = "eu-west-1") -> Any:
        if (service, region) not in self._clients:
            self._clients[service, region] = boto_client(service, region, self.url)
        return self._clients[service, region]

    def control(self, method: str, path: str, body: Any = None) -> Any:
        sent = None if body is None else json.dumps(body).encode()
        with ASK(Request(f"{self.url}/_sandbox/{path}", data=sent, method=method), timeout=30) as answer:
            return json.load(answer)


def boto_client(service: str, region: str, url: str) -> Any:
    """A client with credentials of its own, that asks neither the environment nor a proxy."""
    import boto3
    from botocore.config import Config

    return boto3.session.Session("sandbox", "sandbox", region_name=region).client(
        service,
        endpoint_url=url,
        config=Config(proxies={}, retries={"total_max_attempts": 1}),
    )


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox per pytest session, and so one per pytest-xdist worker."""
    folder = tmp_path_factory.mktemp("sandbox")
    ready = folder / "ready.json"
    command = [sys.executable, str(COMMAND), "--ready-file", str(ready), "--log-file", str(folder / "sandbox.log"), "--parent-pid", str(os.getpid())]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as process:
        try:
            yield Sandbox(told_where(process, ready))
        finally:
            process.terminate()


@pytest.fixture
def account(sandbox: Sandbox) -> Sandbox:
    """An empty AWS account."""
    sandbox.reset()
    return sandbox


def told_where(process: subprocess.Popen[bytes], ready: Path) -> str:
    latest = time.monotonic() + STARTS_WITHIN
    while not ready.exists():
        assert process.poll() is None, "the sandbox ended before it was ready"
        assert time.monotonic() < latest, f"the sandbox was not ready within {STARTS_WITHIN:.0f} seconds"
        time.sleep(0.02)
    return json.loads(ready.read_text(encoding="utf-8"))["endpoint_url"]
