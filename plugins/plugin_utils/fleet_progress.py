# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show how far a fleet is while its module runs: the module writes lines to a file, and they are shown as they come. Private to this collection.

Only on a local connection, where both see the same file; elsewhere, and where the output is for programs, nothing is shown.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

from ansible import constants as C
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

# The output of these is for programs, and a line of ours would break it, or for nobody.
FOR_PROGRAMS = ("json", "jsonl", "null")
EVERY = 0.5  # seconds between two looks at the file

display = Display()


class FleetAction(ActionBase):
    """A task of a module that has a fleet: the module itself, with its lines on the screen."""

    module = ""  # by its full name

    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        return {**result, **self.run_module(task_vars)}

    def run_module(self, task_vars: dict[str, Any] | None) -> dict[str, Any]:
        return self.run_with_progress(self.module, dict(self._task.args), task_vars)

    def run_with_progress(self, module: str, args: dict[str, Any], task_vars: dict[str, Any] | None) -> dict[str, Any]:
        if self._connection.transport == "local":
            args = with_absolute_paths(args)
        if self._task.async_val or not args.get("fleet") or not self._shows() or args.get("progress_path"):
            return self._execute_module(module, args, task_vars=task_vars, wrap_async=bool(self._task.async_val))
        with shown(module.rpartition(".")[2], display.display) as path:
            return self._execute_module(module, {**args, "progress_path": path}, task_vars=task_vars)

    def _shows(self) -> bool:
        return self._connection.transport == "local" and not is_silent(self._task.no_log)


def with_absolute_paths(args: dict[str, Any]) -> dict[str, Any]:
    """Make paths relative to the working directory of ansible-playbook: a module runs in the directory of the playbook, which may be the collection's."""
    paths = {name: args[name] for name in ("details_path", "progress_path") if isinstance(args.get(name), str) and args[name].strip()}
    return {**args, **{name: str(Path(path).absolute()) for name, path in paths.items() if not path.startswith(("~", "$"))}}


def is_silent(no_log: Any) -> bool:
    return bool(no_log) or C.DEFAULT_STDOUT_CALLBACK.rpartition(".")[2] in FOR_PROGRAMS


@contextmanager
def shown(module: str, say: Callable[[str], None]) -> Iterator[str]:
    """A file whose lines are said as they come, and that is gone in the end."""
    handle, name = tempfile.mkstemp(prefix="passrole-", suffix=".progress")
    os.close(handle)
    over = Event()
    teller = Thread(target=tell, args=(Path(name), module, say, over), daemon=True)
    teller.start()
    try:
        yield name
    finally:
        over.set()
        teller.join()
        Path(name).unlink(missing_ok=True)


def tell(path: Path, module: str, say: Callable[[str], None], over: Event) -> None:
    with path.open(encoding="utf-8") as lines:
        ends = False
        while not ends:
            ends = over.wait(EVERY)
            for line in lines:
                say(f"{module}: {line.rstrip()}")
