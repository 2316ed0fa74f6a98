# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A unit test starts no process and opens no socket; one that tries fails and says where it belongs."""

from __future__ import annotations

from importlib import import_module

import pytest
from tests.support.isolation import forbid_processes_and_sockets

# The first import of it starts ldconfig: with the first error of Ansible, in whichever test that is.
import_module("ansible.utils.display")


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    forbid_processes_and_sockets(monkeypatch, "a unit test may not; move it to tests/contract, tests/sandbox or tests/e2e")
