#!/usr/bin/python
# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judge the chain from Auto Scaling groups to the roles of their instances: the options, and how they are read."""

from __future__ import annotations

DOCUMENTATION = r"""
module: instance_profile_audit
version_added: 1.1.0
short_description: See which Auto Scaling groups run with which role, and whether that is right
description:
  - Reads an account and region whole, and judges the chain of each Auto Scaling group, from its launch template or launch configuration over the instance
    profile to the role, its policies, and what the running instances really carry.
  - Each finding says what is wrong in which resource, why that matters, what was seen, and what would be right. Where a task of this collection can
    mend it, the finding has that task's options ready.
  - Whatever can be is read in bulk, in few calls for thousands of groups. A call each is made for launch templates from which groups launch neither the
    latest nor the default version, for policies of AWS's own that roles have (two calls), and for the latest instance refresh of groups
    with instances that are not up to date.
  - What is judged is one region. IAM is global, so a role that is unused here may be used elsewhere; such findings are marked in RV(findings[].everywhere).
options:
  rules:
    description:
      - The ids of the rules to run, or patterns as V(role_*). All rules unless given.
      - RV(rules) of a run without this option lists all of them.
    type: list
    elements: str
  skip_rules:
    description: The ids of rules not to run, or patterns.
    type: list
    elements: str
    default: []
  rules_path:
    description:
      - Python files with rules of your own, or folders of such files.
      - A rule is a function with the decorator C(rule) of C(ansible_collections.passrole.ec2.plugins.module_utils.audit.rule). It is given the estate and
        the settings, and yields C(Found). The name of the function is the id of the rule. See the examples.
      - The files are run with the rights of the task. They are read where the task runs.
    type: list
    elements: path
    default: []
  silences:
    description: Findings that somebody has looked at and accepts. They are told in RV(silenced), and no longer in RV(findings).
    type: list
    elements: dict
    default: []
    suboptions:
      rule:
        description: The id of the rule, or a pattern.
        type: str
        required: true
      subject:
        description: The ARN or the name of what the finding is about, or a pattern.
        type: str
        default: "*"
      reason:
        description: Why it is accepted.
        type: str
        required: true
      expires:
        description: The last day on which it is accepted, as in V(2027-01-31). After that the finding is told again, and a warning says so.
        type: str
        required: true
  vet_policies:
    description:
      - Who judges the policies of roles. V(offline) is the Python library cloudsplaining, which asks AWS nothing. V(access_analyzer) is IAM Access Analyzer,
        which takes a call for each policy document that is not AWS's own.
      - V(offline) evaluates wildcards, C(NotAction), C(NotResource), C(Deny) and conditions as O(passrole.ec2.iam_ec2_role#module:vet_policies) does. A policy
        that cannot be read is in RV(not_judged).
      - Unless given, the library judges where it is installed, and RV(not_judged) says so where it is not.
      - An empty list has no policy judged, but for full administrators and keys.
    type: list
    elements: str
    choices: [offline, access_analyzer]
  required_boundaries:
    description:
      - The permissions boundaries that roles are to have, by ARN, name or /path/name; patterns as V(team-*) too. One of them is enough.
      - Unless given, any boundary will do.
    type: list
    elements: str
    default: []
  required_policies:
    description: Managed policies that every role in an instance profile is to have, by ARN, name or /path/name; patterns too.
    type: list
    elements: str
    default: []
  forbidden_policies:
    description: Managed policies that no role in an instance profile may have, by ARN, name or /path/name; patterns as V(*FullAccess) too.
    type: list
    elements: str
    default: []
  unused_after:
    description: After how many days a role counts as unused. IAM knows of the last 400.
    type: int
    default: 90
  report_path:
    description:
      - A file to write the whole audit to, as JSON. The result then has RV(summary) only, so that AWX does not lose it for its length.
      - Nobody but the user who runs the task may read the file.
    type: path
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
  - module: passrole.ec2.iam_ec2_role
"""

