# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions of roles: what is asked of STS, and the credentials that it gives. Pure: no AWS, no Ansible. Private to this collection."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .errors import Refused
from .shapes import to_api, words_of

Find = Callable[..., Any]
SESSION_NAME = "passrole.ec2"
# What a play says of a session; the names are botocore's.
WORDS = ("role_arn", "role_session_name", "external_id", "tags", "transitive_tag_keys", "duration_seconds", "policy", "source_identity")
MARGIN = timedelta(minutes=5)  # a task that begins now has at least so long


@dataclass(frozen=True)
class Session:
    """The credentials of an assumed role; no text of it tells them."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    session_token: str = field(repr=False)
    expires: datetime

    def lasts(self, now: datetime) -> bool:
        return now + MARGIN < self.expires

    def connection(self) -> dict[str, str]:
        """The options of modules; an empty profile keeps one in the environment out of it."""
        return {"access_key": self.access_key, "secret_key": self.secret_key, "session_token": self.session_token, "profile": ""}


def validate_role(given: Mapping[str, Any], word: str, path: str, otherwise: str = "") -> None:
    """Refuse a role that is given and empty: after an unset variable, the play would work in the caller's own account."""
    if word in given and (given[word] is None or not str(given[word]).strip()):
        raise Refused(f"{path}: must not be empty. Set the role{otherwise}.")


def session_request(words: Mapping[str, Any], shape: Any, path: str = "") -> dict[str, Any]:
    """What STS is asked for, each word of it held against botocore's model."""
    said = {"role_session_name": SESSION_NAME, **{word: value for word, value in words.items() if value is not None}}
    if isinstance(said.get("policy"), Mapping):
        said["policy"] = json.dumps(said["policy"], sort_keys=True)
    members = words_of(shape)
    return {members[word]: to_api(value, shape.members[members[word]], f"{path}.{word}".lstrip(".")) for word, value in said.items()}


def assume(request: Mapping[str, Any], find: Find) -> Session:
    given = find("sts", "assume_role", **request)["Credentials"]
    return Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], given["Expiration"])
