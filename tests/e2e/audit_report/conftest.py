# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages that the tests look at, and a browser to look with."""

from __future__ import annotations

import pytest

from tests.support.browser import chromium
from tests.support.audit_reports import many, reported, some


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("chromium")) as one:
        yield one


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return reported(tmp_path_factory.mktemp("some"), some(), audit_baseline="baseline.json", audit_formats=["html"]) / "audit.html"


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    return reported(tmp_path_factory.mktemp("many"), many(), audit_formats=["html"]) / "audit.html"
