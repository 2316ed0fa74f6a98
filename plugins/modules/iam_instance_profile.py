#!/usr/bin/python
# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep an IAM instance profile and the role in it: the options, and the plan they ask for."""

from __future__ import annotations

DOCUMENTATION = r"""
module: iam_instance_profile
version_added: 1.0.0
short_description: Keep an IAM instance profile and the role in it
description:
  - Creates, changes and deletes an IAM instance profile, and keeps one role in it, or none.
  - Takes every option of M(amazon.aws.iam_instance_profile), with the same name, default and meaning.
  - The role is looked for before anything is written. When AWS refuses the second half of a swap, the old role is put back.
  - An option that the task leaves out is left as it is.
options:
  name:
    description:
      - The name of the instance profile.
      - Names are unique in an account whatever their O(path), and whatever their case.
    type: str
    required: true
    aliases: [instance_profile_name]
  path:
    description:
      - The path under which the instance profile is created, by default V(/). It begins and ends with a slash.
      - IAM cannot move an instance profile. When it exists under another path it stays there, and the task warns.
    type: str
    aliases: [path_prefix, prefix]
  role:
    description:
      - The role to be in the instance profile, by its name, by its path and name as in V(/web/server), or by its ARN.
      - A path or an ARN must be the role's own; when it is not, the task is refused.
      - An instance profile holds one role at most. The one it holds is taken out first.
      - V("") takes out the role that is there.
    type: str
  state:
    description:
      - V(present) creates the instance profile or changes it.
      - V(absent) takes its role out and deletes it. Instances that run with it lose their credentials.
    type: str
    choices: [absent, present]
    default: present
  wait:
    description:
      - Whether to wait until IAM shows the instance profile as it was written, or shows it no more.
      - EC2 and Auto Scaling may need some seconds longer to see it.
      - With V(false), what only IAM knows of a thing that an earlier task made is left out of the result.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait at most.
    type: int
    default: 120
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags.modules
  - amazon.aws.boto3
  - passrole.ec2.attributes
  - passrole.ec2.builds_on
author:
  - passrole contributors (@passrole)
seealso:
  - module: amazon.aws.iam_instance_profile_info
  - module: passrole.ec2.iam_ec2_role
"""

EXAMPLES = r"""
- name: Give the web servers their role
  passrole.ec2.iam_instance_profile:
    name: web
    role: web-server

- name: Keep a profile under a path, with tags
  passrole.ec2.iam_instance_profile:
    name: web
    path: /example/
    role: /example/web-server
    tags:
      team: web

- name: Keep a role
  passrole.ec2.iam_ec2_role:
    name: batch
  register: batch_role

- name: Put it in an instance profile; check mode works before the role exists
  passrole.ec2.iam_instance_profile:
    name: batch
    role: batch
    builds_on: ["{{ batch_role }}"]

- name: Take the role out, and keep the profile
  passrole.ec2.iam_instance_profile:
    name: web
    role: ""

- name: Delete the profile
  passrole.ec2.iam_instance_profile:
    name: web
    state: absent
"""

RETURN = r"""
iam_instance_profile:
  description:
    - The instance profile; V(null) when it is absent.
    - In check mode, what only AWS can tell reads V((known after apply\)).
  returned: success
  type: dict
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
      sample: "2026-01-12T11:18:29+00:00"
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
      description: The role in it, or nothing.
      returned: always
      type: list
      elements: dict
      contains:
        arn:
          description: The ARN of the role.
          returned: always
          type: str
          sample: arn:aws:iam::123456789012:role/web-server
        assume_role_policy_document:
          description: The trust policy of the role.
          returned: always
          type: dict
          sample: {"Version": "2012-10-17", "Statement": []}
        create_date:
          description: When the role was created.
          returned: always
          type: str
          sample: "2026-01-12T11:18:20+00:00"
        description:
          description: The description of the role.
          returned: when IAM tells it
          type: str
          sample: Web servers
        max_session_duration:
          description: How many seconds a session of the role may last.
          returned: when IAM tells it
          type: int
          sample: 3600
        path:
          description: The path of the role.
          returned: always
          type: str
          sample: /
        role_id:
          description: The id of the role.
          returned: always
          type: str
          sample: AROA0123456789EXAMPLE
        role_last_used:
          description: When and in which region the role was last used.
          returned: when IAM tells it
          type: dict
          sample: {"last_used_date": "2026-02-03T21:54:29+00:00", "region": "eu-west-1"}
        role_name:
          description: The name of the role.
          returned: always
          type: str
          sample: web-server
        tags:
          description: The tags of the role, as far as IAM tells them with the instance profile.
          returned: always
          type: dict
          sample: {}
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
  sample: [create instance profile web, put role web-server in instance profile web]
permissions:
  description: The IAM permissions that the task's reads and its plan need.
  returned: success
  type: list
  elements: str
  sample: ["iam:AddRoleToInstanceProfile", "iam:CreateInstanceProfile", "iam:GetInstanceProfile", "iam:GetRole", "iam:PassRole"]
outcome:
  description: What the task leaves behind, for the O(builds_on) of later tasks.
  returned: success
  type: dict
  sample: {"instance_profile": {"web": {"path": "/", "role": "web-server", "tags": {}}}}
done:
  description: What had been done when the task failed, a role put back among it.
  returned: when a step of the plan fails
  type: list
  elements: str
  sample: [take role app out of instance profile web, put role app back in instance profile web]
not_done:
  description: What was left of the plan when the task failed.
  returned: when a step of the plan fails
  type: list
  elements: str
  sample: [put role web-server in instance profile web]
"""

from ansible_collections.passrole.ec2.plugins.module_utils.core.earlier import Earlier
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import run
from ansible_collections.passrole.ec2.plugins.module_utils.instance_profile.observe import observe
from ansible_collections.passrole.ec2.plugins.module_utils.instance_profile.plan import plan
from ansible_collections.passrole.ec2.plugins.module_utils.instance_profile.state import desired

OPTIONS = {
    "name": {"type": "str", "required": True, "aliases": ["instance_profile_name"]},
    "path": {"type": "str", "aliases": ["path_prefix", "prefix"]},
    "role": {"type": "str"},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
    "state": {"type": "str", "choices": ["absent", "present"], "default": "present"},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 120},
}


def make_plan(params, aws):
    want = desired(
        params,
        creation=aws.request("iam", "CreateInstanceProfile"),
        role_name=aws.request("iam", "GetRole").members["RoleName"],
    )
    shape = aws.model("iam").shape_for("InstanceProfile")
    return plan(want, observe(want, aws.find, Earlier.from_params(params), shape), shape)


def main():
    run(OPTIONS, make_plan)


if __name__ == "__main__":
    main()
