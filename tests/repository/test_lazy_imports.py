# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module does not import an optional library that its task may not need."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.process
def test_a_module_imports_cloudsplaining_only_when_policies_are_checked():
    script = "import sys; import ansible_collections.passrole.ec2.plugins.modules.iam_ec2_role; print('cloudsplaining' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "False\n"
