# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide which findings are imported, which once more, and which are archived. Pure: no AWS, no Ansible, no clock. Private to this collection."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from ..core.errors import DoneInPart, PassroleError, Refused
from ..core.plan import Action, Plan
from ..core.shapes import holds, moment
from .state import ARCHIVED, OF_USERS, TIMES, Desired, Finding, Observed, written

AT_ONCE, MOST_BYTES = 100, 5_000_000  # BatchImportFindings takes 100 findings, and 6 MB
# Security Hub forgets what nobody updates for 90 days, and with it what its users have noted there.
RENEWED_AFTER = timedelta(days=60)
NAMED = 5  # findings that a sentence names one by one
TOLD = 10  # refusals that an error tells


def plan(want: Desired, seen: Observed, now: datetime) -> Plan:
    there = seen.active
    said = {one["Id"]: one for one in want.findings}
    new = [one for one in want.findings if one["Id"] not in there]
    changed = [one for one in want.findings if one["Id"] in there and not is_as_said(there[one["Id"]], one, want)]
    old = [one for one in want.findings if one["Id"] in there and one not in changed and now - updated(there[one["Id"]]) > RENEWED_AFTER]
    gone = [there[one] for one in sorted(there.keys() - said.keys()) if want.archive_missing]
    again = {verb: [in_place_of(there[one["Id"]], one, now) for one in some] for verb, some in (("update", changed), ("renew", old))}
    imported = [in_place_of(seen.archived[one["Id"]], one, now) if one["Id"] in seen.archived else one for one in new]
    work = {"import": imported, **again, "archive": [archived(one, now) for one in gone]}
    leaving = {one["Id"] for one in gone}
    return Plan(
        before={"findings": {name: brief(as_told(there[name], said.get(name), want)) for name in sorted(there)}},
        after={"findings": {name: brief(said.get(name) or there[name]) for name in sorted((there.keys() | said.keys()) - leaving)}},
        steps=tuple(action for verb, some in work.items() for batch in batches(some) for action in [importing(verb, batch)]),
        result={
            "product_arn": want.product,
            **{word: [one["Id"] for one in some] for word, some in zip(("imported", "updated", "renewed", "archived"), work.values())},
            "passed_over": want.passed_over,
            "unchanged": len(want.findings) - len(new) - len(changed) - len(old),
        },
        shown_late=True,
    )


def is_as_said(there: Finding, said: Finding, want: Desired) -> bool:
    """Whether what is there says what was said. Times tell when, not what, and what its users decide is theirs."""
    return all(holds(there.get(name), said[name], want.shape.members[name]) for name in said if name not in (*TIMES, *OF_USERS))


def as_told(there: Finding, said: Finding | None, want: Desired) -> Finding:
    return said if said and is_as_said(there, said, want) else there


def updated(there: Finding) -> datetime:
    return when(there["UpdatedAt"])


def when(told: str) -> datetime:
    """A time as Security Hub tells it, to the microsecond."""
    try:
        return moment(told, None, "UpdatedAt")
    except Refused:
        return moment(f"{told[:19]}Z", None, "UpdatedAt")


def in_place_of(there: Finding, said: Finding, now: datetime) -> Finding:
    """A finding that is there already stays as old as it is. An update that is not newer than it would be passed over in silence."""
    kept = {name: there[name] for name in ("CreatedAt", "FirstObservedAt") if name in there}
    latest = when(said["UpdatedAt"])
    return {**said, **kept, "UpdatedAt": written(latest if latest > updated(there) else newer(there, now))}


def newer(there: Finding, now: datetime) -> datetime:
    return max(now, updated(there) + timedelta(seconds=1))


def archived(there: Finding, now: datetime) -> Finding:
    rest = {name: value for name, value in there.items() if name not in OF_USERS}
    return {**rest, "RecordState": ARCHIVED, "UpdatedAt": written(newer(there, now))}


def batches(findings: Sequence[Finding]) -> Iterator[list[Finding]]:
    batch: list[Finding] = []
    size = 0
    for one in findings:
        length = len(json.dumps(one).encode())
        if batch and (len(batch) == AT_ONCE or size + length > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch, size = [*batch, one], size + length
    if batch:
        yield batch


def importing(verb: str, batch: Sequence[Finding]) -> Action:
    return Action(
        service="securityhub",
        operation="batch_import_findings",
        params={"Findings": list(batch)},
        summary=sentence(verb, batch),
        failed=partial(refused, verb, batch),
    )


def sentence(verb: str, findings: Sequence[Finding]) -> str:
    if len(findings) == 1:
        return f"{verb} finding {findings[0]['Id']} ({findings[0]['Title']})"
    ids = [one["Id"] for one in findings]
    return f"{verb} {len(ids)} findings: {', '.join(ids) if len(ids) <= NAMED else f'{ids[0]} to {ids[-1]}'}"


def refused(verb: str, batch: Sequence[Finding], answer: Mapping[str, Any]) -> PassroleError | None:
    """Security Hub takes each finding by itself, and its answer names those that it did not take."""
    failed = {one["Id"]: one for one in answer.get("FailedFindings", ())}
    if not failed:
        return None
    reasons = [f"{name}: {one['ErrorMessage']} ({one['ErrorCode']})" for name, one in sorted(failed.items())]
    more = f"; and {len(reasons) - TOLD} more" if len(reasons) > TOLD else ""
    taken = [one for one in batch if one["Id"] not in failed]
    return DoneInPart(
        f"Security Hub refused {len(failed)} of {len(batch)}: {'; '.join(reasons[:TOLD])}{more}",
        done=[sentence(verb, taken)] if taken else [],
        left=[sentence(verb, [one for one in batch if one["Id"] in failed])],
    )


def brief(finding: Finding) -> dict[str, Any]:
    """What a diff shows of a finding: the whole of a thousand would be more than a controller keeps of an event."""
    severity = finding.get("FindingProviderFields", {}).get("Severity", {})
    content = {name: value for name, value in finding.items() if name not in (*TIMES, *OF_USERS)}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return {"title": finding["Title"], "severity": severity.get("Label") or severity.get("Original"), "content": digest[:12]}
