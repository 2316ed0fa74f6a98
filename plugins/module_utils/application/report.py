# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role application registers and prints of a module's result. Pure. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .front_door import Request
from .members import FORMERS, GROUP, PROFILE, ROLE

# The parts of a result by the variable that the role registers for them.
PARTS = {"role_result": ROLE, "profile_result": PROFILE, "group_result": GROUP, "former_result": FORMERS.replace(" ", "_")}
NOT_RUN = {"changed": False, "skipped": True, "plan": [], "outcome": {}}


def add_report(result: Mapping[str, Any], request: Request) -> dict[str, Any]:
    """The result with the parts that the role registers, the lines that it prints, and the entry of this host in the statistics of a run."""
    if result.get("failed") or "ansible_job_id" in result:
        return dict(result)
    stages = result.get("stages", {})
    # Permissions and policy are those of the whole task, for users who merge the policies of registered results.
    shared = {name: result[name] for name in ("permissions", "policy") if name in result}
    parts = {name: {**stages[module], **shared} if module in stages else NOT_RUN for name, module in PARTS.items()}
    result = {name: value for name, value in result.items() if name != "stages"}
    if request.is_fleet:
        entry = {"changed": result["changed"], "members": result["members"]}
        warnings = {"warnings": [*result.get("warnings", ()), *request.warnings]} if request.warnings else {}
        return {**result, **parts, **warnings, "report": list(result["summary"]), "host_summary": entry}
    behind = len(result.get("rollout", {}).get("behind") or ())
    entry = {"application": request.name, "role": request.role, "changed": result["changed"], "changes": len(result["plan"]), "behind": behind}
    return {**result, **parts, "report": list(lines_of(result, parts["former_result"])), "host_summary": entry}


def lines_of(result: Mapping[str, Any], formers: Mapping[str, Any]) -> Iterator[str]:
    yield from result["plan"] or ["nothing to do"]
    for former in formers.get("former_instance_profiles", ()):
        if not former["removed"]:
            yield f"{former['instance_profile_name']} stays with role {former['role']}: {', '.join(former['used_by'])}"
    for waited in result.get("waited", ()):
        reason = f", as {waited['reason']}" if waited["reason"] else ""
        yield f"waited {waited['seconds']} seconds to {waited['step']}: asked {waited['times']} times in vain{reason}"