EXAMPLES = r"""
- name: Audit the region
  passrole.ec2.instance_profile_audit:
  register: audit

- name: Show what is grave
  ansible.builtin.debug:
    msg: "{{ audit.findings | selectattr('severity', 'in', ['critical', 'high']) | map(attribute='what') }}"

- name: Ask for one thing, and accept a known case until the end of January
  passrole.ec2.instance_profile_audit:
    rules: [imdsv2_not_required, role_*]
    silences:
      - rule: imdsv2_not_required
        subject: legacy
        reason: The vendor's agent speaks IMDSv1 only, ticket OPS-4711
        expires: "2027-01-31"

- name: Mend what the audit found of one rule, as a check first
  passrole.ec2.asg_launch_with_profile:
    fleet: "{{ audit.findings | selectattr('rule', 'eq', 'imdsv2_not_required') | map(attribute='fix.fleet', default=[]) | flatten }}"
  check_mode: true

# A rule of your own, in rules/naming.py:
#
#   from ansible_collections.passrole.ec2.plugins.module_utils.audit.rule import Found, rule
#
#   @rule("low", "A role is not named after its group", "Nobody finds it.")
#   def role_named_otherwise(estate, settings):
#       for group in estate.groups:
#           role = estate.role_of(group)
#           if role and role.name != group.name:
#               yield Found(role, f"Role {role.name} is used by group {group.name}", "Give the group a role of its name")
- name: Audit with rules of your own
  passrole.ec2.instance_profile_audit:
    rules_path: ["{{ playbook_dir }}/rules"]
"""

