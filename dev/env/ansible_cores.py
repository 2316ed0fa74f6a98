# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Install other ansible-cores beside the environment, each with the oldest supported amazon.aws, so that real playbooks run on them.

`make env` installs the oldest core that a Python of this machine can run; `python -m dev.env.ansible_cores all` installs every supported one.
The newest core is the environment itself. The supported cores and their Pythons are those of dev/pins/cores.json.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from dev.combinations import numbers, pinned
from dev.cores import CORES
from dev.environment import BOOTSTRAP, PINS, alone, call
from dev.matrix import OLDEST_CARRIER, carried, collections_beside, kept_pins, pythons
from dev.place import BUILD, VENV, site_packages

FOLDER = BUILD / "cores"


@dataclass(frozen=True)
class AnsibleCore:
    """One installed ansible-core: the interpreter that runs ``python -m ansible``, and where its collections are."""

    version: str
    python: Path
    collections: Path


def main(words: list[str]) -> None:
    with alone("environment"):
        for core, python in chosen(everything="all" in words).items():
            if not is_installed(core, python):
                install(core, python)


def chosen(everything: bool) -> dict[str, str]:
    """The cores to install beside the environment's own, each with the Python that runs it."""
    runnable = with_newest_python(json.loads(CORES.read_text()), pythons())
    others = {core: python for core, python in runnable.items() if core != version("ansible-core")}
    return others if everything else dict(list(others.items())[:1])


def with_newest_python(cores: Mapping[str, Iterable[str]], found: Mapping[str, str]) -> dict[str, str]:
    """Each core that a Python of this machine can run, oldest first, with the newest such Python."""
    newest = {core: max(found.keys() & set(takes), key=numbers, default="") for core, takes in cores.items()}
    return {core: found[newest[core]] for core in sorted(cores, key=numbers) if newest[core]}


def install(core: str, python: str) -> None:
    print(f"Installing ansible-core {core} for {Path(python).name} in .build/cores; playbooks are tested on it too.", flush=True)
    shutil.rmtree(FOLDER / core, ignore_errors=True)
    carried(OLDEST_CARRIER)
    collections_beside(OLDEST_CARRIER)
    uv = BOOTSTRAP / "bin" / "uv"
    call([uv, "venv", "--quiet", "--python", python, FOLDER / core], check=True)
    boto = pinned((PINS / "tools.txt").read_text(), "boto3")
    requirements = (f"ansible-core=={core}", f"boto3=={boto}", f"botocore=={boto}")
    call([uv, "pip", "install", "--quiet", "--python", FOLDER / core / "bin" / "python", "--constraint", kept_pins(), *requirements], check=True)
    (FOLDER / core / "stamp").write_text(stamp(core, python))


def is_installed(core: str, python: str) -> bool:
    path = FOLDER / core / "stamp"
    return path.is_file() and path.read_text() == stamp(core, python)


def stamp(core: str, python: str) -> str:
    """What an installed core depends on."""
    return f"{core} {python} {OLDEST_CARRIER} {pinned((PINS / 'tools.txt').read_text(), 'boto3')} {FOLDER}\n"


def newest() -> AnsibleCore:
    """The environment's own."""
    return AnsibleCore(version("ansible-core"), Path(sys.executable), site_packages(VENV))


def installed() -> list[AnsibleCore]:
    """The oldest and the newest core, or all where PASSROLE_EVERY_CORE is set, oldest first; the newest is the environment's own."""
    others = sorted((path.parent.name for path in FOLDER.glob("*/stamp")), key=numbers)
    beside = collections_beside(OLDEST_CARRIER) if others else FOLDER
    taken = others if os.environ.get("PASSROLE_EVERY_CORE") else others[:1]
    return [*(AnsibleCore(core, FOLDER / core / "bin" / "python", beside) for core in taken), newest()]


if __name__ == "__main__":
    main(sys.argv[1:])
