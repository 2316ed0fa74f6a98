# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each supported ansible-core is installed for the newest Python of the machine that can run it."""

from __future__ import annotations

import subprocess

import pytest
from dev.env.ansible_cores import installed, with_newest_python

CORES = {"2.19.1": ["3.11", "3.12", "3.13"], "2.17.9": ["3.10", "3.11"], "2.21.0": ["3.13", "3.14"]}


def test_cores_are_listed_oldest_first_with_their_newest_python():
    found = {"3.11": "/usr/bin/python3.11", "3.13": "/opt/python3.13"}
    assert list(with_newest_python(CORES, found).items()) == [
        ("2.17.9", "/usr/bin/python3.11"),
        ("2.19.1", "/opt/python3.13"),
        ("2.21.0", "/opt/python3.13"),
    ]


def test_a_core_without_a_python_is_left_out():
    assert list(with_newest_python(CORES, {"3.14": "/opt/python3.14"})) == ["2.21.0"]


@pytest.mark.process
def test_installed_cores_run_and_report_their_version():
    cores = installed()
    assert cores
    for core in cores:
        command = [core.python, "-c", "from ansible.release import __version__; print(__version__)"]
        assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == core.version
        assert (core.collections / "ansible_collections" / "amazon" / "aws").is_dir()
