# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM refuses names, paths and numbers outside its service model's lengths and patterns; moto takes anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from botocore.model import Shape
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_service_model
from moto.iam.exceptions import ValidationError
from moto.iam.responses import IamResponse

from ..mending import mends

BAD_PATH = "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters."


@mends(IamResponse)
def call_action(self):
    refusal = refused(self._get_action(), self.params)
    if refusal is None:
        return BaseResponse.call_action(self)
    status, headers, body = self.serialized(ActionResult(refusal))
    return status, *self._enrich_response(headers, body)


def refused(operation: str, params: dict[str, Any]) -> ValidationError | None:
    shape = get_service_model("iam").operation_model(operation).input_shape
    wrong = list(faults(shape, params, "")) if shape else []
    if not wrong:
        return None
    if any(fault.startswith("path:") for fault in wrong):
        return ValidationError(BAD_PATH)
    return ValidationError(f"{len(wrong)} validation error{'s' if wrong[1:] else ''} detected: {'; '.join(wrong)}")


def faults(shape: Shape, value: Any, where: str) -> Iterator[str]:
    """Every way in which a value breaks its shape's constraints, in IAM's words."""
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if value.get(name) is not None:
                yield from faults(member, value[name], f"{where}{name[0].lower()}{name[1:]}")
    elif shape.type_name == "list":
        for number, item in enumerate(value, 1):
            yield from faults(shape.member, item, f"{where}.{number}.member" + ("." if shape.member.type_name == "structure" else ""))
    else:
        yield from broken(shape, value, where)


def broken(shape: Shape, value: Any, where: str) -> Iterator[str]:
    if where == "path" and not fits(shape, str(value)):
        yield "path: malformed"
        return
    for rule, holds in rules(shape, value):
        if not holds:
            yield f"Value '{value}' at '{where}' failed to satisfy constraint: Member must {rule}"


def rules(shape: Shape, value: Any) -> Iterator[tuple[str, bool]]:
    size, of = (len(value), "length") if isinstance(value, str) else (value, "value")
    limits = shape.metadata
    if "max" in limits and of_a_kind(size):
        yield f"have {of} less than or equal to {limits['max']}", size <= limits["max"]
    if "min" in limits and of_a_kind(size):
        yield f"have {of} greater than or equal to {limits['min']}", size >= limits["min"]
    if "pattern" in limits and isinstance(value, str):
        yield f"satisfy regular expression pattern: {limits['pattern']}", fits(shape, value)


def of_a_kind(size: Any) -> bool:
    return isinstance(size, (int, float)) and not isinstance(size, bool)


def fits(shape: Shape, value: str) -> bool:
    pattern = compiled(shape.metadata.get("pattern", r"\p"))
    return pattern is None or pattern.fullmatch(value) is not None


@lru_cache(maxsize=None)
def compiled(pattern: str) -> re.Pattern[str] | None:
    # Java's \p{...} classes are not Python's; moto checks the tags they stand in itself.
    return None if r"\p" in pattern else re.compile(pattern, re.ASCII)
