# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task for instance profiles takes, the plan it asks for, and how many are kept in one. Private to this collection."""

from __future__ import annotations

from typing import Any

from ..core.earlier import Earlier
from ..core.fleet import Kind
from ..core.plan import Plan
from ..core.regions import OPTION as REGIONS
from ..core.regions import SearchArea
from .family import brief, retirement
from .observe import find_formers, observe, with_its_profile
from .plan import plan
from .predecessor import aware_of_predecessor
from .role_profiles import report_other_profiles
from .state import desired

OPTIONS = {
    "name": {"type": "str", "required": True, "aliases": ["instance_profile_name"]},
    "path": {"type": "str", "aliases": ["path_prefix", "prefix"]},
    "role": {"type": "str"},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
    "state": {"type": "str", "choices": ["absent", "present"], "default": "present"},
    "force_delete": {"type": "bool", "default": False},
    "regions": REGIONS,
    "on_use_in_other_regions": {"type": "str", "choices": ["fail", "keep"], "default": "fail"},
    "adopt": {"type": "bool", "default": False},
    "role_change": {"type": "str", "choices": ["in_place", "new_profile"], "default": "in_place"},
    "keep_former_instance_profiles": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 120},
}


def make_plan(params: dict[str, Any], aws: Any) -> Plan:
    said = desired(
        params,
        creation=aws.request("iam", "CreateInstanceProfile"),
        role_name=aws.request("iam", "GetRole").members["RoleName"],
    )
    shape = aws.model("iam").shape_for("InstanceProfile")
    earlier = Earlier.from_params(params)
    want = with_its_profile(said, aws.find, earlier, shape)
    area = SearchArea.from_params(params, aws)
    seen = observe(want, aws.find, earlier, shape, area)
    planned = aware_of_predecessor(plan(want, seen, shape), want, seen, aws.find, aws.region)
    planned = report_other_profiles(planned, said.name, want, aws.find, earlier)
    if not want.apart:
        return planned
    formers = find_formers(said.name, want, aws.find, earlier, shape, area)
    return planned.then(retirement(want, formers))


FLEET = Kind(
    OPTIONS,
    names=lambda params: (params["name"],),
    make_plan=make_plan,
    noun="iam_instance_profile",
    caseless=True,
    shelves=("profiles",),
    last_look="get_instance_profile",
    brief=brief,
)
