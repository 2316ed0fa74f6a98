# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pictures say what was measured, can be read in light and in dark, and are where the guides look for them."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from dev.docs import PICTURES_ELSEWHERE
from dev.pictures import PICTURES, Bar, Picture, draw, drawn
from dev.place import ROOT

from tests.support.browser import chromium

NAMES = sorted(path.name for path in PICTURES.glob("*.svg"))
# What each text and each bar stands out from the ground by, as WCAG reckons it.
CONTRASTS = """
const ground = getComputedStyle(document.querySelector('.ground')).fill;
const light = colour => colour.match(/\\d+/g).slice(0, 3).map(one => one / 255)
  .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4).reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
const apart = colour => { const [low, high] = [light(colour), light(ground)].sort((a, b) => a - b); return (high + 0.05) / (low + 0.05); };
return [...document.querySelectorAll('text, [class^=part]')].map(one => [one.tagName, apart(getComputedStyle(one).fill)]);
"""
OUTSIDE = """
const frame = document.documentElement.viewBox.baseVal;
const boxes = [...document.querySelectorAll('text')].map(one => [one.textContent, one.getBBox()]);
return boxes.filter(([_text, box]) => box.x < 0 || box.x + box.width > frame.width || box.y + box.height > frame.height).map(([text]) => text);
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def test_they_are_what_was_measured():
    assert {name: (PICTURES / name).read_text(encoding="utf-8") for name in NAMES} == drawn()


@pytest.mark.process
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_each_can_be_read_in_light_and_dark(browser, name, scheme):
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "screen", "features": [{"name": "prefers-color-scheme", "value": scheme}]})
    browser.get((PICTURES / name).as_uri())
    found = browser.execute_script(CONTRASTS)
    assert len(found) > 10
    assert all(contrast >= (4.5 if kind == "text" else 3) for kind, contrast in found)
    assert browser.execute_script(OUTSIDE) == []


@pytest.mark.process
def test_light_and_dark_are_not_the_same(browser):
    grounds = set()
    for scheme in ("light", "dark"):
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "screen", "features": [{"name": "prefers-color-scheme", "value": scheme}]})
        browser.get((PICTURES / NAMES[0]).as_uri())
        grounds.add(browser.execute_script("return getComputedStyle(document.querySelector('.ground')).fill"))
    assert len(grounds) == 2


def test_a_bar_is_as_long_as_its_number():
    told = draw(Picture("t", "d", ("a", "b"), [Bar("one", {0: 30.0}, ""), Bar("two", {0: 10.0, 1: 5.0}, "")]))
    one, two, more = (float(width) for width in re.findall(r'class="part\d" x="[\d.]+" y="\d+" width="([\d.]+)" height="18"', told))
    assert two == pytest.approx(one / 3, abs=0.1) and more == pytest.approx(one / 6, abs=0.1)


def test_a_name_is_text():
    assert "<script>" not in draw(Picture("t", "d", ("a",), [Bar("<script>", {0: 1.0}, "")]))


def test_the_guides_show_each_of_them():
    pages = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "docsite" / "rst").glob("*.rst"))
    assert sorted(re.findall(rf"image:: {re.escape(PICTURES_ELSEWHERE)}(\S+)", pages)) == NAMES
    assert all(alt.strip().startswith(":alt:") for image, alt in pairwise(pages.splitlines()) if ".. image::" in image)
