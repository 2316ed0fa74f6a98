#!/usr/bin/python
# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tell of groups, of what they launch from and what runs for them: the options, and how they are read."""

from __future__ import annotations

DOCUMENTATION = r"""
module: asg_launch_with_profile_info
version_added: 1.1.0
short_description: Tell of Auto Scaling groups, of what they launch from and run with, as a fleet could keep them
description:
  - Tells of each group what it launches from, and of each of its instances what it was launched from and which instance profile it carries now.
  - Tells of each group's latest instance refresh, whether it goes on or has ended.
  - Tells the same in the words of this collection. Given back as the O(passrole.ec2.asg_launch_with_profile#module:fleet) of
    M(passrole.ec2.asg_launch_with_profile), they plan no change, whoever made the groups and what they launch from.
  - User data are not told but by their digest. In RV(fleet), C(source_version) keeps them, and whatever else is not said there, as they are.
  - Groups, associations, launch templates, launch configurations, notifications, scheduled actions and scaling policies are read in bulk. Instance
    refreshes, warm pools and lifecycle hooks take a call for each group, and so do versions that are neither the latest nor the default of their
    launch template, as AWS has none for many.
options:
  names:
    description:
      - The names of the groups. Of those that are not there nothing is told.
      - All groups of the region unless given.
    type: list
    elements: str
  filters:
    description:
      - What else holds for the groups, as the filters of C(DescribeAutoScalingGroups), V(tag-key), V(tag-value) and V(tag:KEY), each with a value or a
        list of values of which one is needed. See
        U(https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Filter.html).
    type: dict
  tags:
    description: Tags that the groups have, each with its value.
    type: dict
  fleet:
    description: Whether to look for all that belongs to each group and what it launches from, and to tell it as a fleet.
    type: bool
    default: true
  launch_configurations:
    description: Whether to tell of all launch configurations of the region, and of the groups and instances that use them.
    type: bool
    default: false
  associations:
    description: Whether to look which instance profile each instance carries.
    type: bool
    default: true
  instance_refreshes:
    description: Whether to look for each group's latest instance refresh.
    type: bool
    default: true
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
  - module: amazon.aws.autoscaling_group_info
"""

EXAMPLES = r"""
- name: Ask what the instances of a group carry
  passrole.ec2.asg_launch_with_profile_info:
    names: [web]
  register: groups

- name: Show the instances that carry no instance profile, or another than web
  ansible.builtin.debug:
    msg: "{{ groups.auto_scaling_groups | map(attribute='instances') | flatten | rejectattr('instance_profile', 'eq', 'web') }}"

- name: Ask how far all rollouts of the region are
  passrole.ec2.asg_launch_with_profile_info:
    associations: false
    fleet: false

- name: Read the groups of the web team, whoever made them
  passrole.ec2.asg_launch_with_profile_info:
    tags: {team: web}
  register: there

- name: See that a declaration made of them changes nothing
  passrole.ec2.asg_launch_with_profile:
    fleet: "{{ there.fleet }}"
  check_mode: true
"""

