# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM's own rules on paths and tags, where botocore's model is silent or unclear. Pure: no AWS. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .errors import Refused
from .shapes import to_api
from .tags import tag_dict


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
    refuse_reserved(tags)
    refuse_twice(tags)
    return tag_dict(to_api({str(key): plain(value) for key, value in tags.items()}, shape, "tags"))


def plain(value: Any) -> Any:
    # amazon.aws writes a YAML boolean as True or False; so a playbook moved here changes no tag.
    return str(value) if isinstance(value, bool) else value


def refuse_reserved(keys: Iterable[Any]) -> None:
    for key in keys:
        if str(key).lower().startswith("aws:"):
            raise Refused(f"tags.{key}: keys that begin with aws: are AWS's own")


def refuse_twice(keys: Iterable[Any]) -> None:
    """IAM keeps the case of a tag's key, and takes Team and team for the same key."""
    seen: dict[str, Any] = {}
    for key in keys:
        other = seen.setdefault(str(key).lower(), key)
        if other != key:
            raise Refused(f"tags.{key}: IAM takes it for the same key as {other}; leave one of them out")
