# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The texts of audits as the text of a report, as a filter. What it decides is in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
name: audit_report
version_added: 1.1.0
short_description: Make a report, as text, of audits that were kept in files
description:
  - Does what P(passrole.ec2.merged_audit#filter) and the filters for each format do, from text to text. For thousands of groups that takes a second,
    where Ansible itself would need a minute to hand the values from one filter to the next.
options:
  _input:
    description:
      - The JSON texts of the audits, as M(passrole.ec2.instance_profile_audit) writes them to
        O(passrole.ec2.instance_profile_audit#module:report_path).
    type: list
    elements: str
    required: true
  form:
    description:
      - V(json), V(junit), V(sarif) and V(asff) are the formats. V(html) is the JSON that the page of the role P(passrole.ec2.audit#role) holds.
      - V(baseline) is a JSON mapping of the ids of all findings, and V(result) a short one with C(summary), C(new), C(failing), C(gravest) and C(table).
    type: str
    choices: [json, html, junit, sarif, asff, baseline, result]
    required: true
  baseline:
    description: The ids of findings that are known already; all others are new.
    type: list
    elements: str
    default: []
  fail_on:
    description: New findings of this severity, or a graver one, fail.
    type: str
    choices: [critical, high, medium, low, informational, none]
    default: none
author:
  - passrole contributors (@passrole)
seealso:
  - module: passrole.ec2.instance_profile_audit
"""

EXAMPLES = r"""
- name: Make one SARIF log of the audits of two accounts
  ansible.builtin.copy:
    content: "{{ query('ansible.builtin.file', 'one.json', 'other.json') | passrole.ec2.audit_report('sarif') }}"
    dest: audit.sarif
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The report.
  type: str
  sample: '<?xml version="1.0" encoding="UTF-8"?>'
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.passrole.ec2.plugins.module_utils.audit_report.text import text
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import PassroleError

TAKES = "the JSON texts of audits, a form, the ids of a baseline and fail_on"


def audit_report(audits, form, baseline=(), fail_on="none"):
    try:
        return text(audits, form, baseline, fail_on)
    except (PassroleError, AttributeError, KeyError, StopIteration, TypeError, ValueError) as error:
        raise AnsibleFilterError(f"audit_report: takes {TAKES} ({error!r})") from error


class FilterModule:
    """The filter, by its name."""

    def filters(self):
        return {"audit_report": audit_report}
