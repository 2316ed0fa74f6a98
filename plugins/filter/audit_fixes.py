# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fixes of an audit's findings as fleets for modules, as a filter. What it decides is in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
name: audit_fixes
version_added: 1.1.0
short_description: What an audit offers to mend, as fleets for the modules that do it
description:
  - Takes the findings of M(passrole.ec2.instance_profile_audit), and makes of their fixes a C(fleet) for each module. Several findings of one resource
    become one member, in which what each asks for is together.
  - Where two findings ask for different things of one resource, it fails and names both.
  - Only findings of the rules that are named are mended. Those of rules that hold only if every region of the account says the same are never.
options:
  _input:
    description: Findings, as the RV(passrole.ec2.instance_profile_audit#module:findings) of an audit. Those that are silenced are not among them.
    type: list
    elements: dict
    required: true
  rules:
    description: The ids of the rules whose findings are to be mended. At least one must be named.
    type: list
    elements: str
    required: true
  known:
    description: The ids of all rules that were run. Where they are given, one that is not among them is refused.
    type: list
    elements: str
    default: []
author:
  - passrole contributors (@passrole)
seealso:
  - plugin: passrole.ec2.instance_profile_audit
    plugin_type: module
"""

EXAMPLES = r"""
- name: Audit the region
  passrole.ec2.instance_profile_audit:
  register: audit

- name: Have all groups ask for IMDSv2
  passrole.ec2.asg_launch_with_profile:
    fleet: "{{ fixes.asg_launch_with_profile }}"
    max_changes: 20%
  vars:
    fixes: "{{ audit.findings | passrole.ec2.audit_fixes(['imdsv2_not_required', 'imds_hop_limit_over_one']) }}"
  when: fixes.asg_launch_with_profile | length > 0
"""

RETURN = r"""
_value:
  description: For each module the members of its C(fleet), in the order in which the modules build on each other.
  type: dict
  sample:
    iam_ec2_role: []
    iam_instance_profile: []
    asg_launch_with_profile:
      - name: web
        adopt: true
        launch_template: {name: web, source_version: "3", metadata_options: {http_tokens: required, http_put_response_hop_limit: 1}}
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.passrole.ec2.plugins.module_utils.audit.mending import fleets
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import PassroleError


def audit_fixes(findings, rules, known=()):
    try:
        return fleets(findings, rules, known)
    except PassroleError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """The filter, by its name."""

    def filters(self):
        return {"audit_fixes": audit_fixes}
