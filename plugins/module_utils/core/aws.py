# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one door to AWS, on amazon.aws' own module class. No other file makes a client. Private to this collection."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

try:
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

from .errors import AwsUnreachable, CallRefused, PassroleError, Refused
from .plan import permission

# Adaptive: on top of botocore's standard retries, it slows down when AWS throttles.
RETRIES = {"mode": "adaptive", "total_max_attempts": 5}

# Here botocore encodes user data by itself; elsewhere it takes them as the API does.
ENCODED_BY_BOTOCORE = ("create_launch_configuration", "run_instances")

# Weeks of history, the latest first.
ENDLESS = ("describe_scaling_activities",)

ANYWHERE = ("iam", "sts")  # services that need no region, unless endpoint_url leads elsewhere
NO_REGION = "region: none given; set region here, in module_defaults, in AWS_REGION or in the AWS profile"


class Aws:
    """Makes AWS calls by name, and speaks of their failures in our words."""

    def __init__(self, module: Any) -> None:
        self._module = module
        self._clients: dict[str, Any] = {}
        self._read: set[str] = set()

    @property
    def permissions(self) -> frozenset[str]:
        """The IAM permissions needed for what was read so far."""
        return frozenset(self._read)

    @property
    def partition(self) -> str:
        """The partition of the region: aws, aws-cn, aws-us-gov."""
        return self._client("iam").meta.partition

    def model(self, service: str) -> Any:
        """botocore's own description of one service."""
        return self._client(service).meta.service_model

    def request(self, service: str, operation: str) -> Any:
        """The shape of what one operation takes."""
        return self.model(service).operation_model(operation).input_shape

    def call(self, service: str, operation: str, **params: Any) -> Any:
        """Make one call and return its answer, all pages of it unless they have no end worth reading."""
        client, params = self._client(service), as_botocore_takes(operation, params)
        try:
            if operation not in ENDLESS and client.can_paginate(operation):
                return client.get_paginator(operation).paginate(**params).build_full_result()
            return getattr(client, operation)(**params)
        except (ClientError, BotoCoreError) as error:
            raise in_our_words(error) from error

    def find(self, service: str, operation: str, absent: str = "", needs: tuple[str, ...] = (), **params: Any) -> Any:
        """Make one read that may find nothing: AWS says so with the code ``absent``."""
        self._read.update((permission(service, operation), *needs))
        try:
            return self.call(service, operation, **params)
        except CallRefused as refusal:
            if absent and refusal.code == absent:
                return None
            raise

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._new_client(service)
        return self._clients[service]

    def _new_client(self, service: str) -> Any:
        if service not in ANYWHERE and not self._module.region:
            raise Refused(NO_REGION)
        return self._module.client(service, config={"retries": RETRIES})


def as_botocore_takes(operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """The same params, with user data plain where botocore would else encode them twice."""
    if operation in ENCODED_BY_BOTOCORE and params.get("UserData"):
        return {**params, "UserData": base64.b64decode(params["UserData"])}
    return dict(params)


def in_our_words(error: Exception) -> PassroleError:
    """What botocore raised, as one of our errors."""
    if isinstance(error, ClientError):
        return CallRefused(error.response["Error"]["Code"], error.response["Error"].get("Message", ""))
    if isinstance(error, ParamValidationError):
        return Refused(str(error))
    if isinstance(error, NoRegionError):
        return Refused(NO_REGION)
    if isinstance(error, (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError)):
        return AwsUnreachable(
            "no AWS credentials: set access_key and secret_key, or profile, or AWS_ACCESS_KEY_ID "
            f"and AWS_SECRET_ACCESS_KEY, or run where an IAM role gives them ({error})"
        )
    return AwsUnreachable(f"no answer from AWS; look at region and endpoint_url ({error})")
