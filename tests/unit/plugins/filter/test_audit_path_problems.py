# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each path of an audit that cannot be used is a problem that names its option, and all problems are listed at once."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.filter.audit_path_problems import FilterModule

audit_path_problems = FilterModule().filters()["audit_path_problems"]


@pytest.fixture
def folder(tmp_path):
    """A file, and a directory that has the name of a report."""
    (tmp_path / "file").write_text("[]", encoding="utf-8")
    (tmp_path / "taken" / "audit.json").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("file", "is not a directory"),
        ("file/reports", "is not a directory"),
        ("taken", "taken/audit.json is a directory"),
        ("/proc/reports", "directory /proc is not writable"),
    ],
)
def test_a_directory_of_reports_that_cannot_be_used_is_a_problem(folder, path, problem):
    [found] = audit_path_problems(str(folder / path), ["audit.json"])
    assert found.startswith("audit_report_dir: ") and problem in found


def test_every_problem_is_listed_with_its_option(folder):
    found = audit_path_problems(str(folder / "file"), [], str(folder / "taken"), [str(folder / "file"), str(folder / "missing.json")])
    assert [problem.partition(":")[0] for problem in found] == ["audit_report_dir", "audit_baseline", "audit_files[1]"]
    assert "taken is a directory" in found[1] and "missing.json' is not readable" in found[2]


def test_paths_that_can_be_used_are_no_problem(folder):
    assert audit_path_problems(str(folder / "new"), ["audit.json"], str(folder / "baseline.json"), [str(folder / "file")]) == []
    assert not (folder / "new").exists()
