# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A check of the repository reads files only, unless it is marked ``process``; `make quick` runs those that read files."""

from __future__ import annotations

import pytest
from tests.support.isolation import forbid_processes_and_sockets


@pytest.fixture(autouse=True)
def isolated(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.get_closest_marker("process") is None:
        forbid_processes_and_sockets(monkeypatch, "mark the test with pytest.mark.process")