RETURN = r"""
account_id:
  description: The account that was audited.
  returned: without O(report_path)
  type: str
  sample: "123456789012"
region:
  description: The region that was audited.
  returned: without O(report_path)
  type: str
  sample: eu-west-1
partition:
  description: The partition of the region.
  returned: without O(report_path)
  type: str
  sample: aws
audited_at:
  description: When it was audited.
  returned: without O(report_path)
  type: str
  sample: "2026-11-26T22:10:00+00:00"
report_path:
  description: The file with the whole audit.
  returned: with O(report_path)
  type: str
  sample: /tmp/audit.json
rules:
  description: The rules that were run.
  returned: without O(report_path)
  type: list
  elements: dict
  contains:
    rule:
      description: Its id.
      returned: always
      type: str
      sample: imdsv2_not_required
    severity:
      description: How grave its findings are; V(critical), V(high), V(medium), V(low) or V(informational).
      returned: always
      type: str
      sample: high
    title:
      description: What it finds.
      returned: always
      type: str
      sample: Instances may be asked for the role's credentials without a session token
    why:
      description: Why that matters.
      returned: always
      type: str
      sample: A request that an application is tricked into making is enough to read the credentials of the role.
    guide:
      description: Where AWS tells more.
      returned: always
      type: str
      sample: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html
    controls:
      description: The ids of the same control in AWS Config, Security Hub, Control Tower, the CIS benchmark and Prowler, as far as they have one.
      returned: always
      type: dict
      sample: {aws_config: [ec2-launch-template-imdsv2-check], security_hub: [EC2.170]}
    everywhere:
      description: Whether a finding holds only if every region of the account says the same.
      returned: always
      type: bool
      sample: false
findings:
  description: What was found, the gravest first.
  returned: without O(report_path)
  type: list
  elements: dict
  contains:
    id:
      description: The same from audit to audit, as long as the rule finds it in the same resource.
      returned: always
      type: str
      sample: 5f0c3a9e21b74d10a6c2e8d1
    rule:
      description: The id of the rule.
      returned: always
      type: str
      sample: imdsv2_not_required
    severity:
      description: The severity of the rule, or V(informational) where nothing in the region uses the resource, as for C(role_does_not_trust_ec2).
      returned: always
      type: str
      sample: high
    title:
      description: What the rule finds.
      returned: always
      type: str
      sample: Instances may be asked for the role's credentials without a session token
    what:
      description: What is wrong, in one sentence.
      returned: always
      type: str
      sample: Launch template web, version 3, lets the metadata service answer without a token (IMDSv1)
    why:
      description: Why that matters.
      returned: always
      type: str
      sample: A request that an application is tricked into making is enough to read the credentials of the role.
    subject:
      description: The ARN of the resource that it is about.
      returned: always
      type: str
      sample: arn:aws:ec2:eu-west-1:123456789012:launch-template/lt-0123456789abcdef0
    subject_type:
      description: >-
        What the resource is; V(auto_scaling_group), V(launch_template), V(launch_configuration), V(instance_profile), V(iam_role) or V(ec2_instance).
      returned: always
      type: str
      sample: launch_template
    subject_name:
      description: The name of the resource; of an instance its id.
      returned: always
      type: str
      sample: web
    account_id:
      description: The account.
      returned: always
      type: str
      sample: "123456789012"
    region:
      description: The region that was audited.
      returned: always
      type: str
      sample: eu-west-1
    groups:
      description: The Auto Scaling groups whose chain it touches.
      returned: always
      type: list
      elements: str
      sample: [web]
    evidence:
      description: What was seen. User data are never in it.
      returned: always
      type: dict
      sample: {metadata_options: {http_tokens: optional}}
    remedy:
      description: What would be right.
      returned: always
      type: str
      sample: Set metadata_options.http_tokens to required
    fix:
      description:
        - What mends it, the C(module) of this collection, and members for its C(fleet), which say what is to be, and leave the rest as it is.
        - V(null) where no task can decide it alone. The trust policy of a role is never widened unless an instance, a launch template, a launch
          configuration or a group of the region uses the role.
      returned: always
      type: dict
      sample: {module: asg_launch_with_profile, fleet: [{name: web, adopt: true}]}
    controls:
      description: The ids of the same control elsewhere.
      returned: always
      type: dict
      sample: {security_hub: [EC2.170]}
    everywhere:
      description: Whether it holds only if every region of the account says the same.
      returned: always
      type: bool
      sample: false
silenced:
  description: Findings that are accepted; each as in RV(findings), and with C(silence), its C(reason) and the day when it C(expires).
  returned: without O(report_path)
  type: list
  elements: dict
  sample: [{rule: imdsv2_not_required, subject_name: legacy, silence: {reason: OPS-4711, expires: "2027-01-31"}}]
summary:
  description: How many there are of what.
  returned: success
  type: dict
  sample:
    auto_scaling_groups: 12
    instances: 40
    launch_templates: 10
    launch_configurations: 1
    instance_profiles: 11
    iam_roles: 11
    findings: {critical: 0, high: 3, medium: 4, low: 9, informational: 1}
    silenced: 1
    rules: 44
    fixable: 12
estate:
  description: The chains themselves, as C(groups), C(sources) (versions of launch templates, and launch configurations), C(instance_profiles) and C(roles).
  returned: without O(report_path)
  type: dict
  sample:
    groups: [{name: web, sources: ["lt-0123456789abcdef0:3"], instances: []}]
    sources: [{id: "lt-0123456789abcdef0:3", kind: launch_template, name: web, version: "3", instance_profile: web}]
    instance_profiles: [{name: web, role: web}]
    roles: [{name: web, policies: [{name: read, kind: inline}]}]
not_judged:
  description: What could not be judged, and why.
  returned: without O(report_path)
  type: list
  elements: str
  sample: []
policy_to_add:
  description: A policy document that allows what the task was denied.
  returned: when AWS denies a read
  type: dict
  sample:
    Version: "2012-10-17"
    Statement:
      - Sid: DescribeAutoScalingGroups
        Effect: Allow
        Action: ["autoscaling:DescribeAutoScalingGroups"]
        Resource: ["*"]
"""

from ansible_collections.passrole.ec2.plugins.module_utils.audit.task import OPTIONS, read
from ansible_collections.passrole.ec2.plugins.module_utils.core.run import tell_or_write


def main():
    tell_or_write(OPTIONS, read, kept=("summary",))


if __name__ == "__main__":
    main()
