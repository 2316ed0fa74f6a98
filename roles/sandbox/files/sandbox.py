# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start the sandbox: an AWS of its own on loopback, that needs no account and no environment."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from passrole_sandbox.server.directory import locate, start_in, stop_in
from passrole_sandbox.server.lifecycle import NotStarted, start, stop

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
    options = command().parse_args(words)
    if not (options.stop or options.detach):
        return serve_here(options)
    try:
        return told(stop_detached(options) if options.stop else start_detached(options))
    except NotStarted as error:
        print(error, file=sys.stderr)
        return 1


def command() -> argparse.ArgumentParser:
    command = argparse.ArgumentParser(prog="sandbox.py", description=__doc__, allow_abbrev=False)
    command.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    command.add_argument("--ready-file", type=Path, help="written as JSON with endpoint_url and pid once the sandbox answers")
    command.add_argument("--log-file", type=Path, help="where every call and every fault is noted")
    command.add_argument("--profile-delay", type=float, default=0.0, help="seconds a new profile stays invisible to EC2 and Auto Scaling")
    command.add_argument("--parent-pid", type=int, help="end when this process is gone")
    command.add_argument("--detach", action="store_true", help="start the sandbox of --ready-file or --directory unless it is running, and print where it is")
    command.add_argument("--stop", action="store_true", help="stop the sandbox of --ready-file or --directory")
    command.add_argument("--directory", help="directory of all files, in the place of --ready-file and --log-file; empty for .passrole-sandbox")
    command.add_argument("--working-directory", default="", help="directory to which --directory and --shell-file are relative; the current one unless given")
    command.add_argument("--shell-file", default="", help="file to write for a shell that uses the sandbox of --directory; empty for none")
    command.add_argument("--region", default="", help="AWS region in the file for a shell")
    return command


def start_detached(options: argparse.Namespace) -> object:
    program = [str(Path(__file__).absolute()), "--port", str(options.port), "--profile-delay", str(options.profile_delay)]
    program += ["--parent-pid", str(options.parent_pid)] if options.parent_pid else []
    if options.directory is not None:
        return start_in(locate(options.working_directory, options.directory, options.shell_file), program, options.region)
    log = ["--log-file", str(options.log_file.absolute())] if options.log_file else []
    ready_file = options.ready_file.absolute()
    return start([*program, *log, "--ready-file", str(ready_file)], ready_file)


def stop_detached(options: argparse.Namespace) -> object:
    if options.directory is not None:
        return stop_in(locate(options.working_directory, options.directory, options.shell_file))
    return stop(options.ready_file.absolute())


def serve_here(options: argparse.Namespace) -> int:
    """Serve until told to end."""
    own_environment()
    try:
        share_one_session()
        from passrole_sandbox.server.http_server import serve
    except ImportError as missing:
        print(f"The sandbox needs {missing.name}; run pip install 'moto[server]>=5.2' boto3", file=sys.stderr)
        return 1
    serve(options.port, options.ready_file, options.log_file, options.profile_delay, options.parent_pid)
    return 0


def own_environment() -> None:
    """Forget the caller's AWS and moto settings, so that none of them can change how the sandbox behaves."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "MOTO_"))]:
        del os.environ[name]
    os.environ.update(OURS)


def share_one_session() -> None:
    """Spare half a second: moto makes several boto3 sessions while it loads, and each reads every endpoint anew."""
    import boto3

    boto3.Session = lru_cache(maxsize=None)(boto3.Session)


def told(what: object) -> int:
    print(json.dumps(what))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
