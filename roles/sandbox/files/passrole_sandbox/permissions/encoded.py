# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""EC2's encoded messages: the story of a denial, which sts:DecodeAuthorizationMessage reads back."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from typing import Any
from zlib import compress, decompress

from .callers import Caller
from .conditions import listed, said
from .judge import EXPLICIT, Question, Statement, Verdict


def encode(caller: Caller, question: Question, verdict: Verdict) -> str:
    return urlsafe_b64encode(compress(json.dumps(story(caller, question, verdict)).encode())).decode()


def decode(message: str) -> str | None:
    """What was encoded, or none if nothing was."""
    try:
        return decompress(urlsafe_b64decode(message)).decode()
    except Exception:  # of three kinds, for each way in which a text can be no message
        return None


def story(caller: Caller, question: Question, verdict: Verdict) -> dict[str, Any]:
    """API_DecodeAuthorizationMessage: whether it was an explicit deny, who asked, for what, on what, and the context's keys and values."""
    conditions = [{"key": key, "values": words(list(question.context[key.lower()]))} for key in question.keys]
    return {
        "allowed": False,
        "explicitDeny": verdict.decision == EXPLICIT,
        "matchedStatements": items(told(one, caller) for one in verdict.matched),
        "failures": items(()),
        "context": {
            "principal": {"id": caller.user_id, "name": caller.name, "arn": caller.arn},
            "action": question.action,
            "resource": question.resource,
            "conditions": items(conditions),
        },
    }


def told(statement: Statement, caller: Caller) -> dict[str, Any]:
    body = statement.body
    return {
        "statementId": body.get("Sid", ""),
        "effect": body["Effect"].upper(),
        "principals": items([{"value": caller.user_id}]),
        "principalGroups": items(()),
        "actions": words(body.get("Action", [])),
        "resources": words(body.get("Resource", [])),
        "conditions": items({"key": key, "values": words(value)} for keys in statement.condition.values() for key, value in keys.items()),
    }


def words(value: Any) -> dict[str, Any]:
    return items({"value": said(one)} for one in listed(value))


def items(values: Iterable[Any]) -> dict[str, Any]:
    return {"items": list(values)}
