# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Twenty applications in an account that allows five calls a second to each service, by a clock that only pauses move on."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws

from tests.fault_injection.faults import Door
from tests.fault_injection.scenarios import group, profile, role, template
from tests.fault_injection.runner import failed, result

APPLICATIONS = [f"web-{number}" for number in range(20)]
A_TASK_STARTS_WITHIN = 0.5  # seconds; a module's process takes about as long to start
RATE = 5


class Clock:
    """The sandbox's time, which passes by pauses alone."""

    def __init__(self, account):
        self.account, self.now = account, 0.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.account.advance(seconds)
        self.now += seconds


@pytest.fixture
def clock(account, monkeypatch):
    clock = Clock(account)
    clock.sleep(0)
    account.settings(calls_per_second=RATE, burst=10)
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=clock.sleep))
    # Adaptive retries measure real time, of which none passes here: what is left of them is their back-off.
    monkeypatch.setattr("botocore.retries.bucket.TokenBucket.acquire", lambda *_args, **_more: True)
    return clock


def application(name):
    return role(name, inline_policies=None), profile(name, role=name), group(name=name, instance_profile=name, **template())


def run(name, account, clock, per_second=None):
    """Each application's three tasks, each by a process of its own; the run's calls, and those of them that were throttled."""
    account.run(name)
    for one in APPLICATIONS:
        earlier = []
        for task in application(one):
            clock.sleep(A_TASK_STARTS_WITHIN)
            door = Aws(Door(account.url), sleep=clock.sleep, clock=clock, per_second=per_second)
            earlier.append(result(task, earlier, door))
            assert not failed(earlier), earlier[-1]
    calls = account.calls(name)
    return len(calls), sum(call["fault"] == "throttling" for call in calls)


def test_no_application_fails_and_few_calls_are_wasted(account, clock):
    made, wasted = run("created", account, clock)
    assert wasted < made / 3, (made, wasted)
    made, wasted = run("unchanged", account, clock)
    assert wasted < made / 3, (made, wasted)


def test_who_keeps_to_the_rate_is_never_throttled(account, clock):
    assert run("created", account, clock, per_second=RATE)[1] == 0
    assert run("unchanged", account, clock, per_second=RATE)[1] == 0
