# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""List what an identity policy allows without a restriction. Pure: no AWS, no Ansible. Private to this collection.

An action counts as unrestricted when the statements that allow it, together, match every resource of the kinds that the action needs, under no condition
that restricts it, and when no Deny statement takes it away from all of them. A Deny statement for some resources, or under a condition, takes nothing away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from . import policies
from .errors import Refused
from .policies import Kind, listed
from .policy_conditions import Comparison, Context, always_holds, read_condition
from .policy_patterns import NAME, VALUE, VARIABLE, covers, has_wildcard, matches
from .shapes import described

# IAM takes a document without Version for one of 2008-10-17.
IDENTITY = Kind(needs=policies.PERMISSIONS.needs, never=policies.PERMISSIONS.never, needs_version=False)
PATH = "document"
EXCLUSIVE = (("Action", "NotAction"), ("Resource", "NotResource"))
UNRESTRICTED = "*"
ANY_ARN = f"arn:{NAME}:{NAME}:{NAME}:{NAME}:{NAME}"
ARN_PARTS = 6


@dataclass(frozen=True)
class ResourceKinds:
    """The kinds of resources of an action, by the formats of their ARNs: those that it needs, and those that it can have."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


class Catalog(Protocol):
    """The actions of AWS. Services are prefixes, as s3; actions are as s3:GetObject."""

    @property
    def services(self) -> Mapping[str, Mapping[str, str]]:
        """The actions of each service, by their names in lower case: {"s3": {"getobject": "s3:GetObject"}}."""

    def list_kinds(self, action: str) -> ResourceKinds:
        """The kinds of resources of an action; none where it takes no resource, or is not known."""

    def may_have_key(self, action: str, key: str) -> bool:
        """Whether a request for an action may have a condition key, given as policy_conditions.stem returns it."""

    def changes(self, service: str) -> bool:
        """Whether an action of a service does more than read."""


@dataclass(frozen=True)
class Grants:
    """What a policy allows without a restriction, each with the indexes of the statements that allow it.

    ``actions`` are allowed on every resource of a kind. Of ``services`` every action is allowed, on whatever resource.
    """

    actions: Mapping[str, tuple[int, ...]]
    services: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Statement:
    """One statement as lists. With ``all_but_actions`` its actions are those of NotAction, with ``all_but_resources`` its resources those of NotResource."""

    index: int
    is_allow: bool
    actions: tuple[str, ...]
    all_but_actions: bool
    resources: tuple[str, ...]
    all_but_resources: bool
    condition: tuple[Comparison, ...]


def read_statements(document: Any) -> tuple[Statement, ...]:
    """Read a policy document. Raises Refused where IAM's grammar does not allow it."""
    words = policies.document(document, IDENTITY, PATH)
    return tuple(read_statement(statement, index) for index, statement in enumerate(words["Statement"]))


def read_statement(words: Mapping[str, Any], index: int) -> Statement:
    path = f"{PATH}.Statement[{index}]"
    for one, other in EXCLUSIVE:
        if one in words and other in words:
            raise Refused(f"{path}: {one} and {other} are mutually exclusive")
    element = "NotResource" if "NotResource" in words else "Resource"
    resources = tuple(read_resource(resource, f"{path}.{element}") for resource in listed(words[element]))
    actions = listed(words["NotAction"] if "NotAction" in words else words["Action"])
    condition = read_condition(words.get("Condition") or {}, f"{path}.Condition")
    return Statement(index, words["Effect"] == "Allow", tuple(actions), "NotAction" in words, resources, element == "NotResource", condition)


def read_resource(resource: Any, path: str) -> str:
    if not isinstance(resource, str) or not is_arn_pattern(resource):
        raise Refused(f"{path}: must be * or an ARN, not {described(resource)}")
    return resource


def is_arn_pattern(text: str) -> bool:
    literal = re.split(r"[*?]", text)[0]
    if literal == text:
        return text.startswith("arn:") and text.count(":") >= ARN_PARTS - 1
    return literal.startswith("arn:") or "arn:".startswith(literal)


