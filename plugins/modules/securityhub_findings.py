#!/usr/bin/python
# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep the findings of one product in Security Hub: the options, and the plan they ask for."""

from __future__ import annotations

DOCUMENTATION = r"""
module: securityhub_findings
version_added: 1.1.0
short_description: Keep the findings of one product in AWS Security Hub as they are reported
description:
  - Imports findings into Security Hub, in the account and region that the task works in, and archives those that are reported no longer.
  - A finding that is there as it is reported is left alone, however often it is reported. One that nobody has updated for 60 days is imported once
    more, as Security Hub forgets a finding after 90 days.
  - What the users of Security Hub note at a finding stays theirs. Its workflow status, its notes and their own severity are neither compared nor changed.
  - A finding keeps the O(findings) member C(CreatedAt) with which it was first imported, also when it comes back after it was archived.
  - Security Hub must be enabled there. It may take minutes until it shows what was imported; the task goes by its answers and does not wait for that.
options:
  findings:
    description:
      - All findings there are, as dictionaries in the AWS Security Finding Format, its members in AWS's own words. See
        U(https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html). An empty list says that nothing is wrong.
      - Each is held against the format before anything is imported. C(SchemaVersion), C(Id), C(ProductArn), C(GeneratorId), C(AwsAccountId),
        C(CreatedAt), C(UpdatedAt), C(Title), C(Description) and C(Resources) must be given.
      - C(Confidence), C(Criticality), C(RelatedFindings), C(Severity) and C(Types) are sent in C(FindingProviderFields), as Security Hub asks of
        whoever provides findings. C(Note), C(UserDefinedFields), C(VerificationState) and C(Workflow) count for new findings only.
    type: list
    elements: dict
    required: true
  product_arn:
    description:
      - ARN of the product that the findings are of, in Security Hub's words. Each finding must have it as its C(ProductArn).
      - Unless it is given, it is the one that every account has for findings of its own, as in
        C(arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default).
    type: str
  generator_id_prefix:
    description:
      - What C(GeneratorId) of each finding must begin with. Findings of the product that begin otherwise are somebody else's, and left alone.
    type: str
    default: passrole.ec2/
  archive_missing:
    description: Whether findings that are there and not among O(findings) are archived, in this account and region.
    type: bool
    default: true
  elsewhere:
    description:
      - What becomes of findings that are of another account or region, by their C(AwsAccountId) and C(Region). V(refuse) refuses them, V(pass_over) leaves
        them to tasks there, so that each of those can be given one report of all.
    type: str
    choices: [refuse, pass_over]
    default: refuse
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
  - name: Using BatchImportFindings to create and update findings
    description: Security Hub's guide.
    link: https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
"""

EXAMPLES = r"""
- name: Report what an audit has found
  passrole.ec2.securityhub_findings:
    findings: "{{ (lookup('ansible.builtin.file', 'passrole-audit/audit.asff.json') | from_json).Findings }}"

- name: Report one finding of an own rule, and archive what that rule has found before
  passrole.ec2.securityhub_findings:
    generator_id_prefix: example.com/tags
    findings:
      - SchemaVersion: "2018-10-08"
        Id: 5f0c3a9e21b74d10a6c2e8d1
        ProductArn: arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default
        GeneratorId: example.com/tags
        AwsAccountId: "123456789012"
        CreatedAt: "2026-11-26T23:30:00Z"
        UpdatedAt: "2026-11-26T23:30:00Z"
        Title: A group has no tag that names its team
        Description: Auto Scaling group web has no tag team.
        Severity: {Label: LOW}
        Types: [Software and Configuration Checks/AWS Security Best Practices]
        Resources:
          - Type: AwsAutoScalingAutoScalingGroup
            Id: "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:7d1c:autoScalingGroupName/web"

- name: Say that nothing is wrong any more
  passrole.ec2.securityhub_findings:
    findings: []
"""

