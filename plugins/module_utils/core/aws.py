# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one door to AWS, on amazon.aws' own module class. No other file makes a client. Private to this collection."""

from __future__ import annotations

import base64
import copy
import re
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from threading import RLock, local
from typing import Any

try:
    import botocore.session
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        CredentialRetrievalError,
        NoCredentialsError,
        NoRegionError,
        ParamValidationError,
        PartialCredentialsError,
    )
except ImportError:
    pass  # AnsibleAWSModule says so, before any call

from .authorization import asked
from .errors import AwsUnreachable, CallRefused, NoRegion, PassroleError, Refused
from .pace import Pace
from .patience import UNREADABLE, asks_again, patiently
from .permissions import Known, Permission
from .regions import OtherRegions

# Adaptive: on top of botocore's standard retries, it slows down when AWS throttles.
RETRIES = {"mode": "adaptive", "total_max_attempts": 5}
CONNECTIONS = 10  # botocore's own default
CONNECT_TIMEOUT = 10  # seconds, to another region, which a network may not reach

# Here botocore encodes user data by itself; elsewhere it takes them as the API does.
ENCODED_BY_BOTOCORE = ("create_launch_configuration", "run_instances")

# Weeks of history, the latest first.
ENDLESS = ("describe_scaling_activities",)

UNREADABLE_TRIES = 4  # at one read: a proxy's bad moment passes, a wrong endpoint does not

ANYWHERE = ("account", "iam", "organizations", "sts")  # services that need no region, unless endpoint_url leads elsewhere
NO_REGION = "region: none given; set region here, in module_defaults, in AWS_REGION or in the AWS profile"


# Refusals with a status of 500 and more that leave no doubt: nothing was done.
PLAIN = ("RequestLimitExceeded", "ResourceContention")


class Tries(local):
    """The tries of a thread's latest call, botocore's own retries among them, and whether one of them may have done unseen what was asked."""

    lost = False

    def note(self, exception: Exception | None = None, parsed_response: Mapping[str, Any] | None = None, **_more: Any) -> None:
        self.lost = self.lost or exception is not None or leaves_doubt(parsed_response or {})


def leaves_doubt(answer: Mapping[str, Any]) -> bool:
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 and answer.get("Error", {}).get("Code") not in PLAIN


class Aws:
    """Makes AWS calls by name, in any thread, and speaks of their failures in our words."""

    is_for_many = False  # whether members of a fleet share what is read

    def __init__(
        self,
        module: Any,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        per_second: float | None = None,
        connections: int = CONNECTIONS,
    ) -> None:
        self._module = module
        self._connections = connections
        self._making = RLock()
        self._sleep, self._clock, self._per_second = sleep, clock, per_second
        self._tries: dict[str, Tries] = {}
        self._clients: dict[str, Any] = {}
        self._read: set[Permission] = set()
        self._told: list[Any] = []
        self._paces: dict[str, Pace] = {}
        self._elsewhere = ""  # the region, if it is another than the task's
        self._other_regions: OtherRegions | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        """The IAM permissions needed for what was read so far."""
        return frozenset(self._read)

    @property
    def told(self) -> tuple[Any, ...]:
        """What IAM answered so far."""
        return tuple(self._told)

    @property
    def region(self) -> str:
        """The region that was asked for, if any was."""
        return self._elsewhere or self._module.region or ""

    @property
    def other_regions(self) -> OtherRegions:
        """The other regions of the account, for reads."""
        with self._making:
            if self._other_regions is None:
                self._other_regions = OtherRegions(self.find, lambda region: self.in_region(region).find)
            return self._other_regions

    def in_region(self, region: str) -> Aws:
        """The same door to another region. Both share the pace, the permissions of what was read, and what IAM answered."""
        other = copy.copy(self)
        other._elsewhere, other._clients, other._tries = region, {}, {}
        return other

    @property
    def partition(self) -> str:
        """The partition of the region: aws, aws-cn, aws-us-gov."""
        client = next(iter(self._clients.values()), None) or self._client("iam")
        return client.meta.partition

    @property
    def known(self) -> Known:
        """What is known of where calls go, before anything is read."""
        return Known(self.partition, self.region)

    def model(self, service: str) -> Any:
        """botocore's own description of one service."""
        return self._client(service).meta.service_model

    def request(self, service: str, operation: str) -> Any:
        """The shape of what one operation takes."""
        return self.model(service).operation_model(operation).input_shape

    def call(self, service: str, operation: str, **params: Any) -> Any:
        """Make one call and return its answer, all pages of it unless they have no end worth reading."""
        client, params = self._client(service), as_botocore_takes(operation, params)
        make = getattr(client, operation)
        tries = self._tries[service]
        tries.lost = False
        try:
            if operation not in ENDLESS and client.can_paginate(operation):
                return client.get_paginator(operation).paginate(**params).build_full_result()
            return make(**params)
        except (ClientError, BotoCoreError) as error:
            raise in_our_words(error, (service, operation, params), tries.lost) from error
        except Exception as error:
            # A page of a proxy, the answer of another service: what botocore raises over that has no class in common.
            raise unreadable(error, (service, operation, params)) from error

    def find(
        self, service: str, operation: str, absent: str | tuple[str, ...] = "", enough: Callable[[Any], bool] | None = None, **params: Any
    ) -> Any:
        """Make one read that may find nothing: AWS says so with the code ``absent``, or one of several.

        ``enough`` tells whether a part of the answer would do; who reads one thing gets the whole.
        """
        self._read.update(asked(service, operation, params))
        tries = iter(range(UNREADABLE_TRIES))
        try:
            answer = patiently(
                lambda: self.call(service, operation, **params),
                lambda refusal: asks_again(refusal) and (refusal.code != UNREADABLE or next(tries, None) is not None),
                lambda seconds, _reason: self._sleep(seconds),
            )
        except CallRefused as refusal:
            if absent and refusal.code in ((absent,) if isinstance(absent, str) else absent):
                return None
            raise
        self._told += [answer] if service == "iam" else []
        return answer

    def _client(self, service: str) -> Any:
        with self._making:
            if service not in self._clients:
                self._clients[service] = self._new_client(service)
            return self._clients[service]

    def _new_client(self, service: str) -> Any:
        if service not in ANYWHERE and not self.region:
            raise NoRegion(NO_REGION)
        share_what_is_read()
        config = {"retries": RETRIES, "max_pool_connections": self._connections}
        where = {"region": self._elsewhere, "config": {**config, "connect_timeout": CONNECT_TIMEOUT}} if self._elsewhere else {"config": config}
        try:
            client = self._module.client(service, **where)
        except TypeError as error:
            raise Refused(f"aws_config: botocore does not take it ({error})") from error
        self._tries[service] = Tries()
        listen(client, "response-received", self._tries[service].note)
        if self._per_second:
            pace = self._paces.setdefault(service, Pace(self._per_second, self._clock, self._sleep))
            listen(client, "before-send", lambda **_request: pace.take())
        return client


