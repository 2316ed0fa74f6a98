# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report on an audit as SARIF, as a filter. What it decides is in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
name: audit_sarif
version_added: 1.1.0
short_description: Tell an audit as SARIF
description:
  - Makes a log of the Static Analysis Results Interchange Format 2.1.0 of a report, which code hosts and viewers of security findings read.
  - Rules have their help, their tags, and C(security-severity). A finding is known again by its id in C(partialFingerprints), is C(new) or C(unchanged) by the
    baseline, and has a suppression with the reason where it is silenced.
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
- name: Write the report for code scanning
  ansible.builtin.copy:
    content: "{{ report | passrole.ec2.audit_sarif | to_nice_json }}"
    dest: audit.sarif
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The log.
  type: dict
  sample: {version: "2.1.0", runs: []}
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.passrole.ec2.plugins.module_utils.audit_report.sarif import sarif
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import PassroleError

TAKES = "a report, as the filter merged_audit makes it"


def audit_sarif(report):
    try:
        return sarif(report)
    except (PassroleError, AttributeError, KeyError, StopIteration, TypeError, ValueError) as error:
        raise AnsibleFilterError(f"audit_sarif: takes {TAKES} ({error!r})") from error


class FilterModule:
    """The filter, by its name."""

    def filters(self):
        return {"audit_sarif": audit_sarif}
