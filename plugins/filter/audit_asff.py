# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report on an audit in AWS Security Finding Format, as a filter. What it decides is in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
name: audit_asff
version_added: 1.1.0
short_description: Tell an audit in AWS Security Finding Format
description:
  - Makes the findings of a report such that Security Hub's C(BatchImportFindings) takes them, as the account's own product C(default).
  - A finding that several regions tell is imported in the first of them. One that is silenced is suppressed, with the reason as its note.
  - What is longer than the format allows is cut, and ends in three dots.
options:
  _input:
    description: The report, as P(passrole.ec2.merged_audit#filter) makes it.
    type: dict
    required: true
author:
  - passrole contributors (@passrole)
seealso:
  - module: passrole.ec2.instance_profile_audit
"""

EXAMPLES = r"""
- name: Write the findings of all accounts
  ansible.builtin.copy:
    content: "{{ {'Findings': report | passrole.ec2.audit_asff} | to_nice_json }}"
    dest: findings.json
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The findings, in the words of the format.
  type: list
  elements: dict
  sample: [{SchemaVersion: "2018-10-08", Id: 123456789012/eu-west-1/passrole.ec2/5f0c3a9e21b74d10a6c2e8d1, Severity: {Label: HIGH}}]
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.passrole.ec2.plugins.module_utils.audit_report.asff import asff
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import PassroleError

TAKES = "a report, as the filter merged_audit makes it"


def audit_asff(report):
    try:
        return asff(report)
    except (PassroleError, AttributeError, KeyError, StopIteration, TypeError, ValueError) as error:
        raise AnsibleFilterError(f"audit_asff: takes {TAKES} ({error!r})") from error


class FilterModule:
    """The filter, by its name."""

    def filters(self):
        return {"audit_asff": audit_asff}
