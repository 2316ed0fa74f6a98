# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sandbox that lives in a directory: one directory, one sandbox. All that it writes is there, and a file that a shell reads.

This runs in a Python without moto, too.
"""

from __future__ import annotations

import json
import os
import shlex
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from . import messages
from .lifecycle import NotStarted, Told, ask, complaints, locked, running, start, stop

DEFAULT_DIRECTORY = ".passrole-sandbox"
DEFAULT_REGION = "eu-west-1"
# Whatever a user keeps in Git, this directory is not in it.
IGNORE_FILE, IGNORED = ".gitignore", "# Written by the role passrole.ec2.sandbox.\n*\n"
EXPORTS = """\
# Read this file in a shell to use the sandbox at {endpoint}.
{owner}
# Settings that lead elsewhere, or name another account, are removed.
unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN AWS_SECURITY_TOKEN AWS_URL AWS_IGNORE_CONFIGURED_ENDPOINT_URLS
export AWS_ENDPOINT_URL={endpoint}
export AWS_REGION={region}
export AWS_DEFAULT_REGION={region}
export AWS_ACCESS_KEY_ID=sandbox-access-key
export AWS_SECRET_ACCESS_KEY=sandbox-secret-key
export AWS_EC2_METADATA_DISABLED=true
export NO_PROXY="127.0.0.1,${{NO_PROXY:-${{no_proxy:-}}}}"
export no_proxy="$NO_PROXY"
"""


@dataclass(frozen=True)
class Files:
    """Where the files of one sandbox are."""

    directory: Path
    shell_file: Path | None = None

    @property
    def ready_file(self) -> Path:
        return self.directory / "ready.json"

    @property
    def log_file(self) -> Path:
        return self.directory / "sandbox.log"

    @property
    def shell_files(self) -> Path:
        """The paths of the shell files that were written for this sandbox, as a JSON list."""
        return self.directory / "shell_files.json"

    @property
    def owner(self) -> str:
        """The line of a shell file that names its sandbox."""
        return f"# sandbox_directory: {json.dumps(str(self.directory))}"


def locate(working_directory: str, directory: str, shell_file: str) -> Files:
    """Relative paths are relative to the working directory. A blank directory is the default one; a blank shell file is none."""
    here = Path(working_directory or ".").absolute()
    wanted = here / Path(DEFAULT_DIRECTORY if is_blank(directory) else directory).expanduser()
    return Files(normalize(wanted), None if is_blank(shell_file) else normalize(here / Path(shell_file).expanduser()))


def is_blank(text: str) -> bool:
    return not text.strip()


def normalize(path: Path) -> Path:
    return Path(os.path.normpath(path))


def start_in(files: Files, command: Sequence[str], region: str) -> Told:
    """Return the sandbox of the directory, which is started unless it is running, with the lines to show.

    Raises:
        NotStarted: The files cannot be written; checked before anything is started. Or the sandbox could not start.
    """
    check_shell_file(files)
    make_directory(files.directory)
    with locked(files.directory):
        try:
            found = start([*command, "--ready-file", str(files.ready_file), "--log-file", str(files.log_file)], files.ready_file)
        except NotStarted:
            remove_files(files)
            raise
        if files.shell_file:
            write_shell_file(files, found["endpoint_url"], region.strip() or DEFAULT_REGION)
    told = [] if found["changed"] else messages.already_running(files.directory, **{**about(found), "contents": ask(found, "contents")})
    steps = messages.next_steps(files.directory, found["endpoint_url"], files.shell_file)
    return {**found, "directory": str(files.directory), "messages": told, "next_steps": steps}


def about(found: Told) -> Told:
    return {"endpoint_url": found["endpoint_url"], "pid": found["pid"], "started": (ask(found, "process") or {}).get("started")}


def stop_in(files: Files) -> Told:
    """Stop the sandbox of the directory, and delete the files that it wrote; other files there stay."""
    if not files.directory.is_dir():
        return {"changed": False, "next_steps": messages.stopped(files.directory, was_running=False)}
    with locked(files.directory):
        changed = stop(files.ready_file)["changed"]
        if running(files.ready_file):
            raise NotStarted(f"The sandbox in {files.directory} did not stop. Stop its process, whose id is in {files.ready_file}.")
        remove_files(files)
    return {"changed": changed, "next_steps": messages.stopped(files.directory, was_running=changed)}


def check_shell_file(files: Files) -> None:
    path = files.shell_file
    if path is None:
        return
    if path.is_dir():
        raise NotStarted(f"sandbox_file: {path} is a directory. Give the path of a file.")
    if not path.parent.is_dir():
        raise NotStarted(f"sandbox_file: directory {path.parent} does not exist. Give the path of a file in an existing directory.")
    check_writable(path.parent, "sandbox_file", "Give the path of a file in a writable directory.")
    other = other_owner(files, path)
    if other and running(other.ready_file):
        raise NotStarted(f"sandbox_file: {path} belongs to the sandbox in {other.directory}, which is running. Give another path, or stop that sandbox.")


def other_owner(files: Files, path: Path) -> Files | None:
    """The other sandbox that the shell file was written for."""
    for line in lines_of(path):
        prefix, _mark, directory = line.partition(": ")
        if prefix == files.owner.partition(": ")[0] and line != files.owner:
            with suppress(TypeError, ValueError):
                return Files(Path(json.loads(directory)))
    return None


def make_directory(directory: Path) -> None:
    advice = "Start the sandbox in a writable folder, or set sandbox_directory."
    try:
        if not directory.is_dir():
            directory.parent.mkdir(parents=True, exist_ok=True)
            directory.mkdir(mode=0o700)
            (directory / IGNORE_FILE).write_text(IGNORED, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise unwritable("sandbox_directory", directory, error, advice) from error
    check_writable(directory, "sandbox_directory", advice)


def check_writable(directory: Path, option: str, advice: str) -> None:
    """Create a file in the directory and delete it: permissions alone do not decide, and root has them all."""
    try:
        handle, name = tempfile.mkstemp(dir=directory)
        os.close(handle)
        os.unlink(name)
    except (OSError, ValueError) as error:
        raise unwritable(option, directory, error, advice) from error


def unwritable(option: str, directory: Path, error: Exception, advice: str) -> NotStarted:
    return NotStarted(f"{option}: directory {directory} is not writable ({getattr(error, 'strerror', None) or error}). {advice}")


def write_shell_file(files: Files, endpoint_url: str, region: str) -> None:
    text = EXPORTS.format(endpoint=shlex.quote(endpoint_url), owner=files.owner, region=shlex.quote(region))
    write_private(files.shell_file, text)
    known = recorded_shell_files(files)
    if str(files.shell_file) not in known:
        write_private(files.shell_files, json.dumps([*known, str(files.shell_file)]))


def write_private(path: Path, text: str) -> None:
    """Write the file in one step; only its owner may read it. A file that has the text already stays as it is."""
    if path.is_file() and lines_of(path) == text.splitlines():
        return
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(name, path)


def recorded_shell_files(files: Files) -> list[str]:
    try:
        return list(json.loads(files.shell_files.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return []


def remove_files(files: Files) -> None:
    """Delete what sandboxes of this directory wrote, and the directory if they created it and nothing else is in it."""
    for path in map(Path, recorded_shell_files(files)):
        if files.owner in lines_of(path):
            remove(path)
    for path in (files.shell_files, files.log_file, files.ready_file, complaints(files.ready_file)):
        remove(path)
    if IGNORED.splitlines() == lines_of(files.directory / IGNORE_FILE):
        remove(files.directory / IGNORE_FILE)
        with suppress(OSError):
            files.directory.rmdir()


def remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def lines_of(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