def list_grants(document: Any, catalog: Catalog, now: datetime) -> Grants:
    """List what a policy document allows without a restriction. Raises Refused for a document that cannot be read."""
    statements = read_statements(document)
    evaluation = Evaluation(catalog, now)
    denied = frozenset(action for statement in statements if not statement.is_allow for action in evaluation.list_denied(statement))
    allows = [(statement, evaluation.list_allowed(statement) - denied) for statement in statements if statement.is_allow]
    return Grants(evaluation.list_actions(allows), evaluation.list_services(allows, denied))


Allows = Iterable[tuple[Statement, frozenset[str]]]


@dataclass(frozen=True)
class Evaluation:
    """The evaluation of one document."""

    catalog: Catalog
    now: datetime

    def list_denied(self, statement: Statement) -> Iterator[str]:
        """The actions that a Deny statement takes away from all resources, or from all but named ones."""
        return (action for action in self.expand(statement) if self.denies(statement, action) and self.holds(statement, action))

    def denies(self, statement: Statement, action: str) -> bool:
        if statement.all_but_resources:
            return not self.is_wide(action, self.list_covered(statement.resources, action))
        return self.excludes(statement.resources, action)

    def excludes(self, resources: tuple[str, ...], action: str) -> bool:
        """Return whether resources that are denied, or left out, leave an action none to act on."""
        if any(map(is_everything, resources)):
            return True
        kinds = self.catalog.list_kinds(action)
        covered = [any(covers(resource, kind, exact=True) for resource in resources) for kind in kinds.required or kinds.optional]
        return any(covered) if kinds.required else bool(covered) and all(covered)

    def list_allowed(self, statement: Statement) -> frozenset[str]:
        """The actions that an Allow statement allows under no condition that restricts them, on whatever resource."""
        actions = self.expand(statement)
        return frozenset(action for action in actions if self.holds(statement, action)) if statement.condition else actions

    def holds(self, statement: Statement, action: str) -> bool:
        """Return whether the condition of a statement restricts no request for an action."""

        def has_key(key: str) -> bool:
            return self.catalog.may_have_key(action, key)

        return always_holds(statement.condition, Context(has_key, self.now, exact=not statement.is_allow))

    def expand(self, statement: Statement) -> frozenset[str]:
        """The actions that a statement is about."""
        named = frozenset(action for pattern in statement.actions for action in self.expand_pattern(pattern))
        if not statement.all_but_actions:
            return named
        return frozenset(action for actions in self.catalog.services.values() for action in actions.values()) - named

    def expand_pattern(self, pattern: str) -> Iterator[str]:
        """The actions that match a pattern. An action that the catalog does not have is kept as it is given."""
        service, name = split_action(pattern)
        if not has_wildcard(pattern):
            yield self.catalog.services.get(service, {}).get(name, pattern)
            return
        for known in self.match_services(service):
            actions = self.catalog.services[known]
            yield from actions.values() if name == "*" else (action for lower, action in actions.items() if matches(name, lower))

    def match_services(self, pattern: str) -> list[str]:
        if not has_wildcard(pattern):
            return [pattern] if pattern in self.catalog.services else []
        return [service for service in self.catalog.services if matches(pattern, service)]

    def list_actions(self, allows: Allows) -> dict[str, tuple[int, ...]]:
        """The actions that are allowed on every resource of a kind, by one statement or by several together."""
        covered: dict[str, set[str]] = {}
        indexes: dict[str, list[int]] = {}
        for statement, actions in allows:
            for action in actions:
                kinds = self.list_reached(statement, action)
                if kinds:
                    covered.setdefault(action, set()).update(kinds)
                    indexes.setdefault(action, []).append(statement.index)
        return {action: tuple(indexes[action]) for action, kinds in covered.items() if self.is_wide(action, kinds)}

    def list_reached(self, statement: Statement, action: str) -> set[str]:
        """The kinds of which a statement allows an action on every resource."""
        if statement.all_but_resources:
            return set() if self.excludes(statement.resources, action) else {UNRESTRICTED}
        kinds = self.list_covered(statement.resources, action)
        # An action that takes no resource is not restricted by those that are named. What NotAction leaves is judged by them alone.
        if not kinds and not statement.all_but_actions and self.catalog.list_kinds(action) == ResourceKinds():
            return {UNRESTRICTED}
        return kinds

    def list_covered(self, resources: tuple[str, ...], action: str) -> set[str]:
        if any(map(is_everything, resources)):
            return {UNRESTRICTED}
        kinds = self.catalog.list_kinds(action)
        return {kind for kind in (*kinds.required, *kinds.optional) if any(covers(resource, kind) for resource in resources)}

    def is_wide(self, action: str, covered: set[str]) -> bool:
        if UNRESTRICTED in covered:
            return True
        required = self.catalog.list_kinds(action).required
        return covered.issuperset(required) if required else bool(covered)

    def list_services(self, allows: Allows, denied: frozenset[str]) -> dict[str, tuple[int, ...]]:
        """The services of which every action is allowed, by one pattern or by patterns that together match all of them."""
        found: dict[str, set[int]] = {}
        matched: dict[str, set[str]] = {}
        sources: dict[str, set[int]] = {}
        for statement, actions in allows:
            for service in self.list_whole_services(statement, actions | denied):
                if not self.is_denied(service, denied):
                    found.setdefault(service, set()).add(statement.index)
            for action in self.list_matched(statement, actions):
                service = action.partition(":")[0]
                matched.setdefault(service, set()).add(action)
                sources.setdefault(service, set()).add(statement.index)
        for service, actions in matched.items():
            if service not in found and actions == set(self.catalog.services[service].values()) and self.is_worth_splitting(service):
                found[service] = sources[service]
        return {service: tuple(sorted(indexes)) for service, indexes in found.items()}

    def is_denied(self, service: str, denied: frozenset[str]) -> bool:
        known = self.catalog.services.get(service)
        return bool(known) and denied.issuperset(known.values())

    def is_worth_splitting(self, service: str) -> bool:
        """Return whether patterns for parts of a service's names may stand for all of it: not where all it has is one action, or reads."""
        return len(self.catalog.services[service]) > 1 and self.catalog.changes(service)

    def list_matched(self, statement: Statement, actions: frozenset[str]) -> Iterator[str]:
        """The actions of a statement that it allows by a wildcard in their names."""
        if not statement.all_but_actions:
            for pattern in filter(has_wildcard, statement.actions):
                yield from (action for action in self.expand_pattern(pattern) if action in actions)

    def list_whole_services(self, statement: Statement, actions: frozenset[str]) -> Iterator[str]:
        """The services of which a statement allows every action, and every action that AWS adds later."""
        if statement.all_but_actions:
            candidates = self.list_services_of(statement.resources, statement.all_but_resources)
        else:
            candidates = [service for pattern in statement.actions for service in self.list_services_by_name(pattern)]
        for service in candidates:
            known = self.catalog.services.get(service)
            if actions.issuperset(known.values()) if known else self.holds(statement, f"{service}:*"):
                yield service

    def list_services_by_name(self, pattern: str) -> list[str]:
        """The services of a pattern that says nothing of an action's name, as s3:* does."""
        service, name = split_action(pattern)
        if "*" not in name or name.strip("*?"):
            return []
        return self.match_services(service) or ([service] if not has_wildcard(service) else [])

    def list_services_of(self, resources: tuple[str, ...], all_but: bool) -> list[str]:
        """The services of the resources that a statement names; all, where their ARNs name none."""
        patterns = {resource.split(":")[2].lower() if resource.count(":") >= ARN_PARTS - 1 else "*" for resource in resources}
        return [service for service in self.catalog.services if all_but or any(matches(pattern, service) for pattern in patterns)]


@lru_cache(maxsize=1000)
def is_everything(resource: str) -> bool:
    """Return whether a pattern for resources matches every ARN."""
    return "*" in resource and matches(VARIABLE.sub(VALUE, resource), ANY_ARN)


def split_action(pattern: str) -> tuple[str, str]:
    """Return the service and the name of a pattern for actions, in lower case."""
    service, colon, name = pattern.lower().partition(":")
    return (service, name) if colon else (pattern, pattern)
