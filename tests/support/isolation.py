# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep a test within its process: no child process and no connection."""

from __future__ import annotations

import os
import socket
import subprocess
from typing import Any, NoReturn

import pytest


def forbid_processes_and_sockets(monkeypatch: pytest.MonkeyPatch, advice: str) -> None:
    """Make every way to start a process or to connect a socket fail the test, with the advice as the reason."""

    def refuse(*_arguments: Any, **_more: Any) -> NoReturn:
        pytest.fail(f"started a process or opened a socket: {advice}")

    for owner, name in ((subprocess.Popen, "__init__"), (os, "fork"), (os, "posix_spawn"), (socket.socket, "connect"), (socket.socket, "bind")):
        monkeypatch.setattr(owner, name, refuse)
