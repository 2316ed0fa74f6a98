# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The artefact's bill of materials, in CycloneDX's words: each file with its checksum, and what the collection asks for beside it."""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import yaml
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL


def bill_of(artefact: Path, moment: datetime) -> str:
    with tarfile.open(artefact) as tar:
        about, files = (json.load(tar.extractfile(name)) for name in ("MANIFEST.json", "FILES.json"))
        asked = [*requirements(tar, about["collection_info"])]
    content = artefact.read_bytes()
    whole = collection(about["collection_info"], content)
    bill = Bom(
        # By the content: a random number would tell two bills of one artefact apart.
        serial_number=uuid5(NAMESPACE_URL, hashlib.sha256(content).hexdigest()),
        metadata=BomMetaData(component=whole, timestamp=moment),
        components=[*asked, *(file(entry) for entry in files["files"] if entry["ftype"] == "file")],
    )
    bill.register_dependency(whole, asked)
    return JsonV1Dot6(bill).output_as_string(indent=1) + "\n"


def collection(about: dict[str, Any], content: bytes) -> Component:
    name, version = f"{about['namespace']}.{about['name']}", about["version"]
    return Component(
        name=name,
        version=version,
        type=ComponentType.LIBRARY,
        bom_ref=f"{name}@{version}",
        description=about["description"],
        licenses=[LicenseExpression(" AND ".join(about["license"]))],
        hashes=[sha256(hashlib.sha256(content).hexdigest())],
        purl=PackageURL("generic", about["namespace"], about["name"], version),
    )


def requirements(tar: tarfile.TarFile, about: dict[str, Any]) -> Iterator[Component]:
    """Ansible's own, other collections, Python's: each with the range that the artefact declares, since it carries none of them."""
    yield required("pypi", "ansible-core", yaml.safe_load(tar.extractfile("meta/runtime.yml"))["requires_ansible"])
    for name, versions in sorted(about["dependencies"].items()):
        yield required("generic", name, versions)
    for line in tar.extractfile("meta/ee-requirements.txt").read().decode().split():
        yield required("pypi", *re.fullmatch(r"([\w.-]+?)([<>=!~].*)", line).groups())


def required(kind: str, name: str, versions: str) -> Component:
    properties = [Property(name="passrole:versions", value=versions)]
    return Component(name=name, type=ComponentType.LIBRARY, bom_ref=name, purl=PackageURL(kind, None, name), properties=properties)


def file(entry: dict[str, Any]) -> Component:
    return Component(name=entry["name"], type=ComponentType.FILE, bom_ref=f"file:{entry['name']}", hashes=[sha256(entry["chksum_sha256"])])


def sha256(content: str) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=content)
