# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of `make quick`, `make test` and `make test-all`: a command for each, and how to count what it tested.

A test marked ``exhaustive`` belongs to a cross product of which `make test` runs a chosen part; a test marked ``process`` starts a process or opens
a socket, which `make quick` leaves out. docs/testing.md says which command to use when.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dev.place import LOGS, OLDEST, ROOT

QUICK, TEST, ALL = "quick", "test", "test-all"
PASSED = r"\b(\d+) passed\b"
# The tests that meet botocore's models or a real client: what an older botocore can break.
MEETS_BOTOCORE = (
    "tests/unit/plugins/module_utils/core/test_shapes.py",
    "tests/unit/plugins/module_utils/core/test_shapes_of_aws.py",
    "tests/unit/plugins/module_utils/auto_scaling_group",
    "tests/unit/plugins/module_utils/ec2_role",
    "tests/unit/plugins/module_utils/instance_profile",
    "tests/unit/plugins/module_utils/launch_configuration",
    "tests/unit/plugins/module_utils/launch_template",
    "tests/unit/plugins/module_utils/securityhub",
    "tests/contract/module_utils/core",
    "tests/contract/modules/test_asg_launch_with_profile.py",
    "tests/contract/modules/test_asg_launch_with_profile_info.py",
    "tests/contract/modules/test_iam_ec2_role.py",
    "tests/contract/modules/test_iam_instance_profile.py",
    "tests/contract/modules/test_iam_pass_role_info.py",
    "tests/contract/modules/test_instance_profile_audit.py",
    "tests/contract/modules/test_securityhub_findings.py",
)


@dataclass(frozen=True)
class Step:
    """One kind of test or one tool, with its command in each suite that it belongs to.

    ``counts`` is a pattern over the output: the numbers that it finds are added up, and a pattern without a number counts its matches. A tool
    that prints no number is counted by the ``files`` that it reads.
    """

    name: str
    noun: str
    commands: Mapping[str, tuple[str, ...]]
    counts: str = ""
    files: tuple[str, ...] = ()
    variables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def count(self, output: str, root: Path = ROOT) -> int:
        """How much was tested; 0 fails the step."""
        found = re.findall(self.counts, output, re.MULTILINE) if self.counts else []
        return sum(int(match) if match.isdigit() else 1 for match in found) + sum(len(list(root.glob(files))) for files in self.files)


def tool(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"dev.{module}", *arguments)


def pytest(name: str, *paths: str, python: Path = Path(sys.executable), marks: str = "", workers: int = 2) -> tuple[str, ...]:
    """Run the tests of the paths that the expression of marks selects; the time of each goes to .build/log/NAME.xml."""
    selected = ("-m", marks) if marks else ()
    parallel = (f"--numprocesses={workers}", "--dist=worksteal") if workers > 1 else ("-n0",)
    return (str(python), "-m", "pytest", "--quiet", *parallel, f"--junitxml={LOGS / name}.xml", *selected, *paths)


def kind(name: str, *suites: str) -> Step:
    """A folder of tests: the chosen part of its cross products in `make test`, all of them in `make test-all`."""
    path = f"tests/{name}"
    commands = {
        QUICK: pytest(name, path, marks="not exhaustive and not process", workers=1),
        TEST: pytest(name, path, marks="not exhaustive"),
        ALL: pytest(name, path),
    }
    exhaustive = {ALL: {"PASSROLE_EVERY_CORE": "1", "PASSROLE_EXAMPLES": "100"}}
    return Step(name, "tests", {suite: commands[suite] for suite in suites}, counts=PASSED, variables=exhaustive)


def in_both(*command: str) -> dict[str, tuple[str, ...]]:
    return {TEST: command, ALL: command}


# The longest first, so that two at a time end at about the same time.
STEPS = (
    kind("e2e", TEST, ALL),
    kind("contract", TEST, ALL),
    kind("fault_injection", TEST, ALL),
    Step("molecule", "scenarios", {ALL: ("molecule", "test", "--all")}, counts=r"Molecule executed (\d+) scenario"),
    Step(
        "integration",
        "targets",
        {TEST: tool("ansible_test", "integration", "iam_pass_role_info"), ALL: tool("ansible_test", "integration")},
        counts=r"^Running \S+ integration test role",
    ),
    kind("sandbox", TEST, ALL),
    Step("sanity", "tests", in_both(*tool("ansible_test", "sanity")), counts=r"^Running sanity test"),
    kind("repository", QUICK, TEST, ALL),
    kind("unit", QUICK, TEST, ALL),
    Step(
        "oldest",
        "tests",
        {
            TEST: pytest("oldest", *MEETS_BOTOCORE, python=OLDEST / "bin" / "python", marks="not exhaustive"),
            ALL: pytest("oldest", "tests/unit/plugins", "tests/contract", python=OLDEST / "bin" / "python"),
        },
        counts=PASSED,
    ),
    Step("install", "tasks", in_both(*tool("artefact", "installed")), counts=r"\bok=(\d+)"),
    # The playbook itself runs in e2e; this adds the acts that `make demo` shows.
    Step("demo", "tasks", {ALL: tool("demo")}, counts=r"\bok=(\d+)"),
    Step("importer", "contents", in_both(*tool("artefact", "judged")), counts=r"^Loading \w+ \S+$"),
    Step("lint", "files", in_both("ansible-lint", "--offline", "--profile", "production", "--nocolor"), counts=r"in (\d+) files processed"),
    Step(
        "docs-lint",
        "files",
        in_both("antsibull-docs", "lint-collection-docs", "--plugin-docs", "--skip-rstcheck", "--validate-collection-refs", "dependent", "."),
        files=("plugins/modules/*.py", "roles/*/meta/argument_specs.yml", "docs/docsite/*.yml"),
    ),
    Step("changelog-lint", "files", in_both("antsibull-changelog", "lint"), files=("changelogs/fragments/*.yml", "changelogs/changelog.yaml")),
)
