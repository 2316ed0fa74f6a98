# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What GitHub runs is what a contributor runs: targets of the Makefile, by actions that are pinned, for every ansible-core of the matrix."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
import yaml
from dev.cores import CORES
from dev.place import ROOT, environment

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def read(path):
    return yaml.safe_load(path.read_text())


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_each_command_is_a_target_of_the_makefile(path):
    targets = set(re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1].split())
    commands = [step["run"].split() for step in steps(read(path)) if "run" in step]
    assert commands and all(command[0] == "make" and command[1] in targets for command in commands)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_each_action_is_pinned_to_a_commit(path):
    used = [step["uses"] for step in steps(read(path)) if "uses" in step]
    assert used and all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", one) for one in used)


@pytest.mark.process
def test_github_could_run_them_and_they_give_nothing_away():
    command = ["zizmor", "--offline", "--quiet", "--no-progress", "--strict-collection", "--persona=pedantic", ".github/workflows"]
    done = subprocess.run(command, check=False, cwd=ROOT, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_ansible_core_of_the_matrix_has_a_job():
    jobs = read(ROOT / ".github" / "workflows" / "tests.yml")["jobs"]
    assert jobs["matrix"]["strategy"]["matrix"]["core"] == [core.rpartition(".")[0] for core in json.loads(CORES.read_text())]


def test_a_release_is_tested_before_it_is_made():
    release = read(ROOT / ".github" / "workflows" / "release.yml")
    runs = [step["run"] for step in steps(release) if "run" in step]
    assert runs == ["make test-all", 'make release VERSION="$GITHUB_REF_NAME"']


def test_all_of_the_tests_run_every_night():
    workflow = read(ROOT / ".github" / "workflows" / "tests.yml")
    # YAML 1.1 reads the key `on` as true; it is quoted.
    schedules = [entry["cron"] for entry in workflow["on"]["schedule"]]
    [nightly] = [cron for cron in schedules if cron.endswith(" * * *")]
    job = workflow["jobs"]["all"]
    assert nightly in job["if"] and "make test-all" in [step.get("run") for step in job["steps"]]
