# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tags as dictionaries, compared and listed by amazon.aws' own helpers. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import (
    ansible_dict_to_boto3_tag_list,
    boto3_tag_list_to_ansible_dict,
    compare_aws_tags,
)

from .errors import Refused


def refuse_reserved(tags: Mapping[Any, Any], path: str, values: bool = False) -> None:
    """What begins with aws: is set by nobody but AWS: keys, and with IAM values too."""
    for key, value in tags.items():
        if any(str(word).lower().startswith("aws:") for word in ((key, value) if values else (key,))):
            raise Refused(f"{path}.{key}: keys {'and values ' if values else ''}that begin with aws: are AWS's own")


def tag_changes(have: Mapping[str, str], after: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """The keys to take away, and the tags to set."""
    new, gone = compare_aws_tags(dict(have), dict(after))
    return sorted(gone), {key: new[key] for key in sorted(new)}


def tags_after(have: Mapping[str, str], want: Mapping[str, str] | None, purge: bool) -> dict[str, str]:
    """All tags once the plan is done. AWS's own (aws:...) are nobody's to take away."""
    if want is None:
        return dict(have)
    kept = {key: value for key, value in have.items() if not purge or key.startswith("aws:")}
    return {**kept, **want}


def tag_list(tags: Mapping[str, str] | None) -> list[dict[str, str]]:
    """Tags as AWS takes them, by key."""
    return ansible_dict_to_boto3_tag_list(dict(sorted((tags or {}).items())))


def tag_dict(tags: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Tags as AWS gives them, as a dictionary."""
    return boto3_tag_list_to_ansible_dict(list(tags))
