#!/usr/bin/python
# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep many applications, each with its role, instance profile, launch source and group: the options, and the stages of each."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_application_fleet
version_added: 1.1.0
short_description: Keep the whole chain of many applications, from IAM role to Auto Scaling group
description:
  - Keeps for each application of a fleet what M(passrole.ec2.iam_ec2_role), M(passrole.ec2.iam_instance_profile) and
    M(passrole.ec2.asg_launch_with_profile) keep, one after the other. The role P(passrole.ec2.application#role) does the same for one, and calls this
    module for many.
  - The whole chain of all applications is planned before the first write, so that a mistake in the last group stops the first role, and
    the size gate counts applications.
  - What fails of an application leaves the rest of it as it is, and takes nothing from the others. A later run goes on from there.
  - With O(state=absent) the groups go first, and the roles last.
options:
  fleet:
    description:
      - The applications, each a dictionary of the options of the role P(passrole.ec2.application#role) without their prefix, such as C(name), C(role),
        C(instance_profile), C(managed_policies), C(launch_template), C(min_size), C(max_size), C(tags), C(group_tags) and C(rollout).
      - C(name) must be given. C(role) is the same unless set, and C(instance_profile) is what C(role) is.
      - Several applications may share a role or an instance profile, if all say the same of it.
    type: list
    elements: dict
    required: true
  fleet_defaults:
    description: What holds for each application that does not say otherwise, as a member of the O(fleet) would say it.
    type: dict
    default: {}
  identity_suffix:
    description:
      - What the names of roles and instance profiles end with that no application gives itself, as in V(-eu-west-1). IAM knows no regions, and
        applications of the same name in several regions of an account need roles that come and go with each.
    type: str
    default: ""
  regions:
    description:
      - The regions in which users are searched before a role or an instance profile is deleted, for all applications that do not set C(regions).
        By default all regions that are enabled for the account. See O(passrole.ec2.iam_instance_profile#module:regions), which also lists the
        refusals that a shorter list hides.
      - Each region is read once, however many applications are deleted.
      - Errors are an empty list, a text that is no region's name, and a region that does not answer.
    type: list
    elements: str
    version_added: 1.1.0
  state:
    description:
      - V(present) keeps the chains as declared.
      - V(absent) ends the instances and deletes groups, launch sources, instance profiles and roles, unless something else uses them.
      - A role or an instance profile that only other regions use stays, with a warning. Its entry in RV(results) lists the users as
        RV(passrole.ec2.iam_ec2_role#module:retained_role) or RV(passrole.ec2.iam_instance_profile#module:retained_instance_profile).
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - passrole.ec2.attributes
  - passrole.ec2.builds_on
  - passrole.ec2.fleet
  - passrole.ec2.preflight
  - passrole.ec2.pace
author:
  - passrole contributors (@passrole)
seealso:
  - module: passrole.ec2.iam_ec2_role
  - module: passrole.ec2.iam_instance_profile
  - module: passrole.ec2.asg_launch_with_profile
"""

EXAMPLES = r"""
- name: Keep two applications, and no more than one of them changed at a time
  passrole.ec2.ec2_application_fleet:
    fleet_defaults:
      managed_policies: [AmazonSSMManagedInstanceCore]
      vpc_zone_identifier: [subnet-0123456789abcdef0]
      min_size: 1
      max_size: 4
    fleet:
      - name: web
        launch_template: {image_id: ami-0123456789abcdef0, instance_type: t3.micro}
      - name: batch
        launch_template: {image_id: ami-0123456789abcdef0, instance_type: m7i.large}
        min_size: 0
    max_changes: 1

- name: See what would become of all applications, in full
  passrole.ec2.ec2_application_fleet:
    fleet: "{{ applications }}"
    details_path: applications.json
  check_mode: true

- name: Retire two applications
  passrole.ec2.ec2_application_fleet:
    fleet:
      - name: web
      - name: batch
    state: absent
"""

RETURN = r"""
results:
  description:
    - What became of each member of O(fleet), in their order. An unchanged one is its name.
    - A changed one has beside it what a task of its own would return, save what is told of all together.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      returned: always
      type: str
      sample: web
    changed:
      description: Whether it was changed, or in check mode would be.
      returned: when it changes or fails
      type: bool
      sample: true
    plan:
      description: What was done, or in check mode would be, in order; how many steps it has, where the result would be too long.
      returned: when it changes
      type: list
      elements: str
      sample: [create role batch]
    failed:
      description: Whether it was refused, or failed.
      returned: when it was
      type: bool
      sample: true
    msg:
      description: Why it failed.
      returned: when it failed
      type: str
      sample: "role: there is no role web"
    done:
      description: What had been done of it.
      returned: when it failed and something had
      type: list
      elements: str
      sample: [create role batch]
    not_done:
      description: What was left of its plan.
      returned: when it failed and something was
      type: list
      elements: str
      sample: []
    not_begun:
      description: What was not begun any more, as too many others had failed.
      returned: when something was not
      type: list
      elements: str
      sample: [create role batch]
  sample: [{name: web}, {name: batch, changed: true, plan: [create role batch]}]
members:
  description: How many members of O(fleet) there are of each.
  returned: success
  type: dict
  sample: {changed: 1, unchanged: 19, failed: 0, not_begun: 0}
summary:
  description: The same in sentences, with the plans of the first 50 that change.
  returned: success
  type: list
  elements: str
  sample: ["1 of 20 changed, 0 failed, 19 as declared", "batch: create role batch"]
stopped:
  description: Whether nothing was begun any more, as too many failed or would have changed.
  returned: when the task fails
  type: bool
  sample: false

permissions:
  description: The IAM permissions that the task's reads and its plan need.
  returned: success, without O(fleet)
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

from ansible_collections.passrole.ec2.plugins.module_utils.application.stages import OPTIONS, members, stages
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import run_stages


def main():
    run_stages(OPTIONS, stages, members)


if __name__ == "__main__":
    main()
