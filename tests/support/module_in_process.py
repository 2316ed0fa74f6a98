# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module run in this process, so that many arguments can be tried: its own parsing of them, a door with no AWS behind it, no step made."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from importlib import import_module
from types import ModuleType
from typing import Any
from unittest.mock import patch

import boto3
from ansible.module_utils import basic
from ansible.module_utils.common.parameters import PASS_VARS
from ansible_collections.passrole.ec2.plugins.module_utils.core import chain, one, run

Call = Callable[..., Any]
Planned = Callable[[Any], None]


class Ended(BaseException):
    """The module has said its result; nothing in it may stop that."""

    def __init__(self, result: Mapping[str, Any]) -> None:
        super().__init__()
        self.result = result


class Unlogged(run.DiscreetModule):
    """The collection's own module class, which leaves the system's log alone and returns to its caller."""

    def log(self, msg: str, log_args: Any = None) -> None:
        pass

    def _record_module_result(self, o: Mapping[str, Any]) -> None:  # the name is Ansible's
        raise Ended(json.loads(json.dumps(o, default=str)))


def module(name: str) -> ModuleType:
    return import_module(f"ansible_collections.passrole.ec2.plugins.modules.{name}")


@cache
def client(service: str) -> Any:
    """A client for its model alone; no call of it is made."""
    return boto3.session.Session("sandbox", "sandbox", region_name="eu-west-1").client(service)


def result_of(name: str, arguments: Mapping[str, Any], call: Call, planned: Planned) -> Mapping[str, Any]:
    """What the module returns. ``call`` answers its reads, ``planned`` gets the steps that it would make; whatever is raised is the test's failure."""
    door = {"call": call, "_client": lambda self, service: client(service)}
    with told(arguments), patch.dict(run.AnsibleAWSModule.default_settings, module_class=Unlogged), patch.multiple(run.Aws, **door):
        with patch.object(one, "done", lambda plan, *_door: (planned(plan) or {}, ())), patch.object(chain, "apply_stages", partial(only_planned, planned)):
            return ended(module(name).main)


def only_planned(planned: Planned, fleet: Any, *_way: Any) -> None:
    """Each plan of a fleet, and no step of it."""
    for course in (course for one_of in fleet for course in one_of.courses.values()):
        planned(course.plan)


def ended(main: Callable[[], None]) -> Mapping[str, Any]:
    try:
        main()
    except Ended as end:
        return end.result
    raise AssertionError("the module ended without a result")


@contextmanager
def told(arguments: Mapping[str, Any]) -> Iterator[None]:
    """The arguments as Ansible hands them over, in JSON."""
    own = {"check_mode": False, "remote_tmp": "/tmp", "inject_invocation": True}
    # An older ansible-core tells the invocation unasked, and refuses to be asked for it.
    known = {f"_ansible_{name}": value for name, value in own.items() if name in PASS_VARS}
    given = {"ANSIBLE_MODULE_ARGS": {**arguments, **known}}
    with patch.object(basic, "_ANSIBLE_ARGS", json.dumps(given).encode()), patch.object(basic, "_ANSIBLE_PROFILE", "legacy", create=True):
        yield
