# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start the sandbox: an AWS of its own on loopback, that needs no account and no environment."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

OURS = {
    "AWS_ACCESS_KEY_ID": "sandbox",
    "AWS_SECRET_ACCESS_KEY": "sandbox",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
}


def main(words: Sequence[str]) -> int:
    """Serve until told to end."""
    options = command().parse_args(words)
    own_environment()
    try:
        from passrole_sandbox.server import serve
    except ImportError as missing:
        print(f"The sandbox needs {missing.name}; run pip install 'moto[server]>=5.2' boto3", file=sys.stderr)
        return 1
    serve(options.port, options.ready_file, options.log_file, options.profile_delay, options.parent_pid)
    return 0


def command() -> argparse.ArgumentParser:
    command = argparse.ArgumentParser(prog="sandbox.py", description=__doc__, allow_abbrev=False)
    command.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    command.add_argument("--ready-file", type=Path, help="written as JSON with endpoint_url and pid once the sandbox answers")
    command.add_argument("--log-file", type=Path, help="where every call and every fault is noted")
    command.add_argument("--profile-delay", type=float, default=0.0, help="seconds a new profile stays invisible to EC2 and Auto Scaling")
    command.add_argument("--parent-pid", type=int, help="end when this process is gone")
    return command


def own_environment() -> None:
    """Forget the caller's AWS and moto settings, so that none of them can change how the sandbox behaves."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "MOTO_"))]:
        del os.environ[name]
    os.environ.update(OURS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
