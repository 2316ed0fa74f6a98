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

from dev.generate.api_coverage import models, surfaces
from dev.place import OLDEST, ROOT, environment

PAGE = ROOT / "plugins" / "module_utils" / "core" / "newer.py"
OPENING = '''\
# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Members and values that an old botocore may not know, made by `make newer`. Private to this collection."""

from __future__ import annotations
'''

Words = Mapping[str, list[str]]  # the members of each structure, or the values of each choice
TABLES = {"MEMBERS": "structure", "VALUES": "string"}


def main(python: str = str(OLDEST / "bin" / "python")) -> int:
    now, before = known(), known_by(python)
    PAGE.write_text(page(botocore.__version__, {table: newer(now[table], before[table]) for table in TABLES}), encoding="utf-8")
    return 0


def known() -> dict[str, Words]:
    """By table and by the shape's name. Where EC2 and Auto Scaling have one of the same name, what both of them hold."""
    return {table: words_of(kind) for table, kind in TABLES.items()}


def words_of(kind: str) -> Words:
    words: dict[str, set[str]] = {}
    for shape in (one for surface in surfaces(models()) for one in shapes(surface.shape) if one.type_name == kind):
        held = set(map(xform_name, shape.members)) if kind == "structure" else set(shape.enum)
        words[shape.name] = words.get(shape.name, held) & held
    return {name: sorted(held) for name, held in words.items() if held}


def known_by(python: str) -> dict[str, Words]:
    """The same, as that Python's botocore tells it."""
    asking = "import json; from dev.newer import known; print(json.dumps(known()))"
    run = subprocess.run([python, "-c", asking], check=True, cwd=ROOT, env=environment(Path(python).parents[1]), capture_output=True, text=True)
    return json.loads(run.stdout)


def shapes(shape: Any) -> Iterator[Any]:
    """A shape and all within it, lists apart."""
    if shape.type_name == "list":
        yield from shapes(shape.member)
        return
    yield shape
    for member in shape.members.values() if shape.type_name == "structure" else ():
        yield from shapes(member)


def newer(now: Words, before: Words) -> Words:
    """A structure that is new itself is not asked about: what holds it is refused first."""
    added = {name: sorted(set(words) - set(before[name])) for name, words in now.items() if name in before}
    return {name: added[name] for name in sorted(added) if added[name]}


def page(version: str, tables: Mapping[str, Words]) -> str:
    return "\n".join((OPENING, f'KNOWN_BY = "{version}"', *(f"{name} = {{\n{lines(words)}\n}}" for name, words in tables.items()), ""))


def lines(words: Words) -> str:
    return "\n".join(f'    "{name}": {as_set(words[name])},' for name in words)


def as_set(words: list[str]) -> str:
    lines = "".join(f'        "{word}",\n' for word in words)
    return f"{{\n{lines}    }}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
