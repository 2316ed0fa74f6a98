# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demo says what it waited for, and leaves no sandbox behind, however it ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import pytest

WITHIN = 120.0  # seconds, on a machine that has much else to do


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty home. Not pytest's folder: Ansible puts a socket into it, whose path may have some hundred characters only."""
    with TemporaryDirectory(prefix="home-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def started(home: Path, *options: str) -> subprocess.Popen[str]:
    """The demo, with nothing of this machine's AWS settings in its sight, and what it leaves behind in a folder of its own."""
    here = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.Popen(
        [sys.executable, "-m", "ansible", "playbook", "passrole.ec2.demo", *options],
        env={**here, "HOME": str(home), "ANSIBLE_HOME": str(home / "ansible"), "TMPDIR": str(home), "NO_PROXY": "127.0.0.1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def wait_until(so: Callable[[], bool]) -> None:
    latest = time.monotonic() + WITHIN
    while not so():
        assert time.monotonic() < latest
        time.sleep(0.1)


def test_it_says_what_it_waited_for(account, home):
    def spread():
        """News of the profile have spread once Auto Scaling was asked too early."""
        wait_until(lambda: any(call["error"] for call in account.calls() if call["operation"] == "CreateAutoScalingGroup"))
        account.settings(profile_delay=0)

    account.settings(profile_delay=3600)
    spreading = Thread(target=spread)
    spreading.start()
    demo = started(home, "-e", f"demo_endpoint_url={account.url}")
    told = demo.communicate()[0]
    spreading.join()
    assert demo.returncode == 0, told
    waited = r"waited [\d.]+ seconds to create group my-application of 1 to 2 instances: asked \d+ times in vain, as You must use .* \(ValidationError\)"
    assert re.search(waited, told), told


def test_it_leaves_no_sandbox_behind_when_it_is_killed(home):
    demo = started(home)
    wait_until(lambda: any(home.glob("passrole-demo-*/ready.json")) or demo.poll() is not None)
    assert demo.poll() is None, demo.communicate()[0]
    demo.send_signal(signal.SIGKILL)
    demo.communicate()
    wait_until(lambda: not any(home.glob("passrole-demo-*/ready.json")))
