# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The account and the principal that credentials belong to, as a lookup."""

from __future__ import annotations

DOCUMENTATION = r"""
name: caller_identity
version_added: 1.1.0
short_description: Return the account and the principal that AWS credentials belong to
description:
  - Calls C(sts:GetCallerIdentity), which needs no permission, and returns the answer.
  - The answer is kept in the memory of the process that runs the task. Several templates of one task make one call.
  - The playbooks of this collection use it to check that the credentials of a host belong to the account of that host.
options:
  access_key:
    description: The access key, such as that of P(passrole.ec2.assumed_role#lookup). Unless given, the environment or O(profile) provides it.
  secret_key:
    description: The secret key that belongs to O(access_key).
  session_token:
    description: The session token of temporary credentials.
  profile:
    description: A profile of the AWS configuration files. An empty string keeps a profile of the environment from being used.
  endpoint_url:
    description: The URL of another endpoint than that of AWS. An empty string counts as not given.
  region:
    description: The region whose STS is called.
extends_documentation_fragment:
  - amazon.aws.boto3
  - amazon.aws.common.plugins
  - amazon.aws.region.plugins
author:
  - passrole contributors (@passrole)
seealso:
  - plugin: passrole.ec2.assumed_role
    plugin_type: lookup
  - module: amazon.aws.aws_caller_info
"""

EXAMPLES = r"""
- name: Check that the credentials belong to the account of the host
  ansible.builtin.assert:
    that: caller.account_id == account_id
  vars:
    caller: "{{ lookup('passrole.ec2.caller_identity', region=region) }}"
"""

RETURN = r"""
_raw:
  description: One dictionary with C(account_id), C(arn), the ARN of the principal, and C(user_id), its unique id.
  type: list
  elements: dict
  sample: [{account_id: "123456789012", arn: "arn:aws:sts::123456789012:assumed-role/deployer/passrole.ec2", user_id: "AROAEXAMPLE:passrole.ec2"}]
"""

import json

from ansible.errors import AnsibleLookupError
from ansible_collections.amazon.aws.plugins.plugin_utils.lookup import AWSLookupBase
from ansible_collections.passrole.ec2.plugins.module_utils.core.errors import PassroleError
from ansible_collections.passrole.ec2.plugins.plugin_utils.door import aws_of

ANSWERS = {}  # options -> what STS returned, in this process


class LookupModule(AWSLookupBase):
    """The lookup, by its name."""

    def run(self, terms, variables=None, **kwargs):
        super().run(terms, variables, **{option: value for option, value in kwargs.items() if value or option not in ("endpoint_url", "region")})
        options = json.dumps(dict(self.get_options()), sort_keys=True, default=str)
        try:
            if options not in ANSWERS:
                ANSWERS[options] = read_identity(aws_of(self))
        except PassroleError as error:
            raise AnsibleLookupError(f"caller_identity: {error}") from error
        return [ANSWERS[options]]


def read_identity(aws):
    answer = aws.find("sts", "get_caller_identity")
    return {"account_id": answer["Account"], "arn": answer["Arn"], "user_id": answer["UserId"]}
