# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a step leaves behind is ended with the run, even when it has made itself a stranger."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process
ROOT = Path(__file__).parents[3]

LEAVES_A_STRANGER = """
import subprocess, sys
from pathlib import Path
from dev import processes

processes.adopt_orphans()
with open(sys.argv[1], "w") as log:
    processes.start(["sh", "-c", "setsid sleep 600 & echo $!"], log, {}, Path.cwd()).wait()
print(processes.end_descendants())
"""


def test_a_process_that_left_its_parent_and_its_session_is_ended(tmp_path):
    log = tmp_path / "log"
    run = subprocess.run([sys.executable, "-c", LEAVES_A_STRANGER, log], check=True, cwd=ROOT, capture_output=True, text=True)
    assert run.stdout == "1\n"
    with pytest.raises(ProcessLookupError):
        os.kill(int(log.read_text()), 0)
