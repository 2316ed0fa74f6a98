# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A release of what is committed: the artefact, its bill of materials and their checksums, the same bytes whenever, wherever and by whomever it is made."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from dev import processes
from dev.artefact import built, verified
from dev.bill import bill_of
from dev.place import BUILD, ROOT, SCRATCH, environment
from dev.repack import repacked

RELEASES = BUILD / "release"
SEMANTIC = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?")
SUMS = "SHA256SUMS"


def main(version: str = "") -> int:
    processes.end_on_signals()
    version = version or declared_version(ROOT)
    for refusal in refusals(version, uncommitted()):
        sys.exit(refusal)
    folder = made_twice(version)
    print(*(f"{line}" for line in (folder / SUMS).read_text().splitlines()), f"in {folder.relative_to(ROOT)}", sep="\n")
    return 0


def declared_version(checkout: Path) -> str:
    return yaml.safe_load((checkout / "galaxy.yml").read_text())["version"]


def refusals(version: str, changed: list[str]) -> Iterator[str]:
    if not SEMANTIC.fullmatch(version):
        yield f"VERSION={version}: not a semantic version; say one like 1.2.3 or 1.2.3-beta.1"
    if changed:
        yield f"{', '.join(changed)}: changed and not committed; a release is made of what is committed"


def uncommitted() -> list[str]:
    return git("diff", "--name-only", "HEAD").split()


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, cwd=ROOT, env=environment(), capture_output=True, text=True).stdout


def made_twice(version: str) -> Path:
    """Two times, under another umask and in another place; whoever makes it a third time may expect the same."""
    with TemporaryDirectory(prefix="release-", dir=SCRATCH) as scratch:
        one, other = (made(version, Path(scratch) / name, umask) for name, umask in (("one", 0o022), ("another-place", 0o077)))
        if contents(one) != contents(other):
            sys.exit("Two runs made two different releases; none is given out.")
        shutil.rmtree(RELEASES / version, ignore_errors=True)
        return Path(shutil.copytree(one, RELEASES / version))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def made(version: str, scratch: Path, umask: int) -> Path:
    with masked(umask):
        moment = committed_at()
        checkout = exported(scratch / "ansible_collections" / "passrole" / "ec2")
        say_version(checkout, version)
        fold_fragments(checkout, version, moment)
        return written(repacked(built(scratch / "built", checkout), int(moment.timestamp())), moment, scratch / "release")


@contextmanager
def masked(umask: int) -> Iterator[None]:
    before = os.umask(umask)
    try:
        yield
    finally:
        os.umask(before)


def committed_at() -> datetime:
    return datetime.fromtimestamp(int(git("log", "-1", "--format=%ct")), timezone.utc)


def exported(folder: Path) -> Path:
    """What the last commit holds, and nothing that merely lies beside it."""
    folder.mkdir(parents=True)
    archive = subprocess.run(["git", "archive", "--format=tar", "HEAD"], check=True, cwd=ROOT, env=environment(), capture_output=True).stdout
    subprocess.run(["tar", "--extract", "--no-same-permissions", "--directory", folder], check=True, input=archive)
    return folder


def say_version(checkout: Path, version: str) -> None:
    galaxy = checkout / "galaxy.yml"
    galaxy.write_text(re.sub(r"^version: .*$", f"version: {version}", galaxy.read_text(), flags=re.MULTILINE))


def fold_fragments(checkout: Path, version: str, moment: datetime) -> None:
    """In the copy alone; `make changelog` does it in the repository."""
    command = ["antsibull-changelog", "release", "--version", version, "--date", moment.date().isoformat(), "--update-existing"]
    beside = {"ANSIBLE_COLLECTIONS_PATH": os.pathsep.join([str(checkout.parents[2]), environment()["ANSIBLE_COLLECTIONS_PATH"]])}
    subprocess.run(command, check=True, cwd=checkout, env=environment() | beside, stdin=subprocess.DEVNULL)


def written(artefact: Path, moment: datetime, folder: Path) -> Path:
    """The release's files in a folder of their own, after the artefact was installed and Ansible verified it."""
    verified(artefact)
    folder.mkdir()
    kept = Path(shutil.copy(artefact, folder))
    bill = folder / f"{kept.name.removesuffix('.tar.gz')}.cdx.json"
    bill.write_text(bill_of(kept, moment))
    (folder / SUMS).write_text("".join(f"{sha256(path)}  {path.name}\n" for path in sorted([kept, bill])))
    return folder


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
