#!/usr/bin/python
# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tell what the instances of groups run with, and how far their rollouts are: the options, and how they are read."""

from __future__ import annotations

DOCUMENTATION = r"""
module: asg_launch_with_profile_info
version_added: 1.1.0
short_description: Tell what the instances of Auto Scaling groups run with, and how far their rollouts are
description:
  - Tells of each group what it launches from, and of each of its instances what it was launched from and which instance profile it carries now.
  - Tells of each group's latest instance refresh, whether it goes on or has ended.
  - Groups and associations are read in bulk, a hundred groups and two hundred instances at a time. Instance refreshes and warm pools take a
    call for each group, as AWS has none for many.
options:
  names:
    description:
      - The names of the groups. Of those that are not there nothing is told.
      - All groups of the region unless given.
    type: list
    elements: str
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

from ansible_collections.passrole.ec2.plugins.module_utils.core.run import tell
from ansible_collections.passrole.ec2.plugins.module_utils.rollout.survey import Asked, survey

OPTIONS = {
    "names": {"type": "list", "elements": "str"},
    "associations": {"type": "bool", "default": True},
    "instance_refreshes": {"type": "bool", "default": True},
}


def read(params, aws):
    names = None if params["names"] is None else tuple(params["names"])
    asked = Asked(names, params["associations"], params["instance_refreshes"])
    return {"auto_scaling_groups": survey(asked, aws.find, aws.model("autoscaling").shape_for("InstanceRefresh"))}


def main():
    tell(OPTIONS, read)


if __name__ == "__main__":
    main()
