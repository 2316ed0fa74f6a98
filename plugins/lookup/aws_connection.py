# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options of the modules for a host, as a lookup."""

from __future__ import annotations

DOCUMENTATION = r"""
name: aws_connection
version_added: 1.1.0
short_description: Return region, endpoint and credentials for the modules from the variables of a host
description:
  - Returns the connection options of the modules of this collection and of amazon.aws, for C(module_defaults). The playbooks of this collection use it.
  - On a host of P(passrole.ec2.aws_targets#inventory) the region is C(region), else C(aws_region).
  - The endpoint is C(aws_endpoint_url), and the profile C(aws_profile).
  - If C(aws_assume_role) is given, the credentials are those of the role, by the lookup P(passrole.ec2.assumed_role#lookup). Otherwise the modules find
    credentials as they do without this lookup.
  - On a host that is an instance, C(verify_target) names the host that is its account and region, whose variables are used.
  - Write it into C(module_defaults) and not into a variable of hosts, as whoever prints the variables of a host would print the credentials.
  - A null or blank variable counts as not given, except for C(aws_profile), for which an empty text keeps a profile of the environment from being used.
options: {}
author:
  - passrole contributors (@passrole)
seealso:
  - plugin: passrole.ec2.assumed_role
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Keep a role in each account and region of an inventory
  hosts: aws_targets
  gather_facts: false
  module_defaults:
    group/passrole.ec2.aws: "{{ lookup('passrole.ec2.aws_connection') }}"
  tasks:
    - name: Keep the role
      passrole.ec2.iam_ec2_role:
        name: "web-{{ region }}"
"""

RETURN = r"""
_raw:
  description: One dictionary with those of C(region), C(endpoint_url), C(profile), C(access_key), C(secret_key) and C(session_token) that are given.
  type: list
  elements: dict
"""

from ansible.plugins.lookup import LookupBase
from ansible_collections.passrole.ec2.plugins.plugin_utils.connection import read_connection


class LookupModule(LookupBase):
    """The lookup, by its name."""

    def run(self, terms, variables=None, **kwargs):
        return [read_connection(variables or {}, self._templar, self._loader)]
