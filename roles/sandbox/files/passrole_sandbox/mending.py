# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a mend takes its place: a function put where moto's method of that name was. And how it refuses before moto is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse

Method = TypeVar("Method", bound=Callable[..., Any])


def mends(owner: type, name: str | None = None) -> Callable[[Method], Method]:
    """Put the decorated function in place of the owner's method of its name, or beside those it has."""

    def put(method: Method) -> Method:
        setattr(owner, name or method.__name__, method)
        return method

    return put


def refuse(response: BaseResponse, refusal: ServiceException) -> Any:
    """The answer to a call that is refused, whatever its operation."""
    status, headers, body = response.serialized(ActionResult(refusal))
    return status, *response._enrich_response(headers, body)
