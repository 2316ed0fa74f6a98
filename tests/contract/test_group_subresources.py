# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The promises hold for whatever Auto Scaling's model takes as a hook, a notification, a scheduled action or a policy."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.kinds import (
    LIFECYCLE_HOOKS,
    NEEDED,
    NOTIFICATIONS,
    SCALING_POLICIES,
    SCHEDULED_ACTIONS,
)
from ansible_collections.passrole.ec2.plugins.module_utils.auto_scaling_group.named import Kind, Named, declared
from ansible_collections.passrole.ec2.plugins.module_utils.core.shapes import meaning, to_api, to_words

from tests.support import strategies as drawn
from tests.support.service_models import input_shape, model

MODEL = model("autoscaling")
KINDS = [LIFECYCLE_HOOKS, NOTIFICATIONS, SCHEDULED_ACTIONS, SCALING_POLICIES]
ARN = st.sampled_from(["arn:aws:sqs:eu-west-1:123456789012:a", "arn:aws:sqs:eu-west-1:123456789012:b"])


class Group:
    """What AWS keeps of one kind, and how: a put changes or replaces, an empty target is none."""

    def __init__(self, kind: Kind) -> None:
        self.kind, self.kept = kind, {}

    def settles(self, want: Named) -> list[str]:
        """The calls it takes to have what is wanted; made, they leave nothing to do."""
        made = list(want.changes("web", want.seen(self.answer())))
        for action in made:
            self.take(action.operation, action.params)
        assert list(want.changes("web", want.seen(self.answer()))) == []
        return [action.operation for action in made]

    def take(self, operation: str, params: Mapping[str, Any]) -> None:
        shape = input_shape("autoscaling", operation)
        assert to_api(to_words(params, shape), shape, operation) == params
        item = {name: value for name, value in params.items() if name != "AutoScalingGroupName"}
        before = self.kept.pop(item[self.kind.name], {})
        if operation == self.kind.put:
            kept = {**(before if self.kind.keeps else {}), **item}
            self.kept[item[self.kind.name]] = {name: value for name, value in kept.items() if value != ""}

    def answer(self) -> dict[str, Any]:
        items = [{**self.shown_anyway(), **item} for item in self.kept.values()]
        return {self.kind.answered: [one for item in items for one in self.told(item)]}

    def told(self, item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        if self.kind is not NOTIFICATIONS:
            return [item]
        return [{"TopicARN": item["TopicARN"], "NotificationType": one} for one in item["NotificationTypes"]]

    def shown_anyway(self) -> dict[str, Any]:
        """AWS shows its defaults, save the target that there is none of."""
        return {name: value for name, value in self.kind.defaults.items() if name in self.kind.request(MODEL).members and value != ""}

    def means(self) -> Any:
        return meaning([{name: value for name, value in item.items() if name not in self.kind.filled} for item in self.kept.values()])


def things(kind: Kind) -> st.SearchStrategy[dict[str, Any]]:
    """One thing of this kind, always of the same name, and whole enough for AWS."""
    if kind is SCALING_POLICIES:
        return st.sampled_from(sorted(NEEDED)).flatmap(lambda policy: whole(kind, ("PolicyType", *NEEDED[policy]), PolicyType=st.just(policy)))
    if kind is SCHEDULED_ACTIONS:
        # When a recurring action began cannot be seen any more: no start is drawn beside a recurrence.
        moments = st.sampled_from([("StartTime",), ("Recurrence",)])
        return moments.flatmap(lambda moment: whole(kind, (*moment, "MaxSize"), leaving={"StartTime", "Recurrence"} - {*moment}).filter(can_be))
    if kind is NOTIFICATIONS:
        return whole(kind, (), NotificationTypes=st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, unique=True))
    return whole(kind, kind.required)


def can_be(action: Mapping[str, Any]) -> bool:
    """Whether an action ends after it has begun, with a least that is no more than its most."""
    return action.get("MinSize", 0) <= action["MaxSize"] and ("StartTime" not in action or "EndTime" not in action or action["StartTime"] < action["EndTime"])


def whole(kind: Kind, needed: Iterable[str], leaving: Collection[str] = (), **known: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    shape = kind.request(MODEL)
    known = {kind.name: st.just("one"), "RoleARN": ARN, "NotificationTargetARN": ARN, **known}
    drawn_so = drawn.structure(shape, whole=False, known=known)
    filled_up = st.fixed_dictionaries({name: known[name] if name in known else drawn.value(shape.members[name]) for name in needed})
    return st.builds(lambda some, more: {name: item for name, item in {**some, **more}.items() if name not in leaving}, drawn_so, filled_up)


def wanted(kind: Kind, item: Mapping[str, Any]) -> Named:
    words = to_words(item, kind.request(MODEL))
    return declared(kind, {kind.option: [words], f"purge_{kind.option}": True}, MODEL)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.option)
@settings(max_examples=30, derandomize=True, deadline=None, phases=[Phase.generate])
@given(choice=st.data())
def test_a_thing_is_as_it_was_last_declared_whatever_it_was_before(kind, choice):
    before, after = (wanted(kind, choice.draw(things(kind))) for _time in range(2))
    fresh, changed = Group(kind), Group(kind)
    fresh.settles(after)
    changed.settles(before)
    changed.settles(after)
    assert stripped(kind, changed.means()) == stripped(kind, fresh.means())


def stripped(kind: Kind, means: Any) -> Any:
    """A default that was said is the same as one that was not."""
    return [{name: value for name, value in item.items() if kind.defaults.get(name) != value} for item in means]
