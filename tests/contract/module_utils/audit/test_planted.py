# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each rule finds what breaks it, in an estate where every rule is broken once, and finds nothing else."""

from __future__ import annotations

from ansible_collections.passrole.ec2.plugins.module_utils.audit.rulebook import OURS
from ansible_collections.passrole.ec2.plugins.module_utils.audit.task import OPTIONS, read
from ansible_collections.passrole.ec2.plugins.module_utils.core.aws import Aws

from tests.support import misconfigured_account as planted
from tests.support.contracts.clients import Door

# Looked at with values made by hand, beside this: they take months, thousands of versions, or an alarm.
BY_HAND = {"role_unused", "template_versions_near_limit", "instance_refresh_failed", "instance_refresh_under_way"}


def audited(account, now=None, **said):
    params = {name: option.get("default") for name, option in OPTIONS.items()} | {"vet_policies": ["offline", "access_analyzer"]} | planted.SETTINGS | said
    whole, _warnings = read(params, Aws(Door(account)), now)
    return whole


def found(audit):
    """Which rule found what."""
    return {(one["rule"], named(one)) for one in audit["findings"]}


def named(finding):
    """An instance by the group that it is in."""
    return finding["groups"][0] if finding["subject_type"] == "ec2_instance" and finding["groups"] else finding["subject_name"]


def test_each_rule_is_planted():
    assert planted.PLANTS.keys() | BY_HAND == {rule.id for rule in OURS}


def test_the_planted_estate_is_reported_exactly(account):
    made = planted.estate(account)
    audit = audited(account)
    instance = next(one["subject_name"] for one in audit["findings"] if one["rule"] == "instance_without_profile")
    expected = {(rule, instance if rule == "instance_without_profile" else rule) for rule in planted.PLANTS}
    expected |= {(beside, rule) for rule, some in planted.BESIDE.items() for beside in some}
    assert found(audit) == expected
    assert made.instances("clean")


def test_where_nothing_is_wrong_nothing_is_found(account):
    planted.Applications.of(account).application("clean", size=1)
    assert audited(account)["findings"] == []
