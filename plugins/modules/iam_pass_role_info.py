#!/usr/bin/python
# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tell who may pass which roles to EC2: the options, and how they are read."""

from __future__ import annotations

DOCUMENTATION = r"""
module: iam_pass_role_info
version_added: 1.1.0
short_description: Tell whether a role may be passed to EC2
description:
  - Asks IAM's policy simulator whether the caller, or another user or role, may C(iam:PassRole) roles to EC2 or to another service.
  - Whoever puts a role in an instance profile, or launches instances or points a group at a launch template with that profile,
    must be allowed to pass it.
  - The simulator judges identity policies, permissions boundaries, and policies of the organization. It knows no session policies.
  - It takes C(iam:SimulatePrincipalPolicy) on the principal, and C(iam:GetRole) on roles that are given by name and on the role of a
    session.
options:
  roles:
    description: The roles, each by its name or its ARN. An ARN saves a call.
    type: list
    elements: str
    required: true
  principal:
    description:
      - The ARN of the user or the role that would pass the roles; the caller's own unless given.
      - The ARN of a role's session stands for the role.
    type: str
  service:
    description: The service that gets the roles in the end. Through Auto Scaling, too, that is EC2.
    type: str
    default: ec2.amazonaws.com
  associated_resource_arn:
    description:
      - The ARN of what the service gets the roles for, as policies name it with C(iam:AssociatedResourceArn).
      - For EC2, any instance of the region unless given.
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - passrole.ec2.pace
  - passrole.ec2.reads
author:
  - passrole contributors (@passrole)
seealso:
  - module: passrole.ec2.asg_launch_with_profile
  - module: passrole.ec2.iam_instance_profile
  - name: Granting a user permission to pass a role
    description: IAM's guide.
    link: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

EXAMPLES = r"""
- name: Ask whether I may launch instances with the role web
  passrole.ec2.iam_pass_role_info:
    roles: [web]
  register: pass_role

- name: Stop where I may not, with what would allow it
  ansible.builtin.assert:
    that: item.allowed
    fail_msg: "{{ item.why }}: {{ item.policy_to_add }}"
  loop: "{{ pass_role.roles }}"

- name: Ask what a deploying role may pass to instances of one region
  passrole.ec2.iam_pass_role_info:
    roles: [web, arn:aws:iam::123456789012:role/team/batch]
    principal: arn:aws:iam::123456789012:role/deployer
    associated_resource_arn: arn:aws:ec2:eu-west-1:123456789012:instance/*
"""

RETURN = r"""
principal:
  description: The ARN of the user or role that was asked about.
  returned: success
  type: str
  sample: arn:aws:iam::123456789012:role/deployer
roles:
  description: What the simulator says of each role, in the order of O(roles).
  returned: success
  type: list
  elements: dict
  contains:
    role_name:
      description: The name of the role.
      returned: always
      type: str
      sample: web
    role_arn:
      description: The ARN of the role.
      returned: always
      type: str
      sample: arn:aws:iam::123456789012:role/web
    allowed:
      description: Whether the principal may pass the role.
      returned: always
      type: bool
      sample: false
    decision:
      description: The simulator's own word, V(allowed), V(implicitDeny) or V(explicitDeny).
      returned: always
      type: str
      sample: implicitDeny
    why:
      description: Why the simulator says so.
      returned: always
      type: str
      sample: allowed by no policy
    matched_policies:
      description: The policies that have a statement about it, by the simulator's names.
      returned: always
      type: list
      elements: str
      sample: []
    missing_context:
      description: What the principal's policies ask about and the simulator was not told, such as C(aws:SourceIp). The decision may hang on it.
      returned: always
      type: list
      elements: str
      sample: []
    allowed_by_permissions_boundary:
      description: Whether the principal's permissions boundary allows it; V(null) without one.
      returned: always
      type: bool
      sample: true
    allowed_by_organizations:
      description: Whether the organization's policies allow it; V(null) where the simulator does not tell.
      returned: always
      type: bool
      sample: true
    policy_to_add:
      description: >-
        A policy document that allows it; V(null) where it is allowed, or is denied by a policy that no other can lift. Where
        RV(roles[].allowed_by_permissions_boundary) or RV(roles[].allowed_by_organizations) is V(false), the boundary or the organization's policies must
        allow it beside a policy of the principal's own.
      returned: always
      type: dict
      sample:
        Version: "2012-10-17"
        Statement:
          - Sid: PassRole
            Effect: Allow
            Action: ["iam:PassRole"]
            Resource: ["arn:aws:iam::123456789012:role/web"]
            Condition: {StringEquals: {"iam:PassedToService": [ec2.amazonaws.com]}}
policy_to_add:
  description: A policy document that allows what the task itself was denied.
  returned: when AWS denies a read
  type: dict
  sample:
    Version: "2012-10-17"
    Statement:
      - Sid: SimulatePrincipalPolicy
        Effect: Allow
        Action: ["iam:SimulatePrincipalPolicy"]
        Resource: ["arn:aws:iam::123456789012:role/deployer"]
"""

from ansible_collections.passrole.ec2.plugins.module_utils.core.run import tell
from ansible_collections.passrole.ec2.plugins.module_utils.pass_role.observe import observe
from ansible_collections.passrole.ec2.plugins.module_utils.pass_role.state import EC2, passing

OPTIONS = {
    "roles": {"type": "list", "elements": "str", "required": True},
    "principal": {"type": "str"},
    "service": {"type": "str", "default": EC2},
    "associated_resource_arn": {"type": "str"},
}


def read(params, aws):
    return observe(passing(params), aws.find, aws.known)


def main():
    tell(OPTIONS, read)


if __name__ == "__main__":
    main()