RETURN = r"""
auto_scaling_groups:
  description: What is told of each group, in the order of their names.
  returned: success
  type: list
  elements: dict
  contains:
    auto_scaling_group_name:
      description: The name of the group.
      returned: always
      type: str
      sample: web
    desired_capacity:
      description: How many instances it is to have.
      returned: always
      type: int
      sample: 4
    launches_from:
      description: The launch template and its version as the group names it, or the launch configuration.
      returned: always
      type: dict
      sample: {launch_template_id: lt-0123456789abcdef0, launch_template_name: web, version: "3"}
    instances:
      description: Its instances, those in its warm pool too.
      returned: always
      type: list
      elements: dict
      contains:
        instance_id:
          description: Id of the instance.
          returned: always
          type: str
          sample: i-0123456789abcdef0
        lifecycle_state:
          description: Its state in the group or in the warm pool.
          returned: always
          type: str
          sample: InService
        launched_from:
          description: The version of the launch template, or the launch configuration, that it was launched from.
          returned: always
          type: str
          sample: version 3
        protected_from_scale_in:
          description: Whether it is protected from scale in.
          returned: always
          type: bool
          sample: false
        instance_profile:
          description: Name of the instance profile that it carries now; V(null) without one.
          returned: with O(associations=true)
          type: str
          sample: web
        instance_profile_id:
          description: Id of that instance profile. One that was deleted and made again has another.
          returned: with O(associations=true)
          type: str
          sample: AIPA0123456789EXAMPLE
        association_state:
          description: State of the association.
          returned: with O(associations=true)
          type: str
          sample: associated
    tags:
      description: Its tags but those that AWS sets, in the words of O(passrole.ec2.asg_launch_with_profile#module:tags).
      returned: always
      type: list
      elements: dict
      sample: [{team: web, propagate_at_launch: true}]
    kept_by:
      description: What else keeps the group, as far as its tags tell; V(null) if nothing does.
      returned: always
      type: str
      sample: CloudFormation stack web
    instance_refresh:
      description:
        - The latest instance refresh, as C(DescribeInstanceRefreshes) tells it, in snake case; V(null) where there was none.
        - Beside that, C(ended) is whether it has ended, well or not, and C(at_checkpoint) whether it pauses at one of its checkpoints.
      returned: with O(instance_refreshes=true)
      type: dict
      sample:
        instance_refresh_id: 08b91cf7-8fa6-48af-b6a6-d227f40f1b9b
        status: InProgress
        percentage_complete: 40
        instances_to_update: 3
        ended: false
        at_checkpoint: false
    auto_scaling_group:
      description:
        - The group as C(DescribeAutoScalingGroups) tells it, in snake case. See
          U(https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html).
      returned: with O(fleet=true)
      type: dict
      sample: {auto_scaling_group_name: web, min_size: 2, max_size: 6}
    instance_profile:
      description: Name of the instance profile that it launches instances with; V(null) without one.
      returned: with O(fleet=true)
      type: str
      sample: web
    launch:
      description:
        - What it launches from now. Empty where that is not there.
        - Beside the names in RV(auto_scaling_groups[].launches_from), C(version_number) is the number of the launch template's version, and C(data) what
          it says, or the launch configuration, in snake case, with user data by their digest only.
      returned: with O(fleet=true)
      type: dict
      sample: {launch_template_name: web, version: $Latest, version_number: 3, data: {image_id: ami-01e24be29428c15b2, instance_type: t3.micro}}
    lifecycle_hooks:
      description: Its lifecycle hooks, in the words of O(passrole.ec2.asg_launch_with_profile#module:lifecycle_hooks).
      returned: with O(fleet=true)
      type: list
      elements: dict
      sample: [{lifecycle_hook_name: drain, lifecycle_transition: "autoscaling:EC2_INSTANCE_TERMINATING"}]
    notification_configurations:
      description: The topics that are told of its events, in the words of O(passrole.ec2.asg_launch_with_profile#module:notification_configurations).
      returned: with O(fleet=true)
      type: list
      elements: dict
      sample: [{topic_arn: "arn:aws:sns:eu-west-1:123456789012:web", notification_types: ["autoscaling:EC2_INSTANCE_LAUNCH"]}]
    scheduled_actions:
      description: Its scheduled actions, in the words of O(passrole.ec2.asg_launch_with_profile#module:scheduled_actions).
      returned: with O(fleet=true)
      type: list
      elements: dict
      sample: [{scheduled_action_name: night, recurrence: "0 22 * * *", min_size: 0}]
    scaling_policies:
      description: Its scaling policies, in the words of O(passrole.ec2.asg_launch_with_profile#module:scaling_policies).
      returned: with O(fleet=true)
      type: list
      elements: dict
      sample: [{policy_name: cpu, policy_type: TargetTrackingScaling}]
fleet:
  description:
    - The same as a fleet of M(passrole.ec2.asg_launch_with_profile). Each member was planned, and none plans a change.
    - The desired capacity is left to the scaling policies. User data, and tags that AWS sets, are left out; a task leaves them alone.
    - A group stays with the version of its launch template as it asks for it, be it a number, V($Latest) or V($Default).
    - Of a launch template or configuration that several groups launch from, each says only which it is, as a fleet keeps each thing once.
  returned: with O(fleet=true)
  type: list
  elements: dict
  sample:
    - name: web
      instance_profile: web
      launch_template: {name: web, source_version: "3", image_id: ami-01e24be29428c15b2, instance_type: t3.micro}
      min_size: 2
      max_size: 6
      vpc_zone_identifier: [subnet-0a1b2c3d]
launch_configurations:
  description: Each launch configuration of the region, in the order of their names.
  returned: with O(launch_configurations=true)
  type: list
  elements: dict
  contains:
    launch_configuration_name:
      description: The name of the launch configuration.
      returned: always
      type: str
      sample: legacy-2019
    instance_profile:
      description: Name of the instance profile that it launches instances with; V(null) without one.
      returned: always
      type: str
      sample: web
    groups:
      description: The groups that launch from it, whichever O(names) are asked for.
      returned: always
      type: list
      elements: str
      sample: [web]
    instances:
      description: The instances of groups that were launched from it, whatever their group launches from now.
      returned: always
      type: list
      elements: str
      sample: [i-0123456789abcdef0]
    launch_templates:
      description: The launch templates that were made from it, as their tag C(passrole.ec2:source_launch_configuration) tells.
      returned: always
      type: list
      elements: str
      sample: [web]
left_out:
  description: Groups that M(passrole.ec2.asg_launch_with_profile) would refuse or change, and that RV(fleet) leaves out.
  returned: with O(fleet=true)
  type: list
  elements: dict
  contains:
    auto_scaling_group_name:
      description: The name of the group.
      returned: always
      type: str
      sample: bare
    because:
      description: Why it cannot be declared.
      returned: always
      type: str
      sample: what it launches from carries no instance profile
policy_to_add:
  description: A policy document that allows what the task was denied.
  returned: when AWS denies a read
  type: dict
  sample:
    Version: "2012-10-17"
    Statement:
      - Sid: DescribeInstanceRefreshes
        Effect: Allow
        Action: ["autoscaling:DescribeInstanceRefreshes"]
        Resource: ["*"]
"""

from ansible_collections.passrole.ec2.plugins.module_utils.asg_launch.survey import survey
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import tell

OPTIONS = {
    "names": {"type": "list", "elements": "str"},
    "filters": {"type": "dict"},
    "tags": {"type": "dict"},
    "fleet": {"type": "bool", "default": True},
    "launch_configurations": {"type": "bool", "default": False},
    "associations": {"type": "bool", "default": True},
    "instance_refreshes": {"type": "bool", "default": True},
}


def main():
    tell(OPTIONS, survey)


if __name__ == "__main__":
    main()
