# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the texts of audits to the text of a report, in each of its forms. Pure. Private to this collection."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from ..core.errors import Refused
from .asff import asff
from .junit import junit
from .merge import merged
from .sarif import sarif
from .severities import NONE

Report = Mapping[str, Any]

LEAST = "informational"
# How many findings a failure names.
NAMED = 5
# What a finding has of its rule; the page looks it up there.
OF_THE_RULE = ("title", "why", "controls", "everywhere")
# With these inside, what looks like markup within a JSON text would be.
MARKUP = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def text(audits: Sequence[str], form: str, baseline: Collection[str] = (), fail_on: str = NONE) -> str:
    """The report of these audits in a form."""
    if form not in FORMS:
        raise Refused(f"form: {form} is no form of a report; it is one of {', '.join(FORMS)}")
    return FORMS[form](merged([json.loads(audit) for audit in audits], baseline, fail_on), fail_on)


def nice(told: Any) -> str:
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def page(report: Report, _fail_on: str) -> str:
    """The report as JSON that can stand in a page: in it no markup can begin, and nothing is said twice."""
    rules = {rule["rule"] for rule in report["rules"]}
    findings = {kind: [lean(finding, rules) for finding in report[kind]] for kind in ("findings", "silenced")}
    told = json.dumps({**report, **findings, "table": [], "failing": []}, separators=(",", ":"))
    return told.translate(str.maketrans(MARKUP))


def lean(finding: Mapping[str, Any], rules: Collection[str]) -> dict[str, Any]:
    return {key: value for key, value in finding.items() if key not in OF_THE_RULE or finding["rule"] not in rules}


def result(report: Report, _fail_on: str) -> str:
    """What a play goes on with; short, whatever was found."""
    failing = report["failing"]
    more = [f"and {len(failing) - NAMED} more"] if len(failing) > NAMED else []
    summary = report["summary"]
    return nice(
        {"summary": summary, "new": summary["new"], "failing": len(failing), "gravest": [*failing[:NAMED], *more], "table": report["table"]}
    )


def known(report: Report, _fail_on: str) -> str:
    """The ids of all that was found, as a baseline, with a sentence each for who reads it."""
    return nice({finding["id"]: finding["what"] for finding in sorted(report["findings"], key=lambda one: one["id"])})


FORMS: Mapping[str, Callable[[Report, str], str]] = {
    "json": lambda report, _fail_on: nice(report),
    "html": page,
    # A case that cannot fail tells a pipeline nothing: where nothing is to fail the play, each new finding fails its case.
    "junit": lambda report, fail_on: junit(report, LEAST if fail_on == NONE else fail_on),
    "sarif": lambda report, _fail_on: nice(sarif(report)),
    "asff": lambda report, _fail_on: nice({"Findings": asff(report)}),
    "baseline": known,
    "result": result,
}
