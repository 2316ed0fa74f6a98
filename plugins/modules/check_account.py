#!/usr/bin/python
# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of an action plugin, which does all of the work on the control node."""

from __future__ import annotations

DOCUMENTATION = r"""
module: check_account
version_added: 1.1.0
short_description: Refuse credentials of another account than that of the host
description:
  - On a host of P(passrole.ec2.aws_targets#inventory), fails unless the credentials for the host belong to the account C(account_id) of the host.
    It calls C(sts:GetCallerIdentity), which needs no permission.
  - On other hosts, which declare no account, it is skipped and calls nothing.
  - The connection is that of the lookup P(passrole.ec2.aws_connection#lookup).
  - The playbooks of this collection run it before all tasks that work on AWS, in check mode too.
options: {}
extends_documentation_fragment:
  - ansible.builtin.action_common_attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  platform:
    platforms: all
    support: full
author:
  - passrole contributors (@passrole)
seealso:
  - plugin: passrole.ec2.aws_connection
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Check that the credentials belong to the account of the host
  passrole.ec2.check_account:
"""

RETURN = r"""
account_id:
  description: The account of the credentials.
  returned: when the host declares it
  type: str
  sample: "123456789012"
arn:
  description: The ARN of the principal.
  returned: when the host declares its account
  type: str
  sample: arn:aws:sts::123456789012:assumed-role/deployer/passrole.ec2
"""
