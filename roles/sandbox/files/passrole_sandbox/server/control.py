# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sandbox's own endpoints, under /_sandbox/: reset, settings, clock, last use, run, calls, faults, process, contents.

They are not AWS and are not recorded.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any
from urllib.parse import parse_qs

from ..account import ACCOUNT
from ..faults import Faults, faults
from ..last_use import set_last_use
from ..imds import Metadata
from ..paths import CONTROL
from ..rates import Rates
from ..recorder import Recorder
from ..settings import Settings, UnknownSetting, seconds
from .contents import count_contents

Body = Mapping[str, Any]


class Control:
    """Answers one control request with a status and a JSON value."""

    def __init__(self, at_start: Settings) -> None:
        self.at_start = at_start
        self.started = datetime.now(timezone.utc).isoformat(timespec="seconds")
        self.recorder = Recorder()
        self.faults = Faults()
        self.rates = Rates(ACCOUNT.clock)
        self.metadata = Metadata()
        self.routes: Mapping[tuple[str, str], Callable[[str, Body], Any]] = {
            ("POST", "reset"): self.reset,
            ("GET", "settings"): self.settings,
            ("POST", "settings"): self.change,
            ("POST", "clock"): self.move_clock,
            ("POST", "last_used"): self.set_last_use,
            ("POST", "run"): self.name_run,
            ("GET", "calls"): self.calls,
            ("GET", "faults"): self.tell_faults,
            ("POST", "faults"): self.go_wrong,
            ("GET", "process"): self.process,
            ("GET", "contents"): self.contents,
        }
        ACCOUNT.settings = at_start

    def answer(self, method: str, path: str, query: str, body: bytes) -> tuple[int, Any]:
        route = self.routes.get((method, path.removeprefix(CONTROL).rstrip("/")))
        if route is None:
            return 404, {"error": f"the sandbox has no {method} {path}"}
        try:
            return 200, route(query, read_json(body))
        except ValueError as wrong:
            return 400, {"error": str(wrong)}

    def reset(self, _query: str, _body: Body) -> Any:
        ACCOUNT.empty(self.at_start)
        self.recorder = Recorder()
        self.faults = Faults()
        self.rates = Rates(ACCOUNT.clock)
        self.metadata = Metadata()
        return self.settings("", {})

    def settings(self, _query: str, _body: Body) -> Any:
        return ACCOUNT.settings.as_json()

    def change(self, _query: str, body: Body) -> Any:
        ACCOUNT.settings = ACCOUNT.settings.changed(body)
        return ACCOUNT.settings.as_json()

    def move_clock(self, _query: str, body: Body) -> Any:
        if body.keys() != {"advance"}:
            raise UnknownSetting('the clock is moved on by {"advance": seconds}')
        return {"clock": ACCOUNT.move_on(seconds("advance", body["advance"]))}

    def set_last_use(self, _query: str, body: Body) -> Any:
        if body.keys() != {"role", "region"} or not all(isinstance(value, str) for value in body.values()):
            raise UnknownSetting('the last use of a role is set by {"role": "...", "region": "..."}')
        return set_last_use(body["role"], body["region"])

    def name_run(self, _query: str, body: Body) -> Any:
        if body.keys() != {"name"} or not isinstance(body["name"], str):
            raise UnknownSetting('a run is named by {"name": "..."}')
        self.recorder.run = body["name"]
        return {"run": self.recorder.run}

    def calls(self, query: str, _body: Body) -> Any:
        return self.recorder.as_json(parse_qs(query, keep_blank_values=True).get("run", [None])[0])

    def tell_faults(self, _query: str, _body: Body) -> Any:
        return self.faults.as_json()

    def go_wrong(self, _query: str, body: Body) -> Any:
        self.faults = faults(body)
        return self.faults.as_json()

    def process(self, _query: str, _body: Body) -> Any:
        return {"pid": os.getpid(), "started": self.started}

    def contents(self, _query: str, _body: Body) -> Any:
        ACCOUNT.catch_up()
        return count_contents()


def read_json(body: bytes) -> Body:
    value = json.loads(body or b"{}")
    if isinstance(value, dict):
        return value
    raise ValueError("the body is a JSON object")
