# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who follows CONTRIBUTING.md gets where it says: its walk-throughs are followed as they stand there, in a copy of the collection."""

from __future__ import annotations

import re
import subprocess
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.audit import rulebook, rules_of_groups
from ansible_collections.passrole.ec2.plugins.module_utils.audit.task import OPTIONS, read
from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from dev.collection_copy import collection_copy
from dev.place import environment

from tests.support import misconfigured_account as planted
from tests.contract import test_promises
from tests.support.contracts.clients import Door

pytestmark = pytest.mark.process

TEXT = (Path(__file__).parents[3] / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^ *```(python|diff)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
WANTS_AND_STATES = 3 * 2  # of the resource that the text adds
COPYRIGHT = "".join(f"{line}\n" for line in Path(__file__).read_text(encoding="utf-8").splitlines()[:3])


@dataclass(frozen=True)
class Block:
    """A block of code, and the file that the text before it names last."""

    path: str
    language: str
    code: str


def section(heading: str) -> str:
    return re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## )", TEXT, re.DOTALL | re.MULTILINE)[1]


def blocks(text: str) -> Iterator[Block]:
    for found in BLOCK.finditer(text):
        named = re.findall(r"`([\w.]+/[\w./]+)`", BLOCK.sub("", text[: found.start()]))
        yield Block(named[-1], found[1], textwrap.dedent(found[2]))


def commands(text: str) -> list[list[str]]:
    """What the text runs with the tests' tools."""
    return [line.split() for line in re.findall(r"^ {4,}\.build/venv/bin/python -m dev\.tool (.+)$", text, re.MULTILINE)]


def follow(block: Block, copy: Path) -> None:
    file = copy / block.path
    if block.language == "diff":
        file.write_text(changed(file.read_text(encoding="utf-8"), block.code), encoding="utf-8")
        return
    assert not file.exists(), f"{block.path} is there by now; the text needs another example"
    file.parent.mkdir(exist_ok=True)
    if "module_utils" in file.parts:
        (file.parent / "__init__.py").touch()
    file.write_text(COPYRIGHT + "\n" + block.code, encoding="utf-8")


def changed(text: str, diff: str) -> str:
    """The text with what a diff adds; its other lines must be there, once."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] == " ")
    assert text.count(before) == 1, before
    return text.replace(before, "".join(line[1:] for line in lines))


def run(command: list[str], copy: Path) -> subprocess.CompletedProcess[str]:
    found_first = {"PYTHONPATH": str(copy.parents[2]), "ANSIBLE_COLLECTIONS_PATH": str(copy.parents[2])}
    return subprocess.run(command, cwd=copy, env=environment() | found_first, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


@pytest.fixture
def rule(monkeypatch):
    """The rule added to the file that the text names, and planted as it says."""
    rule_block, plant = (block.code for block in blocks(section("How to add a rule to the audit")))
    names = {**vars(rules_of_groups)}
    exec(rule_block, names)
    [rule] = [value for name, value in names.items() if name not in vars(rules_of_groups) and name != "__builtins__"]
    monkeypatch.setattr(rulebook, "OURS", (*rulebook.OURS, rule))
    monkeypatch.setattr(planted, "PLANTS", {**planted.PLANTS})
    exec(plant, vars(planted))
    return rule


def test_the_rule_finds_what_the_text_plants_and_nothing_else(account, rule):
    made = planted.Applications.of(account)
    made.application("clean")
    planted.PLANTS[rule.id](made, rule.id)
    params = {name: option.get("default") for name, option in OPTIONS.items()}
    findings = read(params, Aws(Door(account)))[0]["findings"]
    assert [(one["rule"], one["what"]) for one in findings] == [("no_sensible_maximum", "Group no_sensible_maximum may have 2000 instances")]


def test_the_operation_is_lacking_until_the_text_is_followed_and_answers_then():
    text = section("How to add an operation to the sandbox")
    its_test, mend = blocks(text)
    [command] = commands(text)
    with collection_copy() as copy:
        follow(its_test, copy)
        assert "NotInSandbox" in run(command, copy).stdout
        follow(mend, copy)
        done = run(command, copy)
    assert (done.returncode, re.findall(r"\d+ passed", done.stdout)) == (0, ["2 passed"]), done.stdout


def promised() -> int:
    """How many promises each want from each state is held to."""
    return sum(name.startswith("test_") for name in vars(test_promises))


def test_the_resource_keeps_every_promise_and_the_shape_of_the_house():
    text = section("How to add a resource")
    promises, *others = commands(text)
    with collection_copy() as copy:
        for block in blocks(text):
            follow(block, copy)
        kept = run(promises, copy)
        assert (kept.returncode, re.findall(r"(\d+) passed", kept.stdout)) == (0, [str(WANTS_AND_STATES * promised())]), kept.stdout[-3000:]
        for command in others:
            done = run(command, copy)
            assert done.returncode == 0, done.stdout[-3000:]