RETURN = r"""
product_arn:
  description: ARN of the product that the findings are of.
  returned: success
  type: str
  sample: "arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default"
imported:
  description: Ids of the findings that are new, or come back after they were archived.
  returned: success
  type: list
  elements: str
  sample: [5f0c3a9e21b74d10a6c2e8d1]
updated:
  description: Ids of the findings that were there and say something else now.
  returned: success
  type: list
  elements: str
  sample: []
renewed:
  description: Ids of the findings that are imported once more, as nobody has updated them for 60 days.
  returned: success
  type: list
  elements: str
  sample: []
archived:
  description: Ids of the findings that are reported no longer.
  returned: success
  type: list
  elements: str
  sample: [c2d8f16ab0e94f5f8a37d9a4]
unchanged:
  description: How many findings are there as they are reported.
  returned: success
  type: int
  sample: 11
passed_over:
  description: How many findings are of elsewhere and were passed over.
  returned: success
  type: int
  sample: 0
plan:
  description: What was done, or in check mode would be done, in order.
  returned: success
  type: list
  elements: str
  sample: [import finding 5f0c3a9e21b74d10a6c2e8d1 (A group has no tag that names its team)]
permissions:
  description: The IAM permissions that the task's reads and its plan need.
  returned: success
  type: list
  elements: str
  sample: ["securityhub:BatchImportFindings", "securityhub:GetFindings"]
policy:
  description:
    - The policy document that allows this task, and nothing else, in check mode and in the real run alike.
    - The filter P(passrole.ec2.merged_policy#filter) makes one document of those of several tasks.
  returned: success
  type: dict
  sample:
    Version: "2012-10-17"
    Statement:
      - Sid: GetFindings
        Effect: Allow
        Action: ["securityhub:GetFindings"]
        Resource: ["arn:aws:securityhub:eu-west-1:*:hub/default"]
policy_to_add:
  description: A policy document with the statements that allow what was denied.
  returned: when AWS denies a call, or O(preflight) finds that it would, and a statement can mend that
  type: dict
  sample:
    Version: "2012-10-17"
    Statement:
      - Sid: BatchImportFindings
        Effect: Allow
        Action: ["securityhub:BatchImportFindings"]
        Resource: ["arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default"]
outcome:
  description: What the task leaves behind, for the O(builds_on) of later tasks. None builds on findings.
  returned: success
  type: dict
  sample: {}
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
      sample: "archive finding c2d8f16ab0e94f5f8a37d9a4 (A group has no tag that names its team)"
    reason:
      description: Why it had to wait, in AWS's latest words where AWS said any.
      returned: always
      type: str
      sample: "what answered is not AWS; look at endpoint_url, and at proxies on the way; botocore raised ResponseParserError (UnreadableAnswer)"
    times:
      description: How often AWS was asked in vain.
      returned: always
      type: int
      sample: 1
    seconds:
      description: How many seconds of pauses were made between the attempts, in all.
      returned: always
      type: float
      sample: 0.25
done:
  description: What had been done when the task failed. Of findings that were sent together, Security Hub may take some and refuse others.
  returned: when a step of the plan fails
  type: list
  elements: str
  sample: ["import 2 findings: 5f0c3a9e21b74d10a6c2e8d1, 8f1b"]
not_done:
  description: What was left of the plan when the task failed.
  returned: when a step of the plan fails
  type: list
  elements: str
  sample: ["import finding 9c2e (A role is used by nobody)"]
not_known:
  description: The step that AWS gave no answer to, where a look at what is there could not tell either whether it was done. A second run finds out.
  returned: when the answer to a step of the plan was lost
  type: list
  elements: str
  sample: ["archive finding c2d8f16ab0e94f5f8a37d9a4 (A group has no tag that names its team)"]
"""

from datetime import datetime, timezone

from ansible_collections.passrole.ec2.plugins.module_utils.core.run import run
from ansible_collections.passrole.ec2.plugins.module_utils.securityhub.observe import here, observe
from ansible_collections.passrole.ec2.plugins.module_utils.securityhub.plan import plan
from ansible_collections.passrole.ec2.plugins.module_utils.securityhub.state import desired

OPTIONS = {
    "findings": {"type": "list", "elements": "dict", "required": True},
    "product_arn": {"type": "str"},
    "generator_id_prefix": {"type": "str", "default": "passrole.ec2/"},
    "archive_missing": {"type": "bool", "default": True},
    "elsewhere": {"type": "str", "choices": ["refuse", "pass_over"], "default": "refuse"},
}


def make_plan(params, aws):
    request = aws.request("securityhub", "BatchImportFindings")
    want = desired(params, request, here(aws.find, aws.partition, aws.region))
    return plan(want, observe(want, aws.find), datetime.now(timezone.utc))


def main():
    run(OPTIONS, make_plan)


if __name__ == "__main__":
    main()
