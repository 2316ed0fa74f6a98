# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run rules over an estate and tell what they find, in an order and with ids that stay the same from audit to audit. Pure. Private to this collection."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..core.errors import Refused
from .estate import TEMPLATE, Estate, Group, Instance, Role, Source
from .rule import SEVERITIES, Found, Rule, Settings
from .rules_of_roles import not_judged
from .silences import Silence, expired

Words = dict[str, Any]


def audit(estate: Estate, rules: Sequence[Rule], settings: Settings, accepted: Sequence[Silence] = ()) -> Words:
    """Everything that is told of one account and region."""
    found = sorted((one for rule in rules for one in findings(rule, estate, settings)), key=order)
    heard = [one for one in accepted if one not in expired(accepted, estate.at.date())]
    silent = {one["id"]: silence for one in found if (silence := next((each for each in heard if each.covers(one)), None))}
    loud = [one for one in found if one["id"] not in silent]
    return {
        "account_id": estate.account_id,
        "region": estate.region,
        "partition": estate.partition,
        "audited_at": estate.at.isoformat(timespec="seconds"),
        "rules": [rule.as_words for rule in rules],
        "findings": loud,
        "silenced": [{**one, "silence": silent[one["id"]].as_words} for one in found if one["id"] in silent],
        "summary": summary(estate, rules, loud, len(silent)),
        "estate": in_words(estate),
        "not_judged": sorted({*estate.not_judged, *not_judged(estate)}),
    }


def findings(rule: Rule, estate: Estate, settings: Settings) -> Iterator[Words]:
    try:
        for found in rule.look(estate, settings):
            yield told(rule, found, estate)
    except Exception as why:  # a rule may be the user's own
        raise Refused(f"rules: {rule.id} failed over what is there: {type(why).__name__}: {why}") from why


def told(rule: Rule, found: Found, estate: Estate) -> Words:
    said = rule.as_words
    groups = found.groups if found.groups is not None else [group.name for group in estate.groups_of(found.subject)]
    return {
        "id": id_of(rule, found, groups),
        "rule": rule.id,
        "severity": found.severity or rule.severity,
        "title": rule.title,
        "what": found.what,
        "why": rule.why,
        "subject": found.subject.arn,
        "subject_type": found.subject.type,
        "subject_name": found.subject.name,
        "account_id": estate.account_id,
        "region": estate.region,
        "groups": sorted(groups),
        "evidence": dict(found.evidence),
        "remedy": found.remedy,
        "fix": found.fix.as_words if found.fix else None,
        "controls": said["controls"],
        "everywhere": rule.everywhere if found.everywhere is None else found.everywhere,
    }


def id_of(rule: Rule, found: Found, groups: Iterable[str]) -> str:
    """The same as long as the rule finds it in the same thing. Versions of a template come and go: each is known by who launches from it."""
    launching = ",".join(sorted(groups)) if isinstance(found.subject, Source) else ""
    return hashlib.sha256("\n".join((rule.id, found.subject.arn, launching, found.key)).encode()).hexdigest()[:24]


def order(finding: Words) -> tuple[Any, ...]:
    return SEVERITIES.index(finding["severity"]), finding["rule"], finding["subject_type"], finding["subject_name"], finding["id"]


def summary(estate: Estate, rules: Sequence[Rule], loud: Sequence[Words], silenced: int) -> Words:
    counted = Counter(one["severity"] for one in loud)
    return {
        "auto_scaling_groups": len(estate.groups),
        "instances": len(estate.instances),
        "launch_templates": len(estate.templates),
        "launch_configurations": sum(source.type != TEMPLATE for source in estate.sources.values()),
        "instance_profiles": len(estate.profiles),
        "iam_roles": len(estate.roles),
        "findings": {severity: counted[severity] for severity in SEVERITIES},
        "silenced": silenced,
        "rules": len(rules),
        "fixable": sum(one["fix"] is not None for one in loud),
    }


def in_words(estate: Estate) -> Words:
    """The chains, as they are drawn: what groups launch from and carry."""
    launches: dict[str, set[str]] = {}
    for launch in (launch for group in estate.groups for launch in group.launches):
        launches.setdefault(launch.source, set()).add(launch.asked)
    sources = [estate.sources[id_] for id_ in sorted(launches.keys() & estate.sources.keys())]
    return {
        "groups": [of_group(group, estate) for group in estate.groups],
        "sources": [of_source(source, launches[source.id]) for source in sources],
        "instance_profiles": [{"arn": one.arn, "name": one.name, "id": one.id, "role": one.role} for one in estate.profiles.values()],
        "roles": [of_role(role) for role in estate.roles.values()],
    }


def of_group(group: Group, estate: Estate) -> Words:
    return {
        "arn": group.arn,
        "name": group.name,
        "desired_capacity": group.answer.get("DesiredCapacity", 0),
        "tags": group.tags,
        "sources": list(dict.fromkeys(launch.source for launch in group.launches if launch.source)),
        "instances": [of_instance(one, estate.is_up_to_date(one, group)) for one in estate.instances_of(group)],
    }


def of_instance(instance: Instance, up_to_date: bool) -> Words:
    return {
        "id": instance.id,
        "arn": instance.arn,
        "lifecycle_state": instance.lifecycle_state,
        "launched_from": instance.launched_from,
        "instance_profile": instance.profile,
        "instance_profile_id": instance.profile_id,
        "up_to_date": up_to_date,
    }


def of_source(source: Source, asked: Iterable[str]) -> Words:
    return {
        "id": source.id,
        "kind": source.type,
        "arn": source.arn,
        "name": source.name,
        "version": source.version,
        "asked": sorted(filter(None, asked)),
        "instance_profile": source.profile,
    }


def of_role(role: Role) -> Words:
    return {
        "arn": role.arn,
        "name": role.name,
        "path": role.path,
        "permissions_boundary": role.boundary,
        "last_used": role.last_used.isoformat() if role.last_used else "",
        "policies": [{"name": one.name, "arn": one.arn, "kind": one.kind} for one in role.policies],
    }
