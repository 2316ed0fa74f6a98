#!/usr/bin/python
# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tell of instance profiles and the roles in them: the options, and how they are read."""

from __future__ import annotations

DOCUMENTATION = r"""
module: iam_instance_profile_info
version_added: 1.1.0
short_description: Tell of IAM instance profiles and the roles in them, as a fleet could keep them
description:
  - Tells of each instance profile the role in it, and of the role its trust, its policies with the documents of inline ones, its boundary and its tags.
  - Tells the same in the words of this collection. Given back as the O(passrole.ec2.iam_instance_profile#module:fleet) of M(passrole.ec2.iam_instance_profile)
    and of M(passrole.ec2.iam_ec2_role), they plan no change, whoever made the instance profiles and the roles.
  - Instance profiles and roles are read in bulk, in pages of a thousand. The tags of instance profiles take a call for each, as AWS has none for many.
options:
  names:
    description:
      - The names of the instance profiles. Of those that are not there nothing is told.
      - All instance profiles of the account unless given.
    type: list
    elements: str
  path_prefix:
    description: What the path of the instance profiles begins with, as in V(/web/).
    type: str
  tags:
    description: Tags that the instance profiles have, each with its value.
    type: dict
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - passrole.ec2.pace
  - passrole.ec2.reads
author:
  - passrole contributors (@passrole)
seealso:
  - module: passrole.ec2.iam_instance_profile
  - module: passrole.ec2.iam_ec2_role
  - module: amazon.aws.iam_instance_profile_info
"""

EXAMPLES = r"""
- name: Read all instance profiles of the web team
  passrole.ec2.iam_instance_profile_info:
    tags:
      team: web
  register: there

- name: Show which of them hold no role
  ansible.builtin.debug:
    msg: "{{ there.iam_instance_profiles | selectattr('roles', 'eq', []) | map(attribute='instance_profile_name') }}"

- name: See that a declaration made of them changes nothing
  passrole.ec2.iam_instance_profile:
    fleet: "{{ there.fleet }}"
  check_mode: true
"""

RETURN = r"""
iam_instance_profiles:
  description: The instance profiles, in the order of their names.
  returned: success
  type: list
  elements: dict
  contains:
    arn:
      description: Its ARN.
      returned: always
      type: str
      sample: arn:aws:iam::123456789012:instance-profile/web
    create_date:
      description: When it was created.
      returned: always
      type: str
      sample: "2026-01-12T11:18:20+00:00"
    instance_profile_id:
      description: Its id, which another instance profile of the same name does not share.
      returned: always
      type: str
      sample: AIPA0123456789EXAMPLE
    instance_profile_name:
      description: Its name.
      returned: always
      type: str
      sample: web
    path:
      description: Its path.
      returned: always
      type: str
      sample: /
    roles:
      description:
        - The role in it, or nothing.
        - As RV(passrole.ec2.iam_ec2_role#module:iam_role) of M(passrole.ec2.iam_ec2_role), but for C(inline_policies), which has the document of each
          by its name.
      returned: always
      type: list
      elements: dict
      sample: [{role_name: web-server, path: /, attached_policies: [], inline_policies: {}}]
    tags:
      description: Its tags.
      returned: always
      type: dict
      sample: {"team": "web"}
fleet:
  description: The same as a fleet of M(passrole.ec2.iam_instance_profile). Tags that AWS sets are left out; a task leaves them alone.
  returned: success
  type: list
  elements: dict
  sample: [{name: web, path: /, role: web-server, tags: {"team": "web"}}]
role_fleet:
  description: The roles in them, as a fleet of M(passrole.ec2.iam_ec2_role).
  returned: success
  type: list
  elements: dict
  sample: [{name: web-server, path: /, managed_policies: [], inline_policies: {}, tags: {}}]
left_out:
  description: Roles that M(passrole.ec2.iam_ec2_role) would refuse, and that RV(role_fleet) leaves out.
  returned: success
  type: list
  elements: dict
  contains:
    role_name:
      description: The name of the role.
      returned: always
      type: str
      sample: lambda
    because:
      description: Why it cannot be declared.
      returned: always
      type: str
      sample: its trust policy does not let EC2 assume it
policy_to_add:
  description: A policy document that allows what the task was denied.
  returned: when AWS denies a read
  type: dict
  sample:
    Version: "2012-10-17"
    Statement:
      - Sid: ListInstanceProfiles
        Effect: Allow
        Action: ["iam:ListInstanceProfiles"]
        Resource: ["*"]
"""

from ansible_collections.passrole.ec2.plugins.module_utils.core.run import tell
from ansible_collections.passrole.ec2.plugins.module_utils.identity.survey import Asked, survey

OPTIONS = {
    "names": {"type": "list", "elements": "str"},
    "path_prefix": {"type": "str"},
    "tags": {"type": "dict"},
}


def read(params, aws):
    names = None if params["names"] is None else frozenset(params["names"])
    tags = {str(key): str(value) for key, value in (params["tags"] or {}).items()}
    return survey(Asked(names, params["path_prefix"], tags), aws)


def main():
    tell(OPTIONS, read)


if __name__ == "__main__":
    main()
