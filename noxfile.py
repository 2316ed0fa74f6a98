# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What nox does with each combination; `make matrix` starts it in an environment that leads nowhere else."""

from __future__ import annotations

from pathlib import Path

import nox
from dev.matrix import ENVIRONMENTS, TOOLS, UNITS, asked, beside, kept_pins, pythons
from dev.place import venv_variables

nox.options.envdir = str(ENVIRONMENTS)
nox.options.default_venv_backend = "uv"
nox.options.reuse_venv = "yes"
ASKED = asked()


@nox.session
@nox.parametrize("python,combination", [(pythons()[one.python], one) for one in ASKED], ids=[one.name for one in ASKED])
def collection(session: nox.Session, combination) -> None:
    boto = (f"boto3=={combination.end.boto}", f"botocore=={combination.end.boto}")
    session.install("--quiet", "--constraint", str(kept_pins()), f"ansible-core=={combination.core}", *boto, *TOOLS)
    venv = Path(session.virtualenv.location)
    link(venv, beside(combination.end))
    environment = venv_variables(venv)
    session.run("python", "-m", "pytest", "--quiet", "--numprocesses=2", *UNITS, env=environment)
    session.run("python", "-m", "dev.demo", env=environment)
    if combination.end.name == "newest":
        session.run("python", "-m", "dev.ansible_test", "sanity", env=environment)


def link(venv: Path, collections: Path) -> None:
    """Where Python and Ansible look for installed collections."""
    (packages,) = venv.glob("lib/python3.*/site-packages")
    place = packages / "ansible_collections"
    place.unlink(missing_ok=True)
    place.symlink_to(collections / "ansible_collections", target_is_directory=True)
