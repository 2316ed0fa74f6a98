# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing a shell holds leads a run elsewhere, and nothing a run writes lies outside the build folder."""

from __future__ import annotations

import pytest
from dev.place import BUILD, OURS, VENV, environment_from


@pytest.mark.parametrize("name", ["AWS_PROFILE", "AWS_SECRET_ACCESS_KEY", "ANSIBLE_CONFIG", "PYTHONPATH", "MOLECULE_GLOB", "VIRTUAL_ENV"])
def test_what_points_elsewhere_is_left_behind(name):
    assert name not in environment_from({name: "theirs", "PATH": "/bin"}, VENV)


def test_what_the_network_needs_is_kept():
    assert environment_from({"HTTPS_PROXY": "http://proxy"}, VENV)["HTTPS_PROXY"] == "http://proxy"


def test_every_folder_for_files_is_in_the_build_folder():
    folders = [path for path in OURS.values() if not isinstance(path, str)]
    assert all(path.is_relative_to(BUILD) for path in folders)


def test_the_venv_comes_first_and_shims_do_not_come_at_all():
    assert environment_from({"PATH": "/home/me/.pyenv/shims:/usr/bin"}, VENV)["PATH"] == f"{VENV}/bin:/usr/bin"


def test_an_empty_environment_gets_an_encoding_that_ansible_accepts():
    assert environment_from({}, VENV)["LC_ALL"] == "C.UTF-8"
    assert "LC_ALL" not in environment_from({"LANG": "en_GB.utf8"}, VENV)
