# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""STS tells who calls, gives sessions of roles that are there, and decodes what EC2 encoded."""

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.iam.models import iam_backends
from moto.sts.exceptions import STSClientError
from moto.sts.responses import TokenResponse

from ..mending import mends
from ..permissions.callers import caller_of
from ..permissions.denials import Denied
from ..permissions.encoded import decode

assume_checked = TokenResponse.assume_role


@mends(TokenResponse)
def get_caller_identity(self):
    caller = caller_of(self.headers.get("Authorization", ""), self.current_account)
    return ActionResult({"UserId": caller.user_id, "Account": self.current_account, "Arn": caller.arn})


@mends(TokenResponse)
def assume_role(self):
    wanted = self._get_param("RoleArn")
    if all(role.arn != wanted for role in iam_backends[self.current_account][self.partition].roles.values()):
        caller = caller_of(self.headers.get("Authorization", ""), self.current_account)
        raise Denied("AccessDenied", f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: {wanted}")
    return assume_checked(self)


@mends(TokenResponse)
def decode_authorization_message(self):
    told = decode(self._get_param("EncodedMessage"))
    if told is None:
        raise STSClientError("InvalidAuthorizationMessageException", "Message is not valid")
    return ActionResult({"DecodedMessage": told})
