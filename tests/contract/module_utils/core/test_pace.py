# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How fast AWS is asked, by a clock that only the pauses move on."""

from __future__ import annotations

import time

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.pace import Pace, checked_pace
from ansible_collections.passrole.ec2.plugins.module_utils.core.pool import all_of
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import door as door_of

from tests.fault_injection.faults import Door


class Clock:
    """Stands still but for the pauses that are made."""

    def __init__(self):
        self.now, self.pauses = 100.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.pauses.append(seconds)
        self.now += seconds


def door(account, clock, per_second):
    return Aws(Door(account.url), sleep=clock.sleep, clock=clock, per_second=per_second)


def test_requests_are_kept_apart_and_the_first_goes_at_once():
    clock = Clock()
    pace = Pace(4, clock, clock.sleep)
    for _request in range(4):
        pace.take()
    assert clock.pauses == [0.25, 0.25, 0.25]


def test_time_that_passes_anyway_is_not_waited_for_and_not_saved_up():
    clock = Clock()
    pace = Pace(4, clock, clock.sleep)
    pace.take()
    clock.now += 10
    pace.take()
    assert clock.pauses == []
    pace.take()
    assert clock.pauses == [0.25]


def test_each_service_has_a_pace_of_its_own(account):
    clock = Clock()
    aws = door(account, clock, 2)
    aws.call("iam", "list_roles")
    aws.call("autoscaling", "describe_auto_scaling_groups")
    assert clock.pauses == []
    aws.call("iam", "list_roles")
    assert clock.pauses == [0.5]


def test_a_modules_own_option_sets_its_pace(account):
    module = Door(account.url)
    module.params = {"max_calls_per_second": 2}
    aws = door_of(module)
    began = time.monotonic()
    for _call in range(2):
        aws.call("iam", "list_roles")
    assert time.monotonic() - began >= 0.5


@pytest.mark.usefixtures("no_waiting")
def test_retries_and_pages_count(account):
    for number in range(3):
        account.client("iam").create_instance_profile(InstanceProfileName=f"web-{number}")
    clock = Clock()
    account.faults({"kind": "throttling"})
    door(account, clock, 2).call("iam", "list_instance_profiles", PaginationConfig={"PageSize": 1})
    assert clock.pauses == [0.5] * 3


def test_without_a_limit_nothing_is_waited_for(account):
    clock = Clock()
    aws = door(account, clock, None)
    for _call in range(3):
        aws.call("iam", "list_roles")
    assert clock.pauses == []


@pytest.mark.parametrize("wrong", [0, -1, 1e-9, float("nan"), float("inf")])
def test_a_standstill_is_refused(wrong):
    with pytest.raises(Refused, match="^max_calls_per_second: must be 0.01 or more, not"):
        checked_pace(wrong)


def test_any_other_pace_is_taken():
    assert [checked_pace(one) for one in (None, 0.5, 20)] == [None, 0.5, 20]


def test_threads_share_one_pace():
    pauses = []
    pace = Pace(10, clock=lambda: 100.0, sleep=pauses.append)
    all_of(list(range(20)), lambda _one: pace.take(), 8)
    assert sorted(round(pause, 6) for pause in pauses) == [round(turn / 10, 6) for turn in range(1, 20)]
