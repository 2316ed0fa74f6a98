# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a plan becomes calls: in order, patiently, and honest about where it stopped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.passrole.ec2.plugins.module_utils.core.apply import apply, filled_in
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import AwsUnreachable, CallRefused, DoneInPart, Refused, StoppedHalfway
from ansible_collections.passrole.ec2.plugins.module_utils.core.patience import LONGEST_PAUSE, pauses
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

    def apply(self, *steps, look=None):
        return apply(plan_of(*steps), self.call, self.pauses.append, look)


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
    assert Aws(make=[{"Id": 1}]).apply(MAKE).answers == {"make": {"Id": 1}}


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
    with pytest.raises(StoppedHalfway, match=r"Could not use it: there is none \(NoSuchEntity\), and still so after 120 seconds$"):
        aws.apply(Action("ec2", "use", {}, "use it", not_yet=(NotYet("NoSuchEntity"),)))
    assert sum(aws.pauses) == 120


def test_another_refusal_at_the_end_is_not_said_to_have_lasted():
    aws = Aws(use=[*[CallRefused("NoSuchEntity", "there is none")] * len(list(pauses(120))), DENIED])
    with pytest.raises(StoppedHalfway, match=r"Could not use it: no \(AccessDenied\)$"):
        aws.apply(Action("ec2", "use", {}, "use it", not_yet=(NotYet("NoSuchEntity"),)))


def test_what_was_waited_out_is_told_with_how_often_and_how_long():
    not_there, not_free = CallRefused("NoSuchEntity", "there is none"), CallRefused("ResourceContention", "busy")
    aws = Aws(make=[{}], use=[not_there, not_free, not_there, {}], look=["a shadow", {"There": True}])
    waited = aws.apply(MAKE, replace(USE, params={}, not_yet=(NotYet("NoSuchEntity"),)), seen(lacks=lambda answer: f"only {answer}")).waited
    assert waited == [
        {"step": "use it", "reason": "there is none (NoSuchEntity)", "times": 3, "seconds": 1.75},
        {"step": "see it", "reason": "only a shadow", "times": 1, "seconds": 0.25},
    ]


def test_what_was_waited_for_in_vain_is_told_too():
    aws = Aws(make=[CallRefused("ResourceContention", "busy"), {}], use=[DENIED])
    with pytest.raises(StoppedHalfway) as stopped:
        aws.apply(MAKE, replace(USE, params={}))
    assert stopped.value.as_result()["waited"] == [{"step": "make it", "reason": "busy (ResourceContention)", "times": 1, "seconds": 0.25}]


def test_pauses_grow_up_to_the_longest_and_add_up_to_the_patience():
    given = list(pauses(30))
    assert given[:3] == [0.25, 0.5, 1.0]
    assert sum(given) == 30
    assert max(given) == LONGEST_PAUSE


def test_a_wait_reads_until_the_answer_is_the_awaited_one():
    aws = Aws(look=[{"There": False}, {"There": True}])
    assert aws.apply(seen()).answers == {"look": {"There": True}}
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


LOST = AwsUnreachable("no answer", lost=True)
EXISTS = CallRefused("EntityAlreadyExists", "it is there")
AFTER_A_LOST_ANSWER = CallRefused("EntityAlreadyExists", "it is there", lost=True)


def looking(*plans):
    """A look that shows one plan after the other, and then fails."""
    left = iter(plans)

    def look():
        seen = next(left, DENIED)
        if isinstance(seen, Exception):
            raise seen
        return plan_of(*seen)

    return look


@pytest.mark.parametrize("lost", [LOST, AFTER_A_LOST_ANSWER])
def test_where_an_answer_was_lost_a_look_tells_that_the_step_is_done(lost):
    aws = Aws(make=[lost], use=[{}])
    applied = aws.apply(MAKE, replace(USE, params={}), look=looking([replace(USE, params={})]))
    assert [operation for operation, _params in aws.calls] == ["make", "use"]
    assert applied.done == ["make it", "use it"]


def test_where_an_answer_was_lost_a_look_tells_that_the_step_is_to_be_made_again():
    aws = Aws(make=[LOST, {"Version": {"Number": 7}}], use=[{}])
    applied = aws.apply(MAKE, USE, look=looking([MAKE, USE]))
    assert aws.calls == [("make", {}), ("make", {}), ("use", {"Number": "7"})]
    assert applied.done == ["make it", "use it"]


