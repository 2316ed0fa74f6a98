# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When and where a role was last used: IAM tracks it for days and tells it in GetRole, the sandbox is told.

IAM API reference, RoleLastUsed: it is told by GetRole and GetAccountAuthorizationDetails, and not by lists.
"""

from __future__ import annotations

from typing import Any

from moto.core.utils import utcnow
from moto.iam.models import iam_backends

from .settings import UnknownSetting


def set_last_use(role: str, region: str) -> dict[str, Any]:
    """Note a use of the role, now, in whichever account has a role of that name."""
    found = [one for account in iam_backends.values() for backend in account.values() for one in backend.roles.values() if one.name == role]
    if not found:
        raise UnknownSetting(f"there is no role {role}")
    for one in found:
        one.last_used, one.last_used_region = utcnow(), region
    return {"role": role, "region": region}
