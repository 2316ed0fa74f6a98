# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where everything lives: one git-ignored folder of the checkout, and an environment that leads nowhere else."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / ".build"
CACHE = BUILD / "cache"
HOME = BUILD / "home"
LOGS = BUILD / "log"
SCRATCH = BUILD / "tmp"
# The matrix says which of its environments stands for the usual one.
VENV = Path(os.environ.get("PASSROLE_VENV") or BUILD / "venv")
IMPORTER = BUILD / "importer"
OLDEST = BUILD / "oldest"
MATRIX = BUILD / "matrix"
DOCS = BUILD / "docs-venv"
MUTATION = BUILD / "mutation-venv"

# What a shell may hold that would turn a run towards another account, another Python or another configuration.
FOREIGN = ("ANSIBLE_", "AWS_", "BOTO", "GIT_DIR", "GIT_INDEX", "GIT_WORK", "MAKE", "MFLAGS", "MOLECULE_", "PYENV_", "PYTEST_", "PYTHON", "VIRTUAL_ENV", "XDG_")

OURS = {
    "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
    "ANSIBLE_HOME": HOME / ".ansible",
    "ANSIBLE_LOCALHOST_WARNING": "false",
    "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    "ANSIBLE_NOCOWS": "true",
    # Left to itself, Ansible asks the account's entry for its home, not HOME.
    "ANSIBLE_REMOTE_TMP": HOME / ".ansible" / "tmp",
    "HOME": HOME,
    "HYPOTHESIS_STORAGE_DIRECTORY": CACHE / "hypothesis",
    "PIP_CACHE_DIR": CACHE / "pip",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PYTHONPYCACHEPREFIX": CACHE / "python",
    "PYTHONUNBUFFERED": "1",
    "TMPDIR": SCRATCH,
    "UV_CACHE_DIR": CACHE / "uv",
    "UV_NO_CONFIG": "1",
    "UV_PYTHON_DOWNLOADS": "never",
    "UV_SYSTEM_CERTS": "1",
    "XDG_CACHE_HOME": CACHE,
    "XDG_CONFIG_HOME": HOME / ".config",
    "XDG_DATA_HOME": HOME / ".local" / "share",
    "XDG_STATE_HOME": HOME / ".local" / "state",
}


def environment(venv: Path = VENV) -> dict[str, str]:
    """What every program started here gets."""
    return environment_from(os.environ, venv)


def environment_from(shell: Mapping[str, str], venv: Path) -> dict[str, str]:
    """The shell's variables less what is foreign, with every folder for files replaced by one of ours."""
    kept = {name: value for name, value in shell.items() if not name.startswith(FOREIGN)}
    ours = OURS | {"ANSIBLE_COLLECTIONS_PATH": site_packages(venv)}
    return kept | utf8(shell) | {name: str(value) for name, value in ours.items()} | {"PATH": path(shell, venv)}


def venv_variables(venv: Path) -> dict[str, str]:
    """What has everything here use that environment, whose Python is another."""
    (packages,) = venv.glob("lib/python3.*/site-packages")
    return environment(venv) | {"PASSROLE_VENV": str(venv), "ANSIBLE_COLLECTIONS_PATH": str(packages)}


def site_packages(venv: Path) -> Path:
    """Where the venv holds its packages; Ansible finds collections there too."""
    return venv / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"


def path(shell: Mapping[str, str], venv: Path) -> str:
    # pyenv's shims stand for Pythons that they refuse to run, and ansible-test tries each one.
    folders = shell.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join([str(venv / "bin"), *(folder for folder in folders if not folder.rstrip("/").endswith("/shims"))])


def utf8(shell: Mapping[str, str]) -> dict[str, str]:
    # Ansible refuses to start under any other encoding, and an empty environment has none.
    said = shell.get("LC_ALL") or shell.get("LC_CTYPE") or shell.get("LANG") or ""
    return {} if said.lower().replace("-", "").endswith("utf8") else {"LC_ALL": "C.UTF-8"}


def make_folders() -> None:
    for folder in (CACHE, HOME, LOGS, SCRATCH):
        folder.mkdir(parents=True, exist_ok=True)
