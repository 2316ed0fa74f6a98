# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM's own rules on paths and tags, where botocore's model is silent or unclear, and its late news. Pure: no AWS. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .errors import Refused
from .plan import NotYet
from .shapes import to_api
from .tags import refuse_reserved, tag_dict


def unheard_of(role: str = "", profile: str = "", policy: str = "") -> tuple[NotYet, ...]:
    """IAM's words while one of its servers has not heard yet of what is known to be there; of anything else they are true."""
    words = {f"role with name {role} ": role, f"Instance Profile {profile} ": profile, f"{policy} does not exist": policy}
    return tuple(NotYet("NoSuchEntity", saying) for saying, name in words.items() if name)


def is_arn(told: Any) -> bool:
    """Whether IAM tells an ARN. For a moment after its creation, a role or a profile may show its id in the place of it."""
    return str(told).startswith("arn:")


def checked_path(path: str | None, shape: Any) -> str | None:
    """The option ``path``, held against IAM's rules; ``None`` leaves it as it is."""
    if path is None:
        return None
    if not path.startswith("/") or not path.endswith("/"):
        raise Refused(f"path: must begin and end with a slash, as in /web/, not {path or 'empty'}")
    return to_api(path, shape, "path")


def checked_tags(tags: Mapping[Any, Any] | None, shape: Any) -> dict[str, str] | None:
    """The option ``tags``, held against IAM's rules; ``None`` leaves them as they are."""
    if tags is None:
        return None
    words = {str(key): plain(value) for key, value in tags.items()}
    refuse_reserved(words, "tags", values=True)
    return tag_dict(to_api(words, shape, "tags"))


def checked_tags_of_role(tags: Mapping[Any, Any] | None, shape: Any) -> dict[str, str] | None:
    """The same for a role, whose keys differ in more than their case; an instance profile's need not."""
    checked = checked_tags(tags, shape)
    refuse_alike(checked or ())
    return checked


def plain(value: Any) -> Any:
    # amazon.aws writes a YAML boolean as True or False; so a playbook moved here changes no tag.
    return str(value) if isinstance(value, bool) else value


def refuse_alike(keys: Iterable[str]) -> None:
    seen: dict[str, str] = {}
    for key in keys:
        other = seen.setdefault(key.lower(), key)
        if other != key:
            raise Refused(f"tags.{key}: on a role, IAM takes it for the same key as {other}; leave one of them out")


def without_alike(have: Mapping[str, str], want: Mapping[str, str] | None) -> dict[str, str]:
    """The tags of a role less those whose place a wanted key takes that differs in case only."""
    wanted = {key.lower(): key for key in want or ()}
    return {key: value for key, value in have.items() if wanted.get(key.lower(), key) == key}
