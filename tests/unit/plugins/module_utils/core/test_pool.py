# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""So many work at a time, whoever rests lets another go on, and reads of one group become reads of many."""

from __future__ import annotations

import threading
import time

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused, Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.pool import Slots, Together, all_of, begin, checked_concurrency

PATIENCE = 10  # seconds, for what happens at once


def test_what_comes_of_each_is_in_their_order():
    assert all_of([3, 1, 2], lambda one: (time.sleep(one / 100), one * 10)[1], 3) == [30, 10, 20]


def test_one_by_one_where_no_more_may_work():
    assert set(all_of([1, 2, 3], lambda _one: threading.current_thread().name, 1)) == {threading.current_thread().name}


def test_who_breaks_off_begins_no_more():
    begun = []

    def work(one):
        begun.append(one)
        if one == 0:
            raise KeyboardInterrupt
        time.sleep(0.02)

    with pytest.raises(KeyboardInterrupt):
        all_of(list(range(100)), work, 2)
    assert len(begun) < 50


def test_no_more_work_at_a_time_than_there_are_slots():
    slots, working, most = Slots(2, time.sleep), set(), []

    def work(one):
        with slots:
            working.add(one)
            most.append(len(working))
            time.sleep(0.01)
            working.discard(one)

    all_of(list(range(8)), work, 8)
    assert max(most) == 2


def test_who_rests_lets_another_go_on():
    other = threading.Event()
    slots = Slots(1, lambda _seconds: other.wait(PATIENCE))
    awake = []

    def rests():
        with slots:
            slots.rest(5)
            awake.append(other.is_set())

    def goes_on():
        with slots:
            other.set()

    resting = threading.Thread(target=rests)
    resting.start()
    goes_on()
    resting.join(PATIENCE)
    assert awake == [True]


def test_what_is_begun_goes_on_by_itself_and_fails_in_silence():
    done = threading.Event()
    begin([lambda: 1 / 0, done.set])
    assert done.wait(PATIENCE)


class Region:
    """Groups, told of one read after the other, and slowly."""

    def __init__(self, *there):
        self.there, self.asked, self.going = there, [], threading.Event()
        self.may_answer = threading.Event()

    def call(self, _service, _operation, AutoScalingGroupNames):
        self.asked.append(AutoScalingGroupNames)
        self.going.set()
        assert self.may_answer.wait(PATIENCE)
        return {"AutoScalingGroups": [{"AutoScalingGroupName": name} for name in AutoScalingGroupNames if name in self.there]}


def groups(together, name):
    return together.call("autoscaling", "describe_auto_scaling_groups", AutoScalingGroupNames=[name])["AutoScalingGroups"]


def test_who_asks_while_a_read_is_on_its_way_shares_the_next():
    region = Region("a", "b")
    together, found = Together(region.call), {}
    threads = [threading.Thread(target=lambda name=name: found.update({name: groups(together, name)})) for name in "abc"]
    threads[0].start()
    assert region.going.wait(PATIENCE)
    for thread in threads[1:]:
        thread.start()
    while len(together._open.names) < 2:
        time.sleep(0.001)
    region.may_answer.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert region.asked == [["a"], ["b", "c"]]
    assert found == {"a": [{"AutoScalingGroupName": "a"}], "b": [{"AutoScalingGroupName": "b"}], "c": []}


def test_a_read_that_is_refused_is_refused_to_all_that_share_it():
    def call(*_asked, **_params):
        raise CallRefused("Throttling", "slow down")

    with pytest.raises(CallRefused, match="slow down"):
        groups(Together(call), "a")


def test_other_calls_go_through_as_they_are():
    assert Together(lambda *asked, **params: (asked, params)).call("iam", "get_role", RoleName="a") == (("iam", "get_role"), {"RoleName": "a"})


@pytest.mark.parametrize("concurrency", [0, -1, 101])
def test_as_many_as_make_no_sense_are_refused(concurrency):
    with pytest.raises(Refused, match=f"^concurrency: must be between 1 and 100, not {concurrency}"):
        checked_concurrency(concurrency)
