# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules become one policy document, the shortest that allows them and nothing else. Pure: no AWS. Private to this collection.

The same rules give the same document, whatever their order.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .errors import Refused
from .permissions import ANY, Condition, Rule

VERSION = "2012-10-17"
KIND = re.compile(r"arn:[^:]*:(?P<service>[^:]*):[^:]*:[^:]*:(?P<kind>[^:/]*)")

Statement = dict[str, Any]


def policy_of(rules: Iterable[Rule]) -> dict[str, Any]:
    """The document that allows what the rules say."""
    statements = sorted(map(statement, by_place(by_action(rules))), key=lambda one: (one["Resource"], one["Action"], str(one.get("Condition"))))
    return {"Version": VERSION, "Statement": with_sids(statements)}


def by_action(rules: Iterable[Rule]) -> set[Rule]:
    """One rule for all the places where an action is allowed on the same condition, and then for all the values on the same places."""
    placed: dict[Any, set[str]] = {}
    for one in rules:
        for conditions in apart(one.conditions):
            placed.setdefault((one.action, conditions), set()).update(one.patterns)
    together: dict[Any, set[Condition]] = {}
    for (action, conditions), patterns in placed.items():
        there = (ANY,) if ANY in patterns else tuple(sorted(patterns))
        told = conditions if len(conditions) > 1 else tuple((operator, key) for operator, key, _value in conditions)
        together.setdefault((action, there, told), set()).update(conditions)
    return {Rule(action, there, joined(conditions)) for (action, there, _told), conditions in together.items()}


def apart(conditions: tuple[Condition, ...]) -> Iterator[tuple[Condition, ...]]:
    """A condition for each of its values, any of which is enough; several conditions must hold together, and stay so."""
    if len(conditions) == 1:
        [(operator, key, values)] = conditions
        yield from (((operator, key, (value,)),) for value in values)
    else:
        yield conditions


def joined(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    values: dict[tuple[str, str], set[str]] = {}
    for operator, key, some in conditions:
        values.setdefault((operator, key), set()).update(some)
    return tuple(sorted((operator, key, tuple(sorted(some))) for (operator, key), some in values.items()))


def by_place(rules: Iterable[Rule]) -> Iterator[tuple[list[str], Rule]]:
    """The actions that are allowed on the same places and conditions, and one of their rules."""
    together: dict[Any, list[Rule]] = {}
    for one in sorted(rules):
        together.setdefault((one.patterns, one.conditions), []).append(one)
    yield from (([one.action for one in some], some[0]) for some in together.values())


def statement(grouped: tuple[list[str], Rule]) -> Statement:
    actions, rule = grouped
    said: Statement = {"Effect": "Allow", "Action": actions, "Resource": list(rule.patterns)}
    conditions: dict[str, dict[str, list[str]]] = {}
    for operator, key, values in rule.conditions:
        conditions.setdefault(operator, {})[key] = list(values)
    return {**said, "Condition": conditions} if conditions else said


def with_sids(statements: list[Statement]) -> list[Statement]:
    """The statements with a name each: that of the one action, or that of what several act on."""
    names, seen = [named(one) for one in statements], Counter()
    together: Counter[str] = Counter(names)
    sids = []
    for name in names:
        seen[name] += 1
        sids.append(f"{name}{seen[name]}" if together[name] > 1 else name)
    return [{"Sid": sid, **one} for sid, one in zip(sids, statements)]


def named(one: Statement) -> str:
    if len(one["Action"]) == 1:
        return plain(one["Action"][0].partition(":")[2])
    kinds = {kind["kind"] for pattern in one["Resource"] if (kind := KIND.match(pattern))}
    return plain("-".join(["on", *sorted(kinds)])) if kinds else "OnAnything"


def plain(words: str) -> str:
    """As a Sid is written: letters and digits only."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", words))


def as_statements(policy: Mapping[str, Any]) -> str:
    """The statements of a document, as JSON to be pasted into another."""
    return ", ".join(json.dumps(one) for one in policy["Statement"])


def policies(results: Any, path: str) -> Iterator[Mapping[str, Any]]:
    """The policies of registered results, those of loops too; a policy stands for itself, and a skipped task has none."""
    if not isinstance(results, (list, tuple)):
        raise Refused(f"{path}: takes a list of registered results or of policies")
    for index, result in enumerate(results):
        here = f"{path}[{index}]"
        if not isinstance(result, Mapping):
            raise Refused(f"{here}: must be a registered result or a policy")
        if "results" in result and "policy" not in result:  # a fleet has one for all its members
            yield from policies(result["results"], f"{here}.results")
        elif not result.get("skipped"):
            yield policy_in(result, here)


def is_ours(statement: Any) -> bool:
    """Whether a statement is as policy_of says them."""
    if not isinstance(statement, Mapping) or statement.get("Effect") != "Allow" or not statement.keys() <= {"Sid", "Effect", "Action", "Resource", "Condition"}:
        return False
    conditions = statement.get("Condition", {})
    keys = list(conditions.values()) if isinstance(conditions, Mapping) else [None]
    values = [value for key in keys for value in (key.values() if isinstance(key, Mapping) else [None])]
    return all(isinstance(some, list) and all(isinstance(one, str) for one in some) for some in (statement.get("Action"), statement.get("Resource"), *values))


def policy_in(result: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    policy = result.get("policy", result)
    if policy is None:
        raise Refused(f"{path}: the fleet's policy would be longer than IAM takes, and was not made; ask for parts of the fleet")
    if isinstance(policy, Mapping) and isinstance(policy.get("Statement"), list):
        return policy
    raise Refused(f"{path}: neither a policy nor the registered result of a passrole.ec2 module; it has no policy")


def merged(policies: Iterable[Mapping[str, Any]], path: str) -> dict[str, Any]:
    """One document that allows what several of ours do."""
    return policy_of(rule for index, policy in enumerate(policies) for rule in rules_in(policy, f"{path}[{index}]"))


def rules_in(policy: Mapping[str, Any], path: str) -> Iterator[Rule]:
    """The rules that a document of ours says."""
    for one in policy["Statement"]:
        if not is_ours(one):
            raise Refused(f"{path}: not a policy that a passrole.ec2 module returned; its statements allow actions on resources")
        conditions = tuple(
            sorted((operator, key, tuple(sorted(values))) for operator, keys in one.get("Condition", {}).items() for key, values in keys.items())
        )
        yield from (Rule(action, tuple(sorted(one["Resource"])), conditions) for action in one["Action"])
