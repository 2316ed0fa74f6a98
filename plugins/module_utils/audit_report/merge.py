# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make one report of the audits of many accounts and regions. Pure. Private to this collection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..core.errors import Refused
from .severities import NONE, SEVERITIES, at_least, counted, order

Audit = Mapping[str, Any]
Finding = Mapping[str, Any]

COUNTED = ("auto_scaling_groups", "instances", "launch_templates", "launch_configurations", "instance_profiles", "iam_roles")
GLOBAL = ("instance_profiles", "iam_roles")
COLUMNS = ("account", "region", "groups", "instances", *SEVERITIES, "new", "silenced")


def merged(audits: Sequence[Audit], baseline: Collection[str] = (), fail_on: str = NONE) -> dict[str, Any]:
    """The report: what is found in all of them, each finding once and with where, and whether the baseline knows it."""
    if fail_on not in (*SEVERITIES, NONE):
        raise Refused(f"fail_on: {fail_on} is no severity; it is one of {', '.join(SEVERITIES)}, or {NONE}")
    targets = latest(audits)
    silenced, open_ones = told_apart(targets, frozenset(baseline))
    return {
        "targets": [target_of(audit) for audit in targets],
        "rules": rules_of(targets),
        "findings": open_ones,
        "silenced": silenced,
        "summary": summary(targets, open_ones, silenced),
        "estate": [{**place(audit), **audit["estate"]} for audit in targets],
        "not_judged": [{**place(audit), "what": what} for audit in targets for what in audit.get("not_judged") or ()],
        "failing": [sentence(one) for one in open_ones if one["new"] and at_least(one["severity"], fail_on)],
        "table": table(targets, open_ones, silenced),
    }


def place(audit: Audit) -> dict[str, str]:
    return {"account_id": audit["account_id"], "region": audit["region"]}


def latest(audits: Sequence[Audit]) -> list[Audit]:
    """One audit of each account and region, that which was made last."""
    by_place = {(audit["account_id"], audit["region"]): audit for audit in sorted(audits, key=lambda one: one["audited_at"])}
    return [audit for _place, audit in sorted(by_place.items())]


def target_of(audit: Audit) -> dict[str, Any]:
    return {**place(audit), **{key: audit[key] for key in ("partition", "audited_at", "summary")}}


def rules_of(targets: Iterable[Audit]) -> list[dict[str, Any]]:
    """Every rule that was run anywhere, the gravest first."""
    rules = {rule["rule"]: dict(rule) for audit in targets for rule in audit["rules"]}
    return sorted(rules.values(), key=lambda rule: (SEVERITIES.index(rule["severity"]), rule["rule"]))


def told_apart(targets: Sequence[Audit], baseline: frozenset[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What is silenced wherever it is found, and what is not."""
    regions = regions_of(targets)
    joined = [join(same, baseline) for same in by_id(targets).values()]
    kept = sorted((one for one in joined if not one["everywhere"] or set(one["regions"]) == regions[one["account_id"]]), key=order)
    return [one for one in kept if "silence" in one], [one for one in kept if "silence" not in one]


def regions_of(targets: Iterable[Audit]) -> Mapping[str, set[str]]:
    regions = defaultdict(set)
    for audit in targets:
        regions[audit["account_id"]].add(audit["region"])
    return regions


def by_id(targets: Iterable[Audit]) -> Mapping[str, list[tuple[Audit, Finding]]]:
    """The findings of all, those that are one and the same together."""
    found = defaultdict(list)
    for audit in targets:
        for finding in (*audit["findings"], *audit["silenced"]):
            found[finding["id"]].append((audit, finding))
    return found


def join(same: Sequence[tuple[Audit, Finding]], baseline: frozenset[str]) -> dict[str, Any]:
    """One finding of those that are the same, with all places that tell it; it is silenced only if each of them silences it.

    A region that proves it alone decides what is reported of it, before one whose finding holds only if every region agrees.
    """
    told = min((finding for _audit, finding in same), key=lambda one: ("silence" in one, one["everywhere"], SEVERITIES.index(one["severity"])))
    return {
        **told,
        "groups": sorted({group for _audit, finding in same for group in finding["groups"]}),
        "accounts": sorted({audit["account_id"] for audit, _finding in same}),
        "regions": sorted({audit["region"] for audit, _finding in same}),
        "targets": [{**place(audit), "groups": sorted(finding["groups"])} for audit, finding in same],
        "new": told["id"] not in baseline,
    }


def summary(targets: Sequence[Audit], findings: Sequence[Finding], silenced: Sequence[Finding]) -> dict[str, Any]:
    new = [finding for finding in findings if finding["new"]]
    return {
        "targets": len(targets),
        "accounts": len({audit["account_id"] for audit in targets}),
        "regions": len({audit["region"] for audit in targets}),
        **{kind: how_many(kind, targets) for kind in COUNTED},
        "findings": counted(findings),
        "new_findings": counted(new),
        "new": len(new),
        "silenced": len(silenced),
        "rules": len(rules_of(targets)),
        "fixable": sum(1 for finding in findings if finding["fix"]),
    }


def how_many(kind: str, targets: Iterable[Audit]) -> int:
    """The number of all targets together; IAM is global, and each region of an account counts the same things."""
    if kind not in GLOBAL:
        return sum(audit["summary"][kind] for audit in targets)
    by_account = defaultdict(int)
    for audit in targets:
        by_account[audit["account_id"]] = max(by_account[audit["account_id"]], audit["summary"][kind])
    return sum(by_account.values())


def sentence(finding: Finding) -> str:
    return f"{finding['severity']} in {finding['account_id']} {', '.join(finding['regions'])}: {finding['what']} ({finding['rule']})"


def table(targets: Sequence[Audit], findings: Sequence[Finding], silenced: Sequence[Finding]) -> list[str]:
    """The figures of each target as lines of text, each column as wide as its widest word."""
    cells = [COLUMNS, *(tuple(map(str, row)) for row in rows(targets, findings, silenced))]
    widths = [max(len(line[column]) for line in cells) for column in range(len(COLUMNS))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in cells]


def rows(targets: Iterable[Audit], findings: Iterable[Finding], silenced: Iterable[Finding]) -> Iterator[tuple[Any, ...]]:
    open_ones, silent = by_place(findings), by_place(silenced)
    for audit in targets:
        where = audit["account_id"], audit["region"]
        here = open_ones[where]
        new = sum(1 for finding in here if finding["new"])
        yield (*where, audit["summary"]["auto_scaling_groups"], audit["summary"]["instances"], *counted(here).values(), new, len(silent[where]))


def by_place(findings: Iterable[Finding]) -> Mapping[tuple[str, str], list[Finding]]:
    found = defaultdict(list)
    for finding in findings:
        for target in finding["targets"]:
            found[target["account_id"], target["region"]].append(finding)
    return found
