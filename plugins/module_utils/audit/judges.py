# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Have the policies of roles judged, each document once: by a library, and by IAM Access Analyzer where that is asked for. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..core import access_analyzer
from ..core.access_analyzer import IDENTITY, NOT_JUDGED, Question, findings_of
from ..core.errors import Refused
from ..core.offline import Issue, issues_of
from ..core.policies import as_text
from ..core.pool import AT_A_TIME, all_of
from .estate import Estate, Policy, Role
from .rules_of_chain import in_profiles

Find = Callable[..., Any]

OFFLINE = "offline"
JUDGES = (OFFLINE, access_analyzer.JUDGE)


def judged(estate: Estate, judges: Collection[str] | None, find: Find) -> Estate:
    """The same with what judges found in the policies of roles that instances have. Unless told who is to judge, the library does where it is installed."""
    roles = list(in_profiles(estate))
    policies = {as_text(policy.document): policy for role in roles for policy in role.policies}
    issues, silent = offline(policies.values(), judges)
    analyzed = analyses(policies, find) if access_analyzer.JUDGE in (judges or ()) else {}
    found = {role.name: with_findings(role, issues, analyzed) for role in roles}
    unheard = sorted({one.finding_details for some in analyzed.values() for one in some if one.issue_code == NOT_JUDGED})
    return replace(estate, roles={**estate.roles, **found}, not_judged=(*estate.not_judged, *silent, *unheard))


def offline(policies: Iterable[Policy], judges: Collection[str] | None) -> tuple[Mapping[str, tuple[Issue, ...]], tuple[str, ...]]:
    """The library's issues by document, and why there are none where it is not there."""
    if judges is not None and OFFLINE not in judges:
        return {}, ()
    try:
        return {as_text(policy.document): issues_of(policy.document) for policy in policies}, ()
    except Refused as why:
        if judges is None:
            return {}, (f"no policy was judged offline: {str(why).partition(': ')[2]}",)
        raise


def analyses(policies: Mapping[str, Policy], find: Find) -> dict[str, tuple[Any, ...]]:
    """What IAM Access Analyzer finds in each document that is not AWS's own; of those it would tell nothing that can be changed."""
    texts = [text for text, policy in policies.items() if not policy.is_of_aws]
    asked = [Question(policies[text].name, policies[text].document, IDENTITY) for text in texts]
    return dict(zip(texts, all_of(asked, lambda question: tuple(findings_of([question], find)), AT_A_TIME)))


def with_findings(role: Role, issues: Mapping[str, tuple[Issue, ...]], analyzed: Mapping[str, tuple[Any, ...]]) -> Role:
    def judged_one(policy: Policy) -> Policy:
        text = as_text(policy.document)
        found = tuple(one for one in analyzed.get(text, ()) if one.issue_code != NOT_JUDGED)
        return replace(policy, issues=issues.get(text, ()), findings=found)

    return replace(role, policies=tuple(map(judged_one, role.policies)))
