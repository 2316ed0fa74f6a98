# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long a playbook lets a module wait. Pure. Private to this collection."""

from __future__ import annotations

from .errors import Refused


def checked_timeout(seconds: int, option: str = "wait_timeout") -> int:
    """An option wait_timeout. A zero looks once, and waits no longer; Ansible takes a truth value for a number."""
    if isinstance(seconds, bool) or seconds < 0:
        raise Refused(f"{option}: {seconds} is no number of seconds; it must be 0 or more")
    return seconds
