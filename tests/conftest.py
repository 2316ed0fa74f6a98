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
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import pytest

pytest_plugins = ("tests.support.browser_selection",)

COMMAND = Path(__file__).parents[1] / "roles" / "sandbox" / "files" / "sandbox.py"
STARTS_WITHIN = 60.0
# A key that nobody has is the account's root.
ROOT = ("sandbox", "sandbox")
# The content type of a control request; the sandbox refuses every other one.
JSON = {"Content-Type": "application/json"}
# No proxy: the sandbox is on loopback, whatever the environment says.
ASK = build_opener(ProxyHandler({})).open


class Sandbox:
    """The running sandbox, seen from outside: HTTP only."""

    def __init__(self, url: str, log: Path) -> None:
        self.url = url
        self.log = log
        self._clients: dict[tuple[str, ...], Any] = {}

    def reset(self) -> None:
        """Empty the account, forget the calls, bring the default settings back."""
        self._clients = {who: client for who, client in self._clients.items() if who[2:] == ROOT}  # nobody has another key any more
        self.control("POST", "reset")

    def settings(self, **wanted: Any) -> dict[str, Any]:
        return self.control("POST", "settings", wanted)

    def advance(self, seconds: float) -> None:
        """Let the sandbox's time pass, and from now on in no other way."""
        self.control("POST", "clock", {"advance": seconds})

    def last_used(self, role: str, region: str) -> None:
        """IAM shows that the role was last used now, in this region."""
        self.control("POST", "last_used", {"role": role, "region": region})

    def faults(self, *rules: dict[str, Any]) -> None:
        """What goes wrong from now on; nothing, when there is no rule."""
        self.control("POST", "faults", {"rules": list(rules)})

    def run(self, name: str) -> None:
        """Calls from now on belong to this run."""
        self.control("POST", "run", {"name": name})

    def calls(self, run: str | None = None) -> list[dict[str, Any]]:
        return self.control("GET", "calls" if run is None else f"calls?{urlencode({'run': run})}")["calls"]

    def client(self, service: str, region: str = "eu-west-1", key: tuple[str, ...] = ROOT) -> Any:
        """A client for who has this key: its id, its secret, and a session's token."""
        if (service, region, *key) not in self._clients:
            self._clients[service, region, *key] = boto_client(service, region, self.url, key)
        return self._clients[service, region, *key]

    def control(self, method: str, path: str, body: Any = None) -> Any:
        sent = None if body is None else json.dumps(body).encode()
        with ASK(Request(f"{self.url}/_sandbox/{path}", data=sent, headers=JSON, method=method), timeout=30) as answer:
            return json.load(answer)


def boto_client(service: str, region: str, url: str, key: tuple[str, ...] = ROOT) -> Any:
    """A client with credentials of its own, that asks neither the environment nor a proxy."""
    from botocore.config import Config

    named = dict(zip(("aws_access_key_id", "aws_secret_access_key", "aws_session_token"), key))
    config = Config(proxies={}, retries={"total_max_attempts": 1})
    return boto_session().client(service, region_name=region, endpoint_url=url, config=config, **named)


@cache
def boto_session() -> Any:
    """One for all clients: each reads the services' models anew, which takes longer than most tests."""
    import boto3

    return boto3.session.Session()


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox per pytest session, and so one per pytest-xdist worker."""
    folder = tmp_path_factory.mktemp("sandbox")
    ready = folder / "ready.json"
    command = [sys.executable, str(COMMAND), "--ready-file", str(ready), "--log-file", str(folder / "sandbox.log"), "--parent-pid", str(os.getpid())]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as process:
        try:
            yield Sandbox(told_where(process, ready), folder / "sandbox.log")
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


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore backs off between its tries; here it does so in no time."""
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda seconds: None))
    monkeypatch.setattr("botocore.retries.bucket.TokenBucket.acquire", lambda *_args, **_more: True)
    # A client outlives many runs here, and each run has a new client's quota.
    monkeypatch.setattr("botocore.retries.quota.RetryQuota.acquire", lambda *_args, **_more: True)
