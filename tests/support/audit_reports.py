# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports that the role makes of audits that no AWS was asked for, by ansible-playbook as its users run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.sample_audits import HOSTILE, audit

TEMPLATED = "{{ lookup('pipe', 'id') }}"


def some() -> list[dict[str, Any]]:
    """Three places with 30 groups, some with names that are markup or a template; of one rule the findings are known."""
    return [audit(12, names=("plain", f"web {HOSTILE}", "other", TEMPLATED)), audit(8, region="eu-central-1"), audit(10, account="210987654321")]


def many() -> list[dict[str, Any]]:
    return [audit(700, clean=0), audit(700, region="eu-central-1", clean=0), audit(600, account="210987654321", clean=0)]


def known(audits: list[dict[str, Any]]) -> list[str]:
    return [finding["id"] for one in audits for finding in one["findings"] if finding["rule"] == "group_follows_latest"]


def reported(folder: Path, audits: list[dict[str, Any]], **words: Any) -> Path:
    """The folder with what the role makes of these audits."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for number, one in enumerate(audits):
        files.append(str(folder / f"{number}.json"))
        Path(files[-1]).write_text(json.dumps(one), encoding="utf-8")
    (folder / "baseline.json").write_text(json.dumps(known(audits)), encoding="utf-8")
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": {"audit_made_files": files, "audit_report_dir": str(folder), **words},
        "tasks": [{"ansible.builtin.include_role": {"name": "passrole.ec2.audit", "tasks_from": "report.yml", "rolespec_validate": False}}],
    }
    (folder / "play.yml").write_text(json.dumps([play]), encoding="utf-8")
    run(folder, "play.yml")
    return folder


def run(folder: Path, *arguments: str, fails: bool = False) -> str:
    """What ansible-playbook says, started in this folder."""
    here = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(
        [sys.executable, "-m", "ansible", "playbook", *arguments],
        cwd=folder,
        env={**here, "PWD": str(folder), "HOME": str(folder), "ANSIBLE_HOME": str(folder / "ansible"), "NO_PROXY": "127.0.0.1", "COLUMNS": "400"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert bool(done.returncode) == fails, done.stdout[-5000:]
    return done.stdout
