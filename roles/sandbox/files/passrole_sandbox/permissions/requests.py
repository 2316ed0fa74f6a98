# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A request as it is judged: who asks for what, where, and what is known of it before it is looked at closely."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.autoscaling.models import AutoScalingBackend, autoscaling_backends
from moto.core.responses import BaseResponse
from moto.core.utils import utcnow
from moto.ec2.models import EC2Backend, ec2_backends
from moto.iam.models import IAMBackend, iam_backends

from . import reference
from .callers import Caller, by_key
from .judge import Question

# IAM has no regions; its calls are said to go to the one of its partition.
HOME_OF_IAM = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}


@dataclass(frozen=True)
class Resource:
    """One resource of a request: its type and its ARN in the reference's words, how a refusal names it, and what conditions may ask of it."""

    kind: str
    arn: str
    told: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """One call, with its parameters in the API's words."""

    service: str
    operation: str
    params: Mapping[str, Any]
    caller: Caller
    account: str
    partition: str
    region: str

    @property
    def iam(self) -> IAMBackend:
        return iam_backends[self.account][self.partition]

    @property
    def ec2(self) -> EC2Backend:
        return ec2_backends[self.account][self.region]

    @property
    def autoscaling(self) -> AutoScalingBackend:
        return autoscaling_backends[self.account][self.region]

    def arn(self, service: str, kind: str, **named: str) -> str:
        return reference.arn(service, kind, Partition=self.partition, Account=self.account, Region=self.region, **named)


def read_request(response: BaseResponse, service: str, caller: Caller) -> Request:
    operation = response._get_action()
    params = response._get_params() if response.automated_parameter_parsing else json.loads(response.body or "{}")
    return Request(service, operation, params, caller, response.current_account, response.partition, response.region)


def question(request: Request, action: str, resource: Resource | None = None, **facts: Any) -> Question:
    """An action on one resource, with the keys of the request that the reference has for them."""
    service, _colon, name = action.partition(":")
    known = reference.find_action(service, name)
    keys = known.keys_for(resource.kind) if resource else known.keys
    about = {**facts_of(request, service, resource), **facts}
    asked = {**everywhere(request), **{key: value for key, value in about.items() if reference.stem(key) in keys}}
    context = {key: values(value) for key, value in asked.items() if value is not None}
    named = (resource.arn, resource.told or resource.arn) if resource else ("*", "")
    return Question(action, named[0], {key.lower(): value for key, value in context.items()}, named[1], tuple(sorted(context)))


def values(value: Any) -> tuple[str, ...]:
    """A context value as words: one, or a list of them."""
    many = value if isinstance(value, (list, tuple)) else [value]
    return tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in many)


def everywhere(request: Request) -> dict[str, Any]:
    """The global keys of every call. AWS is spoken to by TLS, whatever the sandbox is spoken to by."""
    caller, now = request.caller, utcnow()
    return {
        "aws:CurrentTime": now.isoformat(timespec="seconds") + "Z",
        "aws:EpochTime": int(now.timestamp()),
        "aws:PrincipalAccount": request.account,
        "aws:PrincipalArn": caller.principal,
        "aws:PrincipalType": caller.kind,
        "aws:RequestedRegion": HOME_OF_IAM.get(request.partition, "us-east-1") if request.service == "iam" else request.region,
        "aws:SecureTransport": True,
        "aws:SourceIp": "127.0.0.1",
        "aws:ViaAWSService": False,
        "aws:userid": caller.user_id,
        "aws:username": caller.name if caller.kind == "User" else None,
        **tagged("aws:PrincipalTag", caller.tags),
    }


def facts_of(request: Request, service: str, resource: Resource | None) -> dict[str, Any]:
    """What the request and the resource say to the keys of a service."""
    own = {} if resource is None else {**of_resource(service, resource.tags), **resource.facts}
    return {"ec2:Region": request.region, **of_request(request.params), **own}


def of_resource(service: str, tags: Mapping[str, str]) -> dict[str, str]:
    return {**tagged("aws:ResourceTag", tags), **tagged(f"{service}:ResourceTag", tags)}


def of_request(params: Mapping[str, Any]) -> dict[str, Any]:
    """The tags that a request gives or takes."""
    given = params.get("Tags")
    return requested(by_key(given)) if given else requested({}, params.get("TagKeys") or [])


def requested(tags: Mapping[str, str], keys: Iterable[str] = ()) -> dict[str, Any]:
    named = [*tags, *keys]
    return {**tagged("aws:RequestTag", tags), **({"aws:TagKeys": named} if named else {})}


def tagged(key: str, tags: Mapping[str, str]) -> dict[str, str]:
    return {f"{key}/{name}": value for name, value in tags.items()}
