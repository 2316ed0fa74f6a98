# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `make test` runs. A step is a command, and the pattern by which its own output tells how much it tested."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    name: str
    command: tuple[str, ...]
    counts: str
    noun: str

    def tested(self, output: str) -> int:
        """The sum of the numbers that the pattern finds, or how often it is found where it takes no number."""
        found = re.findall(self.counts, output, re.MULTILINE)
        return sum(int(one) if one.isdigit() else 1 for one in found)


def ours(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"dev.{module}", *arguments)


# The longest first, so that two lanes end at about the same time.
STEPS = (
    Step("units", ("pytest", "--numprocesses=2", "--quiet"), r"\b(\d+) passed\b", "tests"),
)
