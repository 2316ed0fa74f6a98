# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The built collection, as Galaxy would judge it and as a user would install it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from dev import processes
from dev.demo import DEMO, play
from dev.place import BUILD, IMPORTER, ROOT, SCRATCH, environment

# What Galaxy promises to run from; whatever else is shipped must not be needed.
ENOUGH = {"meta", "plugins", "roles", "playbooks", "MANIFEST.json", "FILES.json"}


def main(verb: str) -> int:
    processes.end_on_signals()
    return VERBS[verb]()


def kept() -> int:
    print(built(BUILD / "artefact"))
    return 0


def tried(look: Callable[[Path], int]) -> int:
    with TemporaryDirectory(prefix="artefact-", dir=SCRATCH) as folder:
        return look(built(Path(folder)))


def built(folder: Path, checkout: Path = ROOT) -> Path:
    galaxy("build", "--force", "--output-path", str(folder), str(checkout))
    (artefact,) = folder.glob("*.tar.gz")
    return artefact


def galaxy(verb: str, *arguments: str) -> None:
    subprocess.run(["ansible-galaxy", "collection", verb, *arguments], check=True, env=environment(), stdin=subprocess.DEVNULL)


def judged(artefact: Path) -> int:
    """Galaxy's importer exits 0 whatever it warns of; here a warning fails."""
    command = [IMPORTER / "bin" / "python", "-m", "galaxy_importer.main", artefact]
    run = subprocess.run(command, check=False, cwd=artefact.parent, env=environment(IMPORTER), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(run.stdout)
    return run.returncode or len(re.findall(r"^(?:WARNING|ERROR)", run.stdout, re.MULTILINE))


def installed(artefact: Path) -> int:
    """Install into an empty folder, keep only what Galaxy promises, and run the demo playbook from there, which starts an AWS of its own."""
    elsewhere = artefact.parent / "collections"
    strip(install(artefact, elsewhere))
    return play(DEMO, collections=elsewhere, folder=artefact.parent)


def install(artefact: Path, collections: Path) -> Path:
    galaxy("install", "--force", "--no-deps", "--offline", "--collections-path", str(collections), str(artefact))
    return collections / "ansible_collections" / "passrole" / "ec2"


def verified(artefact: Path) -> None:
    """Install it into an empty folder, and have Ansible hold each file against the list that came with it."""
    with TemporaryDirectory(prefix="verify-", dir=SCRATCH) as folder:
        verify(install(artefact, Path(folder)))


def verify(collection: Path) -> None:
    galaxy("verify", "--offline", "--collections-path", str(collection.parents[2]), "passrole.ec2")


def strip(collection: Path) -> None:
    for path in collection.iterdir():
        if path.name not in ENOUGH:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


VERBS = {"kept": kept, "judged": partial(tried, judged), "installed": partial(tried, installed)}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
