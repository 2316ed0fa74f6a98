# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every member of the API has a way to be declared, and one that had none would be found."""

from __future__ import annotations

import botocore.session
import pytest
from botocore.model import ServiceModel
from dev.generate.api_coverage import PAGE, covered, models, page, without_way

# A new member of a request -> the way that it gets, or none.
NEW = [
    ("ec2", "RequestLaunchTemplateData", "Tuning", "`launch_template.tuning`"),
    ("ec2", "RequestLaunchTemplateData", "KeepVersions", ""),
    ("autoscaling", "CreateAutoScalingGroup", "Tuning", "`auto_scaling_group.tuning`"),
    ("autoscaling", "UpdateAutoScalingGroup", "Tuning", ""),
    ("autoscaling", "CreateLaunchConfiguration", "Name", ""),
    ("autoscaling", "PutLifecycleHook", "Tuning", "`lifecycle_hooks[].tuning`"),
    ("autoscaling", "EnableMetricsCollection", "Tuning", ""),
]


def test_every_member_has_a_way():
    assert without_way(covered(models())) == []


def test_the_page_is_what_the_script_makes_of_the_code():
    assert PAGE.read_text(encoding="utf-8") == page(covered(models())), "run `make api-coverage`"


@pytest.mark.parametrize(("service", "request_name", "member", "way"), NEW)
def test_a_new_member_is_seen_and_has_a_way_only_where_a_playbook_can_say_it(service, request_name, member, way):
    tables = covered({**models(), service: with_member(service, request_name, member)})
    assert [row.way for row in tables[request_name] if row.member == member] == [way]
    assert without_way(tables) == ([] if way else [f"{request_name}: {member}"])


def test_a_member_of_a_kind_that_nothing_can_read_has_no_way():
    tables = covered({**models(), "autoscaling": with_member("autoscaling", "PutWarmPool", "Tuning", kind="blob")})
    assert without_way(tables) == ["PutWarmPool: Tuning"]


def with_member(service, request_name, member, kind="string"):
    """botocore's model, and one member more, in a request of this operation or of this name."""
    told = botocore.session.get_session().get_service_data(service)
    operation = told["operations"].get(request_name)
    name = operation["input"]["shape"] if operation else request_name
    shape = told["shapes"][name]
    wider = {**shape, "members": {**shape["members"], member: {"shape": "MadeUp"}}}
    return ServiceModel({**told, "shapes": {**told["shapes"], name: wider, "MadeUp": {"type": kind}}}, service)
