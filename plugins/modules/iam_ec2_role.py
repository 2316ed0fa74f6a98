#!/usr/bin/python
# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep an IAM role that EC2 can assume: the options, and the plan they ask for."""

from __future__ import annotations

DOCUMENTATION = r"""
module: iam_ec2_role
version_added: 1.0.0
short_description: Keep an IAM role that EC2 can assume
description:
  - Creates, changes and deletes an IAM role for EC2 instances, with its trust, its policies, its boundary and its tags.
  - Takes the options of M(amazon.aws.iam_role) that are about roles, with the same names, aliases and defaults.
    It makes no instance profile; see M(passrole.ec2.iam_instance_profile).
  - Every policy that the task names is looked for before anything is written, one by one, without listing the account's.
  - Policy documents are compared by what they mean, never by their text.
  - An option that the task leaves out is left as it is, save the trust; see O(assume_role_policy_document).
  - Roles that AWS keeps itself, under V(/aws-service-role/) and V(/aws-reserved/), are never changed.
options:
  name:
    description:
      - The name of the role.
      - Names are unique in an account whatever their O(path), and whatever their case.
    type: str
    required: true
    aliases: [role_name]
  path:
    description:
      - The path under which the role is created, by default V(/). It begins and ends with a slash.
      - IAM cannot move a role. When it exists under another path it stays there, and the task warns.
    type: str
    aliases: [prefix, path_prefix]
  description:
    description:
      - The description of the role. V("") clears it.
    type: str
  max_session_duration:
    description:
      - The longest session in seconds, between 3600 and 43200. A new role gets 3600.
      - It does not bear on the credentials that EC2 hands to instances.
    type: int
  assume_role_policy_document:
    description:
      - The trust policy, which says who may assume the role, as a dictionary or as JSON text.
      - It must let EC2 assume the role. One that does not is refused.
      - When it is not given, the trust of the role is kept to EC2 and O(assume_role_principals), also when the role
        exists and trusts others.
    type: json
  assume_role_principals:
    description:
      - Principals that may assume the role beside EC2, in the words of a policy's C(Principal).
      - V(AWS) takes ARNs and account numbers, V(Service) takes services, each a string or a list of strings. An account
        number needs quotes in YAML.
      - EC2 itself is always there, under the name it has in the partition of the region.
      - For conditions, federated principals and anything else use O(assume_role_policy_document) instead.
    type: dict
  boundary:
    description:
      - The managed policy that bounds the permissions of the role, by its ARN, its name or its /path/name.
      - V("") takes the boundary off.
    type: str
    aliases: [boundary_policy_arn]
  managed_policies:
    description:
      - The managed policies of the role, each by its ARN, its name or its /path/name.
      - A name stands for the account's own policy without a path, or else for AWS's own policy of that name, in whichever of
        AWS's paths it is. The account's own policies in a path need the path or the ARN.
      - A policy that is not there is refused. In check mode this holds even for one that an earlier task of the play would make.
      - V([]) detaches all when O(purge_policies=true).
    type: list
    elements: str
    aliases: [managed_policy]
  purge_policies:
    description:
      - Whether managed policies that are not in O(managed_policies) are detached, if O(managed_policies) is given.
    type: bool
    default: true
    aliases: [purge_policy, purge_managed_policies]
  inline_policies:
    description:
      - The inline policies of the role, by name, each a policy document as a dictionary or as JSON text.
      - A document has a C(Version), and its elements are those of IAM's grammar; a misspelt one is refused.
      - When it is not given, inline policies are neither read nor changed.
    type: dict
  purge_inline_policies:
    description:
      - Whether inline policies that are not in O(inline_policies) are deleted, if O(inline_policies) is given.
    type: bool
    default: true
  remove_from_instance_profiles:
    description:
      - Whether O(state=absent) takes the role out of the instance profiles that hold it. Instances that run with them
        lose their credentials.
      - With V(false), the role is not deleted while an instance profile holds it; the task is refused, and names the profiles.
    type: bool
    default: false
  state:
    description:
      - V(present) creates the role or changes it.
      - V(absent) detaches its managed policies, deletes its inline policies, and deletes it.
    type: str
    choices: [present, absent]
    default: present
  wait:
    description:
      - Whether to wait until IAM shows a new role, or shows a deleted one no more.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait at most.
    type: int
    default: 120
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
  - passrole.ec2.attributes
  - passrole.ec2.builds_on
author:
  - passrole contributors (@passrole)
seealso:
  - module: amazon.aws.iam_role_info
  - module: passrole.ec2.iam_instance_profile
  - module: passrole.ec2.asg_launch_with_profile
"""

EXAMPLES = r"""
- name: Let the web servers be reached by Session Manager, and read their bucket
  passrole.ec2.iam_ec2_role:
    name: web-server
    description: Web servers
    managed_policies:
      - AmazonSSMManagedInstanceCore
    inline_policies:
      read-bucket:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: s3:GetObject
            Resource: arn:aws:s3:::example-web/*
    tags:
      team: web

- name: Let another account assume the role too
  passrole.ec2.iam_ec2_role:
    name: batch
    assume_role_principals:
      AWS: "123456789012"

- name: Bound what a role can ever do, whatever is attached to it
  passrole.ec2.iam_ec2_role:
    name: build
    path: /ci/
    boundary: /ci/build-boundary
    managed_policies:
      - arn:aws:iam::123456789012:policy/ci/build

- name: Declare the whole trust policy
  passrole.ec2.iam_ec2_role:
    name: audit
    assume_role_policy_document:
      Version: "2012-10-17"
      Statement:
        - Effect: Allow
          Principal:
            Service: ec2.amazonaws.com
          Action: sts:AssumeRole
          Condition:
            StringEquals:
              aws:SourceAccount: "123456789012"

- name: Detach every managed policy
  passrole.ec2.iam_ec2_role:
    name: web-server
    managed_policies: []

- name: Delete the role
  passrole.ec2.iam_ec2_role:
    name: web-server
    state: absent
"""

