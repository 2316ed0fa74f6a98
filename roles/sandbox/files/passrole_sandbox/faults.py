# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes wrong on purpose, by rules that a test gives: AWS's own refusals, connections that die, answers that never come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any
from xml.sax.saxutils import escape

from .recorder import Asked

RESETS = ("reset_before", "reset_after")
LOST = (*RESETS, "read_timeout")  # the client gets no answer
PROXY_PAGE = "proxy_page"
AFTERWARDS = ("reset_after", "read_timeout", PROXY_PAGE)  # AWS has done the work nevertheless


@dataclass(frozen=True)
class Error:
    """A refusal as AWS words it."""

    code: str
    status: int
    message: str = ""


# The codes are those of AWS's documentation and of botocore's models; the messages are from memory.
BY_SERVICE: Mapping[str, Mapping[str, Error]] = {
    "throttling": {
        "ec2": Error("RequestLimitExceeded", 503, "Request limit exceeded."),
        "ssm": Error("ThrottlingException", 400, "Rate exceeded"),
        "": Error("Throttling", 400, "Rate exceeded"),
    },
    "http_500": {
        "ec2": Error("InternalError", 500, "An internal error has occurred"),
        "iam": Error("ServiceFailure", 500, "The request processing has failed because of an unknown error, exception or failure."),
        "": Error("InternalFailure", 500, "The request processing has failed because of an unknown error, exception or failure."),
    },
    "http_503": {
        "ec2": Error("Unavailable", 503, "The server is overloaded and can't handle the request."),
        "": Error("ServiceUnavailable", 503, "The request has failed due to a temporary failure of the server."),
    },
}
KINDS = (*BY_SERVICE, *LOST, PROXY_PAGE, "error")


class UnknownFault(ValueError):
    """A rule that the sandbox cannot follow."""


@dataclass(frozen=True)
class Rule:
    """Which calls go wrong, and how. ``number`` counts from when the rules were given; ``times`` of none is always."""

    kind: str
    service: str = ""
    operation: str = ""
    number: int = 1
    times: int | None = 1
    code: str = ""
    status: int = 400
    message: str = ""

    def fits(self, asked: Asked, number: int) -> bool:
        return number >= self.number and self.service in ("", asked.service) and self.operation in ("", asked.operation)

    def error(self, service: str) -> Error:
        """How the call is refused."""
        if self.kind == "error":
            return Error(self.code, self.status, self.message)
        words = BY_SERVICE[self.kind]
        return words.get(service, words[""])


@dataclass
class Hits:
    """A rule, and how often it was followed."""

    rule: Rule
    made: int = 0

    def take(self, asked: Asked, number: int) -> bool:
        if not self.rule.fits(asked, number) or self.made == self.rule.times:
            return False
        self.made += 1
        return True


class Faults:
    """The rules in force. The first that fits a call, and is not used up, is followed."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self.hits = [Hits(rule) for rule in rules]
        self.seen = 0

    def of(self, asked: Asked) -> Rule | None:
        """The rule for the next call."""
        self.seen += 1
        return next((hits.rule for hits in self.hits if hits.take(asked, self.seen)), None)

    def as_json(self) -> dict[str, Any]:
        return {"rules": [{**vars(hits.rule), "made": hits.made} for hits in self.hits], "calls": self.seen}


def faults(body: Mapping[str, Any]) -> Faults:
    """The rules that a request asks for, in place of those before."""
    rules = body.get("rules")
    if body.keys() != {"rules"} or not isinstance(rules, list):
        raise UnknownFault('faults are given by {"rules": [...]}')
    return Faults([checked(rule) for rule in rules])


def checked(said: Any) -> Rule:
    known = {field.name: (str if field.type == "str" else int) for field in fields(Rule)}
    if not isinstance(said, dict) or not said.keys() <= known.keys():
        raise UnknownFault(f"a rule is made of {', '.join(known)}, not of {said!r}")
    if said.get("kind") not in KINDS or (said["kind"] == "error" and not said.get("code")):
        raise UnknownFault(f"the kind of a rule is one of {', '.join(KINDS)}, and error has a code: {said!r}")
    for name, value in said.items():
        if not (isinstance(value, known[name]) or (name == "times" and value is None)):
            raise UnknownFault(f"{name} of a rule is not {value!r}")
    return Rule(**said)


class NoAnswer(Exception):
    """The connection ends, or hangs, in the place of an answer."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


REASONS = {
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
}


def page() -> tuple[str, list[tuple[str, str]], bytes]:
    """What a proxy on the way says in the place of AWS."""
    return "502 Bad Gateway", [("Content-Type", "text/html")], b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1><br>proxy</body></html>"


def told(error: Error, as_json: bool = False) -> tuple[str, list[tuple[str, str]], bytes]:
    """A refusal, as an answer that a client of any service can read."""
    status = f"{error.status} {REASONS.get(error.status, 'Error')}"
    if as_json:
        return status, [("Content-Type", "application/x-amz-json-1.1")], json.dumps({"__type": error.code, "message": error.message}).encode()
    return status, [("Content-Type", "text/xml")], xml(error)


def xml(error: Error) -> bytes:
    told = f"<Error><Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message></Error>"
    # EC2 wraps its errors in Errors, the other query services do not: botocore finds either here.
    return f"<Response><Errors>{told}</Errors>{told}<RequestID>sandbox</RequestID></Response>".encode()
