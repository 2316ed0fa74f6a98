#!/usr/bin/python
# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep one application with its role, instance profile, launch source and group: the options, and the stages."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_application
version_added: 1.1.0
short_description: Keep the whole chain of one application, from IAM role to Auto Scaling group
description:
  - Keeps what M(passrole.ec2.iam_ec2_role), M(passrole.ec2.iam_instance_profile) and M(passrole.ec2.asg_launch_with_profile) keep, in one task.
    The role P(passrole.ec2.application#role) calls this module, and M(passrole.ec2.ec2_application_fleet) does the same for many applications.
  - The whole chain is planned before the first write. A mistake in an option of the group is therefore refused before the role is created.
  - All mistakes in types and names of options are reported at once, one on a line.
  - If one resource fails, the resources that depend on it are left as they are, and a later run goes on from there.
  - With O(state=absent), the group is deleted first and the role last.
options:
  application:
    description:
      - The options of the role P(passrole.ec2.application#role) without their prefix, such as C(name), C(role), C(instance_profile),
        C(managed_policies), C(launch_template), C(min_size), C(max_size), C(tags), C(group_tags) and C(rollout).
      - C(name) is required. C(role) defaults to C(name), and C(instance_profile) to C(role).
      - Without C(launch_template), C(launch_configuration) and all other options of the group, only the role and the instance profile are kept,
        and a group of that name stays as it is.
      - Null, and a blank text, count as not given, as a survey answers them. For C(description) and C(boundary) an empty text is a value.
        C(0), C(false), an empty list and an empty dictionary always are values.
    type: dict
    required: true
  identity_suffix:
    description:
      - What the names of the role and of the instance profile end with unless the application gives them, as in V(-eu-west-1). IAM has no regions, and
        applications of the same name in several regions of an account need roles of their own.
    type: str
    default: ""
  variable_prefix:
    description: What the names of options begin with in messages, as V(application_) for the variables of the role.
    type: str
    default: ""
  max_changes:
    description: The most applications that may change, as in V(1), or a share of them, as in V(20%). With V(0), the task is refused if anything would change.
    type: str
  resources:
    description: Whether all resources of the application are kept, or with V(identity) only the role and the instance profile.
    type: str
    choices: [all, identity]
    default: all
  state:
    description:
      - V(present) keeps the chain as declared.
      - V(absent) ends the instances and deletes the group, the launch source, the instance profile and the role, unless something else uses them.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - passrole.ec2.attributes
  - passrole.ec2.builds_on
  - passrole.ec2.preflight
  - passrole.ec2.pace
author:
  - passrole contributors (@passrole)
seealso:
  - module: passrole.ec2.ec2_application_fleet
  - module: passrole.ec2.iam_ec2_role
  - module: passrole.ec2.iam_instance_profile
  - module: passrole.ec2.asg_launch_with_profile
"""

EXAMPLES = r"""
- name: Keep an application, its role and its instance profile
  passrole.ec2.ec2_application:
    application:
      name: web
      managed_policies: [AmazonSSMManagedInstanceCore]
      launch_template: {image_id: ami-0123456789abcdef0, instance_type: t3.micro}
      min_size: 1
      max_size: 4
      vpc_zone_identifier: [subnet-0123456789abcdef0]

- name: Change the permissions of the application, and leave its group as it is
  passrole.ec2.ec2_application:
    application:
      name: web
      managed_policies: [AmazonSSMManagedInstanceCore, CloudWatchAgentServerPolicy]

- name: Retire the application
  passrole.ec2.ec2_application:
    application: {name: web}
    state: absent
"""

RETURN = r"""
plan:
  description: What was done, or in check mode would be, in order.
  returned: success
  type: list
  elements: str
  sample: [create role web, create instance profile web, put role web in instance profile web]
stages:
  description:
    - The part of each resource, by the name of the module that keeps it alone. What a task of that module returns is in it, except for
      RV(permissions) and RV(policy), which the result has of all.
    - C(former_instance_profiles) tells which instance profiles of earlier roles were deleted, or why they stay. It is returned with
      C(role_change=new_profile).
  returned: success
  type: dict
  sample: {iam_ec2_role: {changed: true, plan: [create role web], outcome: {iam_role: {web: {path: /}}}}}
iam_role:
  description: The role, as M(passrole.ec2.iam_ec2_role) returns it.
  returned: when the role is there, or in check mode would be
  type: dict
  sample: {role_name: web, path: /}
iam_instance_profile:
  description: The instance profile, as M(passrole.ec2.iam_instance_profile) returns it.
  returned: when the instance profile is there, or in check mode would be
  type: dict
  sample: {instance_profile_name: web, path: /}
auto_scaling_group:
  description: The group, as M(passrole.ec2.asg_launch_with_profile) returns it, with what else that module returns beside it.
  returned: when the group is there, or in check mode would be
  type: dict
  sample: {auto_scaling_group_name: web, min_size: 1, max_size: 4}
launch_template:
  description: The launch template, as M(passrole.ec2.asg_launch_with_profile) returns it.
  returned: with C(launch_template)
  type: dict
  sample: {launch_template_name: web, version_number: 1, instance_profile: web}
launch_configuration:
  description: The launch configuration, as M(passrole.ec2.asg_launch_with_profile) returns it.
  returned: with C(launch_configuration)
  type: dict
  sample: {launch_configuration_name: web-6b1f0c2d, instance_profile: web}
rollout:
  description: How the change reaches running instances, as M(passrole.ec2.asg_launch_with_profile) returns it.
  returned: when the group is there, or in check mode would be
  type: dict
  sample: {strategy: none, behind: []}
former_instance_profiles:
  description: Instance profiles of earlier roles, and whether each was deleted.
  returned: with C(role_change=new_profile)
  type: list
  elements: dict
  sample: [{instance_profile_name: web, role: web-2025, removed: false, used_by: [instance i-0123456789abcdef0]}]
other_instance_profiles:
  description: Other instance profiles that hold the role, such as that of an application whose C(instance_profile) was renamed.
  returned: when there are some
  type: list
  elements: str
  sample: [web-old]
retained_instance_profile:
  description: The instance profile that stays, as other regions use it, with its users. See M(passrole.ec2.iam_instance_profile).
  returned: with O(state=absent), when it stays
  type: dict
  sample: {used_by: ["eu-west-1: group web"]}
retained_role:
  description: The role that stays, as other regions use it, with its users. See M(passrole.ec2.iam_ec2_role).
  returned: with O(state=absent), when it stays
  type: dict
  sample: {used_by: ["eu-west-1: group web"]}
waited:
  description: The steps that AWS had to be given time for, with the seconds, the number of tries and the reason.
  returned: when there are some
  type: list
  elements: dict
  sample: [{step: create group web, seconds: 7.5, times: 3, reason: Invalid IamInstanceProfile (ValidationError)}]
done:
  description: What had been done when the task failed.
  returned: when the task fails after a write
  type: list
  elements: str
  sample: [create role web]
not_done:
  description: What was left of the plan when the task failed.
  returned: when the task fails after a write
  type: list
  elements: str
  sample: [create instance profile web]
permissions:
  description: The IAM permissions that the task's reads and its plan need.
  returned: success
  type: list
  elements: str
  sample: ["iam:AttachRolePolicy", "iam:CreateRole", "iam:GetPolicy", "iam:GetRole"]
policy:
  description:
    - The policy document that allows this task, and nothing else, in check mode and in the real run alike.
    - Its resources are those that the task names, with any account's number unless O(preflight) asked for it.
    - C(iam:PassRole) is allowed on the role alone, and to EC2.
    - The filter P(passrole.ec2.merged_policy#filter) makes one document of those of several tasks.
    - V(null) where it would have more than the 6,144 characters that IAM takes for a managed policy.
  returned: success
  type: dict
  sample:
    Version: "2012-10-17"
    Statement:
      - Sid: PassRole
        Effect: Allow
        Action: ["iam:PassRole"]
        Resource: ["arn:aws:iam::*:role/*/web-server", "arn:aws:iam::*:role/web-server"]
        Condition: {StringEquals: {"iam:PassedToService": [ec2.amazonaws.com]}}
policy_to_add:
  description: A policy document with the statements that allow what was denied.
  returned: when AWS denies a call, or O(preflight) finds that it would, and a statement can mend that
  type: dict
  sample:
    Version: "2012-10-17"
    Statement:
      - Sid: PassRole
        Effect: Allow
        Action: ["iam:PassRole"]
        Resource: ["arn:aws:iam::123456789012:role/*/web-server", "arn:aws:iam::123456789012:role/web-server"]
        Condition: {StringEquals: {"iam:PassedToService": [ec2.amazonaws.com]}}
outcome:
  description: What the task leaves behind of what it changes, for the O(builds_on) of later tasks.
  returned: success
  type: dict
  sample: {"iam_role": {"web-server": {"path": "/", "managed_policies": [], "tags": {}}}}
"""

from ansible_collections.passrole.ec2.plugins.module_utils.application.stages import OPTIONS_OF_ONE, rename_stage_option, single_member, stages_of_one
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import run_single_chain


def main():
    run_single_chain(OPTIONS_OF_ONE, stages_of_one, single_member, rename_stage_option)


if __name__ == "__main__":
    main()