RETURN = r"""
iam_role:
  description:
    - The role; V(null) when it is absent.
    - In check mode, what only AWS can tell reads V((known after apply\)).
  returned: success
  type: dict
  contains:
    arn:
      description: Its ARN.
      returned: always
      type: str
      sample: arn:aws:iam::123456789012:role/web-server
    assume_role_policy_document:
      description: Its trust policy, in IAM's own words.
      returned: always
      type: dict
      sample:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}]
    attached_policies:
      description: Its managed policies.
      returned: always
      type: list
      elements: dict
      contains:
        policy_arn:
          description: The ARN of the policy.
          returned: always
          type: str
          sample: arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore
        policy_name:
          description: The name of the policy.
          returned: always
          type: str
          sample: AmazonSSMManagedInstanceCore
    create_date:
      description: When it was created.
      returned: always
      type: str
      sample: "2026-01-12T11:18:20+00:00"
    description:
      description: Its description.
      returned: always
      type: str
      sample: Web servers
    inline_policies:
      description: The names of its inline policies; with O(purge_inline_policies=false), of the declared ones.
      returned: when O(inline_policies) is given
      type: list
      elements: str
      sample: [read-bucket]
    max_session_duration:
      description: Its longest session in seconds.
      returned: always
      type: int
      sample: 3600
    path:
      description: Its path.
      returned: always
      type: str
      sample: /
    permissions_boundary:
      description: The managed policy that bounds its permissions.
      returned: when it has one
      type: dict
      contains:
        permissions_boundary_arn:
          description: The ARN of the policy.
          returned: always
          type: str
          sample: arn:aws:iam::123456789012:policy/ci/build-boundary
        permissions_boundary_type:
          description: Always V(Policy); IAM has no other.
          returned: always
          type: str
          sample: Policy
    role_id:
      description: Its id, which another role of the same name does not share.
      returned: always
      type: str
      sample: AROA0123456789EXAMPLE
    role_last_used:
      description: When and in which region it was last used; empty when it never was.
      returned: always
      type: dict
      contains:
        last_used_date:
          description: When it was last used.
          returned: when it was used
          type: str
          sample: "2026-02-03T21:54:29+00:00"
        region:
          description: Where it was last used.
          returned: when it was used
          type: str
          sample: eu-west-1
    role_name:
      description: Its name.
      returned: always
      type: str
      sample: web-server
    tags:
      description: Its tags.
      returned: always
      type: dict
      sample: {"team": "web"}
plan:
  description: What was done, or in check mode would be done, in order.
  returned: success
  type: list
  elements: str
  sample: [create role web-server, attach policy AmazonSSMManagedInstanceCore to role web-server]
permissions:
  description: The IAM permissions that the task's reads and its plan need.
  returned: success
  type: list
  elements: str
  sample: ["iam:AttachRolePolicy", "iam:CreateRole", "iam:GetPolicy", "iam:GetRole", "sts:GetCallerIdentity"]
outcome:
  description: What the task leaves behind, for the O(builds_on) of later tasks.
  returned: success
  type: dict
  sample: {"iam_role": {"web-server": {"path": "/", "managed_policies": [], "tags": {}}}}
done:
  description: What had been done when the task failed.
  returned: when a step of the plan fails
  type: list
  elements: str
  sample: [create role web-server]
not_done:
  description: What was left of the plan when the task failed.
  returned: when a step of the plan fails
  type: list
  elements: str
  sample: [attach policy AmazonSSMManagedInstanceCore to role web-server]
"""

from ansible_collections.passrole.ec2.plugins.module_utils.core.earlier import Earlier
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import run
from ansible_collections.passrole.ec2.plugins.module_utils.ec2_role.observe import observe
from ansible_collections.passrole.ec2.plugins.module_utils.ec2_role.plan import plan
from ansible_collections.passrole.ec2.plugins.module_utils.ec2_role.state import desired

OPTIONS = {
    "name": {"type": "str", "required": True, "aliases": ["role_name"]},
    "path": {"type": "str", "aliases": ["prefix", "path_prefix"]},
    "description": {"type": "str"},
    "max_session_duration": {"type": "int"},
    "assume_role_policy_document": {"type": "json"},
    "assume_role_principals": {"type": "dict"},
    "boundary": {"type": "str", "aliases": ["boundary_policy_arn"]},
    "managed_policies": {"type": "list", "elements": "str", "aliases": ["managed_policy"]},
    "purge_policies": {"type": "bool", "default": True, "aliases": ["purge_policy", "purge_managed_policies"]},
    "inline_policies": {"type": "dict"},
    "purge_inline_policies": {"type": "bool", "default": True},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
    "remove_from_instance_profiles": {"type": "bool", "default": False},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 120},
}
NOT_TOGETHER = [("assume_role_policy_document", "assume_role_principals")]


def make_plan(params, aws):
    want = desired(
        params,
        aws.partition,
        creation=aws.request("iam", "CreateRole"),
        policy_name=aws.request("iam", "PutRolePolicy").members["PolicyName"],
    )
    return plan(want, observe(want, aws.find, Earlier.from_params(params), aws.partition))


def main():
    run(OPTIONS, make_plan, mutually_exclusive=NOT_TOGETHER)


if __name__ == "__main__":
    main()
