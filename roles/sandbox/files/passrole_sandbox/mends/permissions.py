# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls of users and of roles' sessions are judged before they are served; those of the account's root are not."""

from __future__ import annotations

from typing import Any

from moto.core.errors import COMMON_ERROR_CODES
from moto.core.responses import ActionResult, BaseResponse

from ..mending import mends
from ..permissions.callers import caller_of
from ..permissions.denials import Denied, first_denial
from ..permissions.requests import read_request

# API_GetCallerIdentity: "No permissions are required"; API_GetSessionToken likewise.
OPEN = ("GetCallerIdentity", "GetSessionToken")
# No service's model tells of these, and moto warns of what no model tells.
COMMON_ERROR_CODES.extend(("AccessDenied", "AccessDeniedException"))
call_served = BaseResponse.call_action


@mends(BaseResponse)
def call_action(self):
    denial = denied(self)
    return call_served(self) if denial is None else told(self, denial)


def denied(response: BaseResponse) -> Denied | None:
    """Why this call is refused, if it is."""
    caller = caller_of(response.headers.get("Authorization", ""))
    if caller.rights is None or response._get_action() in OPEN:
        return None
    return first_denial(read_request(response, signed_service(response), caller))


def signed_service(response: BaseResponse) -> str:
    """The service as IAM's actions name it, which is how a request is signed for it."""
    return response.headers["Authorization"].partition("Credential=")[2].split("/")[3]


def told(response: BaseResponse, denial: Denied) -> Any:
    status, headers, body = response.serialized(ActionResult(denial))
    # moto has the status of the errors a service's model tells of; of these no model tells.
    status = 400 if denial.code in ("AccessDeniedException", "ValidationError") else 403
    return status, *response._enrich_response(headers, body)
