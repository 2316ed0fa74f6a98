# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One WSGI application: moto's behind one lock, recorded, and the control endpoints beside it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from functools import lru_cache
from io import BytesIO
from threading import RLock
from typing import Any
from xml.sax.saxutils import escape

import moto.core.responses
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from . import mends
from .control import Control
from .recorder import read_request
from .settings import Settings

Environ = dict[str, Any]
Answer = tuple[str, list[tuple[str, str]], bytes]
LOG = logging.getLogger("passrole_sandbox")
CONTROL = "/_sandbox/"
FIRST_CALLS = {"ec2": "DescribeLaunchTemplates&Version=2016-11-15", "iam": "ListRoles", "autoscaling": "DescribeAutoScalingGroups"}
REASONS = {200: "200 OK", 400: "400 Bad Request", 404: "404 Not Found"}


class Aws(DomainDispatcherApplication):
    """moto's application, asked once per host instead of at every call for who serves it."""

    def __init__(self) -> None:
        super().__init__(create_backend_app)
        self.get_backend_for_host = lru_cache(maxsize=None)(super().get_backend_for_host)


class Sandbox:
    """moto has no locks of its own: calls are served one at a time, from any number of connections."""

    def __init__(self, settings: Settings) -> None:
        mends.apply()
        moto.core.responses.method_names_from_class = lru_cache(maxsize=None)(moto.core.responses.method_names_from_class)
        self.aws = Aws()
        self.control = Control(settings)
        self.lock = RLock()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer = self.own if environ["PATH_INFO"].startswith(CONTROL) else self.recorded
        with self.lock:
            status, headers, body = answer(environ)
        start_response(status, headers)
        return [body]

    def warm(self) -> None:
        """Make moto load what a service's first call would wait for, while the first client is still starting."""
        for service, operation in FIRST_CALLS.items():
            with self.lock:
                self.served(request(service, f"Action={operation}".encode()))

    def own(self, environ: Environ) -> Answer:
        status, value = self.control.answer(environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["QUERY_STRING"], environ["wsgi.input"].read())
        return REASONS[status], [("Content-Type", "application/json")], json.dumps(value).encode()

    def recorded(self, environ: Environ) -> Answer:
        recorder = self.control.recorder
        sent = environ["wsgi.input"].read()
        asked = read_request(environ, environ["QUERY_STRING"], sent)
        answer = self.served({**environ, "wsgi.input": BytesIO(sent)})
        call = recorder.add(recorder.run, asked, int(answer[0][:3]), answer[2])
        LOG.info("%s %s:%s %s %s", call.number, call.service, call.operation, call.status, call.error or "")
        return answer

    def served(self, environ: Environ) -> Answer:
        """What moto answers; a fault of moto's is told in words, with a status botocore does not retry."""
        said: list[Any] = []
        try:
            body = b"".join(self.aws(environ, lambda status, headers, _info=None: said.extend((status, headers))))
        except Exception as fault:
            LOG.exception("moto's fault")
            return "501 Not Implemented", [("Content-Type", "text/xml")], sorry(fault)
        return said[0], said[1], body


def request(service: str, body: bytes) -> Environ:
    """A call of the sandbox's own, which it does not record."""
    scope = f"AWS4-HMAC-SHA256 Credential=sandbox/20260101/us-east-1/{service}/aws4_request"
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "HTTP_AUTHORIZATION": scope,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
    }


def sorry(fault: Exception) -> bytes:
    told = escape(f"the sandbox cannot answer this: {type(fault).__name__}: {fault}")
    error = f"<Error><Code>NotInSandbox</Code><Message>{told}</Message></Error>"
    # EC2 wraps its errors in Errors, the other query services do not: botocore finds either here.
    return f"<Response><Errors>{error}</Errors>{error}<RequestID>sandbox</RequestID></Response>".encode()
