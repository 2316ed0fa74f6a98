#!/usr/bin/python
# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tell on an instance whether its role's credentials have arrived: the options, and how they are read."""

from __future__ import annotations

DOCUMENTATION = r"""
module: imds_credentials_info
version_added: 1.1.0
short_description: Tell on an EC2 instance whether its role's credentials have arrived
description:
  - Runs on the instance itself, over whichever connection Ansible has to it, and asks the instance metadata service what an application there hears of
    its role.
  - Tells the instance profile with its id, the role, EC2's code and when the credentials expire, and where there are none, why and what to do. It never
    returns the access key, the secret key or the session token, and keeps none of them.
  - Tells whether the service still answers IMDSv1, that is, requests without a token.
  - Needs nothing on the instance but Python, no boto3 either. It uses no proxy.
options:
  endpoint:
    description:
      - Where the instance metadata service is. On an instance that has IPv6 alone it is V(http://[fd00:ec2::254]).
      - See U(https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html).
    type: str
    default: http://169.254.169.254
  timeout:
    description: Seconds to wait for each answer.
    type: float
    default: 2
  attempts:
    description: How often to ask where nobody answers, or the service is busy.
    type: int
    default: 3
  wait_timeout:
    description: How many seconds to ask again, at most, until there are credentials; V(0) asks once. What comes then is told, whatever it is.
    type: int
    default: 0
attributes:
  check_mode:
    description: Only reads, in check mode as in the real run.
    support: full
  diff_mode:
    description: Changes nothing.
    support: N/A
author:
  - passrole contributors (@passrole)
seealso:
  - module: passrole.ec2.asg_launch_with_profile_info
  - name: Troubleshoot IAM and Amazon EC2
    description: What EC2's codes mean.
    link: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html
"""

EXAMPLES = r"""
- name: See that the application has its credentials
  passrole.ec2.imds_credentials_info:
    wait_timeout: 120
  register: credentials

- name: See that it is the role it should be, and that IMDSv1 is off
  ansible.builtin.assert:
    that:
      - credentials.role == 'web'
      - not credentials.imds.v1_answered
    fail_msg: "{{ credentials.reason }}"
"""

RETURN = r"""
instance_id:
  description: Id of the instance; V(null) when nobody answered.
  returned: success
  type: str
  sample: i-0123456789abcdef0
imds:
  description: Which kinds of request the metadata service answers.
  returned: success
  type: dict
  contains:
    v1_answered:
      description: Whether it answers without a token.
      returned: always
      type: bool
      sample: false
    v2_answered:
      description: Whether it gives out tokens.
      returned: always
      type: bool
      sample: true
instance_profile:
  description: The instance profile that the instance carries; V(null) without one.
  returned: success
  type: dict
  contains:
    arn:
      description: Its ARN.
      returned: always
      type: str
      sample: arn:aws:iam::123456789012:instance-profile/web
    id:
      description: Its id. One that was deleted and made again under the same name has another.
      returned: always
      type: str
      sample: AIPA0123456789EXAMPLE
    name:
      description: Its name.
      returned: always
      type: str
      sample: web
    last_updated:
      description: When EC2 last looked.
      returned: always
      type: str
      sample: "2026-01-12T11:18:20Z"
role:
  description: Name of the role whose credentials there are; V(null) without one.
  returned: success
  type: str
  sample: web
code:
  description: EC2's code of the credentials, or where there are none, of the instance profile. V(Success) is the good one.
  returned: success
  type: str
  sample: Success
type:
  description: Type of the credentials.
  returned: success
  type: str
  sample: AWS-HMAC
last_updated:
  description: When the credentials were given.
  returned: success
  type: str
  sample: "2026-01-12T11:18:20Z"
expiration:
  description: When they expire.
  returned: success
  type: str
  sample: "2026-01-12T17:35:20Z"
seconds_left:
  description: Seconds till then, by the instance's own clock.
  returned: success
  type: int
  sample: 21400
delivered:
  description: Whether there are credentials that have not expired.
  returned: success
  type: bool
  sample: true
reason:
  description: Why there are none, and what to do; empty where there are.
  returned: success
  type: str
  sample: ""
"""

from datetime import datetime, timezone

from ansible_collections.passrole.ec2.plugins.module_utils.imds.door import Door, patiently
from ansible_collections.passrole.ec2.plugins.module_utils.imds.observe import observe
from ansible_collections.passrole.ec2.plugins.module_utils.imds.run import tell
from ansible_collections.passrole.ec2.plugins.module_utils.imds.state import asked
from ansible_collections.passrole.ec2.plugins.module_utils.imds.told import told

OPTIONS = {
    "endpoint": {"type": "str", "default": "http://169.254.169.254"},
    "timeout": {"type": "float", "default": 2},
    "attempts": {"type": "int", "default": 3},
    "wait_timeout": {"type": "int", "default": 0},
}


def read(params):
    said = asked(params)
    get = Door(said.endpoint, said.timeout, said.attempts).get
    return patiently(lambda: told(observe(get), said.endpoint, datetime.now(timezone.utc)), said.wait_timeout)


def main():
    tell(OPTIONS, read)


if __name__ == "__main__":
    main()
