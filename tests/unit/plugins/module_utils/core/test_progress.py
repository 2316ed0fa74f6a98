# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines are written when there was silence for a while, and counted from any thread."""

from __future__ import annotations

from ansible_collections.passrole.ec2.plugins.module_utils.core.pool import all_of
from ansible_collections.passrole.ec2.plugins.module_utils.core.progress import EVERY, NOBODY, Progress


class Clock:
    """Moves on by so much whenever it is looked at."""

    def __init__(self, step):
        self.now, self.step = 0.0, step

    def __call__(self):
        self.now += self.step
        return self.now


def lines(path):
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def test_every_member_is_told_of_where_each_takes_long(tmp_path):
    with Progress(str(tmp_path / "lines"), Clock(EVERY)).counting("done", 3) as counted:
        assert all_of([1, 2, 3], counted, 3) == [1, 2, 3]
    assert lines(tmp_path / "lines") == ["done 1 of 3", "done 2 of 3", "done 3 of 3"]


def test_nothing_is_said_where_all_are_done_at_once(tmp_path):
    with Progress(str(tmp_path / "lines"), Clock(0)).counting("done", 3) as counted:
        all_of([1, 2, 3], counted, 3)
    assert lines(tmp_path / "lines") == []


def test_nobody_is_told_where_nobody_asked():
    with NOBODY.counting("done", 1) as counted:
        assert counted("web") == "web"


def test_counting_goes_on_without_lines_if_the_disk_is_full(tmp_path):
    with Progress(str(tmp_path / "no" / "lines"), Clock(EVERY)).counting("done", 1) as counted:
        assert counted(1) == 1
