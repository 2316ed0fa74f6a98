# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The house keeps its shape: imports point one way, what decides is pure, files say their rule, functions stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
UTILS = ROOT / "plugins" / "module_utils"
OURS = "ansible_collections.passrole.ec2.plugins.module_utils."

# What speaks to AWS or to Ansible, each for the reason its docstring gives; all else is pure.
SPEAKS_BOTO = {"core.aws", "core.shapes"}
SPEAKS_ANSIBLE = {"core.run", "core.spec", "core.tags", "core.policies", "core.offline", "imds.run"}
# The one road, and that of a module which runs on an instance, where there is no library of AWS's.
ENDS_TASKS = {"plugins/module_utils/core/run.py", "plugins/module_utils/imds/run.py"}
JUDGES_OFFLINE = {"core.offline"}

# A module that needs several resources composes their plans; resources do not know each other.
COMPOSED_OF = {
    "asg_launch": {"auto_scaling_group", "launch_configuration", "launch_template", "rollout"},
    "application": {"asg_launch", "ec2_role", "instance_profile"},
    "association": {"rollout"},
    "audit": {"ec2_role", "rollout"},
    "audit_report": {"audit"},
    "identity": {"ec2_role", "instance_profile"},
    "migration": {"launch_configuration"},
}


def sources(*folders: str) -> list[Path]:
    """The Python files below these folders; an empty ``__init__`` is none."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if path.stat().st_size)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def module(path: Path) -> str:
    """The dotted name of a file below module_utils."""
    return ".".join(path.relative_to(UTILS).with_suffix("").parts)


def imported(path: Path) -> Iterator[str]:
    """Every name a file imports, relative ones as names below module_utils."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from from_names(node, path)


def from_names(node: ast.ImportFrom, path: Path) -> Iterator[str]:
    if not node.level:
        yield node.module.removeprefix(OURS)
        return
    here = path.relative_to(UTILS).parts[: -node.level]
    name = ".".join((*here, *([node.module] if node.module else [])))
    yield from (name,) if name in MODULES else (f"{name}.{alias.name}" for alias in node.names)


MODULES = {module(path): path for path in sources("plugins/module_utils")}


def ours(path: Path) -> set[str]:
    return {name for name in imported(path) if name in MODULES}


def outside(path: Path, *packages: str) -> set[str]:
    return {name for name in imported(path) if name.split(".")[0] in packages}


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef))


def attributes(name: str) -> set[str]:
    """The files below plugins that use an attribute of this name."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in sources("plugins")
        if any(isinstance(node, ast.Attribute) and node.attr == name for node in ast.walk(tree(path)))
    }


def test_imports_make_no_circle():
    TopologicalSorter({name: ours(path) for name, path in MODULES.items()}).prepare()


def test_the_core_knows_no_resource_and_resources_do_not_know_each_other():
    assert {name: strangers for name in MODULES if (strangers := strange_folders(name))} == {}


def strange_folders(name: str) -> set[str]:
    """The folders that a module may not import from, and does."""
    folder = name.split(".")[0]
    return {other.split(".")[0] for other in ours(MODULES[name])} - {"core", folder} - COMPOSED_OF.get(folder, set())


def test_values_know_neither_reading_nor_deciding():
    states = [name for name in MODULES if name.endswith(".state")]
    wrong = {name: [other for other in ours(MODULES[name]) if other.endswith((".observe", ".plan")) and not other.startswith("core.")] for name in states}
    assert states and {name: others for name, others in wrong.items() if others} == {}


def test_reading_and_deciding_know_the_values_and_not_each_other():
    parts = [name for name in MODULES if name.endswith((".observe", ".plan")) and name.split(".")[0] not in {"core", *COMPOSED_OF}]
    assert parts and [name for name in parts if counterpart(name) in ours(MODULES[name])] == []


def counterpart(name: str) -> str:
    folder, part = name.split(".")
    return {"observe": f"{folder}.plan", "plan": f"{folder}.observe"}[part]


def test_only_modules_import_the_module_runner():
    assert [name for name in MODULES if "core.run" in ours(MODULES[name])] == []


def test_errors_import_nothing_of_the_collection():
    assert set(imported(MODULES["core.errors"])) == {"__future__", "collections.abc", "re", "typing"}


def test_only_the_client_and_the_schema_import_boto():
    assert {name for name in MODULES if outside(MODULES[name], "boto3", "botocore")} <= SPEAKS_BOTO


def test_what_decides_does_not_import_ansible():
    assert {name for name in MODULES if outside(MODULES[name], "ansible", "ansible_collections")} <= SPEAKS_ANSIBLE


def test_one_file_imports_the_library_that_evaluates_policies():
    assert {name for name, path in MODULES.items() if outside(path, "cloudsplaining", "policy_sentry")} == JUDGES_OFFLINE


def test_a_module_is_its_docs_its_options_its_plan_and_main():
    modules = sources("plugins/modules")
    defined = {path.stem: {function.name for function in functions(path)} for path in modules}
    assert modules and {name: found for name, found in defined.items() if not found <= {"main", "read" if name.endswith("_info") else "make_plan"}} == {}
    assert [path.stem for path in modules if outside(path, "boto3", "botocore", "ansible")] == []


def test_check_mode_is_read_in_one_place():
    assert attributes("check_mode") == {"plugins/module_utils/core/run.py"}


def test_a_task_fails_in_the_module_runner_alone():
    assert attributes("fail_json") == ENDS_TASKS
    assert attributes("fail_json_aws") == set()


def test_each_file_opens_with_a_sentence():
    paths = sources("plugins", "tests", "dev", "roles")
    opening = {path: (ast.get_docstring(tree(path)) or "").partition("\n")[0] for path in paths}
    assert opening and {path.relative_to(ROOT).as_posix(): line for path, line in opening.items() if not line.endswith((".", ":"))} == {}


def test_functions_stay_small():
    for folder in ("plugins", "dev", "roles"):
        assert median(length(function) for path in sources(folder) for function in functions(path)) < 8, folder


def length(function: ast.FunctionDef) -> int:
    """The lines of a function without its docstring."""
    docstring = ast.get_docstring(function, clean=False)
    return function.end_lineno - function.lineno + 1 - (len(docstring.splitlines()) if docstring else 0)
