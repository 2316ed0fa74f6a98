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
  - When it makes a role, the task looks through the trusts of the account's other roles, and warns of those that name a deleted
    role. A new role of the same name does not count as the old one before such a trust is written again.
  - Roles that AWS keeps itself, under V(/aws-service-role/) and V(/aws-reserved/), are never changed.
options:
  name:
    description:
      - The name of the role.
      - Names are unique in an account whatever their O(path), and whatever their case.
      - Must be given, unless O(fleet) is.
    type: str
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
      - With O(state=absent), it says which principals the role is meant for; see O(force_delete). It need not let EC2 in there.
    type: json
  assume_role_principals:
    description:
      - Principals that may assume the role beside EC2, in the words of a policy's C(Principal).
      - V(AWS) takes ARNs and account numbers, V(Service) takes services, each a string or a list of strings. An account
        number needs quotes in YAML.
      - EC2 itself is always there, under the name it has in the partition of the region.
      - For conditions, federated principals and anything else use O(assume_role_policy_document) instead.
      - With O(state=absent), it says which principals beside EC2 the role is meant for; see O(force_delete).
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
  vet_policies:
    description:
      - Who judges the trust, the inline policies and the managed policies that the task declares, before anything is written and
        in check mode too. Nobody unless it is given.
      - V(offline) evaluates what the policies allow with the Python library C(cloudsplaining), which has the actions of AWS and makes no
        call. It reports what allows more than an application should have, as every action of a service, or a way to more permissions by
        C(iam:PassRole). It also reports who besides EC2 may assume the role.
      - V(offline) goes by what a policy means. A pattern that matches every resource of a kind, such as V(arn:aws:s3:::*) or
        V(arn:aws:iam::*:role/*), counts as V(*). Wildcards in actions, C(NotAction), C(NotResource) and statements that allow an action
        together are evaluated. A C(Deny) counts where it takes an action away from all resources, or from all but named ones.
      - With V(offline), a statement with a C(Condition) is not reported, unless the condition restricts nothing, as
        C(aws:SecureTransport), V(*) for any value, or C(IfExists) with a key that requests of instances do not have.
      - With V(offline), a policy that cannot be read is a finding of the type V(ERROR) with the code V(UnreadablePolicy). Actions that the
        installed C(cloudsplaining) does not have are not evaluated; keep it up to date.
      - V(access_analyzer) asks AWS's own IAM Access Analyzer, by C(ValidatePolicy), which takes one call for the trust and one for
        each policy that is not AWS's own, and needs a region. Who may not ask it is warned, and the task goes on.
      - With either of them, reading a managed policy takes two calls.
      - What is found is in RV(findings). All but suggestions are warnings of the task, too.
    type: list
    elements: str
    choices: [access_analyzer, offline]
  refuse_findings:
    description:
      - Which types of findings refuse the task, so that nothing is written.
      - With any of them, a policy that V(offline) cannot read refuses the task too.
    type: list
    elements: str
    choices: [ERROR, SECURITY_WARNING, WARNING, SUGGESTION]
  required_boundaries:
    description:
      - The boundaries that the account's convention asks for, each by its ARN, its name or its /path/name, where V(*) stands for
        anything. A role that has none of them in the end is a finding of the type V(SECURITY_WARNING).
    type: list
    elements: str
  remove_from_instance_profiles:
    description:
      - Whether O(state=absent) takes the role out of the instance profiles that hold it, if nothing uses these;
        see O(force_delete).
      - With V(false), the role is not deleted while an instance profile holds it; the task is refused, and names the profiles.
    type: bool
    default: false
  force_delete:
    description:
      - Whether O(state=absent) with O(remove_from_instance_profiles=true) deletes the role, whoever still uses it by way of an
        instance profile. What runs with it loses its credentials.
      - Unless it does, the task searches all enabled regions for users of these instance profiles before anything is written, and is
        refused when it finds one, as M(passrole.ec2.iam_instance_profile) does; see O(regions). The role keeps its policies as long.
      - It overrides the refusal because of users in any region, the refusal because nobody may look for users in the region of the task, and the refusal
        because of the role's last use in a region that could not be read. No users are searched then.
      - It also deletes a role whose trust policy names other principals than EC2, such as another service, another account or a federated one.
        Otherwise O(state=absent) is refused and lists them, unless O(assume_role_principals) or O(assume_role_policy_document) names each of them.
        A principal counts whatever the condition, and a statement that denies or cannot be read counts, too.
      - It overrides neither O(remove_from_instance_profiles=false) nor that something else keeps the role; see O(adopt).
    type: bool
    default: false
  adopt:
    description:
      - Whether O(state=absent) deletes the role even when its tags tell that something else keeps it, such as a CloudFormation stack, an
        EKS cluster or an Elastic Beanstalk environment. Otherwise that is refused.
      - What bears no such tag counts as what the playbook says it is; see O(state).
    type: bool
    default: false
  state:
    description:
      - V(present) creates the role or changes it.
      - V(absent) detaches its managed policies, deletes its inline policies, and deletes it. That is refused while an instance profile holds it or
        its trust policy names other principals than EC2; see O(force_delete).
    type: str
    choices: [present, absent]
    default: present
  wait:
    description:
      - Whether to wait until IAM shows a new role, or shows a deleted one no more.
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
  - amazon.aws.tags
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

- name: Refuse policies that give an application more than it needs, and roles without the boundary of the account
  passrole.ec2.iam_ec2_role:
    name: web-server
    boundary: application-boundary
    inline_policies: "{{ web_policies }}"
    vet_policies: [access_analyzer, offline]
    required_boundaries: [application-boundary]
    refuse_findings: [ERROR, SECURITY_WARNING]

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

- name: Delete a role that another account may assume, too
  passrole.ec2.iam_ec2_role:
    name: batch
    assume_role_principals:
      AWS: "123456789012"
    state: absent

- name: Keep the roles of all applications in one task
  passrole.ec2.iam_ec2_role:
    fleet:
      - name: web
        managed_policies: [AmazonSSMManagedInstanceCore]
      - name: batch
    max_changes: 20%
"""

RETURN = r"""
iam_role:
  description:
    - The role; V(null) when it is absent.
    - In check mode, what only AWS can tell reads V((known after apply\)).
  returned: success, without O(fleet)
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
  returned: success, without O(fleet)
  type: list
  elements: str
  sample: [create role web-server, attach policy AmazonSSMManagedInstanceCore to role web-server]
permissions:
  description: The IAM permissions that the task's reads and its plan need.
  returned: success, without O(fleet)
  type: list
  elements: str
  sample: ["iam:AttachRolePolicy", "iam:CreateRole", "iam:GetPolicy", "iam:GetRole"]
findings:
  description: What was found in what the task declares, the gravest first; the same in check mode. Also when the task is refused for it.
  returned: when O(vet_policies) or O(required_boundaries) is given and O(state=present)
  type: list
  elements: dict
  contains:
    finding_details:
      description: What is wrong, and why it matters.
      returned: always
      type: str
      sample: every action of s3 is allowed, and whatever AWS adds to it later
    finding_type:
      description: How grave it is, in the words of IAM Access Analyzer.
      returned: always
      type: str
      sample: SECURITY_WARNING
    issue_code:
      description: What kind of thing it is, in the words of who found it.
      returned: always
      type: str
      sample: ServiceWildcard
    judge:
      description: Who found it, as in O(vet_policies), or V(required_boundaries).
      returned: always
      type: str
      sample: offline
    learn_more_link:
      description: Where to read more.
      returned: always
      type: str
      sample: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
    locations:
      description: The statements it is about; empty when it is about the whole.
      returned: always
      type: list
      elements: str
      sample: ["Statement[0]"]
    policy:
      description: The option that declares the policy.
      returned: always
      type: str
      sample: inline_policies.read-bucket
    remedy:
      description: What would be narrower; empty where RV(findings[].finding_details) tells it.
      returned: always
      type: str
      sample: list the actions that the application calls
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
retained_role:
  description: The role that O(state=absent) leaves, because other regions use it; the same in check mode.
  returned: with O(on_use_in_other_regions=keep), when only other regions use it
  type: dict
  contains:
    role_name:
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
trusting_predecessor:
  description: The roles whose trust names a deleted role, which an earlier one of this name may have been; the same in check mode.
  returned: when there are any, and the task makes the role
  type: list
  elements: str
  sample: [deployer]
outcome:
  description: What the task leaves behind, for the O(builds_on) of later tasks.
  returned: success
  type: dict
  sample: {"iam_role": {"web-server": {"path": "/", "managed_policies": [], "tags": {}}}}
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
      sample: write inline policy read-bucket into role web
    reason:
      description: Why it had to wait, in AWS's latest words where AWS said any.
      returned: always
      type: str
      sample: The role with name web cannot be found. (NoSuchEntity)
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
  sample: [create role web-server]
not_done:
  description: What was left of the plan when the task failed.
  returned: when a step of the plan fails
  type: list
  elements: str
  sample: [attach policy AmazonSSMManagedInstanceCore to role web-server]
not_known:
  description:
    - The step that AWS gave no answer to, where a look at what is there could not tell either whether it was done.
    - A second run finds out, and finishes the work.
  returned: when the answer to a step of the plan was lost
  type: list
  elements: str
  sample: [create role web-server]
used_by:
  description:
    - Who uses the role by way of its instance profiles, in the region of the task and with their region in others, or the other principals that its
      trust policy names.
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
  returned: with O(fleet)
  type: dict
  sample: {changed: 1, unchanged: 19, failed: 0, not_begun: 0}
summary:
  description: The same in sentences, with the plans of the first 50 that change.
  returned: with O(fleet)
  type: list
  elements: str
  sample: ["1 of 20 changed, 0 failed, 19 as declared", "batch: create role batch"]
stopped:
  description: Whether nothing was begun any more, as too many failed or would have changed.
  returned: with O(fleet), when the task fails
  type: bool
  sample: false
"""

from ansible_collections.passrole.ec2.plugins.module_utils.core.run import run
from ansible_collections.passrole.ec2.plugins.module_utils.ec2_role.task import FLEET, OPTIONS, make_plan


def main():
    run(OPTIONS, make_plan, fleet=FLEET)


if __name__ == "__main__":
    main()
