#!/usr/bin/python
# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep which instance profile a fleet of instances carries: the options, and the plan they ask for."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_instance_profile_association
version_added: 1.1.0
short_description: Keep which instance profile EC2 instances carry
description:
  - Gives instances an instance profile, in place of any they carry, or takes it from them. No instance is replaced or stopped.
  - It is for instances outside of Auto Scaling groups. What a group launches next carries the instance profile of its launch source, and the task
    warns of that; see O(passrole.ec2.asg_launch_with_profile#module:rollout).
  - What an instance carries is compared by the id of the instance profile. One that was deleted and made again under its name counts as another, as
    instances get no credentials from it.
  - A running instance is given another in one call. A stopped one is rid of its instance profile first, and given the other then.
options:
  instance_ids:
    description:
      - The ids of the instances. Each must be there, and not be terminated.
      - One of O(instance_ids) and O(filters) must be given.
    type: list
    elements: str
    aliases: [instance_id]
  filters:
    description:
      - Which instances are meant, as C(DescribeInstances) takes filters, each with a value or a list of them. See
        U(https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html).
      - Those that are terminated or shutting down are left out.
    type: dict
  instance_profile:
    description:
      - The name or the ARN of the instance profile. It must be there and hold a role.
      - With O(state=absent), only instances that carry this one are rid of it; unless it is given, they are rid of whichever it is.
    type: str
    aliases: [iam_instance_profile, instance_profile_name]
  state:
    description: V(present) gives the instances the instance profile, V(absent) takes it from them.
    type: str
    choices: [absent, present]
    default: present
  max_changes:
    description:
      - How many of the instances may be changed, as a number like V(10) or as a share like V(20%). When more would, the task is refused, in check mode
        too, and nothing is changed.
      - V(0) and V(0%) let no instance change. An empty string counts as not given.
    type: str
    version_added: 1.1.0
  batch_size:
    description: How many instances are changed before the task waits until AWS shows them changed.
    type: int
    default: 10
  wait:
    description: Whether to wait until also the last of them are shown as they are wanted.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait at most for one batch.
    type: int
    default: 600
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
  - module: passrole.ec2.asg_launch_with_profile
  - module: passrole.ec2.iam_instance_profile
  - name: IAM roles for Amazon EC2
    description: EC2's guide.
    link: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html
"""

EXAMPLES = r"""
- name: Give two instances the instance profile web
  passrole.ec2.ec2_instance_profile_association:
    instance_ids: [i-0123456789abcdef0, i-0fedcba9876543210]
    instance_profile: web

- name: Give a fleet another one, five at a time
  passrole.ec2.ec2_instance_profile_association:
    filters:
      "tag:app": web
      instance-state-name: [running, stopped]
    instance_profile: web-2026
    batch_size: 5

- name: Take an instance profile from whatever carries it
  passrole.ec2.ec2_instance_profile_association:
    filters: {"tag:app": web}
    instance_profile: web
    state: absent
"""

RETURN = r"""
instances:
  description: The instances that are meant, and what becomes of them; the same in check mode.
  returned: success
  type: list
  elements: dict
  contains:
    instance_id:
      description: Id of the instance.
      returned: always
      type: str
      sample: i-0123456789abcdef0
    state:
      description: Its state when the task looked.
      returned: always
      type: str
      sample: running
    auto_scaling_group_name:
      description: The Auto Scaling group that it belongs to; V(null) without one.
      returned: always
      type: str
      sample: null
    instance_profile:
      description: Name of the instance profile that it carries once the task is done; V(null) without one.
      returned: always
      type: str
      sample: web-2026
    instance_profile_before:
      description: Name of the one that it carried before.
      returned: always
      type: str
      sample: web
    changed:
      description: Whether the task changes what it carries.
      returned: always
      type: bool
      sample: true
batches:
  description: Ids of the instances that are changed, in batches.
  returned: success
  type: list
  elements: list
  sample: [[i-0123456789abcdef0, i-0fedcba9876543210]]
plan:
  description: What was done, or in check mode would be done, in order.
  returned: success
  type: list
  elements: str
  sample: [replace instance profile web of i-0123456789abcdef0 by web-2026]
permissions:
  description: The IAM permissions that the task's reads and its plan need.
  returned: success
  type: list
  elements: str
  sample: ["ec2:DescribeInstances", "ec2:ReplaceIamInstanceProfileAssociation", "iam:GetInstanceProfile", "iam:PassRole"]
policy:
  description:
    - The policy document that allows this task, and nothing else, in check mode and in the real run alike.
    - The filter P(passrole.ec2.merged_policy#filter) makes one document of those of several tasks.
  returned: success
  type: dict
  sample:
    Version: "2012-10-17"
    Statement:
      - Sid: PassRole
        Effect: Allow
        Action: ["iam:PassRole"]
        Resource: ["arn:aws:iam::*:role/*/web", "arn:aws:iam::*:role/web"]
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
        Resource: ["arn:aws:iam::123456789012:role/*/web", "arn:aws:iam::123456789012:role/web"]
        Condition: {StringEquals: {"iam:PassedToService": [ec2.amazonaws.com]}}
outcome:
  description: What the task leaves behind, for the O(builds_on) of later tasks.
  returned: success
  type: dict
  sample: {"instance_profile_association": {"i-0123456789abcdef0": {"instance_profile": "web-2026"}}}
waited:
  description: The steps for which AWS had to be given time, in order. Nobody knows beforehand how long that takes, so that check mode tells nothing of it.
  returned: when a step had to wait
  type: list
  elements: dict
  contains:
    step:
      description: The step, in words.
      returned: always
      type: str
      sample: wait until i-0123456789abcdef0 carries instance profile web-2026
    reason:
      description: Why it had to wait, in AWS's latest words where AWS said any.
      returned: always
      type: str
      sample: i-0123456789abcdef0 is associating
    times:
      description: How often AWS was asked in vain.
      returned: always
      type: int
      sample: 4
    seconds:
      description: How many seconds of pauses were made between the attempts, in all.
      returned: always
      type: float
      sample: 3.75
done:
  description: What had been done when the task failed.
  returned: when a step of the plan fails
  type: list
  elements: str
  sample: [replace instance profile web of i-0123456789abcdef0 by web-2026]
not_done:
  description: What was left of the plan when the task failed.
  returned: when a step of the plan fails
  type: list
  elements: str
  sample: [replace instance profile web of i-0fedcba9876543210 by web-2026]
not_known:
  description: The step that AWS gave no answer to, where a look at what is there could not tell either whether it was done. A second run finds out.
  returned: when the answer to a step of the plan was lost
  type: list
  elements: str
  sample: [replace instance profile web of i-0123456789abcdef0 by web-2026]
"""

from ansible_collections.passrole.ec2.plugins.module_utils.association.observe import observe
from ansible_collections.passrole.ec2.plugins.module_utils.association.plan import plan
from ansible_collections.passrole.ec2.plugins.module_utils.association.state import desired
from ansible_collections.passrole.ec2.plugins.module_utils.core.earlier import Earlier
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import run

OPTIONS = {
    "instance_ids": {"type": "list", "elements": "str", "aliases": ["instance_id"]},
    "filters": {"type": "dict"},
    "instance_profile": {"type": "str", "aliases": ["iam_instance_profile", "instance_profile_name"]},
    "state": {"type": "str", "choices": ["absent", "present"], "default": "present"},
    "max_changes": {"type": "str"},
    "batch_size": {"type": "int", "default": 10},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 600},
}


def make_plan(params, aws):
    want = desired(params, aws.request("ec2", "DescribeInstances"))
    return plan(want, observe(want, aws.find, Earlier.from_params(params)))


def main():
    run(OPTIONS, make_plan, mutually_exclusive=[("instance_ids", "filters")], required_one_of=[("instance_ids", "filters")])


if __name__ == "__main__":
    main()
