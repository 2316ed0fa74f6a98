# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A copy of the checkout's files as an installed collection, in a folder of its own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from dev.place import ROOT, SCRATCH, VENV, site_packages


@contextmanager
def collection_copy() -> Iterator[Path]:
    """The copy's root, with amazon.aws standing beside it, for as long as the `with` block lasts."""
    with TemporaryDirectory(prefix="copy-", dir=SCRATCH) as folder:
        collections = Path(folder) / "ansible_collections"
        copy = collections / "passrole" / "ec2"
        for name in tracked_or_new():
            copy_file(ROOT / name, copy / name)
        (collections / "amazon").mkdir()
        (collections / "amazon" / "aws").symlink_to(site_packages(VENV) / "ansible_collections" / "amazon" / "aws")
        yield copy


def tracked_or_new() -> list[str]:
    """What git holds, and what it would take; less what is deleted but not yet committed."""
    listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], check=True, cwd=ROOT, capture_output=True, text=True).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def copy_file(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target, follow_symlinks=False)
