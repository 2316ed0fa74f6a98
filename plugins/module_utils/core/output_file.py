# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that a task writes beside its result: refused before the first call if they cannot be written, and whole or not there afterwards.

Private to this collection.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress

from .errors import Refused


def check_output_path(path: str | None, option: str) -> None:
    """Refuse a path at which no file can be written; None is no path.

    Permissions alone do not decide: root has them all, and a file system may be read-only or have no files of its own. Therefore
    this creates an empty file in the directory and deletes it.

    Raises:
        Refused: Says in the words of the option what is wrong, and what to do.
    """
    if path is None:
        return
    if not path:
        raise Refused(f"{option}: must not be empty. Give the path of a file, or omit the option.")
    refuse_unusable_name(path, option)
    folder = directory_of(path)
    if not os.path.isdir(folder):
        reason = "is not a directory" if os.path.lexists(folder) else "does not exist"
        raise Refused(f"{option}: directory {folder} {reason}. Give the path of a file in an existing directory.")
    refuse_unwritable_directory(folder, option)


def check_output_directory(path: str, option: str, names: Iterable[str]) -> None:
    """Refuse a directory in which files of these names cannot be written; one that does not exist must be possible to create.

    Raises:
        Refused: As check_output_path.
    """
    if os.path.isdir(path):
        for name in names:
            check_output_path(os.path.join(path, name), option)
        return
    nearest = nearest_existing(os.path.abspath(path), option)
    if not os.path.isdir(nearest):
        raise Refused(f"{option}: {nearest} is not a directory. Give the path of a directory that exists or can be created.")
    refuse_unwritable_directory(nearest, option)


def nearest_existing(path: str, option: str) -> str:
    """Return the path, or the nearest above it that exists."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return nearest_existing(os.path.dirname(path), option)
    except (OSError, ValueError) as error:
        raise Refused(f"{option}: {path!r} is not a usable path ({getattr(error, 'strerror', None) or error}). Give another path.") from error
    return path


def check_input_path(path: str, option: str) -> None:
    """Refuse a file that cannot be read.

    Raises:
        Refused: Says in the words of the option what is wrong.
    """
    try:
        with open(path, "rb"):
            pass
    except (OSError, ValueError) as error:
        raise Refused(f"{option}: {path!r} is not readable ({getattr(error, 'strerror', None) or error}). Give the path of a readable file.") from error


def refuse_unwritable_directory(folder: str, option: str) -> None:
    try:
        handle, name = tempfile.mkstemp(dir=folder)
        os.close(handle)
        os.unlink(name)
    except OSError as error:
        raise Refused(f"{option}: directory {folder} is not writable ({error.strerror}). Give a path in a writable directory.") from error


def check_append_path(path: str | None, option: str) -> None:
    """Refuse a path at which no lines can be added to a file; a file that does not exist is created. None is no path."""
    if path is None:
        return
    if not path:
        raise Refused(f"{option}: must not be empty. Give the path of a file, or omit the option.")
    try:
        # Opening a named pipe would wait for its reader.
        if not stat.S_ISFIFO(os.stat(path).st_mode):
            with open(path, "a", encoding="utf-8"):
                pass
    except FileNotFoundError:
        check_output_path(path, option)
    except (OSError, ValueError) as error:
        raise Refused(f"{option}: {path!r} is not writable ({getattr(error, 'strerror', None) or error}). Give the path of a writable file.") from error


def refuse_unusable_name(path: str, option: str) -> None:
    """Refuse a path that is too long, is not text, or that something else than a file has. A symbolic link is replaced, whatever it leads to."""
    if os.path.isdir(path):
        raise Refused(f"{option}: {path} is a directory. Give the path of a file.")
    try:
        mode = os.lstat(path).st_mode
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    except (OSError, ValueError) as error:
        raise Refused(f"{option}: {path!r} is not a usable path ({getattr(error, 'strerror', None) or error}). Give the path of a file.") from error
    if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
        raise Refused(f"{option}: {path} is not a regular file. Give the path of a file.")


def write_private_file(path: str, text: str) -> None:
    """Write the file, which only its owner may read. The file is whole or as it was, and no temporary file is left.

    Raises:
        OSError: Says why the file is as it was.
    """
    handle, name = tempfile.mkstemp(dir=directory_of(path))
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def directory_of(path: str) -> str:
    return os.path.dirname(path) or "."
