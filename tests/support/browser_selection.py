# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deselect the browser tests where there is no browser, and name them at the end of the run; in continuous integration they run, and fail."""

from __future__ import annotations

import pytest
from dev.env.browser import BrowserSetup, find, is_required, not_run

# The tests that use this fixture are the browser tests.
FIXTURE = "browser"
MISSING = pytest.StashKey[dict[str, int]]()


def missing_browser() -> BrowserSetup | None:
    """Return the reason that browser tests cannot run, unless they must."""
    setup = find()
    return None if setup.is_usable or is_required() else setup


def pytest_configure(config: pytest.Config) -> None:
    config.stash[MISSING] = {}


@pytest.hookimpl(trylast=True)  # after -k and -m, which may leave none
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    in_browser = [item for item in items if FIXTURE in getattr(item, "fixturenames", ())]
    if in_browser and missing_browser():
        config.hook.pytest_deselected(items=in_browser)
        items[:] = [item for item in items if item not in in_browser]
        for item in in_browser:
            name = item.nodeid.partition("::")[0]
            config.stash[MISSING][name] = config.stash[MISSING].get(name, 0) + 1


@pytest.hookimpl(trylast=True)  # after the workers of pytest-xdist have ended
def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[FIXTURE] = session.config.stash[MISSING]
    if session.config.stash[MISSING] and session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        session.exitstatus = pytest.ExitCode.OK


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node) -> None:
    """Take over what a worker of pytest-xdist left out; each leaves out the same."""
    node.config.stash[MISSING].update(getattr(node, "workeroutput", {}).get(FIXTURE, {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    left_out = config.stash[MISSING]
    if left_out:
        terminalreporter.write_line(not_run(find()))
        for name, count in sorted(left_out.items()):
            terminalreporter.write_line(f"  {name}: {count}")
