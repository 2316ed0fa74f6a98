# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-test on a copy of the collection; its integration targets find the sandbox where others' find their account."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from dev import processes
from dev.collection_copy import collection_copy
from dev.place import HOME, OURS, ROOT, VENV, environment
from dev.sandbox import sandbox

# The names under which ansible-core 2.17, 2.18 and 2.19, and 2.20 and later look for the program that installs pip.
GET_PIP = ("get_pip_23_1_2.py", "get_pip_24_2.py", "get_pip_25_2.py")

# ansible-test hands no environment variable on to its targets. These files take their place.
CONFIGURATION = """\
[defaults]
remote_tmp = {remote_tmp}
"""
ACCOUNT = """\
[default]
aws_access_key: sandbox
aws_secret_key: sandbox
aws_region: eu-west-1
aws_endpoint_url: {endpoint_url}
"""


def main(verb: str, *arguments: str) -> int:
    processes.end_on_signals()
    offer_pip()
    with collection_copy() as copy:
        return VERBS[verb](copy, *arguments)


def offer_pip() -> None:
    folder = HOME / ".ansible" / "test" / "cache"
    folder.mkdir(parents=True, exist_ok=True)
    for name in GET_PIP:
        shutil.copy(ROOT / "dev" / "get_pip.py", folder / name)


def sanity(copy: Path, *arguments: str) -> int:
    return ansible_test(copy, "sanity", *arguments)


def integration(copy: Path, *arguments: str) -> int:
    with sandbox(copy) as endpoint_url:
        folder = copy / "tests" / "integration"
        (folder / "integration.cfg").write_text(CONFIGURATION.format(remote_tmp=OURS["ANSIBLE_REMOTE_TMP"]))
        (folder / "cloud-config-aws.ini").write_text(ACCOUNT.format(endpoint_url=endpoint_url))
        return ansible_test(copy, "integration", *arguments)


VERBS = {"sanity": sanity, "integration": integration}


def ansible_test(copy: Path, verb: str, *arguments: str) -> int:
    with without_spaces(VENV) as venv:
        command = [venv / "bin" / "python", venv / "bin" / "ansible-test", verb, "--local", "--color", "no", *arguments]
        return subprocess.run(command, cwd=copy, env=environment(), stdin=subprocess.DEVNULL, check=False).returncode


@contextmanager
def without_spaces(folder: Path) -> Iterator[Path]:
    """Another path to the folder for as long as the `with` block lasts."""
    # ansible-test names its Python in the first line of scripts, where a space ends the name; it keeps those scripts in /tmp as well.
    with TemporaryDirectory(prefix="passrole-", dir="/tmp") as beside:
        link = Path(beside) / folder.name
        link.symlink_to(folder, target_is_directory=True)
        yield link


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
