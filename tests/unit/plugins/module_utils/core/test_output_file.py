# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paths at which nothing can be written are refused, also to root, and a file is whole or as it was."""

from __future__ import annotations

import errno
import os
import stat

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.output_file import (
    check_append_path,
    check_input_path,
    check_output_directory,
    check_output_path,
    write_private_file,
)

UNUSABLE = {
    "": "must not be empty",
    "{0}": "is a directory",
    "{0}/": "is a directory",
    "{0}/missing/": "directory {0}/missing does not exist",
    "{0}/missing/x": "directory {0}/missing does not exist",
    "{0}/file/x": "directory {0}/file is not a directory",
    "{0}/file/": "directory {0}/file is not a directory",
    "{0}/dangling/x": "directory {0}/dangling is not a directory",
    "{0}/link": "is a directory",
    "{0}/pipe": "is not a regular file",
    "{0}/loop/x": "is not a usable path",
    "{0}/" + "x" * 300: "is not a usable path",
    "{0}/a\0b": "is not a usable path",
    "{0}/\ud800": "is not a usable path",
    "/dev/null": "/dev/null is not a regular file",
    "/proc/x": "directory /proc is not writable",
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "file").write_text("before", encoding="utf-8")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "link").symlink_to(tmp_path)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("path", UNUSABLE)
def test_an_unusable_path_is_refused_by_its_option_and_nothing_is_left(folder, path):
    before = names(folder)
    with pytest.raises(Refused) as refusal:
        check_output_path(path.format(folder), "details_path")
    assert str(refusal.value).startswith("details_path: ") and UNUSABLE[path].format(folder) in str(refusal.value)
    assert names(folder) == before


@pytest.mark.parametrize("path", ["{0}/new", "{0}/file", "{0}/dangling", None, "new"])
def test_a_usable_path_is_accepted_and_nothing_is_left(folder, monkeypatch, path):
    monkeypatch.chdir(folder)
    before = names(folder)
    check_output_path(path and path.format(folder), "details_path")
    assert names(folder) == before


@pytest.mark.parametrize("name", ["new", "file", "dangling"])
def test_a_file_is_written_for_its_owner_alone(folder, name):
    write_private_file(str(folder / name), "text")
    assert (folder / name).read_text(encoding="utf-8") == "text"
    assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert not (folder / "nowhere").exists()


@pytest.mark.parametrize("failing", ["os.replace", "os.fdopen"])
def test_a_full_disk_leaves_the_file_as_it_was_and_no_other(folder, monkeypatch, failing):
    before = names(folder)

    def fail(*_arguments, **_options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(failing, fail)
    with pytest.raises(OSError, match="No space left on device"):
        write_private_file(str(folder / "file"), "text")
    assert names(folder) == before
    assert (folder / "file").read_text(encoding="utf-8") == "before"


@pytest.mark.parametrize("path", ["", "{0}", "{0}/missing/x", "{0}/file/x", "{0}/dangling/x", "{0}/loop", "{0}/" + "x" * 300, "{0}/a\0b", "/proc/x"])
def test_a_path_at_which_no_line_can_be_added_is_refused(folder, path):
    with pytest.raises(Refused, match="^progress_path: "):
        check_append_path(path.format(folder), "progress_path")


def test_lines_can_be_added_to_a_file_and_to_a_pipe_that_nobody_reads_yet(folder):
    for path in (None, str(folder / "file"), str(folder / "new"), str(folder / "pipe"), "/dev/null"):
        check_append_path(path, "progress_path")
    assert (folder / "file").read_text(encoding="utf-8") == "before"


@pytest.mark.parametrize("path", ["{0}/file", "{0}/file/x/y", "{0}/dangling", "/proc/x/y", "{0}/taken", "{0}/" + "x" * 300])
def test_a_directory_that_cannot_be_created_or_written_is_refused(folder, path):
    (folder / "taken" / "audit.html").mkdir(parents=True)
    with pytest.raises(Refused, match="^audit_report_dir: "):
        check_output_directory(path.format(folder), "audit_report_dir", ["audit.json", "audit.html"])


@pytest.mark.parametrize("path", ["{0}", "{0}/", "{0}/new", "{0}/new/newer", "{0}/link"])
def test_a_directory_that_can_be_created_or_written_is_accepted_and_nothing_is_left(folder, path):
    before = names(folder)
    check_output_directory(path.format(folder), "audit_report_dir", ["audit.json"])
    assert names(folder) == before


@pytest.mark.parametrize("path", ["", "{0}", "{0}/new", "{0}/file/x", "{0}/dangling", "{0}/a\0b"])
def test_a_file_that_cannot_be_read_is_refused(folder, path):
    check_input_path(str(folder / "file"), "audit_files[0]")
    with pytest.raises(Refused, match=r"^audit_files\[0\]: .* is not readable"):
        check_input_path(path.format(folder), "audit_files[0]")