def test_what_is_known_by_then_is_told_in_the_words_of_the_plan():
    known = replace(USE, params={"Number": "7"}, summary="use number 7")
    aws = Aws(make=[LOST], use=[{}])
    assert aws.apply(MAKE, USE, look=looking([known])).done == ["make it", "use it"]


def test_another_call_of_the_same_kind_is_told_in_its_own_words():
    other = replace(MAKE, params={"Name": "other"}, summary="make the other")
    aws = Aws(make=[LOST, {}])
    assert aws.apply(MAKE, look=looking([other])).done == ["make it", "make the other"]


def test_news_that_has_not_spread_contradicts_a_look_until_it_has():
    aws = Aws(make=[AFTER_A_LOST_ANSWER, EXISTS, EXISTS])
    assert aws.apply(MAKE, look=looking([MAKE], [MAKE], [])).done == ["make it"]
    assert aws.pauses == [0.25, 0.5, 1.0]


def test_what_exists_without_a_lost_answer_is_someone_elses():
    aws = Aws(make=[EXISTS])
    with pytest.raises(StoppedHalfway, match="it is there .* so something else has made it meanwhile; run again"):
        aws.apply(MAKE, look=looking([]))
    assert aws.pauses == []


def test_after_a_lost_answer_not_yet_takes_a_look_and_not_time():
    aws = Aws(use=[CallRefused("LimitExceeded", "full", lost=True)])
    aws.apply(Action("ec2", "use", {}, "use it", not_yet=(NotYet("LimitExceeded"),)), look=looking([]))
    assert aws.pauses == [0.25]


def test_a_step_made_again_keeps_its_patience_and_its_mend():
    mend = Action("ec2", "mend", {}, "put it back")
    first = Action("ec2", "use", {}, "use it", not_yet=(NotYet("NoSuchEntity"),), otherwise=mend)
    aws = Aws(use=[LOST, CallRefused("NoSuchEntity", "none"), DENIED], mend=[{}])
    with pytest.raises(StoppedHalfway) as stopped:
        aws.apply(first, look=looking([replace(first, not_yet=(), otherwise=None)]))
    assert (stopped.value.done, aws.pauses) == (["put it back"], [0.25, 0.25])


@pytest.mark.parametrize("look", [None, looking(), looking(Refused("no"))])
def test_of_a_lost_step_that_no_look_tells_of_nobody_knows(look):
    with pytest.raises(StoppedHalfway) as stopped:
        Aws(make=[{}], use=[LOST]).apply(MAKE, replace(USE, params={}), MAKE, look=look)
    assert stopped.value.as_result() == {
        "msg": "Could not use it: no answer. Whether it was done is not known; a second run finds out",
        "changed": True,
        "done": ["make it"],
        "not_known": ["use it"],
        "not_done": ["make it"],
    }


def test_a_network_that_stays_dead_is_looked_at_for_half_a_minute_and_no_longer():
    aws = Aws(make=[LOST])
    with pytest.raises(StoppedHalfway):
        aws.apply(MAKE, look=looking(*[[MAKE]] * 99))
    assert sum(aws.pauses) == 30


def test_a_read_that_aws_asks_to_make_again_is_made_again():
    busy = CallRefused("ResourceContention", "busy")
    aws = Aws(look=[busy, None, {"There": True}], listen=[busy, []])
    aws.apply(listening())
    assert [operation for operation, _params in aws.calls] == ["look", "look", "listen", "listen", "look"]


def test_what_one_call_did_in_part_is_told_as_done_and_as_not_done():
    aws = Aws(make=[{}], put=[{"Failed": ["b"]}], use=[{}])
    put = Action("ec2", "put", {}, "put a, b and c", failed=lambda answer: DoneInPart("b was refused", ["put a and c"], ["put b"]))
    with pytest.raises(StoppedHalfway, match="Could not put a, b and c: b was refused") as stopped:
        aws.apply(MAKE, put, USE)
    assert (stopped.value.done, stopped.value.left) == (["make it", "put a and c"], ["put b", "use it"])
