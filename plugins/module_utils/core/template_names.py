# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Valid names of launch templates from the names of groups. Pure: no AWS, no Ansible. Private to this collection."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9().\-/_]")
SHORTEST_NAME, LONGEST_NAME = 3, 125


def template_name(name: str) -> str:
    """A name that a template may have, as near as can be. A group may have one of fewer characters than a template.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
    """
    near = NOT_IN_NAMES.sub("-", name)[:LONGEST_NAME]
    return near if len(near) >= SHORTEST_NAME else f"{near}-launch-template"


def template_names(groups: Iterable[str]) -> dict[str, str]:
    """The name of a template for each group. Where names of groups would become the same, each that is changed gets an end of its own."""
    near = {group: template_name(group) for group in groups}
    count = Counter(near.values())
    return {group: name if name == group or count[name] == 1 else with_own_end(name, group) for group, name in near.items()}


def with_own_end(name: str, group: str) -> str:
    end = sha256(group.encode()).hexdigest()[:8]
    return f"{name[: LONGEST_NAME - len(end) - 1]}-{end}"
