# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the pinned botocore knows and the oldest does not, written where a refusal can name the version that does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import botocore
from botocore import xform_name

from dev.coverage import models, surfaces
from dev.place import OLDEST, ROOT, environment

PAGE = ROOT / "plugins" / "module_utils" / "core" / "newer.py"
OPENING = '''\
# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Members that an old botocore may not know, made by `make newer`. Private to this collection."""

from __future__ import annotations
'''

Words = Mapping[str, list[str]]  # of each structure


def main(python: str = str(OLDEST / "bin" / "python")) -> int:
    PAGE.write_text(page(botocore.__version__, newer(known(), known_by(python))), encoding="utf-8")
    return 0


def known() -> Words:
    """By the structure's name. Where EC2 and Auto Scaling have one of the same name, what both of them hold."""
    words: dict[str, set[str]] = {}
    for surface in surfaces(models()):
        for shape in structures(surface.shape):
            members = set(map(xform_name, shape.members))
            words[shape.name] = words.get(shape.name, members) & members
    return {name: sorted(members) for name, members in words.items()}


def known_by(python: str) -> Words:
    """The same, as that Python's botocore tells it."""
    asking = "import json; from dev.newer import known; print(json.dumps(known()))"
    run = subprocess.run([python, "-c", asking], check=True, cwd=ROOT, env=environment(Path(python).parents[1]), capture_output=True, text=True)
    return json.loads(run.stdout)


def structures(shape: Any) -> Iterator[Any]:
    if shape.type_name == "list":
        yield from structures(shape.member)
    elif shape.type_name == "structure":
        yield shape
        for member in shape.members.values():
            yield from structures(member)


def newer(now: Words, before: Words) -> Words:
    """A structure that is new itself is not asked about: what holds it is refused first."""
    added = {name: sorted(set(words) - set(before[name])) for name, words in now.items() if name in before}
    return {name: added[name] for name in sorted(added) if added[name]}


def page(version: str, words: Words) -> str:
    lines = "\n".join(f'    "{name}": {as_set(words[name])},' for name in words)
    return f'{OPENING}\nKNOWN_BY = "{version}"\nMEMBERS = {{\n{lines}\n}}\n'


def as_set(words: list[str]) -> str:
    lines = "".join(f'        "{word}",\n' for word in words)
    return f"{{\n{lines}    }}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
