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
  - When it makes an instance profile or puts a role in, and there is a region, the task warns of instances of that region that
    still run with a deleted instance profile of the same name. They get no credentials from the new one.
options:
  name:
    description:
      - The name of the instance profile.
      - Names are unique in an account whatever their O(path), and whatever their case.
      - Must be given, unless O(fleet) is.
    type: str
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
      - V("") takes out the role that is there. That is refused while something uses the instance profile; see O(force_delete).
      - With O(state=absent), it is the role that the instance profile must hold to be deleted. The task is refused when it holds another one, and names
        it. An instance profile without a role is deleted. O(force_delete) does not override this. Unless O(role) is given, any role will do.
    type: str
  state:
    description:
      - V(present) creates the instance profile or changes it.
      - V(absent) takes its role out and deletes it. That is refused while something uses it; see O(force_delete). It is also refused while it holds
        another role than O(role), if that is given.
    type: str
    choices: [absent, present]
    default: present
  force_delete:
    description:
      - Whether the instance profile is deleted, or its role taken out, whoever still uses it. Nothing is launched with it any more
        then, and instances that run with it lose their credentials.
      - It overrides the refusal because of users in any region, the refusal because nobody may look for users in the region of the task, and the refusal
        because of the role's last use in a region that could not be read. No users are searched then.
      - It does not override O(role) with O(state=absent), nor that something else keeps the instance profile; see O(adopt).
      - Unless it is, the task looks for users before anything is written, and is refused when it finds one. Users are instances that
        are not terminated, launch configurations, launch templates by their latest and default version, and Auto Scaling groups by
        whatever version they launch from.
      - An instance profile belongs to the account. Its users are searched in all enabled regions; see O(regions).
      - In the region of the task, what nobody may look at counts as used. The search needs the permissions C(ec2:DescribeRegions),
        C(autoscaling:DescribeAutoScalingGroups), C(autoscaling:DescribeLaunchConfigurations), C(ec2:DescribeInstances) and
        C(ec2:DescribeLaunchTemplateVersions), and C(iam:GetRole) where a region is not read.
      - Fleets of EC2, and services that launch by themselves, are not looked at.
    type: bool
    default: false
  adopt:
    description:
      - Whether O(state=absent) deletes the instance profile even when its tags tell that something else keeps it, such as a CloudFormation stack, an
        EKS cluster or an Elastic Beanstalk environment. Otherwise that is refused.
      - What bears no such tag counts as what the playbook says it is; see O(state).
    type: bool
    default: false
  role_change:
    description:
      - What becomes of the instances that run with the instance profile when another O(role) is declared.
      - With V(in_place), the role is swapped in the instance profile. Running instances get the new role at their next credential refresh,
        which nobody can hasten but by associating them again or by stopping and starting them; the task warns of it. See
        U(https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html).
      - With V(new_profile), the instance profile of the role before stays as it is, and the new role gets one of its own beside it. Running instances
        keep their role until they are rolled out to. Its name is O(name) with a digest of the role's name, for example C(web-1ec8b0a7), unless
        O(name) is free; RV(iam_instance_profile.instance_profile_name) tells which it is, for what launches with it.
      - With V(new_profile), former instance profiles of the same O(name) are deleted as soon as nothing uses them; those that stay are in
        RV(former_instance_profiles) with what uses them. A task before the rollout makes the new one, and the same task after it, with
        O(builds_on), deletes the old one; the role P(passrole.ec2.application#role) does both.
      - An instance profile called O(name) itself that holds another role is one of these only if an earlier task in O(builds_on) found it in use, and
        what used it has moved since. Otherwise it may belong to another application. It stays, O(force_delete) or not, and
        RV(former_instance_profiles) tells how to delete it.
      - With V(new_profile) and O(state=absent), all instance profiles of that O(name) go. If O(role) is given, one called O(name) itself that holds
        another role stays, with a warning.
    type: str
    choices: [in_place, new_profile]
    default: in_place
    version_added: 1.0.0
  keep_former_instance_profiles:
    description:
      - Whether O(role_change=new_profile) leaves former instance profiles, whoever uses them.
      - Their users are searched in all enabled regions, so that the last region to be rolled out deletes them; see O(regions).
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until IAM shows the instance profile as it was written, or shows it no more.
      - EC2 and Auto Scaling may need some seconds longer to see it.
      - With V(false), what only IAM knows of a thing that an earlier task made is left out of the result.
    type: bool
    default: true
  wait_timeout:
    description:
      - How many seconds to wait at most; V(0) looks once.
      - Beside that, a call that IAM refuses because it has not heard yet of a thing that is known to be there is made again for
        at most two minutes, as RV(waited) tells. What is not there is refused at once.
    type: int
    default: 120
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags.modules
  - amazon.aws.boto3
  - passrole.ec2.attributes
  - passrole.ec2.builds_on
  - passrole.ec2.fleet
  - passrole.ec2.preflight
  - passrole.ec2.pace
  - passrole.ec2.regions
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

- name: Give the web servers another role without touching those that run
  passrole.ec2.iam_instance_profile:
    name: web
    role: web-server-2
    role_change: new_profile
  register: web_profile

- name: Take the role out, and keep the profile
  passrole.ec2.iam_instance_profile:
    name: web
    role: ""

- name: Delete the profile, unless something uses it
  passrole.ec2.iam_instance_profile:
    name: web
    state: absent

- name: Delete the profile, unless it holds another role than web-server
  passrole.ec2.iam_instance_profile:
    name: web
    role: web-server
    state: absent

- name: Delete the profile, whoever uses it
  passrole.ec2.iam_instance_profile:
    name: web
    state: absent
    force_delete: true

- name: Delete the profile, and search only the regions that the organization allows for users
  passrole.ec2.iam_instance_profile:
    name: web
    state: absent
    regions: [eu-west-1, eu-central-1]

- name: Delete the profile with the last region that uses it
  passrole.ec2.iam_instance_profile:
    name: web
    state: absent
    on_use_in_other_regions: keep

- name: Keep the instance profiles of all applications in one task
  passrole.ec2.iam_instance_profile:
    fleet:
      - name: web
        role: web
      - name: batch
        role: batch
    max_changes: 20%
"""

RETURN = r"""
iam_instance_profile:
  description:
    - The instance profile; V(null) when it is absent.
    - In check mode, what only AWS can tell reads V((known after apply\)).
  returned: success, without O(fleet)
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
  returned: success, without O(fleet)
  type: list
  elements: str
  sample: [create instance profile web, put role web-server in instance profile web]
permissions:
  description: The IAM permissions that the task's reads and its plan need.
  returned: success, without O(fleet)
  type: list
  elements: str
  sample: ["iam:AddRoleToInstanceProfile", "iam:CreateInstanceProfile", "iam:GetInstanceProfile", "iam:GetRole", "iam:PassRole"]
policy:
  description:
    - The policy document that allows this task, and nothing else, in check mode and in the real run alike.
    - Its resources are those that the task names, with any account's number unless O(preflight) asked for it.
    - C(iam:PassRole) is allowed on the role alone, and to EC2.
    - The filter P(passrole.ec2.merged_policy#filter) makes one document of those of several tasks.
    - With O(fleet), V(null) where it would have more than the 6,144 characters that IAM takes for a managed policy.
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
former_instance_profiles:
  description:
    - The instance profiles that roles before this one were given, and what becomes of them; the same in check mode.
    - Besides what O(force_delete) counts as a user, so is any version of a launch template that launches with one of them, as whoever goes back to it
      needs it. The option O(passrole.ec2.asg_launch_with_profile#module:launch_template) prunes versions by C(keep_versions).
  returned: with O(role_change=new_profile)
  type: list
  elements: dict
  contains:
    instance_profile_name:
      description: Its name.
      returned: always
      type: str
      sample: web
    role:
      description: The role in it.
      returned: always
      type: str
      sample: web-server
    removed:
      description: Whether it is deleted.
      returned: always
      type: bool
      sample: false
    used_by:
      description: What uses it or keeps it, what nobody may look at, and a role that may belong to another application.
      returned: always
      type: list
      elements: str
      sample: ["instance i-0123456789abcdef0 of group web (running)"]
retained_instance_profile:
  description: The instance profile that O(state=absent) leaves, because other regions use it; the same in check mode.
  returned: with O(on_use_in_other_regions=keep), when only other regions use it
  type: dict
  contains:
    instance_profile_name:
      description: Its name.
      returned: always
      type: str
      sample: web
    used_by:
      description: What uses it, with the region.
      returned: always
      type: list
      elements: str
      sample: ["group web (launch template web, version 1) in us-east-1"]
other_instance_profiles:
  description:
    - The other instance profiles that hold the role, such as the one from before a change of O(name). The task leaves them, and warns.
    - Delete one with O(state=absent) once nothing uses it.
  returned: when the task makes or deletes an instance profile, and others hold the role
  type: list
  elements: str
  sample: [web-old]
regions_searched:
  description: The regions in which users were searched, all of them read whole.
  returned: when the task deletes, or leaves without its role, what may be used
  type: list
  elements: str
  sample: [eu-west-1, us-east-1]
regions_not_searched:
  description:
    - The regions in which users are not known, with the reason. V(*) stands for every other region, where the task could not list the
      regions or O(regions) limits them.
  returned: when the task deletes, or leaves without its role, what may be used
  type: list
  elements: dict
  contains:
    region:
      description: The region.
      returned: always
      type: str
      sample: ap-south-1
    reason:
      description: Why it was not read, or not read whole.
      returned: always
      type: str
      sample: ec2:DescribeInstances is denied (UnauthorizedOperation)
  sample: []
running_with_predecessor:
  description: The instances of the region that run with a deleted instance profile of the same name; the same in check mode.
  returned: when there are any, and the task makes the instance profile or puts a role in
  type: list
  elements: str
  sample: [i-0123456789abcdef0]
outcome:
  description: What the task leaves behind, for the O(builds_on) of later tasks.
  returned: success
  type: dict
  sample: {"instance_profile": {"web": {"path": "/", "role": "web-server", "tags": {}}}}
waited:
  description:
    - The steps for which AWS had to be given time, in order. News of a thing that was made a moment ago spreads late in AWS.
    - Nobody knows beforehand how long that takes, so that check mode tells nothing of it.
  returned: when a step had to wait
  type: list
  elements: dict
  contains:
    step:
      description: The step, in words.
      returned: always
      type: str
      sample: put role web-server in instance profile web
    reason:
      description: Why it had to wait, in AWS's latest words where AWS said any.
      returned: always
      type: str
      sample: The role with name web-server cannot be found. (NoSuchEntity)
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
not_known:
  description:
    - The step that AWS gave no answer to, where a look at what is there could not tell either whether it was done.
    - A second run finds out, and finishes the work.
  returned: when the answer to a step of the plan was lost
  type: list
  elements: str
  sample: [create instance profile web]
used_by:
  description:
    - Who uses the instance profile, all of them, in the region of the task and with their region in others.
    - Also the last use of the role, where it was in a region that could not be read.
  returned: when the task is refused because of them
  type: list
  elements: str
  sample: ["group web (launch template web, version 3)", "instance i-0123456789abcdef0 of group web (running)", "launch template web (version 3)"]
results:
  description:
    - What became of each member of O(fleet), in their order. An unchanged one is its name.
    - A changed one has beside it what a task of its own would return, save what is told of all together.
  returned: with O(fleet)
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
      sample: [create instance profile batch]
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
      sample: [create instance profile batch]
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
      sample: [create instance profile batch]
  sample: [{name: web}, {name: batch, changed: true, plan: [create instance profile batch]}]
members:
  description: How many members of O(fleet) there are of each.
  returned: with O(fleet)
  type: dict
  sample: {changed: 1, unchanged: 19, failed: 0, not_begun: 0}
summary:
  description: The same in sentences, with the plans of the first 50 that change.
  returned: with O(fleet)
  type: list
  elements: str
  sample: ["1 of 20 changed, 0 failed, 19 as declared", "batch: create instance profile batch"]
stopped:
  description: Whether nothing was begun any more, as too many failed or would have changed.
  returned: with O(fleet), when the task fails
  type: bool
  sample: false
"""

from ansible_collections.passrole.ec2.plugins.module_utils.core.run import run
from ansible_collections.passrole.ec2.plugins.module_utils.instance_profile.task import FLEET, OPTIONS, make_plan


def main():
    run(OPTIONS, make_plan, fleet=FLEET)


if __name__ == "__main__":
    main()
