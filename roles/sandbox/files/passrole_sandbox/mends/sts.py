# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""STS tells who calls, gives sessions of roles to whom they trust, in any account, and decodes what EC2 encoded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.models import Role, iam_backends
from moto.sts.exceptions import STSClientError
from moto.sts.responses import TokenResponse

from ..mending import mends
from ..permissions.callers import Caller, by_key, caller_of
from ..permissions.denials import Denied
from ..permissions.encoded import decode
from ..permissions.trusts import ASSUME, context_of, denied_by_trust

HOUR = 3600
PARTS_OF_ARN = 6
assume_checked = TokenResponse.assume_role


@mends(TokenResponse)
def get_caller_identity(self):
    caller = caller_of(self.headers.get("Authorization", ""))
    return ActionResult({"UserId": caller.user_id, "Account": self.current_account, "Arn": caller.arn})


@mends(TokenResponse)
def assume_role(self):
    """A role of any account, by its trust policy; moto knows the accounts apart and not whom a role trusts."""
    params = self._get_params()
    caller, mine = caller_of(self.headers.get("Authorization", "")), self.current_account
    denied = denial(params, caller, mine, role_of(params["RoleArn"]))
    if denied:
        raise Denied("AccessDenied", f"User: {caller.arn} is not authorized to perform: {denied} on resource: {params['RoleArn']}")
    check_duration(params, role_of(params["RoleArn"]), caller)
    answer = assume_checked(self)
    answer.result["Credentials"].tags = by_key(params.get("Tags", []))
    return answer


def role_of(arn: str) -> Role | None:
    account = arn.split(":")[4] if arn.count(":") >= PARTS_OF_ARN - 1 else ""
    partitions = iam_backends[account].values() if account in iam_backends else ()
    return next((role for backend in partitions for role in backend.roles.values() if role.arn == arn), None)


def denial(params: Mapping[str, Any], caller: Caller, mine: str, role: Role | None) -> str | None:
    """The action that is denied; a role that is not there is told of no other way."""
    if role is None:
        return ASSUME
    return denied_by_trust(role.assume_role_policy_document, caller, mine, context_of(params, caller, mine), bool(params.get("Tags")))


def check_duration(params: Mapping[str, Any], role: Role, caller: Caller) -> None:
    """API_AssumeRole: from 15 minutes to the role's maximum, and an hour at most where one session assumes the next role."""
    asked = int(params.get("DurationSeconds") or HOUR)
    if asked > int(role.max_session_duration or HOUR):
        raise STSClientError("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
    if asked > HOUR and caller.kind == "AssumedRole":
        raise STSClientError("ValidationError", "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")


@mends(TokenResponse)
def decode_authorization_message(self):
    told = decode(self._get_param("EncodedMessage"))
    if told is None:
        raise STSClientError("InvalidAuthorizationMessageException", "Message is not valid")
    return ActionResult({"DecodedMessage": told})
