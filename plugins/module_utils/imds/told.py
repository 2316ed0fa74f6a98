# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is told of an instance's credentials: whether they are there, and if not, why and what to do. Pure. Private to this collection.

The codes are those of https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from .observe import Answer, Heard

SUCCESS = "Success"
WHY_NOT = {
    "InstanceProfileNotFound": "the instance profile that the instance was given was deleted, and another of its name is another; associate it again",
    "AssumeRoleUnauthorizedAccess": "EC2 may not assume the role; its trust policy must allow ec2.amazonaws.com to",
}
NO_PROFILE = "the instance carries no instance profile; associate one"
NO_ROLE = "the instance profile holds no role; put one in"
EXPIRED = "the credentials have expired, and EC2 has given no new ones"
UNREADABLE = "the metadata service told nothing that is a document of EC2's"
OFF = "the metadata service is off for this instance; http_endpoint must be enabled"
BEYOND = "it is off, or further away than http_put_response_hop_limit lets an answer go, as for containers"


def told(heard: Heard, endpoint: str, now: datetime) -> dict[str, Any]:
    """What the task returns."""
    info, credentials = heard.info or {}, heard.credentials or {}
    left = seconds_left(credentials.get("Expiration"), now)
    reason = why_not(heard, endpoint, left)
    return {
        "instance_id": heard.instance_id,
        "imds": {"v1_answered": heard.plain.ok, "v2_answered": heard.token.ok},
        "instance_profile": profile(info) if info.get("InstanceProfileArn") else None,
        "role": heard.role,
        "code": credentials.get("Code") or info.get("Code"),
        "type": credentials.get("Type"),
        "last_updated": credentials.get("LastUpdated"),
        "expiration": credentials.get("Expiration"),
        "seconds_left": left,
        "delivered": not reason,
        "reason": reason,
    }


def profile(info: dict[str, Any]) -> dict[str, str]:
    arn = str(info["InstanceProfileArn"])
    return {"arn": arn, "id": str(info.get("InstanceProfileId")), "name": arn.rpartition("/")[2], "last_updated": str(info.get("LastUpdated"))}


def seconds_left(expiration: str | None, now: datetime) -> int | None:
    if not expiration:
        return None
    try:
        until = datetime.strptime(expiration, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    except ValueError:
        return None
    return int((until - now).total_seconds())


def why_not(heard: Heard, endpoint: str, left: int | None) -> str:
    """Why there are no credentials; nothing where there are."""
    if not heard.token.ok and not heard.plain.ok:
        return unanswered(heard.token, endpoint)
    if heard.info is None:
        return NO_PROFILE
    for found in (heard.info, heard.credentials):
        code = (found or {}).get("Code", SUCCESS)
        if code != SUCCESS:
            return WHY_NOT.get(code) or f"{code}: {(found or {}).get('Message', 'EC2 says no more')}"
    if heard.role is None:
        return NO_ROLE if heard.info else UNREADABLE
    if not (heard.credentials or {}).get("Code"):
        return UNREADABLE
    return EXPIRED if left is not None and left <= 0 else ""


def unanswered(token: Answer, endpoint: str) -> str:
    if token.status == 403:
        return OFF
    if token.status is not None:
        return f"{endpoint} answered with status {token.status}, which the metadata service does not"
    return f"nothing answered at {endpoint} ({token.text}); {BEYOND}"
