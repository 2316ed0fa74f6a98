# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The mends: importing a file of this package puts its functions in the place of moto's."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules


def apply() -> None:
    """Mend moto, once per process."""
    for found in iter_modules(__path__, f"{__name__}."):
        import_module(found.name)
