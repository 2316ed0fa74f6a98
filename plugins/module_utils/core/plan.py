# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan: the AWS calls that would turn what is there into what is wanted. Private to this collection.

Nothing in this file talks to AWS. A plan is data; `core.apply` is the only
place where it becomes calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Union

from .authorization import asked
from .errors import PassroleError
from .permissions import Permission, Resource


KNOWN_AFTER_APPLY = "(known after apply)"


@dataclass(frozen=True)
class Later:
    """A value only AWS can tell, once an earlier step of the plan is done.

    ``path`` leads through the step's answer, ``through`` turns what is found there
    into what is wanted, ``meanwhile`` is what can be shown before apply.
    """

    operation: str
    path: str
    through: Callable[[Any], Any] = lambda found: found
    meanwhile: Any = KNOWN_AFTER_APPLY

    def __str__(self) -> str:
        return str(self.meanwhile)


@dataclass(frozen=True)
class NotYet:
    """A refusal that means "try again soon": AWS has not spread the news yet."""

    code: str
    saying: str = ""

    def __contains__(self, refusal: Any) -> bool:
        return refusal.code == self.code and self.saying in refusal.reason


@dataclass(frozen=True)
class Action:
    """One AWS API call that changes something, described and not yet made."""

    service: str
    operation: str
    params: Mapping[str, Any]
    summary: str
    needs: tuple[Permission, ...] = ()  # beyond those that the call itself tells
    not_yet: tuple[NotYet, ...] = ()
    otherwise: Action | None = None  # made when AWS refuses this call for good, so that what it broke off is mended
    advice: Mapping[str, str] = field(default_factory=dict)  # what to do instead, by the code of AWS's refusal
    on: tuple[Resource, ...] = ()  # what the call is judged on, where its params do not tell
    failed: Callable[[Any], PassroleError | None] = lambda answer: None  # what an answer says was not done, though it is no refusal

    @property
    def permissions(self) -> tuple[Permission, ...]:
        """The IAM permissions a caller must have to make this call."""
        own, *beside = asked(self.service, self.operation, self.params)
        return (replace(own, resources=self.on) if self.on else own, *beside, *self.needs)

    @property
    def spare(self) -> tuple[Permission, ...]:
        """Those to mend what a refusal of this call would leave broken."""
        return self.otherwise.permissions if self.otherwise else ()


@dataclass(frozen=True)
class Trouble:
    """A second read, made while a wait goes on, that tells in AWS's words what is in its way.

    Words that hold one of ``passing`` are of what time will mend; any others end the wait.
    """

    service: str
    operation: str
    params: Mapping[str, Any]
    told: Callable[[Any, Any], Sequence[str]]  # gets AWS's answer, and what was known
    known: Any = ()  # what an earlier step of the plan read, and is no news
    passing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wait:
    """One AWS read, made again until its answer shows what an earlier action did."""

    service: str
    operation: str
    params: Mapping[str, Any]
    summary: str
    until: Callable[[Any], bool]  # gets AWS's answer, or None for "not there"
    absent: str = ""
    timeout: float = 120
    longest_pause: float = 5  # between two reads
    lacks: Callable[[Any], str] = lambda answer: ""  # what an answer still lacks, for whom waited in vain
    trouble: Trouble | None = None
    warns: Callable[[Any], Sequence[str]] = lambda answer: ()  # what to warn of in the answer that was awaited
    never: Callable[[Any], str] = lambda answer: ""  # why an answer shows that the awaited will not come any more
    aftermath: Trouble | None = None  # a read made once nothing is to be awaited any more, that tells what is left
    against: Any = None  # what an earlier step read, handed to ``until`` and ``lacks`` beside the answer
    waited: float = 0  # seconds for which somebody else has waited for it already
    elsewhere: Mapping[str, Any] = field(default_factory=dict)  # where the caller goes on by itself from here: what it needs to do so

    @property
    def spare(self) -> tuple[Permission, ...]:
        return ()

    @property
    def permissions(self) -> tuple[Permission, ...]:
        reads = [one for one in (self, self.trouble, self.aftermath) if one]
        return tuple(one for read in reads for one in asked(read.service, read.operation, read.params))


Step = Union[Action, Wait]


@dataclass(frozen=True)
class Plan:
    """Ordered steps, with the state they start from and the state they lead to.

    ``result`` is what the task returns about the resource, ``outcome`` what later
    tasks may build on: by kind and name, with ``None`` for what is gone.
    """

    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    steps: tuple[Step, ...] = ()
    result: Mapping[str, Any] = field(default_factory=dict)
    outcome: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    looks: tuple[Permission, ...] = ()  # what a look at it reads once it is there, beyond what was read to plan it
    shown_late: bool = False  # whether AWS takes longer to show what was done than a task waits for news; its answers are believed

    def __bool__(self) -> bool:
        return bool(self.steps)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def then(self, other: Plan) -> Plan:
        """Both plans as one, this one's steps first."""
        return Plan(
            before={**(self.before or {}), **(other.before or {})} or None,
            after={**(self.after or {}), **(other.after or {})} or None,
            steps=(*self.steps, *other.steps),
            result={**self.result, **other.result},
            outcome={kind: {**self.outcome.get(kind, {}), **other.outcome.get(kind, {})} for kind in {**self.outcome, **other.outcome}},
            warnings=(*self.warnings, *other.warnings),
            looks=(*self.looks, *other.looks),
            shown_late=self.shown_late or other.shown_late,
        )


NO_STATE = Plan(before=None, after=None)


def shown(value: Any) -> Any:
    """The same value as a person sees it before apply: every ``Later`` in words."""
    return replaced(value, lambda later: shown(later.meanwhile))


def replaced(value: Any, by: Callable[[Later], Any]) -> Any:
    """The same value with every ``Later`` in it replaced."""
    if isinstance(value, Later):
        return by(value)
    if isinstance(value, Mapping):
        return {key: replaced(item, by) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [replaced(item, by) for item in value]
    return value
