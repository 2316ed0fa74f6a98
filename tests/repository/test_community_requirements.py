# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the Ansible community package asks of a collection's content holds of each file of it, not of examples."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PLUGINS = ROOT / "plugins"
DOCUMENTED = sorted(path for kind in ("modules", "filter", "inventory", "lookup") for path in (PLUGINS / kind).glob("*.py"))
MODULES = [path for path in DOCUMENTED if path.parent.name == "modules"]
ALLOWED_FOLDERS = {"action", "doc_fragments", "filter", "inventory", "lookup", "module_utils", "modules", "plugin_utils"}
QUERIES = {"gather", "get", "info", "list", "query", "read"}
# They only read, and are not named _info: what they tell is a judgement.
JUDGES = {"instance_profile_audit"}
# Fragments of ansible-core go by their short names.
OF_CORE = {"constructed", "inventory_cache"}
MOST_BYTES = 1_000_000

KEYWORDS = {"name", "register", "loop", "when", "check_mode", "delegate_to", "vars", "until", "retries", "delay", "loop_control", "no_log", "run_once"}


def block(path: Path, name: str) -> str:
    found = re.search(rf'^{name} = r"""\n(.*?)^"""', path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return found[1] if found else ""


def documentation(path: Path) -> dict:
    return yaml.safe_load(block(path, "DOCUMENTATION"))


def fragments(path: Path) -> list[str]:
    named = documentation(path).get("extends_documentation_fragment", [])
    return [named] if isinstance(named, str) else named


def test_plugins_are_of_kinds_that_ansible_knows():
    assert {folder.name for folder in PLUGINS.iterdir() if folder.is_dir() and folder.name != "__pycache__"} - ALLOWED_FOLDERS == set()


def test_each_plugin_has_documentation_and_examples():
    assert DOCUMENTED and [path.stem for path in DOCUMENTED if not (documentation(path)["short_description"] and block(path, "EXAMPLES").strip())] == []


def test_each_plugin_names_the_release_that_added_it():
    assert [path.stem for path in DOCUMENTED if not re.fullmatch(r"\d+\.\d+\.\d+", str(documentation(path)["version_added"]))] == []


def test_documentation_fragments_have_full_names():
    named = {path.stem: [name for name in fragments(path) if name.count(".") < 2 and name not in OF_CORE] for path in DOCUMENTED}
    assert {plugin: names for plugin, names in named.items() if names} == {}


def test_documentation_names_modules_and_plugins_in_full():
    linked = {path.stem: re.findall(r"\b[MP]\(([^)#]+)", block(path, "DOCUMENTATION") + block(path, "RETURN")) for path in DOCUMENTED}
    assert {plugin: short for plugin, names in linked.items() if (short := [name for name in names if name.count(".") < 2])} == {}


def test_examples_name_modules_in_full():
    called = {path.stem: modules_called(path) for path in MODULES}
    assert {module: short for module, names in called.items() if (short := [name for name in names if name.count(".") < 2] or not names)} == {}


def modules_called(path: Path) -> set[str]:
    """The modules that the tasks of the examples call."""
    tasks = [task for task in yaml.safe_load(block(path, "EXAMPLES")) if "hosts" not in task]
    return {word for task in tasks for word in task} - KEYWORDS


def test_a_module_that_only_reads_is_named_info():
    assert [path.stem for path in MODULES if "passrole.ec2.reads" in fragments(path) and not path.stem.endswith("_info") and path.stem not in JUDGES] == []


def test_no_state_asks_a_question():
    states = {path.stem: documentation(path).get("options", {}).get("state", {}).get("choices", []) for path in MODULES}
    assert any(states.values()) and {module: choices for module, choices in states.items() if QUERIES & set(choices)} == {}


def test_each_plugin_has_the_licence_of_ansible():
    texts = {str(path.relative_to(PLUGINS)): path.read_text(encoding="utf-8") for path in PLUGINS.rglob("*.py")}
    assert texts and [path for path, text in texts.items() if text and "SPDX-License-Identifier: GPL-3.0-or-later" not in text] == []


def test_each_role_tells_what_it_takes():
    assert [role.name for role in (ROOT / "roles").iterdir() if role.is_dir() and not (role / "meta" / "argument_specs.yml").is_file()] == []


def test_ansible_has_a_lower_bound_and_no_upper_one():
    assert re.fullmatch(r">=\d+\.\d+\.\d+", yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["requires_ansible"])


def test_nothing_is_ignored_of_what_sanity_finds():
    assert list((ROOT / "tests").glob("sanity/ignore*.txt")) == []


@pytest.mark.process
def test_no_file_is_large():
    held = subprocess.run(["git", "ls-files", "-z"], check=True, cwd=ROOT, capture_output=True, text=True).stdout.split("\0")
    assert [name for name in held if name and (ROOT / name).is_file() and (ROOT / name).stat().st_size > MOST_BYTES] == []


def test_contributors_are_told_what_is_taken():
    assert "pull request" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
