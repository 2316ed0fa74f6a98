# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One policy document for several tasks, as a filter. What it decides is in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
name: merged_policy
version_added: 1.1.0
short_description: One least-privilege policy for several tasks
description:
  - Joins the policies that tasks of this collection return to the one document that allows all of them, and nothing else.
  - Statements are joined where they allow the same on the same resources and conditions. The same tasks give the same document,
    in whatever order.
options:
  _input:
    description:
      - Registered results of tasks of this collection, or their policies.
      - Results of loops are taken apart, results of skipped tasks are passed over.
    type: list
    elements: dict
    required: true
author:
  - passrole contributors (@passrole)
seealso:
  - name: passrole.ec2.policy
    description: The playbook that writes the policy for launching an inventory's applications to a file.
    link: https://github.com/passrole/passrole.ec2#launch-with-no-more-permissions-than-it-takes
"""

EXAMPLES = r"""
- name: Keep a role
  passrole.ec2.iam_ec2_role:
    name: web
  check_mode: true
  register: web_role

- name: Put it in an instance profile
  passrole.ec2.iam_instance_profile:
    name: web
    role: web
    builds_on: ["{{ web_role }}"]
  check_mode: true
  register: web_profile

- name: Show which policy allows both
  ansible.builtin.debug:
    msg: "{{ [web_role, web_profile] | passrole.ec2.merged_policy }}"
"""

RETURN = r"""
_value:
  description: The policy document.
  type: dict
  sample:
    Version: "2012-10-17"
    Statement:
      - Sid: GetRole
        Effect: Allow
        Action: ["iam:GetRole"]
        Resource: ["arn:aws:iam::*:role/*/web", "arn:aws:iam::*:role/web"]
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import PassroleError
from ansible_collections.passrole.ec2.plugins.module_utils.core.least_privilege import merged, policies


def merged_policy(results):
    try:
        return merged(policies(results, "merged_policy"), "merged_policy")
    except PassroleError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """The filter, by its name."""

    def filters(self):
        return {"merged_policy": merged_policy}
