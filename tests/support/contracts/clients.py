# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Doors to the sandbox: one that is plain, one that remembers, and one that falls shut halfway."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused

REGION = "eu-west-1"
READS = ("get_", "list_", "describe_", "validate_")


class Door:
    """The little of AnsibleAWSModule that the door to AWS asks for."""

    region = REGION

    def __init__(self, account: Any) -> None:
        self.account = account

    def client(self, service: str, region: str | None = None, **_options: Any) -> Any:
        return self.account.client(service, region=region or self.region)


class Watched(Aws):
    """Remembers every call as the plan made it."""

    def __init__(self, door: Door) -> None:
        super().__init__(door)
        self.made: list[tuple[str, str, Mapping[str, Any]]] = []

    def call(self, service: str, operation: str, **params: Any) -> Any:
        self.made.append((service, operation, params))
        return super().call(service, operation, **params)


class Furnished(Aws):
    """An account in which every security group, key pair and subnet is there, whatever it is called."""

    def call(self, service: str, operation: str, **params: Any) -> Any:
        if operation in ("describe_security_groups", "describe_key_pairs", "describe_subnets"):
            return {}
        return super().call(service, operation, **params)


class Spreading(Aws):
    """An account where news of a profile has spread once AWS has refused it."""

    def __init__(self, door: Door) -> None:
        super().__init__(door)
        self.refused = 0

    def call(self, service: str, operation: str, **params: Any) -> Any:
        try:
            return super().call(service, operation, **params)
        except CallRefused as refusal:
            if "Invalid" in refusal.reason:
                self.refused += 1
                self._module.account.settings(profile_delay=0)
            raise


class Killed(BaseException):
    """The run ended here, with no chance to mend anything."""


class Cut(Aws):
    """Ends the run when it asks for its next change after so many."""

    def __init__(self, door: Door, after: int) -> None:
        super().__init__(door)
        self._left = after

    def call(self, service: str, operation: str, **params: Any) -> Any:
        if not operation.startswith(READS):
            if not self._left:
                raise Killed
            self._left -= 1
        return super().call(service, operation, **params)
