# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The paths at which the sandbox answers itself; every other path is AWS's."""

from __future__ import annotations

CONTROL = "/_sandbox/"
INSTANCE_METADATA = f"{CONTROL}imds/"
