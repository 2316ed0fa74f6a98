# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The site of the documentation: pages of modules, plugins and roles from what they say of themselves, beside the guides, offline."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterable
from pathlib import Path

from dev import processes
from dev.environment import on_demand
from dev.place import BUILD, DOCS, ROOT, environment

SITE = BUILD / "docs"
TOLD = ROOT / "dev" / "site"
PAGES = SITE / "rst"
WRITTEN = ("collection", "--use-current", "--squash-hierarchy", "--fail-on-error")

# Where Ansible's own documentation has what every page of a module refers to.
OF_CORE = {
    "action_plugins": "plugins/action.html#action-plugins",
    "ansible_configuration_settings": "reference_appendices/config.html#ansible-configuration-settings",
    "common_return_values": "reference_appendices/common_return_values.html#common-return-values",
}
# Where pages that are read elsewhere find the pictures; the site has them beside its pages.
PICTURES_ELSEWHERE = "https://raw.githubusercontent.com/passrole/passrole.ec2/main/docs/pictures/"
MODULE_ELSEWHERE = re.compile(r"\b((?:amazon|community)\.aws\.\w+)(?:_module|#module)\b")


def main() -> int:
    processes.end_on_signals()
    venv = on_demand(DOCS)
    shutil.rmtree(SITE, ignore_errors=True)
    # antsibull-docs asks for a folder that nobody else may write in.
    PAGES.mkdir(parents=True, mode=0o755)
    run("antsibull-docs", "--config-file", TOLD / "antsibull-docs.cfg", *WRITTEN, "--dest-dir", PAGES, "passrole.ec2")
    shutil.copy(TOLD / "conf.py", SITE)
    shutil.copytree(ROOT / "docs" / "pictures", PAGES / "pictures")
    for page in PAGES.rglob("*.rst"):
        page.write_text(page.read_text(encoding="utf-8").replace(PICTURES_ELSEWHERE, "/pictures/"), encoding="utf-8")
    (SITE / "elsewhere.inv").write_bytes(inventory(labels(path.read_text(encoding="utf-8") for path in PAGES.rglob("*.rst"))))
    run(venv / "bin" / "sphinx-build", "-b", "html", "-W", "--keep-going", "--quiet", "-c", SITE, PAGES, SITE / "html")
    print(SITE / "html" / "index.html")
    return 0


def run(*command: str | Path) -> None:
    subprocess.run(command, check=True, env=environment(), stdin=subprocess.DEVNULL)


def labels(pages: Iterable[str]) -> dict[str, str]:
    """Each label outside of the site that a page may refer to, and where it is."""
    found = {name for page in pages for name in MODULE_ELSEWHERE.findall(page)}
    return OF_CORE | {f"ansible_collections.{name}_module": place(name) for name in found}


def place(name: str) -> str:
    """The page of a module, and on it the heading."""
    return f"collections/{name.replace('.', '/')}_module.html#ansible-collections-{re.sub('[._]', '-', name)}-module"


def inventory(known: dict[str, str]) -> bytes:
    """What Sphinx reads of another site, in the second version of its format."""
    opening = "# Sphinx inventory version 2\n# Project: Ansible\n# Version:\n# The remainder of this file is compressed using zlib.\n"
    lines = [f"{label} std:label -1 {where} {title(label)}\n" for label, where in sorted(known.items())]
    return opening.encode() + zlib.compress("".join(lines).encode())


def title(label: str) -> str:
    return label.removeprefix("ansible_collections.").replace("_module", "").replace("_", " " if label in OF_CORE else "_")


if __name__ == "__main__":
    sys.exit(main())
