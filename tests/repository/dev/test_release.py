# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A release has the same bytes whoever makes it, tells what is in it, and is one that Ansible verifies."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tarfile
import time
from datetime import datetime, timezone

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from dev import artefact
from dev.bill import bill_of
from dev.release import committed_at, declared_version, exported, git, masked, refusals, say_version
from dev.repack import repacked

pytestmark = pytest.mark.process

MOMENT = datetime(2026, 11, 27, tzinfo=timezone.utc)
GALAXY = """\
namespace: passrole
name: ec2
version: 1.0.0
readme: README.md
authors: [passrole contributors]
description: A small one.
license: [GPL-3.0-or-later]
dependencies: {amazon.aws: ">=10.1.0"}
"""
FILES = {
    "galaxy.yml": GALAXY,
    "README.md": "# A small one\n",
    "meta/runtime.yml": 'requires_ansible: ">=2.17.0"\n',
    "meta/ee-requirements.txt": "boto3>=1.34.0\n",
    "plugins/modules/one.py": "#!/usr/bin/python\n",
    "plugins/modules/two.py": "",
}


def checkout(folder, names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(FILES[name])
    return folder


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    folder = tmp_path_factory.mktemp("release")
    return repacked(artefact.built(folder / "built", checkout(folder / "checkout", FILES)), int(MOMENT.timestamp()))


def test_the_bytes_do_not_depend_on_umask_clock_place_or_the_order_in_which_files_were_made(release, tmp_path):
    with masked(0o077):
        other = checkout(tmp_path / "elsewhere" / "checkout", reversed(FILES))
        os.utime(other / "README.md", (0, 0))
        time.sleep(1.1)  # an archive tells time in whole seconds
        again = repacked(artefact.built(tmp_path / "built", other), int(MOMENT.timestamp()))
    assert again.read_bytes() == release.read_bytes()


def test_ansible_verifies_what_is_installed_and_sees_a_file_that_was_changed(release, tmp_path):
    installed = artefact.install(release, tmp_path)
    artefact.verify(installed)
    (installed / "README.md").write_text("# Another\n")
    with pytest.raises(subprocess.CalledProcessError):
        artefact.verify(installed)


def test_the_bill_names_every_file_by_its_checksum_and_all_that_is_asked_for(release):
    bill = json.loads(bill_of(release, MOMENT))
    with tarfile.open(release) as tar:
        inside = {member.name: hashlib.sha256(tar.extractfile(member).read()).hexdigest() for member in tar if member.isreg()}
    told = {one["name"]: one["hashes"][0]["content"] for one in bill["components"] if one["type"] == "file"}
    assert told == {name: content for name, content in inside.items() if name not in ("MANIFEST.json", "FILES.json")}
    asked = {one["name"]: one["properties"][0]["value"] for one in bill["components"] if one["type"] == "library"}
    assert asked == {"amazon.aws": ">=10.1.0", "ansible-core": ">=2.17.0", "boto3": ">=1.34.0"}
    assert sorted(next(one["dependsOn"] for one in bill["dependencies"] if one["ref"] == "passrole.ec2@1.0.0")) == sorted(asked)


def test_the_bill_is_cyclonedx_and_the_same_each_time(release):
    bill = bill_of(release, MOMENT)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None
    assert bill == bill_of(release, MOMENT)


def test_nothing_is_released_that_is_not_committed_or_has_no_version():
    assert [*refusals("1.2.3-beta.1", [])] == []
    assert [*refusals("v1", ["README.md"])] == [
        "VERSION=v1: not a semantic version; say one like 1.2.3 or 1.2.3-beta.1",
        "README.md: changed and not committed; a release is made of what is committed",
    ]


def test_a_version_is_said_in_the_copy(tmp_path):
    say_version(checkout(tmp_path, ["galaxy.yml"]), "2.0.0")
    assert declared_version(tmp_path) == "2.0.0"


def test_the_copy_is_what_was_committed_and_its_moment_too(tmp_path):
    copied = {path.relative_to(tmp_path).as_posix() for path in exported(tmp_path / "copy").rglob("*") if path.is_file()}
    assert {name.removeprefix("copy/") for name in copied} == set(git("ls-tree", "-r", "--name-only", "HEAD").split("\n")) - {""}
    assert committed_at().tzinfo is timezone.utc
