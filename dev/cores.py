# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Note the newest release of every ansible-core that the collection supports, and the Pythons that each runs on, in dev/pins/cores.json."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path
from tempfile import TemporaryDirectory

from dev.environment import BOOTSTRAP, PINS
from dev.place import ROOT, SCRATCH, environment

CORES = PINS / "cores.json"
PYTHON = "Programming Language :: Python :: "


def note() -> None:
    with TemporaryDirectory(prefix="cores-", dir=SCRATCH) as folder:
        CORES.write_text(json.dumps(dict(supported(Path(folder))), indent=2) + "\n")


def supported(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """From the oldest minor version that meta/runtime.yml names to the first that there is not yet."""
    minor = oldest_minor((ROOT / "meta" / "runtime.yml").read_text())
    while wheel := downloaded(f"ansible-core==2.{minor}.*", folder / str(minor)):
        yield about(wheel)
        minor += 1


def oldest_minor(runtime: str) -> int:
    return int(re.search(r'^requires_ansible: ">=2\.(\d+)\.', runtime, re.MULTILINE)[1])


def downloaded(requirement: str, folder: Path) -> Path | None:
    """The wheel, whatever Python it is for; None where there is no such release."""
    command = [BOOTSTRAP / "bin" / "python", "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--ignore-requires-python"]
    subprocess.run([*command, f"--dest={folder}", requirement], check=False, env=environment(BOOTSTRAP), stdin=subprocess.DEVNULL)
    return next(folder.glob("*.whl"), None)


def about(wheel: Path) -> tuple[str, list[str]]:
    with zipfile.ZipFile(wheel) as packed:
        (name,) = (name for name in packed.namelist() if name.endswith(".dist-info/METADATA"))
        told = Parser().parsestr(packed.read(name).decode())
    return told["Version"], [one.removeprefix(PYTHON) for one in told.get_all("Classifier") if re.fullmatch(rf"{PYTHON}3\.\d+", one)]


if __name__ == "__main__":
    note()
