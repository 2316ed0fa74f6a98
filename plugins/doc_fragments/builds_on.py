# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the writing modules say of building on earlier tasks, said once."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  builds_on:
    description:
      - Registered results of earlier tasks of this collection that this task builds on.
      - What they made, or in check mode would make, counts as being there; what they removed counts as gone.
      - This lets check mode foretell a whole play on an empty account, and a real run not wait for news
        that AWS has not spread yet.
      - Results of loops are taken apart, results of skipped tasks are passed over.
    type: list
    elements: dict
    default: []
"""
