# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is offered as a fix mends what was found: after all of them, an audit finds only what no task can decide alone."""

from __future__ import annotations

import pytest

from tests.support import misconfigured_account as planted
from tests.support.fleets import GROUPS, PROFILES, ROLES, fleet, written

from tests.contract.module_utils.audit.test_planted import audited

KINDS = {"iam_ec2_role": ROLES, "iam_instance_profile": PROFILES, "asg_launch_with_profile": GROUPS}
# Mended in the planted estate; of the others a person must say what is right.
FIXED = {
    "capacity_rebalancing_off",
    "imds_hop_limit_over_one",
    "imds_options_inherited",
    "imdsv2_not_required",
    "instance_imdsv2_not_required",
    "instance_profile_arn_differs",
    "instance_profile_empty",
    "instance_profile_missing",
    "instance_profile_recreated",
    "instances_carry_another_profile",
    "instances_on_another_version",
    "launch_configuration_used",
    "launch_source_without_profile",
    "launch_with_public_address",
    "no_elb_health_check",
    "process_suspended",
    "role_does_not_trust_ec2",
    "version_not_pinned",
    "volumes_not_encrypted",
}


def fixes(audit, module):
    """Those for one module; of several for one resource the last, as the planted estate has them one by one."""
    found = [member for one in audit["findings"] if one["fix"] and one["fix"]["module"] == module for member in one["fix"]["fleet"]]
    return list({member.get("name") or member["launch_template"]["name"]: member for member in found}.values())


def mended(account, audit, dry=False):
    for module, kind in KINDS.items():
        result = fleet(kind, fixes(audit, module), account, dry=dry)
        assert not result.get("failed"), result["msg"]
        yield result


def test_after_the_fixes_only_what_no_task_can_decide_is_found(account):
    planted.estate(account)
    before = audited(account)
    assert {one["rule"] for one in before["findings"] if one["fix"]} == FIXED
    assert all(result["changed"] for result in mended(account, before))
    after = audited(account)
    assert {one["rule"] for one in after["findings"]} & FIXED == set()
    assert {one["id"] for one in after["findings"]} <= {one["id"] for one in before["findings"]}


def test_a_check_of_the_fixes_writes_nothing_and_tells_what_would_change(account):
    planted.estate(account)
    audit = audited(account)
    so_far = written(account)
    assert all(result["changed"] for result in mended(account, audit, dry=True))
    assert written(account) == so_far


def test_fixes_keep_what_they_do_not_speak_of(account):
    """Size, tags and user data of the group stay, byte for byte."""
    made = planted.Applications.of(account)
    data = {"UserData": "IyEvYmluL3NoCmVjaG8gaGkK", "MetadataOptions": {"HttpTokens": "optional", "HttpPutResponseHopLimit": 1}, "KeyName": None}
    made.application("web", data, MaxSize=7, Tags=[{"Key": "team", "Value": "web", "PropagateAtLaunch": False}])
    list(mended(account, audited(account, rules=["imdsv2_not_required"])))
    [group] = account.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    [version] = account.client("ec2").describe_launch_template_versions(LaunchTemplateName="web", Versions=["$Latest"])["LaunchTemplateVersions"]
    assert (version["VersionNumber"], version["LaunchTemplateData"]["UserData"]) == (2, data["UserData"])
    assert version["LaunchTemplateData"]["MetadataOptions"]["HttpTokens"] == "required"
    assert (group["MaxSize"], group["Tags"][0]["PropagateAtLaunch"]) == (7, False)
    assert group["MixedInstancesPolicy"]["LaunchTemplate"]["LaunchTemplateSpecification"]["Version"] == "2"


@pytest.mark.parametrize("name", sorted(FIXED))
def test_each_rule_with_a_fix_is_planted(name):
    assert name in planted.PLANTS
