# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules say of how fast they ask AWS, said once."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  max_calls_per_second:
    description:
      - How many requests a second the task may make to each service of AWS at most, its retries and the pages of long answers included.
      - It holds for one service and one task on one host. Tasks that run at the same time, as with C(forks), each have their own.
      - Without it the task asks as fast as AWS answers, and slows down when AWS throttles it.
      - At least 0.01.
    type: float
    version_added: 1.1.0
"""
