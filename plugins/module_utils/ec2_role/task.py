# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task for roles takes, the plan it asks for, and how many are kept in one. Private to this collection."""

from __future__ import annotations

from typing import Any

from ..core.earlier import Earlier
from ..core.fleet import Kind
from ..core.plan import Plan
from ..core.regions import OPTION as REGIONS
from ..core.regions import SearchArea
from .observe import observe
from .plan import brief, plan
from .predecessor import aware_of_predecessor
from .state import desired
from .vetting import Vetting, vetted

OPTIONS = {
    "name": {"type": "str", "required": True, "aliases": ["role_name"]},
    "path": {"type": "str", "aliases": ["prefix", "path_prefix"]},
    "description": {"type": "str"},
    "max_session_duration": {"type": "int"},
    "assume_role_policy_document": {"type": "json"},
    "assume_role_principals": {"type": "dict"},
    "boundary": {"type": "str", "aliases": ["boundary_policy_arn"]},
    "managed_policies": {"type": "list", "elements": "str", "aliases": ["managed_policy"]},
    "purge_policies": {"type": "bool", "default": True, "aliases": ["purge_policy", "purge_managed_policies"]},
    "inline_policies": {"type": "dict"},
    "purge_inline_policies": {"type": "bool", "default": True},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
    "vet_policies": {"type": "list", "elements": "str", "choices": ["access_analyzer", "offline"]},
    "refuse_findings": {"type": "list", "elements": "str", "choices": ["ERROR", "SECURITY_WARNING", "WARNING", "SUGGESTION"]},
    "required_boundaries": {"type": "list", "elements": "str"},
    "remove_from_instance_profiles": {"type": "bool", "default": False},
    "force_delete": {"type": "bool", "default": False},
    "regions": REGIONS,
    "on_use_in_other_regions": {"type": "str", "choices": ["fail", "keep"], "default": "fail"},
    "adopt": {"type": "bool", "default": False},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 120},
}
NOT_TOGETHER = [("assume_role_policy_document", "assume_role_principals")]


def make_plan(params: dict[str, Any], aws: Any) -> Plan:
    want = desired(
        params,
        aws.partition,
        creation=aws.request("iam", "CreateRole"),
        policy_name=aws.request("iam", "PutRolePolicy").members["PolicyName"],
    )
    vetting = Vetting.from_params(params)
    earlier = Earlier.from_params(params)
    seen = observe(want, aws.find, earlier, aws.partition, SearchArea.from_params(params, aws))
    whole = aware_of_predecessor(plan(want, seen), want.name, aws.find, earlier)
    return vetted(whole, want, seen, vetting, aws.find, aws.partition)


FLEET = Kind(
    OPTIONS,
    names=lambda params: (params["name"],),
    make_plan=make_plan,
    not_together=NOT_TOGETHER,
    noun="iam_role",
    caseless=True,
    shelves=("roles",),
    last_look="get_role",
    brief=brief,
)
