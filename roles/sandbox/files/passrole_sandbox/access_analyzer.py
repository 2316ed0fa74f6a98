# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM Access Analyzer, of which the sandbox has ValidatePolicy and moto nothing: a WSGI application beside moto's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from moto.utilities.utils import get_partition

from .paging import page
from .permissions.analysis import IDENTITY, NEEDS, findings
from .permissions.callers import SIGNED, account_of, caller_of
from .permissions.denials import first_denial
from .permissions.requests import Request

SERVICE = "access-analyzer"
OPERATIONS = {"/policy/validation": "ValidatePolicy"}
LARGEST_PAGE = 1000


class Refused(Exception):
    """A refusal: the status and the code, and what is said."""

    def __init__(self, status: str, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    try:
        answer, status, more = answered(environ), "200 OK", []
    except Refused as refusal:
        answer, status, more = {"__type": refusal.code, "message": str(refusal)}, refusal.status, [("x-amzn-errortype", refusal.code)]
    start_response(status, [("Content-Type", "application/json"), *more])
    return [json.dumps(answer).encode()]


def answered(environ: dict[str, Any]) -> dict[str, Any]:
    if environ["PATH_INFO"] not in OPERATIONS:
        raise Refused("501 Not Implemented", "NotInSandbox", f"the sandbox cannot answer {environ['PATH_INFO']}")
    check_allowed(environ["HTTP_AUTHORIZATION"], OPERATIONS[environ["PATH_INFO"]])
    return validated(json.loads(environ["wsgi.input"].read()), parse_qs(environ["QUERY_STRING"]))


def check_allowed(authorization: str, operation: str) -> None:
    caller, region = caller_of(authorization), SIGNED.search(authorization)["region"]
    denial = first_denial(Request(SERVICE, operation, {}, caller, account_of(authorization), get_partition(region), region))
    if denial:
        raise Refused("403 Forbidden", denial.code, denial.message)


def validated(asked: dict[str, Any], query: dict[str, list[str]]) -> dict[str, Any]:
    kind = asked.get("policyType", IDENTITY)
    if kind not in NEEDS:
        raise Refused("501 Not Implemented", "NotInSandbox", f"the sandbox validates no {kind}")
    found = page(findings(asked["policyDocument"], kind), int(query.get("maxResults", [LARGEST_PAGE])[0]), query.get("nextToken", [None])[0])
    return {"findings": found.items, **({"nextToken": found.token} if found.token else {})}
