# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module run as Ansible runs it: a process of its own, JSON in, JSON out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

CREDENTIALS = {"access_key": "sandbox", "secret_key": "not so secret"}


def run_module(module: str, home: Path, **said: Any) -> dict[str, Any]:
    """What the module prints, with nothing of this machine's AWS settings in its sight."""
    here = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    process = subprocess.run(
        [sys.executable, "-m", f"ansible_collections.passrole.ec2.plugins.modules.{module}"],
        input=json.dumps({"ANSIBLE_MODULE_ARGS": said}),
        env={**here, "HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(process.stdout)
