# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes wrong at a call: what the sandbox does wrong, and what befalls the process itself."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws

Befall = Callable[[Callable[[], Any]], Any]  # gets the sending of a request; what it returns is the response


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong: a rule of the sandbox, or something that befalls the sender of a request."""

    rule: Mapping[str, Any] = field(default_factory=dict)
    befall: Befall | None = None
    services: tuple[str, ...] = ()
    deadly: bool = False


def refusal(code: str, status: int, *services: str, **more: Any) -> Fault:
    return Fault({"kind": "error", "code": code, "status": status, "message": "Try again.", **more}, services=services)


def time_out(send: Callable[[], Any]) -> Any:
    """As when AWS does the work, and its answer is not there after a minute: but at once."""
    send()
    raise ReadTimeoutError(endpoint_url="the sandbox")


def die(_send: Callable[[], Any]) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def send_and_die(send: Callable[[], Any]) -> Any:
    send()
    os.kill(os.getpid(), signal.SIGKILL)


FOR_GOOD: Mapping[str, Any] = {"times": None}
FAULTS = {
    "throttling": Fault({"kind": "throttling"}),
    "HTTP 500": Fault({"kind": "http_500"}),
    "HTTP 503": Fault({"kind": "http_503"}),
    "connection reset, nothing done": Fault({"kind": "reset_before"}),
    "connection reset, work done": Fault({"kind": "reset_after"}),
    "read timeout, work done": Fault(befall=time_out),
    "a proxy's page, work done": Fault({"kind": "proxy_page"}),
    "ConcurrentModification (409)": refusal("ConcurrentModification", 409, "iam"),
    "ScalingActivityInProgress (400)": refusal("ScalingActivityInProgress", 400, "autoscaling"),
    "ResourceContention (400)": refusal("ResourceContention", 400, "autoscaling"),
    "ResourceContention (500)": refusal("ResourceContention", 500, "autoscaling"),
    "six resets, work done": Fault({"kind": "reset_after", "times": 6}),
    "throttling for good": Fault({"kind": "throttling", **FOR_GOOD}),
    "network dead for good": Fault({"kind": "reset_before", **FOR_GOOD}),
    "answers lost for good": Fault({"kind": "reset_after", **FOR_GOOD}),
    "SIGKILL, nothing done": Fault(befall=die, deadly=True),
    "SIGKILL, work done": Fault(befall=send_and_die, deadly=True),
}


@cache
def session(region: str) -> boto3.session.Session:
    """One for all doors: it is what reads the models, and a client of its own is all that a door asks for."""
    return boto3.session.Session("sandbox", "sandbox", region_name=region)


class Door:
    """The little of AnsibleAWSModule that the door to AWS asks for; its clients retry as real ones do, and outlive a run."""

    region = "eu-west-1"

    def __init__(self, url: str) -> None:
        self.url = url
        self.clients: dict[str, Any] = {}
        self.expect()

    def expect(self, befall: Befall | None = None, number: int = 0) -> None:
        """From now on, requests are counted anew, and this befalls the one of that number."""
        self.befall, self.number, self.sent = befall, number, 0

    def client(self, service: str, config: Mapping[str, Any], region: str | None = None) -> Any:
        named = service if region is None else f"{service} in {region}"
        if named not in self.clients:
            client = session(region or self.region).client(service, endpoint_url=self.url, config=Config(proxies={}, **config))
            client.meta.events.register("before-send", partial(self.before_send, client))
            self.clients[named] = client
        return self.clients[named]

    def before_send(self, client: Any, request: Any, **_more: Any) -> Any:
        self.sent += 1
        if self.befall and self.sent == self.number:
            return self.befall(lambda: client._endpoint.http_session.send(request))
        return None

    def forget_connections(self) -> None:
        """For a process of its own, which must not speak on its parent's connections."""
        for client in self.clients.values():
            client._endpoint.http_session._manager.clear()


@cache
def door_of(url: str) -> Door:
    return Door(url)


def at_once(_seconds: float) -> None:
    """No test waits for real."""


def aws(account: Any, befall: Befall | None = None, number: int = 0) -> Aws:
    """The door to AWS, as a module has it."""
    door_of(account.url).expect(befall, number)
    return Aws(door_of(account.url), sleep=at_once)
