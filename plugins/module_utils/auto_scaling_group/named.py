# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a group has many of, each with a name: hooks, notifications, scheduled actions, policies. Pure. Private to this collection.

A list that is declared is all there is, unless its ``purge_`` option says otherwise,
and each thing in it is declared whole: what is taken out of it is taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..core.errors import Refused
from ..core.plan import Action, NotYet
from ..core.shapes import meaning, to_api, to_words, within, xform_name

Item = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """One kind of named thing: how AWS calls it, and what AWS makes of what is not said."""

    option: str
    name: str
    put: str
    delete: str
    read: str
    answered: str
    called: str
    by_group: Callable[[str], dict[str, Any]] = lambda group: {"AutoScalingGroupName": group}
    required: tuple[str, ...] = ()
    check: Callable[[Item, str], None] = lambda item, path: None
    defaults: Mapping[str, Any] = field(default_factory=dict)
    filled: tuple[str, ...] = ()  # what AWS fills in by itself, and moves along
    keeps: bool = False  # whether a put leaves alone what it omits
    anew_for: tuple[str, ...] = ()  # what no put changes rightly
    gather: Callable[[Iterable[Item]], Iterable[Item]] = lambda told: told
    read_as: Callable[[Item, Item], Item] = lambda have, item: have
    not_yet: tuple[NotYet, ...] = ()
    born_with: str = ""  # the member of CreateAutoScalingGroup that says the same

    def request(self, model: Any) -> Unowned:
        operation = next(name for name in model.operation_names if xform_name(name) == self.put)
        return Unowned(model.operation_model(operation).input_shape)


@dataclass(frozen=True)
class Unowned:
    """The shape of a thing's request without the group that it belongs to."""

    whole: Any
    type_name: str = "structure"
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.whole.name

    @property
    def members(self) -> Mapping[str, Any]:
        return {name: shape for name, shape in self.whole.members.items() if name != "AutoScalingGroupName"}

    @property
    def required_members(self) -> tuple[str, ...]:
        return tuple(name for name in self.whole.required_members if name != "AutoScalingGroupName")


@dataclass(frozen=True)
class Named:
    """The things of one kind that a playbook declares, by name and in API words."""

    kind: Kind
    items: Mapping[str, Item]
    purge: bool
    shape: Any
    gone: tuple[str, ...] = ()

    @property
    def option(self) -> str:
        return self.kind.option

    @property
    def read(self) -> str:
        return self.kind.read

    def reading(self, group: str) -> dict[str, Any]:
        return self.kind.by_group(group)

    def born(self) -> dict[str, Any]:
        """What the call that creates the group says of them already."""
        return {self.kind.born_with: list(self.items.values())} if self.kind.born_with and self.items else {}

    def seen(self, answer: Mapping[str, Any]) -> dict[str, Item]:
        items = self.kind.gather(answer.get(self.kind.answered, []))
        return {item[self.kind.name]: within(item, self.shape) for item in items}

    def after(self, have: Mapping[str, Item]) -> dict[str, Item]:
        kept = {} if self.purge else {name: item for name, item in have.items() if name not in self.gone}
        return {**kept, **{name: self.one_after(have.get(name), item) for name, item in self.items.items()}}

    def one_after(self, have: Item | None, item: Item) -> Item:
        return have if have and self.same(have, item) else item

    def changes(self, group: str, have: Mapping[str, Item]) -> Iterator[Action]:
        """What goes goes first: AWS refuses two policies of one metric, or two actions at one time."""
        for name in sorted(have.keys() - self.after(have).keys()):
            yield self.delete(group, name)
        for name, item in sorted(self.items.items()):
            yield from self.change(group, have.get(name), item)

    def change(self, group: str, have: Item | None, item: Item) -> Iterator[Action]:
        if have and self.same(have, item):
            return
        lost = self.lost(have, item) if have else set()
        if have and (lost - self.kind.defaults.keys() or self.moved(have, item)):
            yield self.delete(group, item[self.kind.name])
            lost = set()
        yield self.put(group, {**{name: self.kind.defaults[name] for name in lost}, **item}, new=have is None)

    def same(self, have: Item, item: Item) -> bool:
        return self.plain(self.kind.read_as(have, item), item) == self.plain(item, item)

    def moved(self, have: Item, item: Item) -> bool:
        before, after = self.plain(have, item), self.plain(item, item)
        return any(before.get(name) != after.get(name) for name in self.kind.anew_for)

    def lost(self, have: Item, item: Item) -> set[str]:
        """The members that a put must not merely omit, as AWS would keep them."""
        return self.plain(have, item).keys() - item.keys() if self.kind.keeps else set()

    def plain(self, value: Item, item: Item) -> dict[str, Any]:
        """What a thing says beyond AWS's defaults, and beside what AWS fills in."""
        said = {name: one for name, one in value.items() if name in item or name not in self.kind.filled}
        return meaning(without(said, self.kind.defaults))

    def put(self, group: str, item: Item, new: bool) -> Action:
        name = item[self.kind.name]
        return Action(
            service="autoscaling",
            operation=self.kind.put,
            params={"AutoScalingGroupName": group, **item},
            summary=f"{'give' if new else 'change'} {self.kind.called} {name} {'to' if new else 'of'} group {group}",
            not_yet=self.kind.not_yet,
        )

    def delete(self, group: str, name: str) -> Action:
        return Action(
            service="autoscaling",
            operation=self.kind.delete,
            params={"AutoScalingGroupName": group, self.kind.name: name},
            summary=f"remove {self.kind.called} {name} from group {group}",
        )

    def told(self, have: Mapping[str, Item]) -> dict[str, Any]:
        return {name: to_words(item, self.shape) for name, item in sorted(have.items())}


def without(value: Any, defaults: Mapping[str, Any]) -> Any:
    """The same value without what AWS's defaults say anyway, at any depth."""
    if isinstance(value, Mapping):
        return {name: without(item, defaults) for name, item in value.items() if name not in defaults or defaults[name] != item}
    if isinstance(value, (list, tuple)):
        return [without(item, defaults) for item in value]
    return value


def declared(kind: Kind, params: Mapping[str, Any], model: Any) -> Named | None:
    """The things of one kind that the options ask for; None where they are left alone."""
    words = params[kind.option]
    if words is None:
        return None
    shape = kind.request(model)
    items = [checked(kind, item, shape, f"{kind.option}[{index}]") for index, item in enumerate(words)]
    return Named(kind, by_name(kind, items), params[f"purge_{kind.option}"], shape)


def checked(kind: Kind, words: Any, shape: Any, path: str) -> dict[str, Any]:
    item = to_api(words, shape, path)
    refuse_lack(kind.required, item, path)
    kind.check(item, path)
    return item


def refuse_lack(required: Iterable[str], item: Item, path: str) -> None:
    for name in required:
        if name not in item:
            raise Refused(f"{path}.{xform_name(name)}: must be given")


def by_name(kind: Kind, items: Sequence[Item]) -> dict[str, Item]:
    named = {item[kind.name]: item for item in items}
    for index, item in enumerate(items):
        if named[item[kind.name]] is not item:
            raise Refused(f"{kind.option}[{index}].{xform_name(kind.name)}: {item[kind.name]} is given twice")
    return named
