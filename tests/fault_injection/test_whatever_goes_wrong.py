# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever goes wrong, at whichever call: the run succeeds, or says what it did, and a second run finishes the work."""

from __future__ import annotations

from itertools import product

import pytest

from tests.fault_injection.faults import FAULTS, aws
from tests.fault_injection.figures import tell
from tests.fault_injection.scenarios import SCENARIOS
from tests.fault_injection.runner import failed, fates, play, set_up, undisturbed


# One scenario meets every fault in `make test`, and every scenario one fault of each kind that the code treats differently: retried, done but
# unanswered, ended by the system, without end. The rest of the product is for `make test-all`.
WITH_EVERY_FAULT = "create a group on a launch configuration"
OF_EVERY_SCENARIO = {"throttling", "connection reset, work done", "SIGKILL, work done", "network dead for good"}


def of_suites(name: str, fault: str):
    chosen = name == WITH_EVERY_FAULT or fault in OF_EVERY_SCENARIO
    return pytest.param(name, fault, marks=[] if chosen else [pytest.mark.exhaustive])


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
@pytest.mark.parametrize(("name", "fault"), [of_suites(*pair) for pair in product(SCENARIOS, FAULTS)])
def test_whatever_goes_wrong_the_work_is_done_in_the_end(name, fault, sandbox):
    whole, found = undisturbed(name, sandbox), {"injected": 0, "survived": 0, "finished": 0}
    for fate in fates(name, FAULTS[fault], sandbox):
        where = f"{fault} at call {fate.call}: {fate.told}"
        assert not failed(fate.again), f"{where}: {fate.again[-1]}"
        assert fate.left == whole.left, where
        if fate.survived:
            assert_told_truly(fate, whole, where)
        elif fate.told:
            assert_told_honestly(fate, whole, where)
        found["injected"] += 1
        found["survived" if fate.survived else "finished"] += 1
    if found["injected"]:
        tell(name, fault, found)


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("fault", ["six resets, work done", "connection reset, work done", "HTTP 500"])
def test_no_profile_stays_without_a_role_when_aws_answers_again(fault, sandbox):
    for number in range(1, len(undisturbed("swap the role", sandbox).calls) + 1):
        set_up(SCENARIOS["swap the role"], sandbox)
        sandbox.faults({**FAULTS[fault].rule, "number": number})
        play(SCENARIOS["swap the role"].tasks, aws(sandbox))
        sandbox.faults()
        [held] = [one["Roles"] for one in sandbox.client("iam").list_instance_profiles()["InstanceProfiles"]]
        assert held, f"{fault} at call {number}"


def assert_told_truly(fate, whole, where):
    """A success tells what an undisturbed run tells, and leaves nothing to do."""
    assert [one["plan"] for one in fate.told] == [one["plan"] for one in whole.told], where
    assert not any(one["changed"] for one in fate.again), where


def assert_told_honestly(fate, whole, where):
    """A failure in the middle says what was done and what was not, as the next run finds it; one before the first change changed nothing."""
    told, planned, again = fate.told[-1], whole.told[len(fate.told) - 1]["plan"], fate.again[len(fate.told) - 1]["plan"]
    assert told["halfway"] or not told["changed"], where
    if told["halfway"]:
        assert {*planned} <= {*told["done"], *told["not_done"], *told.get("not_known", [])}, where
        assert not {*told["done"]} & {*again}, where
