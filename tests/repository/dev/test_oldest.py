# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tests with the oldest botocore run with that one, and with the tools of all the others."""

from __future__ import annotations

import re

from ansible_collections.amazon.aws.plugins.module_utils.botocore import MINIMUM_BOTOCORE_VERSION
from dev.environment import PINS, VENVS, lean
from dev.place import OLDEST, site_packages


def test_what_a_venv_lacks_is_found_in_the_other(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    site_packages(one).mkdir(parents=True)
    lean(one, other)
    assert [path.read_text() for path in site_packages(one).glob("*.pth")] == [f"{site_packages(other)}\n"]


def test_the_oldest_botocore_is_one_that_amazon_aws_takes_and_no_newer_than_it_needs():
    pinned = re.search(r"^botocore==(\S+)", (PINS / VENVS[OLDEST]).read_text(), re.MULTILINE)[1]
    assert numbers("1.34.0") <= numbers(pinned) <= numbers(MINIMUM_BOTOCORE_VERSION)


def numbers(version):
    return [int(number) for number in version.split(".")]
