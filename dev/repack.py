# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An artefact whose bytes follow from its files alone. Pure of clock: the moment comes from outside."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

MANIFEST, FILES = "MANIFEST.json", "FILES.json"


def repacked(artefact: Path, moment: int) -> Path:
    """The artefact itself, its members and its list of files sorted, all of them of that moment."""
    members = dict(read(artefact))
    files = json.loads(members[FILES][1])
    files["files"].sort(key=lambda entry: entry["name"])
    members[FILES] = (members[FILES][0], dumped(files))
    members[MANIFEST] = (members[MANIFEST][0], dumped(vouched(json.loads(members[MANIFEST][1]), members[FILES][1])))
    artefact.write_bytes(packed(members.items(), moment))
    return artefact


def read(artefact: Path) -> Iterable[tuple[str, tuple[tarfile.TarInfo, bytes]]]:
    with tarfile.open(artefact) as tar:
        for member in tar:
            yield member.name, (member, tar.extractfile(member).read() if member.isreg() else b"")


def vouched(manifest: dict[str, Any], files: bytes) -> dict[str, Any]:
    return manifest | {"file_manifest_file": manifest["file_manifest_file"] | {"chksum_sha256": hashlib.sha256(files).hexdigest()}}


def dumped(value: Any) -> bytes:
    return json.dumps(value, indent=1).encode()


def packed(members: Iterable[tuple[str, tuple[tarfile.TarInfo, bytes]]], moment: int) -> bytes:
    unpressed = io.BytesIO()
    with tarfile.open(fileobj=unpressed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for _name, (member, content) in sorted(members, key=place):
            tar.addfile(plain(member, len(content), moment), io.BytesIO(content))
    return gzip.compress(unpressed.getvalue(), mtime=0)


def place(member: tuple[str, Any]) -> tuple[bool, str]:
    """What tells of the others comes first, as where Ansible packs."""
    return member[0] not in (MANIFEST, FILES), member[0]


def plain(member: tarfile.TarInfo, size: int, moment: int) -> tarfile.TarInfo:
    """No owner, no time of its own, and of its permissions only whether it can be run."""
    told = tarfile.TarInfo(member.name)
    told.type, told.linkname, told.size, told.mtime = member.type, member.linkname, size, moment
    told.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
    return told
