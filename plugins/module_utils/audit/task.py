# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task that audits takes, and how it goes about it: read, have policies judged, run the rules. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..core.errors import Refused
from .judges import JUDGES, judged
from .observe import observe
from .rule import Settings
from .rulebook import chosen, rulebook
from .silences import OPTION as SILENCES
from .silences import refuse_unknown_rules, silences, told
from .telling import audit

OPTIONS = {
    "rules": {"type": "list", "elements": "str"},
    "skip_rules": {"type": "list", "elements": "str", "default": []},
    "rules_path": {"type": "list", "elements": "path", "default": []},
    "silences": SILENCES,
    "vet_policies": {"type": "list", "elements": "str", "choices": list(JUDGES)},
    "required_boundaries": {"type": "list", "elements": "str", "default": []},
    "required_policies": {"type": "list", "elements": "str", "default": []},
    "forbidden_policies": {"type": "list", "elements": "str", "default": []},
    "unused_after": {"type": "int", "default": 90},
}
KNOWN_OF = 400  # days: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html


def read(params: Mapping[str, Any], aws: Any, now: Any = None) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The audit, and what is to be said beside it. All that is wrong with the options is said before anything is read."""
    every = rulebook(params["rules_path"])
    rules = chosen(every, named(params["rules"]), named(params["skip_rules"]) or ())
    accepted = silences(params["silences"])
    refuse_unknown_rules(accepted, [rule.id for rule in every])
    lists = {name: tuple(params[name]) for name in ("required_boundaries", "required_policies", "forbidden_policies")}
    settings = Settings(checked_days(params["unused_after"]), **lists)
    estate = judged(observe(aws, now), params["vet_policies"], aws.find)
    told_whole = audit(estate, rules, settings, accepted)
    return told_whole, (*told(accepted, estate.at.date()), *told_whole["not_judged"])


def named(said: Sequence[str] | None) -> list[str] | None:
    """Names as they were listed, or as the one text that a survey gives: with blanks after its commas, or empty where nothing was said."""
    return None if said is None or list(said) == [""] else [one.strip() for one in said]


def checked_days(days: int) -> int:
    if not 1 <= days <= KNOWN_OF:
        raise Refused(f"unused_after: must be between 1 and {KNOWN_OF} days, as IAM knows of the last {KNOWN_OF}, not {days}")
    return days
