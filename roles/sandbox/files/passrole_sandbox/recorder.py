# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every call the sandbox answered, in order: one entry per HTTP request, refused ones too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qs

from .access_analyzer import OPERATIONS
from .permissions.callers import caller_of

READS = re.compile(r"(Describe|Get|List|Simulate|Decode|Lookup|Search|Head|BatchGet|AssumeRole|Validate)")
CODE = re.compile(rb"<Code>([^<]+)</Code>|\"__type\": ?\"(?:[^\"#]*#)?([^\"]+)\"")
FIRST_RUN = "default"
OF_ACCOUNTS = {f"/{name[0].lower()}{name[1:]}": name for name in ("ListRegions", "EnableRegion", "DisableRegion")}
OF_SECURITY_HUB = {
    "/accounts": "EnableSecurityHub",
    "/findings": "GetFindings",
    "/findings/batchupdate": "BatchUpdateFindings",
    "/findings/import": "BatchImportFindings",
}


@dataclass(frozen=True)
class Asked:
    """What a request asks for, as far as the record cares."""

    service: str
    operation: str
    mutates: bool
    caller: str = ""


@dataclass(frozen=True)
class Call:
    """One line of the record."""

    run: str
    number: int
    service: str
    operation: str
    mutates: bool
    status: int
    error: str | None
    caller: str
    fault: str | None = None  # what went wrong on purpose; a call that got no answer has the status of AWS's, or 0


class Recorder:
    """Keeps the record; the sandbox's lock keeps its order."""

    def __init__(self) -> None:
        self.run = FIRST_RUN
        self.calls: list[Call] = []

    def add(self, run: str, asked: Asked, status: int, body: bytes, fault: str | None = None) -> Call:
        call = Call(run, len(self.calls) + 1, asked.service, asked.operation, asked.mutates, status, error_code(status, body), asked.caller, fault)
        self.calls.append(call)
        return call

    def as_json(self, run: str | None) -> dict[str, Any]:
        return {"calls": [asdict(call) for call in list(self.calls) if run in (None, call.run)]}


def read_request(headers: Mapping[str, str], query: str, body: bytes) -> Asked:
    """Service from the signature's scope, operation and DryRun from the form or the target header."""
    form = parse_qs(body.decode("utf-8", "replace") if body else query)
    operation = first(form, "Action") or headers.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2] or by_path(headers.get("PATH_INFO", ""))
    dry = first(form, "DryRun") == "true"
    signature = headers.get("HTTP_AUTHORIZATION", "")
    return Asked(signed_for(signature), operation, not (dry or READS.match(operation)), caller_of(signature).arn)


def by_path(path: str) -> str:
    """The operation of a service that has one path for each."""
    return {**OPERATIONS, **OF_ACCOUNTS, **OF_SECURITY_HUB}.get(path, "unknown")


def signed_for(authorization: str) -> str:
    scope = re.search(r"Credential=[^/]+/[^/]+/[^/]*/([^/]+)/aws4_request", authorization)
    return scope[1] if scope else "unknown"


def error_code(status: int, body: bytes) -> str | None:
    found = CODE.search(body) if status >= 400 else None
    return (found[1] or found[2]).decode() if found else None


def first(form: Mapping[str, list[str]], name: str) -> str | None:
    return form.get(name, [None])[0]
