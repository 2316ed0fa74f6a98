# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run one of the pinned tools in the environment that the tests use: python -m dev.tool ansible-doc passrole.ec2.iam_ec2_role."""

from __future__ import annotations

import os
import sys

from dev.place import environment

if __name__ == "__main__":
    os.execvpe(sys.argv[1], sys.argv[1:], environment())
