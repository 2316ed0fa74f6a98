# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM actions, the resources they are judged on, and what is told of them to the judge. Pure: no AWS. Private to this collection.

The forms of ARNs are those of the Service Authorization Reference:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

ANY = "*"
LITERAL = str.maketrans({"*": "${*}", "?": "${?}", "$": "${$}"})
OF_EC2 = "arn:{partition}:ec2:{region}:{account}:"
FORMS = {
    "any": ANY,
    "arn": "{name}",
    "role": "arn:{partition}:iam::{account}:role/{name}",
    "instance-profile": "arn:{partition}:iam::{account}:instance-profile/{name}",
    "service-linked-role": "arn:{partition}:iam::{account}:role/aws-service-role/autoscaling.amazonaws.com/{name}",
    "group": "arn:{partition}:autoscaling:{region}:{account}:autoScalingGroup:*:autoScalingGroupName/{name}",
    "launch-configuration": "arn:{partition}:autoscaling:{region}:{account}:launchConfiguration:*:launchConfigurationName/{name}",
    "parameter": "arn:{partition}:ssm:{region}:{account}:parameter/{name}",
    "parameter-of-aws": "arn:{partition}:ssm:{region}::parameter/{name}",
    "hub": "arn:{partition}:securityhub:{region}:{account}:hub/{name}",
    "queue": "arn:{partition}:sqs:{region}:*:{name}",  # which may be another account's
    "image": "arn:{partition}:ec2:{region}::image/{name}",
    "snapshot": "arn:{partition}:ec2:{region}::snapshot/{name}",
    "elastic-inference": "arn:{partition}:elastic-inference:{region}:{account}:elastic-inference-accelerator/{name}",
    **{kind: f"{OF_EC2}{kind}/{{name}}" for kind in (
        "capacity-reservation", "elastic-gpu", "instance", "key-pair", "launch-template", "network-interface",
        "placement-group", "security-group", "spot-instances-request", "subnet", "volume",
    )},
}  # fmt: skip
# A name is unique in the account whatever the path, and no name has a slash: both patterns together are this one thing.
IN_PATHS = ("role", "instance-profile")
ROLE_OF_PROFILE = "role of the instance profile"

# IAM's names of services, where they are not botocore's.
CALLED_BY_IAM = {"accessanalyzer": "access-analyzer", "elb": "elasticloadbalancing", "elbv2": "elasticloadbalancing"}

Condition = tuple[str, str, tuple[str, ...]]  # operator, key, values


@dataclass(frozen=True, order=True)
class Resource:
    """What an action is judged on, by its kind and its name; an empty name stands for any of the kind."""

    kind: str
    name: str = ""


@dataclass(frozen=True, order=True)
class Context:
    """What AWS tells the judge of a call; a policy holds it by the operator, if by any."""

    key: str
    value: str
    operator: str = ""


@dataclass(frozen=True, order=True)
class Permission:
    """An action that a caller must be allowed, on what, and what is told of it."""

    action: str
    resources: tuple[Resource, ...] = (Resource("any"),)
    context: tuple[Context, ...] = ()


@dataclass(frozen=True)
class Known:
    """What is known of where the calls go. Paths are by kind and name, roles by the instance profile they are in."""

    partition: str = "aws"
    region: str = ""
    account: str = ANY
    paths: Mapping[tuple[str, str], str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, order=True)
class Rule:
    """One action, the patterns of what it is allowed on, and under which conditions."""

    action: str
    patterns: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()


def action_of(service: str, operation: str) -> str:
    """IAM's name of one AWS operation."""
    return f"{CALLED_BY_IAM.get(service, service)}:{''.join(word.title() for word in operation.split('_'))}"


def rules(permissions: Iterable[Permission], known: Known) -> Iterator[Rule]:
    """The permissions as policies say them."""
    for one in permissions:
        patterns = {pattern for resource in one.resources for pattern in patterns_of(resource, known)}
        conditions = sorted((held.operator, held.key, said(held, known)) for held in one.context if held.operator)
        yield Rule(one.action, (ANY,) if ANY in patterns else tuple(sorted(patterns)), tuple(conditions))


def patterns_of(resource: Resource, known: Known) -> tuple[str, ...]:
    """The ARNs that a policy names so as to allow this resource and no other."""
    found = in_account(resource, known)
    name = found.name.translate(LITERAL) if found.kind != "arn" else found.name
    one = formed(found.kind, name, known)
    return (one, formed(found.kind, f"*/{name}", known)) if found.kind in IN_PATHS and name else (one,)


def arn_of(resource: Resource, known: Known) -> str:
    """The ARN that AWS judges, as far as it is known."""
    found = in_account(resource, known)
    path = known.paths.get((found.kind, found.name), "/").lstrip("/")
    return formed(found.kind, f"{path}{found.name}" if found.name else "", known)


def in_account(resource: Resource, known: Known) -> Resource:
    return Resource("role", known.roles.get(resource.name, "")) if resource.kind == ROLE_OF_PROFILE else resource


def formed(kind: str, name: str, known: Known) -> str:
    return FORMS[kind].format(partition=known.partition, region=known.region or ANY, account=known.account, name=name or ANY)


def said(context: Context, known: Known) -> tuple[str, ...]:
    """The values that a condition allows. In China services have two names, and IAM's guide says to name both."""
    value = valued(context, known)
    return (value.removesuffix(".cn"), value) if value.endswith(".amazonaws.com.cn") else (value,)


def valued(context: Context, known: Known) -> str:
    """The value as AWS tells it to the judge."""
    value = context.value.format(partition=known.partition, region=known.region or ANY, account=known.account)
    return f"{value}.cn" if known.partition == "aws-cn" and value.endswith(".amazonaws.com") else value


def learned(told: Iterable[Any]) -> tuple[dict[tuple[str, str], str], dict[str, str]]:
    """The paths of roles and instance profiles, and the roles in profiles, from what IAM answered or is asked; the latest wins."""
    paths: dict[tuple[str, str], str] = {}
    roles: dict[str, str] = {}
    for thing in things(list(told)):
        kind, name = identity(thing)
        if name and "Path" in thing:
            paths[kind, name] = thing["Path"]
        if name and kind == "instance-profile":
            held = [role["RoleName"] for role in thing.get("Roles", [])] or [thing.get("RoleName")]
            roles.update({name: role for role in held if role})
    return paths, roles


def identity(thing: Mapping[str, Any]) -> tuple[str, str]:
    """Of what a dictionary tells: where both are named, it is the profile and the role in it."""
    profile = thing.get("InstanceProfileName")
    return ("instance-profile", profile) if profile else ("role", thing.get("RoleName") or "")


def things(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every dictionary in an answer, at any depth."""
    if isinstance(value, Mapping):
        yield value
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from things(item)
