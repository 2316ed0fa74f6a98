# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a plan becomes calls: in order, patiently, and honest about where it stopped."""

from __future__ import annotations

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.apply import LONGEST_PAUSE, apply, filled_in, pauses
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import CallRefused, StoppedHalfway
from ansible_collections.passrole.ec2.plugins.module_utils.core.plan import Action, Later, NotYet, Plan, Trouble, Wait

MAKE = Action("ec2", "make", {}, "make it")
USE = Action("ec2", "use", {"Number": Later("make", "Version.Number", through=str)}, "use it")
DENIED = CallRefused("AccessDenied", "no")


def plan_of(*steps):
    return Plan(before=None, after=None, steps=steps)


class Aws:
    """Answers each operation with the next of its answers; the last one stays. Remembers calls and pauses."""

    def __init__(self, **answers):
        self.answers = {operation: list(given) for operation, given in answers.items()}
        self.calls, self.pauses = [], []

    def call(self, _service, operation, **params):
        self.calls.append((operation, params))
        given = self.answers[operation]
        answer = given.pop(0) if len(given) > 1 else given[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def apply(self, *steps):
        return apply(plan_of(*steps), self.call, self.pauses.append)


def seen(**more):
    return Wait("ec2", "look", {"Name": "it"}, "see it", until=lambda answer: answer == {"There": True}, **more)


def test_a_later_value_comes_from_the_earlier_answer():
    aws = Aws(make=[{"Version": {"Number": 7}}], use=[{}])
    aws.apply(MAKE, USE)
    assert aws.calls == [("make", {}), ("use", {"Number": "7"})]


def test_a_later_value_may_lie_in_a_list_and_deep_in_the_parameters():
    answers = {"make": {"Things": [{"Id": "i-1"}]}}
    assert filled_in({"a": [{"b": Later("make", "Things.0.Id")}]}, answers) == {"a": [{"b": "i-1"}]}


def test_every_answer_is_kept_by_its_operation():
    assert Aws(make=[{"Id": 1}]).apply(MAKE) == {"make": {"Id": 1}}


def test_not_yet_is_waited_out():
    aws = Aws(use=[CallRefused("ValidationError", "Invalid IAM Instance Profile name"), {}])
    aws.apply(Action("ec2", "use", {}, "use it", not_yet=(NotYet("ValidationError", "Invalid IAM Instance Profile"),)))
    assert aws.pauses == [0.25]


@pytest.mark.parametrize("code", ["ConcurrentModification", "ScalingActivityInProgress", "ResourceContention"])
def test_what_aws_asks_to_try_again_is_tried_again(code):
    aws = Aws(make=[CallRefused(code, "try again"), {}])
    aws.apply(MAKE)
    assert len(aws.calls) == 2


def test_patience_ends():
    aws = Aws(use=[CallRefused("NoSuchEntity", "there is none")])
    with pytest.raises(StoppedHalfway, match=r"Could not use it: there is none \(NoSuchEntity\)"):
        aws.apply(Action("ec2", "use", {}, "use it", not_yet=(NotYet("NoSuchEntity"),)))
    assert sum(aws.pauses) == 120


def test_pauses_grow_up_to_the_longest_and_add_up_to_the_patience():
    given = list(pauses(30))
    assert given[:3] == [0.25, 0.5, 1.0]
    assert sum(given) == 30
    assert max(given) == LONGEST_PAUSE


def test_a_wait_reads_until_the_answer_is_the_awaited_one():
    aws = Aws(look=[{"There": False}, {"There": True}])
    assert aws.apply(seen()) == {"look": {"There": True}}
    assert aws.pauses == [0.25]


def test_a_wait_takes_what_is_not_there_for_no_answer():
    aws = Aws(look=[CallRefused("NoSuchEntity", "none"), {"There": True}])
    aws.apply(seen(absent="NoSuchEntity"))
    assert len(aws.calls) == 2


def test_a_wait_without_time_looks_once():
    aws = Aws(look=[{"There": False}])
    with pytest.raises(StoppedHalfway, match="Could not see it: not so after 0 seconds"):
        aws.apply(seen(timeout=0))
    assert len(aws.calls) == 1


def test_a_wait_that_is_in_vain_tells_how_long_it_was():
    aws = Aws(make=[{}], look=[{"There": False}])
    with pytest.raises(StoppedHalfway, match="Could not see it: not so after 3 seconds") as stopped:
        aws.apply(MAKE, seen(timeout=3))
    assert sum(aws.pauses) == 3
    assert (stopped.value.done, stopped.value.left) == (["make it"], ["see it"])


def test_a_wait_that_is_denied_stops_at_once():
    with pytest.raises(StoppedHalfway, match=r"Could not see it: no \(AccessDenied\)"):
        Aws(look=[DENIED]).apply(seen(absent="NoSuchEntity"))


def listening(known=(), **more):
    def told(answer, known):
        return [reason for reason in answer if reason not in known]

    return seen(trouble=Trouble("ec2", "listen", {}, told, known=known, passing=("busy",)), **more)


def test_a_wait_hears_that_it_is_in_vain():
    aws = Aws(look=[None], listen=[["no such image"]])
    with pytest.raises(StoppedHalfway, match="Could not see it: no such image"):
        aws.apply(listening())
    assert aws.pauses == []


def test_a_trouble_that_passes_is_waited_out():
    aws = Aws(look=[None, None, {"There": True}], listen=[["busy today"], []])
    aws.apply(listening())
    assert aws.pauses == [0.25, 0.5]


def test_a_wait_that_ends_in_time_hears_of_no_trouble():
    aws = Aws(look=[{"There": True}], listen=[["no such image"]])
    aws.apply(listening())
    assert [operation for operation, _params in aws.calls] == ["look"]


def test_a_wait_in_vain_tells_what_was_in_its_way():
    with pytest.raises(StoppedHalfway, match="Could not see it: not so after 3 seconds: busy today"):
        Aws(look=[None], listen=[["busy today"]]).apply(listening(timeout=3))


def test_a_wait_in_vain_tells_what_the_last_answer_lacks():
    with pytest.raises(StoppedHalfway, match="Could not see it: not so after 0 seconds: only a shadow"):
        Aws(look=["a shadow"]).apply(seen(timeout=0, lacks=lambda answer: f"only {answer}"))


def test_a_trouble_that_was_known_before_is_none():
    aws = Aws(remember=[["no such image"]], look=[None, {"There": True}], listen=[["no such image"]])
    before = Wait("ec2", "remember", {}, "remember", until=lambda answer: True)
    aws.apply(before, listening(known=Later("remember", "0", through=lambda first: [first])))
    assert aws.pauses == [0.25]


def test_a_failure_says_what_was_done_and_what_was_not():
    aws = Aws(make=[{"Version": {"Number": 7}}], use=[DENIED])
    with pytest.raises(StoppedHalfway) as stopped:
        aws.apply(MAKE, USE, MAKE)
    assert stopped.value.as_result() == {
        "msg": "Could not use it: no (AccessDenied)",
        "changed": True,
        "done": ["make it"],
        "not_done": ["use it", "make it"],
    }


def test_what_a_refused_step_broke_off_is_mended():
    mend = Action("ec2", "mend", {}, "put it back")
    aws = Aws(make=[{}], use=[DENIED], mend=[{}])
    with pytest.raises(StoppedHalfway) as stopped:
        aws.apply(MAKE, Action("ec2", "use", {}, "use it", otherwise=mend))
    assert stopped.value.done == ["make it", "put it back"]


def test_a_mend_that_is_denied_too_is_not_said_to_be_done():
    mend = Action("ec2", "mend", {}, "put it back")
    with pytest.raises(StoppedHalfway, match=r"Could not use it: no \(AccessDenied\)") as stopped:
        Aws(use=[DENIED], mend=[DENIED]).apply(Action("ec2", "use", {}, "use it", otherwise=mend))
    assert stopped.value.done == []


@pytest.mark.parametrize(("code", "ending"), [("AccessDenied", "(AccessDenied). ask another"), ("Throttling", "(Throttling)")])
def test_a_refusal_for_which_a_step_has_advice_ends_with_it(code, ending):
    with pytest.raises(StoppedHalfway) as stop:
        Aws(use=[CallRefused(code, "no")]).apply(Action("ec2", "use", {}, "use it", advice={"AccessDenied": "ask another"}))
    assert str(stop.value).endswith(ending)
