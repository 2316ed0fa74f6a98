# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the pinned environment once; a stamp tells the next run that nothing has to be done."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dev.place import BUILD, DOCS, IMPORTER, MATRIX, MUTATION, OLDEST, ROOT, VENV, environment, make_folders, site_packages

BOOTSTRAP = BUILD / "bootstrap"
PINS = ROOT / "dev" / "pins"
STAMP = BUILD / "stamp"
# What each environment is made from. galaxy-importer's own pins exclude the other tools.
VENVS = {BOOTSTRAP: "uv.txt", VENV: "tools.txt", IMPORTER: "importer.txt", OLDEST: "oldest.txt"}
# Made when they are first asked for: what the tests do without.
ON_DEMAND = {DOCS: "docs.txt", MATRIX: "matrix.txt", MUTATION: "mutation.txt"}


def main() -> None:
    make_folders()
    with alone("environment"):
        if not up_to_date():
            make()


@contextmanager
def alone(name: str, out=sys.stderr) -> Iterator[None]:
    """Hold this checkout's lock of that name, waiting with a word while another run holds it."""
    with (BUILD / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Another run in this checkout holds the {name} lock; waiting for it to end.", file=out)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def up_to_date() -> bool:
    return STAMP.is_file() and STAMP.read_text() == stamp() and all(runs(venv) for venv in VENVS)


def stamp() -> str:
    """What the environment depends on: the pins, the Python, and its own place, since a venv cannot be moved."""
    pins = b"".join((PINS / name).read_bytes() for name in VENVS.values())
    return f"{hashlib.sha256(pins).hexdigest()} {sys.version} {ROOT}\n"


def runs(venv: Path) -> bool:
    return (venv / "bin" / "python").exists()


def make() -> None:
    print(f"Setting up Python {sys.version.split()[0]} and the pinned tools in .build; later runs reuse them.", flush=True)
    STAMP.unlink(missing_ok=True)
    fence()
    for venv, pins in VENVS.items():
        shutil.rmtree(venv, ignore_errors=True)
        fill(venv, PINS / pins)
    link_collections()
    lean(OLDEST, VENV)
    STAMP.write_text(stamp())


def on_demand(venv: Path) -> Path:
    """The environment, made anew when there is none or its pins have changed."""
    note, wanted = venv / "pins.txt", (PINS / ON_DEMAND[venv]).read_text()
    with alone("environment"):
        if not (runs(venv) and note.is_file() and note.read_text() == wanted):
            shutil.rmtree(venv, ignore_errors=True)
            fill(venv, PINS / ON_DEMAND[venv])
            note.write_text(wanted)
    return venv


def fence() -> None:
    """Make .build a repository of its own, in which nothing is ignored."""
    # ansible-test and antsibull-docs ask the nearest git which files count: the checkout's ignores .build, and they would test nothing.
    subprocess.run(["git", "init", "--quiet", BUILD], check=True, env=environment())


def fill(venv: Path, pins: Path) -> None:
    """Install with uv, which takes seconds; with pip where uv is not made yet or cannot reach the index."""
    pip = [venv / "bin" / "python", "-m", "pip", "install", "--quiet", "--requirement", pins]
    uv = [BOOTSTRAP / "bin" / "uv", "pip", "install", "--quiet", "--python", venv / "bin" / "python", "--requirement", pins]
    call([sys.executable, "-m", "venv", venv], check=True)
    (venv / ".gitignore").unlink(missing_ok=True)
    if not uv[0].exists() or call(uv):
        call(pip, check=True)


def call(command: list[str | Path], check: bool = False) -> int:
    return subprocess.run(command, check=check, env=environment(), stdin=subprocess.DEVNULL).returncode


def link_collections() -> None:
    """Put the checkout where Ansible, pytest and the linters look for installed collections."""
    installed = site_packages(VENV) / "ansible_collections"
    (installed / "passrole").mkdir()
    (installed / "passrole" / "ec2").symlink_to(ROOT, target_is_directory=True)
    (site_packages(IMPORTER) / "ansible_collections").symlink_to(installed, target_is_directory=True)


def lean(venv: Path, other: Path) -> None:
    """Let a venv find in another what it does not have itself."""
    (site_packages(venv) / "other.pth").write_text(f"{site_packages(other)}\n")


if __name__ == "__main__":
    main()
