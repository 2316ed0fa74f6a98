# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users of an account who may do what one policy says, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from tests.support.contracts.clients import Door

USER = "deployer"
OF_THE_POLICY = "told-by-the-plan"


class DoorOf(Door):
    """The account, as a user of it sees it."""

    def __init__(self, account: Any, key: tuple[str, ...]) -> None:
        super().__init__(account)
        self.key = key

    def client(self, service: str, region: str | None = None, **_options: Any) -> Any:
        return self.account.client(service, region=region or self.region, key=self.key)


def allowed(account: Any, policy: Mapping[str, Any]) -> DoorOf:
    """The door of a user who may do what the policy says."""
    iam = account.client("iam")
    with suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_user(UserName=USER)
    for old in iam.list_access_keys(UserName=USER)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=USER, AccessKeyId=old["AccessKeyId"])
    if policy["Statement"]:
        iam.put_user_policy(UserName=USER, PolicyName=OF_THE_POLICY, PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=USER)["AccessKey"]
    return DoorOf(account, (key["AccessKeyId"], key["SecretAccessKey"]))


def actions(policy: Mapping[str, Any]) -> list[str]:
    return sorted({action for statement in policy["Statement"] for action in statement["Action"]})


def less(policy: Mapping[str, Any], action: str) -> dict[str, Any]:
    """The same policy without one action."""
    return {**policy, "Statement": list(statements_without(policy, action))}


def statements_without(policy: Mapping[str, Any], action: str) -> Iterator[dict[str, Any]]:
    for statement in policy["Statement"]:
        if left := [one for one in statement["Action"] if one != action]:
            yield {**statement, "Action": left}
