# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resolve the newest releases of the tools, for every Python that can be used, into the files the environment is made from."""

from __future__ import annotations

import subprocess

from dev import cores
from dev.env.browser import PACKAGES
from dev.environment import BOOTSTRAP, ON_DEMAND, PINS, VENVS
from dev.place import environment

OLDEST_PYTHON = "3.11"


def main() -> None:
    for pins in (*VENVS.values(), *ON_DEMAND.values(), PACKAGES.name):
        resolve(pins)
    cores.note()


def resolve(pins: str) -> None:
    """One file holds every Python's pins, told apart by markers."""
    command = [BOOTSTRAP / "bin" / "uv", "pip", "compile", "--quiet", "--universal", "--upgrade", f"--python-version={OLDEST_PYTHON}"]
    asked = ["--custom-compile-command=make pins", f"--output-file={pins}", pins.replace(".txt", ".in")]
    subprocess.run([*command, *asked], check=True, cwd=PINS, env=environment())


if __name__ == "__main__":
    main()
