# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Walk through a scenario call by call: at each, something goes wrong; then a second run, and what is there in the end."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws, as_botocore_takes
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import PassroleError, StoppedHalfway
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import one

from tests.support.contracts import clients as doors
from tests.fault_injection.account import all_of
from tests.fault_injection.faults import Fault, at_once, aws, door_of
from tests.fault_injection.scenarios import SCENARIOS, Scenario, Task

Account = Any
Result = Mapping[str, Any]


@dataclass(frozen=True)
class Undisturbed:
    """What a run does and leaves behind when nothing goes wrong; of each call, its service."""

    calls: tuple[str, ...]
    left: Mapping[str, Any]
    told: tuple[Result, ...]


@dataclass(frozen=True)
class Fate:
    """What became of one run, of the one after it, and of the account."""

    call: int
    survived: bool
    told: tuple[Result, ...]
    again: tuple[Result, ...]
    left: Mapping[str, Any]


def play(tasks: Sequence[Task], door: Aws) -> tuple[Result, ...]:
    """Run the tasks one after the other, as a play does: each builds on those before it, and the first failure ends it."""
    results: list[Result] = []
    for task in tasks:
        results.append(result(task, results, door))
        if results[-1].get("failed"):
            break
    return tuple(results)


def result(task: Task, earlier: Sequence[Result], door: Aws) -> Result:
    params = {**task.promised.params(task.said), "builds_on": list(earlier)}
    try:
        return one(params, task.promised.make_plan, door, dry=False, sleep=at_once)[0]
    except PassroleError as error:
        return {**error.as_result(), "failed": True, "halfway": isinstance(error, StoppedHalfway)}


def plain_door(account: Account) -> Aws:
    return Aws(doors.Door(account), sleep=at_once)


def set_up(scenario: Scenario, account: Account) -> None:
    """Bring about what the plays before leave behind, by the calls that they make."""
    account.reset()
    names: dict[str, str] = {}  # AWS makes up anew what it calls a template
    for service, operation, params, made in written(scenario.before, account):
        answer = getattr(account.client(service), operation)(**renamed(as_botocore_takes(operation, params), names))
        names[template_in(made)] = template_in(answer)


def template_in(answer: Mapping[str, Any]) -> str:
    return answer.get("LaunchTemplate", {}).get("LaunchTemplateId", "")


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: renamed(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [renamed(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


class Writing(Aws):
    """Remembers every change as it was asked for and answered."""

    def __init__(self, door: Any) -> None:
        super().__init__(door, sleep=at_once)
        self.made: list[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]] = []

    def call(self, service: str, operation: str, **params: Any) -> Any:
        answer = super().call(service, operation, **params)
        if not operation.startswith(doors.READS):
            self.made.append((service, operation, params, answer))
        return answer


REMEMBERED: list[tuple[tuple[Task, ...], Any]] = []  # a list, as options cannot be hashed


def written(before: tuple[Task, ...], account: Account) -> Sequence[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]]:
    for tasks, made in REMEMBERED:
        if tasks is before:
            return made
    writing = Writing(doors.Door(account))
    assert not failed(play(before, writing))
    account.reset()
    REMEMBERED.append((before, writing.made))
    return writing.made


def failed(told: Sequence[Result]) -> bool:
    return bool(told[-1].get("failed")) if told else False


@cache
def undisturbed(name: str, account: Account) -> Undisturbed:
    set_up(SCENARIOS[name], account)
    account.run("undisturbed")
    told = play(SCENARIOS[name].tasks, aws(account))
    assert not failed(told), told
    calls = tuple(call["service"] for call in account.calls("undisturbed"))
    return Undisturbed(calls, all_of(account), told)


def fates(name: str, fault: Fault, account: Account) -> Iterator[Fate]:
    """What becomes of the scenario when the fault is at its first call, at its second, and so on."""
    for number, service in enumerate(undisturbed(name, account).calls, 1):
        if service in (fault.services or (service,)):
            yield fate(name, fault, number, account)


def fate(name: str, fault: Fault, number: int, account: Account) -> Fate:
    scenario = SCENARIOS[name]
    set_up(scenario, account)
    if fault.rule:
        account.faults({**fault.rule, "number": number})
    told = killed(scenario, fault, number, account) if fault.deadly else play(scenario.tasks, aws(account, fault.befall, number))
    account.faults()
    survived = bool(told) and not failed(told)
    return Fate(number, survived, told, play(scenario.tasks, plain_door(account)), all_of(account))


def killed(scenario: Scenario, fault: Fault, number: int, account: Account) -> tuple[Result, ...]:
    """Run in a process of its own, which is killed on the way and so tells nothing."""
    child = os.fork()
    if not child:
        try:
            door_of(account.url).forget_connections()
            play(scenario.tasks, aws(account, fault.befall, number))
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, f"it was not killed at call {number}"
    return ()
