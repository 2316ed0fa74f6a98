# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""List the paths of an audit that cannot be read or written, as a filter. What it decides is in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
name: audit_path_problems
version_added: 1.1.0
short_description: Paths of an audit that cannot be read or written
description:
  - Checks on the control node that an audit can write its reports and its baseline, and can read the audits that it includes.
    The role P(passrole.ec2.audit#role) and playbook C(audit) check this before anything is changed in AWS.
  - Writes no file. To check whether a directory is writable, this creates an empty file in it and deletes it.
options:
  _input:
    description: The directory of the reports, which is created if it does not exist.
    type: path
    required: true
  names:
    description: The names of the files that are written to the directory.
    type: list
    elements: str
    default: []
  baseline:
    description: The path of the baseline, if it is written.
    type: path
  files:
    description: The paths of audits to include in the report.
    type: list
    elements: path
    default: []
author:
  - passrole contributors (@passrole)
seealso:
  - plugin: passrole.ec2.audit_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Check that the reports can be written
  ansible.builtin.assert:
    that: "'reports' | passrole.ec2.audit_path_problems(['audit.json']) | length == 0"
    fail_msg: "{{ 'reports' | passrole.ec2.audit_path_problems(['audit.json']) | join('; ') }}"
"""

RETURN = r"""
_value:
  description: What is wrong with each path, and what to do; nothing if all can be used.
  type: list
  elements: str
  sample: ["audit_report_dir: directory /reports is not writable (Permission denied). Give a path in a writable directory."]
"""

from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import Refused
from ansible_collections.passrole.ec2.plugins.module_utils.core.output_file import check_input_path, check_output_directory, check_output_path


def audit_path_problems(report_dir, names=(), baseline=None, files=()):
    checks = [
        lambda: check_output_directory(report_dir, "audit_report_dir", names),
        lambda: check_output_path(baseline, "audit_baseline"),
        *(lambda path=path, index=index: check_input_path(path, f"audit_files[{index}]") for index, path in enumerate(files)),
    ]
    return [problem for problem in map(problem_of, checks) if problem]


def problem_of(check):
    try:
        check()
    except Refused as refusal:
        return str(refusal)
    return None


class FilterModule:
    """The filter, by its name."""

    def filters(self):
        return {"audit_path_problems": audit_path_problems}
