# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each instance would hear at 169.254.169.254 of its role: IMDSv2's token, iam/info and the credentials, with EC2's codes where they fail.

EC2 user guide, instancedata-data-retrieval and iam-roles-for-amazon-ec2; IAM user guide, troubleshoot_iam-ec2, for the codes. It is served
under /_sandbox/imds/INSTANCE/, as the sandbox has one address for all instances.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.iam.models import InstanceProfile, Role, iam_backends
from moto.sts.models import sts_backends

from .account import ACCOUNT
from .paths import INSTANCE_METADATA

ROOT = "latest/meta-data/"
INFO, CREDENTIALS = "iam/info", "iam/security-credentials/"
LONGEST_TOKEN = 21600
LASTS = 6 * 3600
GONE = "The instance profile was not found; it was deleted, or deleted and created again."
EMPTY = "Instance Profile does not contain a role. Please see documentation at https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html."
UNTRUSTED = "EC2 cannot assume the role {}. Please see documentation at https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html."


@dataclass(frozen=True)
class Heard:
    """An answer: status and text."""

    status: str
    text: str = ""


OK, BAD, UNAUTHORIZED, FORBIDDEN, NOTHING = "200 OK", "400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found"


@dataclass
class Metadata:
    """The tokens that are out, and the credentials that were given, by instance and role."""

    tokens: dict[str, tuple[str, float]] = field(default_factory=dict)
    given: dict[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)

    def answer(self, environ: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
        heard = self.heard(environ)
        return heard.status, [("Content-Type", "text/plain")], heard.text.encode()

    def heard(self, environ: Mapping[str, Any]) -> Heard:
        name, _slash, path = environ["PATH_INFO"].removeprefix(INSTANCE_METADATA).partition("/")
        instance = find_instance(name)
        if instance is None or instance.state != "running":
            return Heard(NOTHING)
        if instance.metadata_options.http_endpoint == "disabled":
            return Heard(FORBIDDEN)
        if path == "latest/api/token":
            return self.token(name, environ)
        if not self.admitted(instance, environ):
            return Heard(UNAUTHORIZED)
        return self.told(instance, path.removeprefix(ROOT)) if path.startswith(ROOT) else Heard(NOTHING)

    def token(self, instance: str, environ: Mapping[str, Any]) -> Heard:
        asked = environ.get("HTTP_X_AWS_EC2_METADATA_TOKEN_TTL_SECONDS", "")
        if environ["REQUEST_METHOD"] != "PUT" or not asked.isdecimal() or not 1 <= int(asked) <= LONGEST_TOKEN:
            return Heard(BAD)
        made = token_urlsafe(42)
        self.tokens[made] = (instance, ACCOUNT.clock() + int(asked))
        return Heard(OK, made)

    def admitted(self, instance: Any, environ: Mapping[str, Any]) -> bool:
        """A token that is shown must be good, also where none is needed."""
        shown = environ.get("HTTP_X_AWS_EC2_METADATA_TOKEN")
        if shown is None:
            return instance.metadata_options.http_tokens != "required"
        owner, until = self.tokens.get(shown, ("", 0.0))
        return owner == instance.id and ACCOUNT.clock() < until

    def told(self, instance: Any, path: str) -> Heard:
        if path == "instance-id":
            return Heard(OK, instance.id)
        association = instance.iam_instance_profile
        if not association:
            return Heard(NOTHING)
        profile = carried(association)
        if path == INFO:
            return Heard(OK, json.dumps(info(association, profile)))
        role = profile.roles[0] if profile and profile.roles else None
        if role and path == CREDENTIALS:
            return Heard(OK, role.name)
        if role and path == f"{CREDENTIALS}{role.name}":
            return Heard(OK, json.dumps(self.credentials(instance, role)))
        return Heard(NOTHING)

    def credentials(self, instance: Any, role: Role) -> Mapping[str, str]:
        if not trusts_ec2(role):
            return {"Code": "AssumeRoleUnauthorizedAccess", "Message": UNTRUSTED.format(role.name), "LastUpdated": moment(0)}
        known = self.given.get((instance.id, role.id))
        if known is None:
            known = self.given[instance.id, role.id] = fresh(instance, role)
        return known


def find_instance(name: str) -> Any:
    regions = [backend for account in list(ec2_backends.values()) for backend in list(account.values())]
    found = (one for backend in regions for one in backend.all_instances() if one.id == name)
    return next(found, None)


def carried(association: Mapping[str, str]) -> InstanceProfile | None:
    """The profile that the instance is associated with: by its id, as another may have its name by now."""
    partitions = [backend for account in list(iam_backends.values()) for backend in list(account.values())]
    every = (one for backend in partitions for one in backend.instance_profiles.values())
    return next((one for one in every if one.id == association["Id"]), None)


def info(association: Mapping[str, str], profile: InstanceProfile | None) -> dict[str, str]:
    named = {"LastUpdated": moment(0), "InstanceProfileArn": association["Arn"], "InstanceProfileId": association["Id"]}
    if profile is None:
        return {"Code": "InstanceProfileNotFound", "Message": GONE, **named}
    return {"Code": "Success", **({} if profile.roles else {"Message": EMPTY}), **named}


def trusts_ec2(role: Role) -> bool:
    return any(allows_ec2(statement) for statement in listed(json.loads(role.assume_role_policy_document)["Statement"]))


def allows_ec2(statement: Mapping[str, Any]) -> bool:
    principal = statement.get("Principal", {})
    services = listed(principal.get("Service", [])) if isinstance(principal, dict) else []
    return statement["Effect"] == "Allow" and any(service.startswith("ec2.amazonaws.com") for service in services)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def fresh(instance: Any, role: Role) -> dict[str, str]:
    """Credentials of a session of the role: who calls with them is judged by its policies."""
    region = instance.ec2_backend.region_name
    session = sts_backends[instance.ec2_backend.account_id]["aws"].assume_role(region, instance.id, role.arn, "", LASTS, "")
    return {
        "Code": "Success",
        "LastUpdated": moment(0),
        "Type": "AWS-HMAC",
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": session.secret_access_key,
        "Token": session.session_token,
        "Expiration": moment(LASTS),
    }


def moment(later: int) -> str:
    return (utcnow() + timedelta(seconds=later)).strftime("%Y-%m-%dT%H:%M:%SZ")
