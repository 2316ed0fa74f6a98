# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The libraries inside the page are those that were published, each with its licence."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

VENDOR = Path(__file__).parents[2] / "roles" / "audit" / "files" / "vendor"
KEPT = json.loads((VENDOR / "vendored.json").read_text(encoding="utf-8"))
# What GPL-3.0-or-later may be joined with.
ALLOWED = {"ISC", "MIT"}


@pytest.mark.parametrize("library", KEPT, ids=lambda library: library["package"])
def test_a_library_is_the_published_one_with_its_licence(library):
    assert hashlib.sha256((VENDOR / library["file"]).read_bytes()).hexdigest() == library["sha256"]
    assert library["license"] in ALLOWED
    assert "opyright" in (VENDOR / library["license_file"]).read_text(encoding="utf-8")


def test_nothing_else_is_kept():
    named = {name for library in KEPT for name in (library["file"], library["license_file"])}
    assert {path.name for path in VENDOR.iterdir()} == named | {"vendored.json"}


@pytest.mark.parametrize("library", KEPT, ids=lambda library: library["package"])
def test_no_library_can_end_its_own_script(library):
    assert "</script" not in (VENDOR / library["file"]).read_text(encoding="utf-8").lower()


@pytest.mark.parametrize("path", sorted((VENDOR.parent / "page").glob("*.js")), ids=lambda path: path.name)
def test_the_page_s_own_scripts_make_no_markup_of_text(path):
    said = path.read_text(encoding="utf-8")
    assert [word for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser", "</script") if word in said] == []
