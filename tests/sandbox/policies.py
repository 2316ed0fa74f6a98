# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Policies and ARNs as the sandbox's tests write them. Pure."""

from __future__ import annotations

import json
from typing import Any

ACCOUNT = "123456789012"


def document(*statements: dict[str, Any]) -> str:
    """A policy; a statement that does not say so allows, and on everything."""
    return json.dumps({"Version": "2012-10-17", "Statement": [completed(one) for one in statements]})


def completed(statement: dict[str, Any]) -> dict[str, Any]:
    resource = {} if "NotResource" in statement else {"Resource": "*"}
    return {"Effect": "Allow", **resource, **statement}


def arn(service: str, resource: str, region: str = "eu-west-1") -> str:
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{resource}"


def iam_arn(resource: str) -> str:
    return arn("iam", resource, region="")
