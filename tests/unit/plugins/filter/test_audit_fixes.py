# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter, as a template calls it."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.passrole.ec2.plugins.filter.audit_fixes import FilterModule

audit_fixes = FilterModule().filters()["audit_fixes"]
TEMPLATE = {"name": "web", "source_version": "3"}
NONE = {"iam_ec2_role": [], "iam_instance_profile": [], "asg_launch_with_profile": []}


def finding(rule, member, module="asg_launch_with_profile", **more):
    return {"rule": rule, "id": f"{rule}-id", "fix": {"module": module, "fleet": [member]}, "everywhere": False, **more}


def of_web(rule, **words):
    return finding(rule, {"name": "web", "adopt": True, **words})


def of_template(rule, **data):
    return of_web(rule, launch_template={**TEMPLATE, **data})


IMDS = of_template("imds", metadata_options={"http_tokens": "required"})
HOPS = of_template("hops", metadata_options={"http_put_response_hop_limit": 1})
HEALTH = of_web("health", health_check_type="ELB")


def test_what_was_found_of_one_resource_is_mended_together():
    options = {"http_tokens": "required", "http_put_response_hop_limit": 1}
    member = {"name": "web", "adopt": True, "launch_template": {**TEMPLATE, "metadata_options": options}, "health_check_type": "ELB"}
    assert audit_fixes([IMDS, HOPS, HEALTH], ["imds", "hops", "health"]) == {**NONE, "asg_launch_with_profile": [member]}


def test_only_what_is_named_is_mended():
    assert audit_fixes([IMDS, HEALTH], ["health"])["asg_launch_with_profile"] == [{"name": "web", "adopt": True, "health_check_type": "ELB"}]
    assert audit_fixes([IMDS], ["hops"]) == NONE


def test_each_module_has_a_fleet_of_its_own_in_the_order_in_which_they_build_on_each_other():
    role, profile = finding("trust", {"name": "web"}, "iam_ec2_role"), finding("empty", {"name": "web", "role": "web"}, "iam_instance_profile")
    told = audit_fixes([HEALTH, profile, role], ["trust", "empty", "health"])
    assert [(module, len(some)) for module, some in told.items()] == [("iam_ec2_role", 1), ("iam_instance_profile", 1), ("asg_launch_with_profile", 1)]


def test_a_template_that_no_group_launches_from_is_a_member_of_its_own():
    alone = finding("imds", {"adopt": True, "launch_template": {"name": "web", "source_version": "9"}})
    assert len(audit_fixes([alone, IMDS], ["imds"])["asg_launch_with_profile"]) == 2


def test_findings_that_ask_for_different_things_are_named():
    other = of_template("pinned", metadata_options={"http_tokens": "optional"})
    words = (
        r"pinned \(pinned-id\) and imds \(imds-id\) ask for different things of web: "
        r"launch_template.metadata_options.http_tokens is to be optional and required; mend one of them first"
    )
    with pytest.raises(AnsibleFilterError, match=words):
        audit_fixes([HOPS, IMDS, other], ["imds", "hops", "pinned"])


def test_a_list_is_one_value():
    with pytest.raises(AnsibleFilterError, match="suspended_processes"):
        audit_fixes([of_web("a", suspended_processes=["Launch"]), of_web("b", suspended_processes=[])], ["a", "b"])


def test_what_no_task_can_decide_and_what_one_region_cannot_know_is_left():
    assert audit_fixes([{**IMDS, "fix": None}, {**HEALTH, "everywhere": True}], ["imds", "health"]) == NONE


@pytest.mark.parametrize("rules", [[], "", None, "imds"])
def test_nothing_is_mended_that_is_not_named(rules):
    with pytest.raises(AnsibleFilterError, match="audit_fix_rules: must be a list of the rules whose findings are to be mended"):
        audit_fixes([IMDS], rules)


def test_a_rule_that_was_not_run_is_refused():
    with pytest.raises(AnsibleFilterError, match=r"audit_fix_rules: imd is no rule of this audit; did you mean imds\?"):
        audit_fixes([IMDS], ["imd"], ["imds", "hops"])


def test_a_fix_for_another_module_is_refused():
    with pytest.raises(AnsibleFilterError, match=r"imds \(imds-id\): its fix is for module ec2_instance, and only iam_ec2_role, "):
        audit_fixes([{**IMDS, "fix": {"module": "ec2_instance", "fleet": [{"name": "web"}]}}], ["imds"])
