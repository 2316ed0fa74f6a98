# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The audits of many accounts and regions as one report, as a filter. What it decides is in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
name: merged_audit
version_added: 1.1.0
short_description: Make one report of the audits of many accounts and regions
description:
  - Takes what M(passrole.ec2.instance_profile_audit) found in each account and region, and makes one report of it.
  - A finding that several regions tell is one, as IAM is global, and says which. What holds only if each region says the same, such as a role that
    nothing uses, stays only if each audited region of its account says it. A finding is silenced only if each place that tells it silences it.
  - Of two audits of the same account and region, the later counts.
options:
  _input:
    description:
      - The audits, each as M(passrole.ec2.instance_profile_audit) returns it, or writes it to
        O(passrole.ec2.instance_profile_audit#module:report_path).
    type: list
    elements: dict
    required: true
  baseline:
    description: The ids of findings that are known already; all others are new.
    type: list
    elements: str
    default: []
  fail_on:
    description: New findings of this severity, or a graver one, are told in C(failing).
    type: str
    choices: [critical, high, medium, low, informational, none]
    default: none
author:
  - passrole contributors (@passrole)
seealso:
  - module: passrole.ec2.instance_profile_audit
"""

EXAMPLES = r"""
- name: Make one report of all hosts' audits
  ansible.builtin.set_fact:
    report: "{{ ansible_play_hosts | map('extract', hostvars, 'audit') | passrole.ec2.merged_audit(fail_on='high') }}"
  run_once: true
"""

RETURN = r"""
_value:
  description:
    - The report. C(targets) are the accounts and regions, with a C(summary) each. C(rules) are all that were run anywhere.
    - C(findings) and C(silenced) are those of all targets, the gravest first, each as an audit tells it, and with C(accounts), C(regions), C(targets), which
      are the places that tell it with the C(groups) there, and C(new).
    - C(summary) counts. C(estate) has what was read of each target, C(not_judged) what could not be judged where. C(failing) are sentences on what
      O(fail_on) asks for, and C(table) is a list of lines with the figures of each target.
  type: dict
  sample:
    targets: [{account_id: "123456789012", region: eu-west-1, partition: aws, audited_at: "2026-11-26T23:30:00+00:00", summary: {auto_scaling_groups: 12}}]
    rules: [{rule: imdsv2_not_required, severity: high}]
    findings:
      - {id: 5f0c3a9e21b74d10a6c2e8d1, rule: imdsv2_not_required, severity: high, subject_name: web, new: true, regions: [eu-west-1]}
    silenced: []
    summary: {targets: 1, auto_scaling_groups: 12, findings: {critical: 0, high: 1, medium: 0, low: 0, informational: 0}, new: 1, silenced: 0}
    estate: []
    not_judged: []
    failing: ["high in 123456789012 eu-west-1: Launch template web, version 3, lets any process read the role's credentials (imdsv2_not_required)"]
    table: ["account       region     groups  instances  critical  high  medium  low  informational  new  silenced"]
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.passrole.ec2.plugins.module_utils.audit_report.merge import merged
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import PassroleError

TAKES = "a list of audits, as instance_profile_audit returns them, the ids of a baseline and fail_on"


def merged_audit(audits, baseline=(), fail_on="none"):
    try:
        return merged(audits, baseline, fail_on)
    except (PassroleError, AttributeError, KeyError, StopIteration, TypeError, ValueError) as error:
        raise AnsibleFilterError(f"merged_audit: takes {TAKES} ({error!r})") from error


class FilterModule:
    """The filter, by its name."""

    def filters(self):
        return {"merged_audit": merged_audit}