@lru_cache(maxsize=None)
def share_what_is_read() -> None:
    """amazon.aws makes a session for each client, and each session reads botocore's data anew, which takes longer than many calls. Let them share it."""
    botocore.session.create_loader = lru_cache(maxsize=None)(botocore.session.create_loader)


def listen(client: Any, event: str, handler: Callable[..., None]) -> None:
    """Have botocore tell of an event, and the latest listener only."""
    client.meta.events.unregister(event, unique_id=f"passrole.{event}")
    client.meta.events.register(event, handler, unique_id=f"passrole.{event}")


def as_botocore_takes(operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """The same params, with user data plain where botocore would else encode them twice."""
    if operation in ENCODED_BY_BOTOCORE and params.get("UserData"):
        return {**params, "UserData": base64.b64decode(params["UserData"])}
    return dict(params)


def in_our_words(error: Exception, call: tuple[str, str, Mapping[str, Any]] | None = None, lost: bool = False) -> PassroleError:
    """What botocore raised, as one of our errors."""
    if isinstance(error, ClientError):
        return CallRefused(error.response["Error"]["Code"], error.response["Error"].get("Message") or "", asked=call, lost=lost)
    if isinstance(error, ParamValidationError):
        return Refused(str(error))
    if isinstance(error, NoRegionError):
        return NoRegion(NO_REGION)
    if "Invalid header value" in str(error):
        # The library quotes the header, which is the secret.
        return Refused("access_key, session_token: cannot be sent, as one has a line break in it; in YAML, give it on one line, or after |- and not |")
    if isinstance(error, (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError)):
        return AwsUnreachable(
            "no AWS credentials: set access_key and secret_key, or profile, or AWS_ACCESS_KEY_ID "
            f"and AWS_SECRET_ACCESS_KEY, or run where an IAM role gives them ({error})"
        )
    return AwsUnreachable(f"no answer from AWS; look at region and endpoint_url ({without_passwords(str(error))})", lost)


def unreadable(error: Exception, call: tuple[str, str, Mapping[str, Any]]) -> CallRefused:
    """An answer that is not AWS's, after which nobody knows what was done. What it says is not told: it may be anything."""
    cause = f"{type(error).__name__}{f' {error}' if isinstance(error, KeyError) else ''}"
    return CallRefused(UNREADABLE, f"what answered is not AWS; look at endpoint_url, and at proxies on the way; botocore raised {cause}", asked=call, lost=True)


def without_passwords(text: str) -> str:
    """The same, with what stands before the host of a URL masked."""
    return re.sub(r"//[^/@\s]+@", "//***@", text)
