# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report on an audit as JUnit XML, as a filter. What it decides is in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
name: audit_junit
version_added: 1.1.0
short_description: Tell an audit as JUnit XML
description:
  - Makes JUnit XML of a report, which CI systems read. Each account and region is a suite, each rule a case in it, also where nothing is wrong.
  - A case fails by its new findings. Those that a baseline knows, or that are less grave, are told in its output.
  - One whose findings are all silenced is skipped.
options:
  _input:
    description: The report, as P(passrole.ec2.merged_audit#filter) makes it.
    type: dict
    required: true
  fail_on:
    description: The least severity of a finding by which a case fails.
    type: str
    choices: [critical, high, medium, low, informational, none]
    default: informational
author:
  - passrole contributors (@passrole)
seealso:
  - module: passrole.ec2.instance_profile_audit
"""

EXAMPLES = r"""
- name: Write the report for the pipeline
  ansible.builtin.copy:
    content: "{{ report | passrole.ec2.audit_junit(fail_on='high') }}"
    dest: audit.xml
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The XML.
  type: str
  sample: '<?xml version="1.0" encoding="UTF-8"?>'
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.passrole.ec2.plugins.module_utils.audit_report.junit import junit
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import PassroleError

TAKES = "a report, as the filter merged_audit makes it, and fail_on"


def audit_junit(report, fail_on="informational"):
    try:
        return junit(report, fail_on)
    except (PassroleError, AttributeError, KeyError, StopIteration, TypeError, ValueError) as error:
        raise AnsibleFilterError(f"audit_junit: takes {TAKES} ({error!r})") from error


class FilterModule:
    """The filter, by its name."""

    def filters(self):
        return {"audit_junit": audit_junit}
