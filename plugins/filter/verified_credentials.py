# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What instances hear of their role held against what AWS knows, as a filter. What it decides is in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
name: verified_credentials
version_added: 1.1.0
short_description: Hold what instances hear of their role against what AWS knows
description:
  - Takes what M(passrole.ec2.imds_credentials_info) told on each instance, and what AWS tells of the instances and of their instance profiles.
  - Instance profiles are compared by their ids, as one that was deleted and made again gives nothing.
options:
  _input:
    description:
      - The hosts, each a mapping with C(host), its name, and C(heard), the result of M(passrole.ec2.imds_credentials_info) there.
      - Beside that, C(instance_id) where nobody on the instance could tell it, C(instance_profile), the name of the one that it is to carry, and
        C(refuse_imdsv1), whether to count it a fault that the metadata service answers without a token.
    type: list
    elements: dict
    required: true
  instances:
    description: The C(instances) of M(amazon.aws.ec2_instance_info).
    type: list
    elements: dict
    required: true
  profiles:
    description: The C(iam_instance_profiles) of M(amazon.aws.iam_instance_profile_info).
    type: list
    elements: dict
    required: true
author:
  - passrole contributors (@passrole)
seealso:
  - module: passrole.ec2.imds_credentials_info
"""

EXAMPLES = r"""
- name: Show what is wrong
  ansible.builtin.debug:
    msg: "{{ ([{'host': 'web-1', 'heard': heard}] | passrole.ec2.verified_credentials(aws.instances, iam.iam_instance_profiles)).faults }}"
"""

RETURN = r"""
_value:
  description: The C(rows), one for each host; the same as a C(table), which is a list of lines; and the C(faults), a sentence each.
  type: dict
  sample:
    rows: [{host: web-1, instance_id: i-0123456789abcdef0, instance_profile: web, role: web, code: Success, seconds_left: 21400, imdsv1: false, faults: []}]
    table: ["host   instance             instance profile  role  code     expires in  IMDSv1   verdict"]
    faults: []
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import PassroleError
from ansible_collections.passrole.ec2.plugins.module_utils.imds.verdict import verdict


def verified_credentials(hosts, instances, profiles):
    try:
        return verdict(hosts, instances, profiles)
    except (PassroleError, AttributeError, KeyError, TypeError) as error:
        raise AnsibleFilterError(f"verified_credentials: takes hosts, instances and profiles as its documentation tells ({error})") from error


class FilterModule:
    """The filter, by its name."""

    def filters(self):
        return {"verified_credentials": verified_credentials}
