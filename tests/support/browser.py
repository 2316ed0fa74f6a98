# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A headless Chromium, driven by its own chromedriver: those that dev/env/browser.py found or installed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from dev.env.browser import ARGUMENTS, find
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.wait import WebDriverWait

PATIENCE = 120  # seconds, for a machine that does other things too
WIDE = MappingProxyType({"width": 1280, "height": 1000, "deviceScaleFactor": 1, "mobile": False})
PHONE = MappingProxyType({"width": 375, "height": 740, "deviceScaleFactor": 1, "mobile": True})


@contextmanager
def chromium(folder: Path) -> Iterator[Chrome]:
    """A browser with a profile of its own."""
    setup = find()
    if not (setup.binary and setup.driver):
        pytest.fail(f"no Chromium and chromedriver: {setup.reason}")
    options = ChromeOptions()
    options.binary_location = setup.binary
    for argument in (*ARGUMENTS, f"--user-data-dir={folder}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = Chrome(options=options, service=Service(setup.driver))
    browser.set_script_timeout(PATIENCE)
    try:
        yield browser
    finally:
        browser.quit()


def fresh(browser: Chrome, page: Path, address: str = "", screen: Mapping[str, Any] = WIDE, scheme: str = "light", media: str = "screen") -> None:
    """The page as somebody opens it who has not been here before."""
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", dict(screen))
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": [{"name": "prefers-color-scheme", "value": scheme}]})
    browser.get("about:blank")
    logged(browser)
    browser.get(f"{page.as_uri()}{address}")
    # A machine that does other things too draws later than it loads.
    waiting = WebDriverWait(browser, PATIENCE, poll_frequency=0.05)
    assert waiting.until(lambda _browser: browser.execute_script("return document.documentElement.dataset.ready") == "true"), logged(browser)


def logged(browser: Chrome) -> list[str]:
    """What the console was told since the last look."""
    return [entry["message"] for entry in browser.get_log("browser")]


def asked_for(browser: Chrome) -> set[str]:
    """The addresses that the browser asked for since the last look."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return {event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"}
