# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The execution environment holds what the collection needs, as ansible-builder sees it, and the repository is an AWX project as it is."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from dev.pattern import PATTERN
from dev.place import VENV, site_packages

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[3]
DEFINITION = PATTERN / "execution_environments" / "execution_environment.yml"


def read(*path: str):
    return yaml.safe_load(ROOT.joinpath(*path).read_text(encoding="utf-8"))


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture
def installed(tmp_path):
    """A folder of collections with this one in it."""
    (tmp_path / "ansible_collections" / "passrole").mkdir(parents=True)
    (tmp_path / "ansible_collections" / "passrole" / "ec2").symlink_to(ROOT, target_is_directory=True)
    return tmp_path


@pytest.fixture
def context(tmp_path):
    """What ansible-builder makes an image from."""
    run(tmp_path, "ansible-builder", "create", "--file", str(DEFINITION), "--context", "context", "--output-filename", "Containerfile")
    return tmp_path / "context"


def test_introspection_finds_what_the_collection_needs(installed):
    told = yaml.safe_load(run(installed, "ansible-builder", "introspect", str(installed)).partition("---")[2])
    asked = (ROOT / "meta" / "ee-requirements.txt").read_text(encoding="utf-8").split()
    assert told == {"python": [f"{line}  # from collection passrole.ec2" for line in asked], "system": []}


@pytest.mark.parametrize("line", (ROOT / "meta" / "ee-requirements.txt").read_text(encoding="utf-8").split())
def test_a_python_package_has_neither_a_pin_nor_an_upper_bound(line):
    assert re.fullmatch(r"[\w-]+>=[\d.]+", line)


def test_the_image_is_made_from_this_collection_which_brings_what_it_builds_on(context):
    assert yaml.safe_load((context / "_build" / "requirements.yml").read_text(encoding="utf-8")) == {
        "collections": [{"name": "passrole.ec2", "version": f">={read('galaxy.yml')['version']}"}]
    }
    steps = (context / "Containerfile").read_text(encoding="utf-8")
    assert "quay.io/centos/centos:stream9" in steps and "ansible-galaxy collection install" in steps and "introspect" in steps


def test_the_image_has_what_is_optional_too(context):
    assert "cloudsplaining" in (context / "_build" / "requirements.txt").read_text(encoding="utf-8")
    assert "openssh-clients" in (context / "_build" / "bindep.txt").read_text(encoding="utf-8")


def test_the_definition_has_no_pins_and_no_upper_bounds():
    definition = yaml.safe_load(DEFINITION.read_text(encoding="utf-8"))["dependencies"]
    told = [definition["ansible_core"]["package_pip"], definition["ansible_runner"]["package_pip"], *definition["python"]]
    assert [one for one in told if re.search(r"==|~=|<|!=", one)] == []
    assert definition["ansible_core"]["package_pip"].endswith(read("meta", "runtime.yml")["requires_ansible"])


def test_a_project_gets_the_collection_from_itself_and_what_it_builds_on():
    here, *others = read("collections", "requirements.yml")["collections"]
    assert here == {"name": ".", "type": "dir"}
    assert {one["name"]: one["version"] for one in others} == read("galaxy.yml")["dependencies"]


def test_a_sync_of_the_project_installs_it(tmp_path):
    """By the project's own requirements, as AWX does; what it builds on is there already, as Galaxy is out of reach."""
    there = tmp_path / "there" / "ansible_collections" / "amazon"
    there.mkdir(parents=True)
    (there / "aws").symlink_to(site_packages(VENV) / "ansible_collections" / "amazon" / "aws")
    apart = ("env", "ANSIBLE_COLLECTIONS_SCAN_SYS_PATH=false", f"ANSIBLE_COLLECTIONS_PATH={tmp_path / 'there'}")
    asked = ("--offline", "-r", "collections/requirements.yml", "--collections-path", str(tmp_path / "synced"))
    run(ROOT, *apart, "ansible-galaxy", "collection", "install", *asked)
    synced = tmp_path / "synced" / "ansible_collections" / "passrole" / "ec2"
    assert (synced / "roles" / "application").is_dir()
    assert (synced / "extensions" / "patterns" / "applications" / "meta" / "pattern.json").is_file()
    assert [name for name in ("collections", "dev", "tests") if (synced / name).exists()] == []
    assert not (synced / "extensions" / "molecule").exists()
