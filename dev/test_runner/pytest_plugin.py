# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pytest plugin of the coverage and mutation runs: record test times, run chosen tests in order, import a mutated module.

Load it with ``-p dev.test_runner.pytest_plugin``. Each feature is off unless its environment variable is set:

- ``TEST_RUNNER_TIMES``: file to write ``{test id: seconds}`` of the tests that passed to.
- ``TEST_RUNNER_TESTS``: file with the ids of the tests to run, one per line, in this order.
- ``TEST_RUNNER_MUTANT``: JSON file with ``module`` (dotted name), ``path`` and ``source`` of the mutated module.
- ``TEST_RUNNER_RESULT``: file to write ``{"imported": bool, "failed": [test id], "ran": count}`` to.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


class MutantLoader(importlib.abc.SourceLoader):
    """Load one module from a given source text; its file on disk stays as it is."""

    def __init__(self, path: str, source: str) -> None:
        self.path = path
        self.source = source
        self.imported = False

    def get_filename(self, fullname: str) -> str:
        return self.path

    def get_data(self, path: str) -> bytes:
        return self.source.encode()

    def exec_module(self, module: ModuleType) -> None:
        self.imported = True
        super().exec_module(module)


class MutantFinder(importlib.abc.MetaPathFinder):
    """Find the mutated module before any other finder does."""

    def __init__(self, module: str, loader: MutantLoader) -> None:
        self.module = module
        self.loader = loader

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.module:
            return None
        return importlib.util.spec_from_file_location(fullname, self.loader.path, loader=self.loader)


class Run:
    """What one pytest session of the coverage or mutation run does and records."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.times_file = environment.get("TEST_RUNNER_TIMES")
        self.tests_file = environment.get("TEST_RUNNER_TESTS")
        self.result_file = environment.get("TEST_RUNNER_RESULT")
        self.seconds: Counter[str] = Counter()
        self.failed: list[str] = []
        self.loader: MutantLoader | None = None
        if mutant_file := environment.get("TEST_RUNNER_MUTANT"):
            mutant = json.loads(Path(mutant_file).read_text(encoding="utf-8"))
            self.loader = MutantLoader(mutant["path"], mutant["source"])
            sys.meta_path.insert(0, MutantFinder(mutant["module"], self.loader))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        if not self.tests_file:
            return
        position = {test: number for number, test in enumerate(Path(self.tests_file).read_text(encoding="utf-8").splitlines())}
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in position])
        items[:] = sorted((item for item in items if item.nodeid in position), key=lambda item: position[item.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration
        if report.failed:
            self.failed.append(report.nodeid)
            self.write_result()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed.append(f"import of {report.nodeid}")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workerinput"):  # a pytest-xdist worker; its controller records
            return
        if self.times_file:
            times = {test: round(seconds, 3) for test, seconds in self.seconds.items() if test not in self.failed}
            Path(self.times_file).write_text(json.dumps(times), encoding="utf-8")
        self.write_result()

    def write_result(self) -> None:
        if self.result_file:
            imported = self.loader is not None and self.loader.imported
            Path(self.result_file).write_text(json.dumps({"imported": imported, "failed": self.failed, "ran": len(self.seconds)}), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(RUN, "passrole-test-runner")


# Made on import, so that the mutant is in place before conftest.py imports anything.
RUN = Run(dict(os.environ))
