# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What among a task's options is a secret, so that nothing a task prints or logs tells it. Pure. Private to this collection.

User data carry passwords more often than they should, in whatever words they are given. amazon.aws masks the
secret key and the session token itself, but not as Python quotes them, and not under names that it does not know.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

PASSWORD = re.compile(r"//[^/@\s:]*:([^/@\s]{4,})@")
ALIKE = 0.8  # as close as one letter too few, too many or mistaken
SHORTEST = 4  # characters; masking fewer would blot out every word of a message
LAUNCHES = ("launch_template", "launch_configuration")  # the options that hold user data, and may be given as one text
HOLDERS = ("application", "fleet_defaults")  # the options that hold the options of other modules
KEYS = frozenset(
    prefix + word
    for prefix in ("", "aws_", "ec2_")
    for word in ("access_key", "access_key_id", "secret_key", "secret_access_key", "session_token", "security_token", "access_token")
)
CONNECTING = ("endpoint_url", "ec2_url", "aws_endpoint_url", "s3_url", "aws_config")  # may have a password in a URL
SHORTEST_KEY = 16  # characters, as AWS makes them; a shorter one is a test's, and likely a plain word


@lru_cache(maxsize=10_000)
def is_secret(word: str) -> bool:
    """Whether a member of this name is one, its name misspelt or not."""
    plain = "".join(filter(str.isalnum, word)).lower()
    return bool(get_close_matches(plain, ["userdata"], cutoff=ALIKE))


def secrets(options: Mapping[str, Any]) -> Iterator[str]:
    """Every secret text inside the options of a task, as it was given and in the forms that a message might have it in."""
    for name, value in options.items():
        if name in KEYS and len(str(value)) >= SHORTEST_KEY:
            yield from forms(str(value))
        if name in CONNECTING:
            yield from passwords(value)
        if name in HOLDERS and isinstance(value, Mapping):
            yield from secrets(value)
            continue
        if name in (*LAUNCHES, *HOLDERS) and isinstance(value, str) and is_told_of(value):
            yield value
        if name == "fleet" and isinstance(value, (list, tuple)):
            yield from (found for member in value if isinstance(member, Mapping) for found in secrets(member))
            continue
        for text in inside(value, is_secret(name)):
            yield from forms(text)


def is_told_of(text: str) -> bool:
    return any(is_secret(word) for word in text.replace('"', " ").replace("'", " ").replace("=", " ").replace(":", " ").split())


def passwords(value: Any) -> Iterator[str]:
    """Those in the URLs of a value."""
    if isinstance(value, Mapping):
        yield from (found for item in value.values() for found in passwords(item))
    elif isinstance(value, str) and (found := PASSWORD.search(value)):
        yield found[1]


def inside(value: Any, secret: bool) -> Iterator[str]:
    """The texts in a value that are secret, or that stand below a name that is."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from inside(item, secret or is_secret(str(key)))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from inside(item, secret)
    elif secret and not isinstance(value, bool) and len(str(value)) >= SHORTEST:
        yield str(value)


def forms(text: str) -> set[str]:
    """A text as it is, as AWS takes it, and as JSON and Python write it."""
    return {text, base64.b64encode(text.encode("utf-8", "surrogatepass")).decode(), json.dumps(text)[1:-1], repr(text)[1:-1]}
