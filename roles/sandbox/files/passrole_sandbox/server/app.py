# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One WSGI application: moto's behind one lock, recorded, and the control endpoints beside it."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from io import BytesIO
from threading import RLock
from typing import Any

import moto.core.responses
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from .. import access_analyzer, mends
from ..account import ACCOUNT
from ..faults import AFTERWARDS, LOST, PROXY_PAGE, Error, NoAnswer, Rule, page, told
from ..paths import CONTROL, INSTANCE_METADATA
from ..recorder import read_request, signed_for
from ..settings import Settings
from .control import Control

Environ = dict[str, Any]
Answer = tuple[str, list[tuple[str, str]], bytes]
LOG = logging.getLogger("passrole_sandbox")
MOTO_CONTROL_BACKEND = "moto_api"
FIRST_CALLS = {"ec2": "DescribeLaunchTemplates&Version=2016-11-15", "iam": "ListRoles", "autoscaling": "DescribeAutoScalingGroups"}
IN_JSON = (access_analyzer.SERVICE, "securityhub")  # without a header that says so
REASONS = {200: "200 OK", 400: "400 Bad Request", 404: "404 Not Found"}


class Aws(DomainDispatcherApplication):
    """moto's application, asked once per host instead of at every call for who serves it."""

    def __init__(self) -> None:
        super().__init__(create_backend_app)
        self.get_backend_for_host = lru_cache(maxsize=None)(self.find_backend)

    def find_backend(self, host: str | None) -> Any:
        """The service of a host; never moto's control API, whatever service a request is signed for."""
        found = super().get_backend_for_host(host)
        return None if found == MOTO_CONTROL_BACKEND else found

    def get_application(self, environ: Environ) -> Callable[..., Iterable[bytes]]:
        signed = signed_for(environ.get("HTTP_AUTHORIZATION", ""))
        return access_analyzer.application if signed == access_analyzer.SERVICE else super().get_application(environ)


class Sandbox:
    """moto has no locks of its own: calls are served one at a time, from any number of connections."""

    def __init__(self, settings: Settings) -> None:
        mends.apply()
        moto.core.responses.method_names_from_class = lru_cache(maxsize=None)(moto.core.responses.method_names_from_class)
        self.aws = Aws()
        self.control = Control(settings)
        self.lock = RLock()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith(CONTROL):
            time.sleep(ACCOUNT.settings.latency)
        with self.lock:
            status, headers, body = self.who_answers(environ["PATH_INFO"])(environ)
        start_response(status, headers)
        return [body]

    def who_answers(self, path: str) -> Callable[[Environ], Answer]:
        if path.startswith(INSTANCE_METADATA):
            return self.metadata
        return self.own if path.startswith(CONTROL) else self.recorded

    def warm(self) -> None:
        """Make moto load what a service's first call would wait for, while the first client is still starting."""
        for service, operation in FIRST_CALLS.items():
            with self.lock:
                self.served(request(service, f"Action={operation}".encode()))

    def metadata(self, environ: Environ) -> Answer:
        ACCOUNT.catch_up()
        return self.control.metadata.answer(environ)

    def own(self, environ: Environ) -> Answer:
        status, value = self.control.answer(environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["QUERY_STRING"], environ["wsgi.input"].read())
        return REASONS[status], [("Content-Type", "application/json")], json.dumps(value).encode()

    def recorded(self, environ: Environ) -> Answer:
        recorder = self.control.recorder
        sent = environ["wsgi.input"].read()
        asked = read_request(environ, environ["QUERY_STRING"], sent)
        fault = self.fault(asked.service) or self.control.faults.of(asked)
        answer = self.answered({**environ, "wsgi.input": BytesIO(sent)}, asked.service, fault)
        call = recorder.add(recorder.run, asked, int(answer[0][:3]), answer[2], fault.kind if fault else None)
        LOG.info("%s %s:%s %s %s %s", call.number, call.service, call.operation, call.status, call.error or "", call.fault or "")
        if fault and fault.kind in LOST:
            raise NoAnswer(fault.kind)
        return page() if fault and fault.kind == PROXY_PAGE else answer

    def fault(self, service: str) -> Rule | None:
        """A service that is asked too fast throttles."""
        settings = ACCOUNT.settings
        allowed = self.control.rates.allow(service, settings.calls_per_second, settings.burst)
        return None if allowed else Rule("throttling")

    def answered(self, environ: Environ, service: str, fault: Rule | None) -> Answer:
        """AWS's answer, be it a refusal by a rule; nothing is done for a call that does not arrive."""
        if fault is None or fault.kind in AFTERWARDS:
            return self.served(environ)
        if fault.kind in LOST:
            return "000 No Answer", [], b""
        return told(fault.error(service), as_json="HTTP_X_AMZ_TARGET" in environ or service in IN_JSON)

    def served(self, environ: Environ) -> Answer:
        """What moto answers; a fault of moto's is told in words, with a status botocore does not retry."""
        said: list[Any] = []
        try:
            ACCOUNT.catch_up()
            body = b"".join(self.aws(environ, lambda status, headers, _info=None: said.extend((status, headers))))
        except Exception as fault:
            LOG.exception("moto's fault")
            return told(Error("NotInSandbox", 501, f"the sandbox cannot answer this: {type(fault).__name__}: {fault}"))
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
