# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the playbook shows of a sandbox: lines for people, and commands to paste into a shell."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path

PLAYBOOK = "ansible-playbook passrole.ec2.sandbox"
STOP = f"{PLAYBOOK} -e sandbox_state=stopped"
# Plural noun -> its singular, in the order in which people read them.
SINGULAR = {
    "roles": "role",
    "instance profiles": "instance profile",
    "policies": "policy",
    "users": "user",
    "launch templates": "launch template",
    "launch configurations": "launch configuration",
    "Auto Scaling groups": "Auto Scaling group",
    "instances": "instance",
}
# A value that the shell, Ansible's key=value and Jinja all take as it is.
PLAIN = re.compile(r"[A-Za-z0-9_@+:,./~-]+")
# A value that a shell in quotes and YAML in braces take as it is. Callbacks show double quotes with a backslash before each; this form needs none.
PLAIN_IN_YAML = re.compile(r"[\w@+./~-]+(?: [\w@+./~-]+)*")


def next_steps(directory: Path, endpoint_url: str, shell_file: Path | None) -> list[str]:
    """Return how to use this sandbox from a shell, and how to stop it from any folder."""
    use = [f"A sandbox is running at {endpoint_url}. Use it in this shell:", f". {shlex.quote(str(shell_file))}"] if shell_file else []
    return [*use, "Stop it and delete everything in it:", stop_command(directory)]


def already_running(directory: Path, endpoint_url: str, pid: int, started: str | None, contents: Mapping[str, int] | None) -> list[str]:
    """Return since when this sandbox has been running, what it holds, and how to get an empty one."""
    since = f" since {since_when(datetime.fromisoformat(started), datetime.now(timezone.utc))}" if started else ""
    return [
        f"A sandbox is already running in {directory} at {endpoint_url} (process {pid}){since}. It was not started again.",
        *([held(contents)] if contents is not None else []),
        "To get an empty sandbox, stop this one and start another:",
        stop_command(directory),
        f"{PLAYBOOK} -e {extra_var('sandbox_directory', str(directory))}",
    ]


def stopped(directory: Path, was_running: bool) -> list[str]:
    if was_running:
        return [f"The sandbox in {directory} is stopped, and everything in it is deleted. Close each shell that uses it."]
    return [f"No sandbox is running in {directory}. Start the playbook in the folder of the sandbox, or set sandbox_directory."]


def stop_command(directory: Path) -> str:
    return f"{STOP} -e {extra_var('sandbox_directory', str(directory))}"


def extra_var(name: str, value: str) -> str:
    """Return the argument of ``-e`` that gives the variable exactly this text, quoted for a shell."""
    if PLAIN.fullmatch(value):
        return f"{name}={value}"
    if PLAIN_IN_YAML.fullmatch(value):
        return shlex.quote(f"{{{name}: {value}}}")
    return shlex.quote(f"{{{name}: !unsafe {json.dumps(value)}}}")


def since_when(started: datetime, now: datetime) -> str:
    """Return the local time, and how long ago that is."""
    minutes = int((now - started).total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    units: Sequence[tuple[int, str]] = ((days, "d"), (hours, "h"), (minutes, "min"))
    passed = " ".join(f"{number} {unit}" for number, unit in units if number) or "less than a minute"
    return f"{started.astimezone():%Y-%m-%d %H:%M:%S %z} ({passed} ago)"


def held(contents: Mapping[str, int]) -> str:
    found = [f"{number} {SINGULAR.get(noun, noun) if number == 1 else noun}" for noun, number in contents.items() if number]
    return f"It holds {listed(found, 'and')}." if found else f"It is empty: no {listed(list(contents), 'or')}."


def listed(words: Sequence[str], conjunction: str) -> str:
    return f" {conjunction} ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
